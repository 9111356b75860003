"""How a question is put: with lists and hints in a terminal, or line by line for a screen reader. Esc, or `<`, goes back."""

import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import click
import questionary
from prompt_toolkit import print_formatted_text
from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Always, is_done
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.layout import ConditionalContainer, FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.validation import ValidationError, Validator
from questionary.constants import DEFAULT_STYLE

Check = Callable[[str], str]  # what is wrong with a text; nothing when it is right


class Back(Exception):  # noqa: N818
    """The person wants the question before this one."""


@dataclass(frozen=True)
class Choice:
    """One of several answers; those of one group stand together."""

    title: str
    value: Any
    group: str = ""


class Prompts(Protocol):
    """Asks one question at a time."""

    def text(self, message: str, *, default: str = "", hint: str = "", check: Check | None = None) -> str:
        """Ask for a text; say what is wrong with it while it is typed."""

    def select(self, message: str, choices: Sequence[Choice], *, default: Any = None) -> Any:
        """Ask for one of several values; long lists are searched by typing."""

    def confirm(self, message: str, *, default: bool = False) -> bool:
        """Ask yes or no."""


class _Heading(str):
    """The title of a group, which a search does not find: nobody can choose it."""

    __slots__ = ()

    def lower(self) -> str:
        return ""


class _Checked(Validator):
    def __init__(self, check: Check) -> None:
        self.check = check

    def validate(self, document: Any) -> None:
        if self.check(document.text):
            raise ValidationError(message="Not this one, see below.", cursor_position=len(document.text))


class Rich:
    """In a terminal, with arrow keys."""

    def text(self, message: str, *, default: str = "", hint: str = "", check: Check | None = None) -> str:
        """Ask with the hint, or what is wrong, below the line that is typed."""

        def below() -> str:
            wrong = check(get_app().current_buffer.text) if check else ""
            width = max(20, shutil.get_terminal_size().columns - 2)
            return "\n".join([*textwrap.wrap(wrong or hint, width), KEYS])

        question = questionary.text(
            message,
            default=default,
            validate=_Checked(check) if check else None,
            validate_while_typing=False,
            reserve_space_for_menu=0,
            style=STYLE,
        )
        layout = question.application.layout
        window = Window(FormattedTextControl(below), style="class:instruction", dont_extend_height=True)
        hints = ConditionalContainer(window, filter=~is_done)
        question.application.layout = Layout(HSplit([layout.container, hints]), focused_element=layout.current_window)
        return _ask(question)

    def select(self, message: str, choices: Sequence[Choice], *, default: Any = None) -> Any:
        """Show a list."""
        width = max(20, shutil.get_terminal_size().columns - 5)
        shown: list[Any] = []
        group = ""
        for choice in choices:
            if choice.group and choice.group != group:
                group = choice.group
                shown.append(questionary.Separator(_Heading(f"── {group} ──")))
            shown.append(questionary.Choice(shortened(choice.title, width), value=choice))
        search = len(choices) > 8
        start: Any = next((choice for choice in choices if default is not None and choice.value == default), None)
        keys = "(arrows, or type to search; Esc: back)" if search else "(arrows; Esc: back)"
        question = questionary.select(
            shortened(message, width - len(keys)),
            choices=shown,
            default=start,
            use_search_filter=search,
            use_jk_keys=not search,
            instruction=keys,
            style=STYLE,
        )
        question.application.erase_when_done = True
        chosen = _ask(question)
        if not isinstance(chosen, Choice):  # the heading that is left when a search finds nothing
            return self.select(message, choices, default=default)
        name = chosen.title.split("   ")[0]
        asked = shortened(message, width - len(name))
        echo = [("class:qmark", "? "), ("class:question", asked), ("class:answer", f" {name}")]
        print_formatted_text(FormattedText(echo), style=STYLE)
        return chosen.value

    def confirm(self, message: str, *, default: bool = False) -> bool:
        """Ask yes or no."""
        return _ask(questionary.confirm(message, default=default, style=STYLE))


KEYS = "Enter: accept · Esc: back · Ctrl-C: stop, nothing is written"
STYLE = questionary.Style(
    [
        *DEFAULT_STYLE.style_rules,
        ("separator", "bold"),
        ("highlighted", "bold"),
        ("validation-toolbar", "noreverse"),
    ]
)


def _ask(question: questionary.Question) -> Any:
    keys = KeyBindings()

    @keys.add("escape")
    def _(event: Any) -> None:
        event.app.erase_when_done = True
        event.app.exit(exception=Back())

    application = question.application
    application.key_bindings = merge_key_bindings([application.key_bindings or KeyBindings(), keys])
    for window in application.layout.find_all_windows():
        window.dont_extend_height = Always()  # what stands below stays close
    application.timeoutlen = application.ttimeoutlen = 0.1
    return question.unsafe_ask()


class Plain:
    """Line by line: numbered choices, no cursor movement, no colour."""

    def __init__(self) -> None:
        click.echo("Enter: accept. <: back. Ctrl-C: stop, nothing is written.")

    def text(self, message: str, *, default: str = "", hint: str = "", check: Check | None = None) -> str:
        """Ask until the answer is right."""
        if hint:
            click.echo(hint)
        while True:
            given = self._line(f"{message} [{default}]: " if default else f"{message} ") or default
            wrong = check(given) if check else ""
            if not wrong:
                return given
            click.echo(f"Not this one: {wrong}.")

    def select(self, message: str, choices: Sequence[Choice], *, default: Any = None) -> Any:
        """Number the choices; a number, or the beginning of a title, chooses."""
        click.echo(message)
        group = ""
        for number, choice in enumerate(choices, 1):
            if choice.group and choice.group != group:
                group = choice.group
                click.echo(f"{group}:")
            click.echo(f"  {number}. {choice.title}")
        start = next((number for number, choice in enumerate(choices, 1) if choice.value == default), 1)
        while True:
            given = self._line(f"Number or name [{start}]: ") or str(start)
            if given.isdigit() and 1 <= int(given) <= len(choices):
                return choices[int(given) - 1].value
            named = [choice for choice in choices if choice.title.lower().startswith(given.lower())]
            exact = [
                choice
                for choice in named
                if choice.title.lower().split() and choice.title.lower().split()[0] == given.lower()
            ]
            if len(exact or named) == 1:
                return (exact or named)[0].value
            click.echo(
                f"'{given}' is {'several' if named else 'none'} of them. Type a number from 1 to {len(choices)}."
            )

    def confirm(self, message: str, *, default: bool = False) -> bool:
        """Ask yes or no."""
        while True:
            given = self._line(f"{message} ({'Y/n' if default else 'y/N'}): ").lower()
            if given in {"", "y", "yes", "n", "no"}:
                return given.startswith("y") if given else default
            click.echo("Type y or n.")

    def _line(self, prompt: str) -> str:
        click.echo(prompt, nl=False)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        if line.strip() == "<":
            raise Back
        return line.strip()


def shortened(text: str, width: int) -> str:
    """Cut what is too long for a line."""
    return text if len(text) <= width else text[: width - 2].rstrip() + " …"


def walk(steps: Sequence[Callable[[], bool | None]]) -> None:
    """Go through steps one after another, and back; a step that has nothing to ask returns False."""
    number = 0
    asked: list[int] = []
    while number < len(steps):
        try:
            if steps[number]() is not False:
                asked.append(number)
            number += 1
        except Back:
            if not asked:
                raise
            number = asked.pop()


def from_the_start[Answer](ask: Callable[[], Answer]) -> Answer:
    """Ask again when a person wants to go back from the first question."""
    while True:
        try:
            return ask()
        except Back:
            continue
