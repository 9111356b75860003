"""What a person is asked: the project, its functions one by one, and how it is delivered."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

from rich.text import Text

from copier_azure_functions import show
from copier_azure_functions.catalogue import GROUPS, Catalogue, Json, Option
from copier_azure_functions.errors import RefusalError
from copier_azure_functions.options import ARG_NAME, free, value_text
from copier_azure_functions.prompts import Back, Choice, Plain, Prompts, Rich, from_the_start, walk
from copier_azure_functions.questions import Question, Questions


def prompts(flags: str, *, plain: bool) -> Prompts:
    """Choose how to ask; refuse to where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise RefusalError(f"There is no terminal to ask in. {flags}")
    return Plain() if plain or os.environ.get("TERM") == "dumb" else Rich()


def new(catalogue: Catalogue, folder: Path | None, *, plain: bool) -> tuple[Path, Json]:
    """Ask for a project; return its folder and the answers that are not the suggested ones."""
    ask = prompts("Give the answers: --defaults, --data QUESTION=ANSWER, or --data-file FILE.", plain=plain)
    questions = Questions(catalogue)
    where: list[Path] = [folder] if folder else []
    answers: Json = {}
    # What is suggested after a person went back: what was said before.
    said: Json = {}
    functions: list[Json] = []

    def ask_folder() -> bool:
        if folder:
            return False
        where[:] = [Path(ask.text("Which folder is it made in?", default="my-app", check=_folder_problem)).expanduser()]
        return True

    def ask_one(question: Question) -> bool:
        answers.pop(question.name, None)
        if not questions.is_asked(question, answers):
            return False
        default = where[0].resolve().name if question.name == "project_name" else questions.default(question, answers)
        default = said.get(question.name, default)
        answers[question.name] = said[question.name] = _answer(ask, questions, question, default, answers)
        return True

    def ask_functions() -> bool:
        answers.pop("functions", None)
        if answers.get("project_type") != "function_app":
            return False
        compose(catalogue, ask, [], functions, answers.get("programming_model", "v1"))
        answers["functions"] = functions
        return True

    steps: list[Callable[[], bool]] = [ask_folder]
    after_functions = next(iter(catalogue.questions["advanced"]))
    for name, question in questions.all.items():
        if name == after_functions:
            steps.append(ask_functions)
        steps.append(partial(ask_one, question))
    from_the_start(partial(walk, steps))
    given = {
        name: answer
        for name, answer in answers.items()
        if name == "functions" or answer != questions.default(questions.all[name], answers)
    }
    return where[0], {
        name: answer for name, answer in given.items() if (name, answer) != ("project_name", where[0].resolve().name)
    }


def _folder_problem(text: str) -> str:
    folder = Path(text).expanduser()
    if not text.strip():
        return "expected the name of a folder"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return f"{text} is not empty"
    return ""


def _answer(ask: Prompts, questions: Questions, question: Question, default: Any, answers: Json) -> Any:
    while True:
        if question.kind == "bool":
            answer: Any = ask.confirm(question.help, default=bool(default))
        elif question.choices:
            choices = [Choice(title, value) for title, value in question.choices.items()]
            answer = ask.select(question.help, choices, default=default)
        else:
            check = partial(_checked, questions, question, answers)
            return question.read(
                ask.text(question.help, default=question.typed(default), hint=question.hint, check=check)
            )
        wrong = questions.problem(question, answer, answers)
        if not wrong:
            return answer
        show.console().print(Text(f"Not with what you have chosen: {wrong}"))


def _checked(questions: Questions, question: Question, answers: Json, text: str) -> str:
    try:
        answer = question.read(text)
    except RefusalError as error:
        return error.sentences[0]
    return questions.problem(question, answer, answers)


def add(catalogue: Catalogue, functions: list[Json], model: str, *, plain: bool) -> list[Json]:
    """Ask for functions that come to those of a project with a programming model."""
    flags = "Say which function: copier-azure-functions add queue on_order --queue-name orders."
    ask = prompts(flags, plain=plain)
    added: list[Json] = []
    from_the_start(lambda: compose(catalogue, ask, functions, added, model))
    return added


def compose(catalogue: Catalogue, ask: Prompts, there: list[Json], entries: list[Json], model: str) -> None:
    """Ask for functions until the list `entries` is as it should be; `there` are those that the app has already."""
    composer = Composer(catalogue, ask, there)
    entries[:] = entries or composer.function(entries)
    while True:
        show.functions(entries, plain=isinstance(ask, Plain))
        problems = [problem for problem in catalogue.problems([*there, *entries], model) if composer.is_new(problem.at)]
        if problems:
            show.refusal(RefusalError(problems=tuple(problems)))
        choices = [
            Choice("That is all: go on", "done") if not problems else Choice("Change what is wrong", "change"),
            Choice("Add another function", "add"),
            Choice("Change a function", "change"),
            Choice("Move a function", "move"),
            Choice("Drop a function", "drop"),
        ]
        if problems:
            del choices[2]
        elif not entries:
            choices = [Choice("An app without a function: go on", "done"), choices[1]]
        chosen = ask.select("Is this what you want?", choices)
        try:
            if chosen == "done":
                return
            entries[:] = [*entries, *composer.function(entries)] if chosen == "add" else composer.edit(chosen, entries)
        except Back:
            continue


class Composer:
    """Asks for the entries of a manifest."""

    def __init__(self, catalogue: Catalogue, ask: Prompts, there: list[Json]) -> None:
        self.catalogue = catalogue
        self.ask = ask
        self.there = there

    def is_new(self, at: str) -> bool:
        """Tell whether a problem is in what is being composed."""
        number = at.partition("[")[2].partition("]")[0]
        return not number.isdigit() or int(number) >= len(self.there)

    def function(self, entries: list[Json]) -> list[Json]:
        """Ask for a function, or for a pattern of several."""
        taken = [entry["name"] for entry in (*self.there, *entries)]
        made: list[Json] = []
        entry: Json = {}
        others: list[Json] = []

        def trigger() -> bool:
            made.clear()
            now = entry.get("trigger", "http")
            chosen = self.ask.select("What starts the function?", self._starts(), default=now)
            if isinstance(chosen, tuple):
                made.extend(self._pattern(chosen[1], taken))
            elif chosen != entry.get("trigger"):
                entry.clear()
                others.clear()
                entry.update(name="", trigger=chosen)
            return True

        def name() -> bool:
            if made:
                return False
            suggestion = entry["name"] or free(self.catalogue.sample(entry["trigger"])["name"], taken)
            entry["name"] = self._name("What is it called?", suggestion, taken)
            return True

        def rest() -> bool:
            if made:
                return False
            self._rest(entry, [*entries, entry], others)
            made.extend([entry, *others])
            return True

        walk([trigger, name, rest])
        return made

    def edit(self, what: str, entries: list[Json]) -> list[Json]:
        """Change, move or drop one entry."""
        if len(entries) == 1:
            number = 0
        else:
            number = self.ask.select(
                "Which one?", [Choice(entry["name"], index) for index, entry in enumerate(entries)]
            )
        rest = [*entries[:number], *entries[number + 1 :]]
        if what == "drop":
            return rest
        if what == "move":
            places = [Choice(f"before {entry['name']}", index) for index, entry in enumerate(rest)] + [
                Choice("to the end", len(rest))
            ]
            to = self.ask.select("Where to?", places)
            return [*rest[:to], entries[number], *rest[to:]]
        entry = deepcopy(entries[number])
        others: list[Json] = []
        taken = [one["name"] for one in (*self.there, *rest)]

        def name() -> None:
            old = entry["name"]
            entry["name"] = self._name("What is it called?", old, taken)
            rest[:] = [self.catalogue.renamed(one, old, entry["name"]) for one in rest]

        walk([name, lambda: self._rest(entry, [*rest, entry], others)])
        return [*rest[:number], entry, *rest[number:], *others]

    def _starts(self) -> list[Choice]:
        """List what may start a function; several functions that belong together come before the parts of them."""
        choices = [
            Choice(_line(kind.name, kind.starts_when), kind.name, GROUPS[kind.group])
            for kind in self.catalogue.having("trigger")
        ]
        for pattern in self.catalogue.patterns.values():
            choice = Choice(_line(pattern.name, pattern.title), ("pattern", pattern.name), pattern.group)
            places = [number for number, other in enumerate(choices) if other.group == pattern.group]
            before = places[: len(pattern.entries) > 1]  # one function is no more than its trigger is
            choices.insert(before[0] if before else places[-1] + 1 if places else len(choices), choice)
        return choices

    def _pattern(self, name: str, taken: list[str]) -> list[Json]:
        entries = self.catalogue.patterns[name].entries
        for old in [entry["name"] for entry in entries]:
            entries = [self.catalogue.renamed(entry, old, free(old, taken)) for entry in entries]
        return entries

    def _name(self, message: str, default: str, taken: list[str]) -> str:
        """Ask for the name of a function."""
        hint = "Letters, digits and underscores, with a letter first: it is the name of a folder and a module"
        return self.ask.text(message, default=default, hint=hint, check=partial(self._name_problem, taken))

    def _name_problem(self, taken: list[str], name: str) -> str:
        if name.lower() in {other.lower() for other in taken}:
            return f"got '{name}', which another function has"
        return self.catalogue.name_problem(name)

    def _rest(self, entry: Json, entries: list[Json], others: list[Json]) -> None:
        """Ask for what a function has beside its name and its trigger."""
        options = self._options(entry, entry["trigger"], "trigger", entries, others)
        walk([*options, partial(self._more, entry, entries, others)])

    def _options(
        self, part: Json, kind: str, role: str, entries: list[Json], others: list[Json]
    ) -> list[Callable[[], bool]]:
        """Ask for the options of a trigger or a binding that one thinks about, a step for each."""
        options = self.catalogue.options(kind, role)
        asked = self.catalogue.asked(kind, role)
        return [partial(self._option, part, option, options, entries, others) for option in asked]

    def _option(
        self, part: Json, option: Option, options: list[Option], entries: list[Json], others: list[Json]
    ) -> bool:
        if not option.applies(part, options):
            part.pop(option.name, None)
            return False
        message = option.name.replace("_", " ").capitalize() + "?"
        now = part.get(option.name, option.example if option.required else option.default)
        reference = self.catalogue.rules.get(option.rule, {}).get("trigger")
        if reference:
            value: Any = self._reference(message, option, reference, part, entries, others)
        elif option.is_a == "boolean":
            value = self.ask.confirm(message, default=bool(now))
        elif option.choices and option.is_a != "list":
            # The suggestion may be spelled in other letters, as the template takes any case.
            spelled = {choice.lower(): choice for choice in option.choices}
            free_choice = [] if option.required or option.default is not None else [Choice("As the app has it", None)]
            choices = [*free_choice, *(Choice(choice, choice) for choice in option.choices)]
            value = self.ask.select(message, choices, default=spelled.get(str(now).lower(), now))
            if str(value).lower() == str(option.default).lower():
                value = option.default
        else:
            hint = option.expected + ("" if option.required or option.default is not None else "; may stay empty")
            text = self.ask.text(
                message,
                default="" if now is None else value_text(now),
                hint=hint[:1].upper() + hint[1:],
                check=partial(self._value_problem, option),
            )
            value = option.value(text) if text else None
        suggested = self._arg_name(part)
        if value not in (None, "", []) and (option.required or value != option.default):
            part[option.name] = value
        else:
            part.pop(option.name, None)
        if part.get("arg_name") == suggested and option.name != "arg_name":
            part.pop("arg_name", None)
            part.update({"arg_name": name} if (name := self._arg_name(part)) else {})
        return True

    def _arg_name(self, part: Json) -> str | None:
        """Suggest a name for what a new function gets; a binding has the usual one."""
        return self.catalogue.arg_name(part) if "trigger" in part else None

    def _value_problem(self, option: Option, text: str) -> str:
        if not text and not option.required:
            return ""
        return self.catalogue.problem(option.rule, option.value(text))

    def _reference(
        self, message: str, option: Option, trigger: str, part: Json, entries: list[Json], others: list[Json]
    ) -> str | None:
        """Ask for another function; make it if it is not there."""
        there = [entry["name"] for entry in (*self.there, *entries, *others) if entry.get("trigger") == trigger]
        choices = [Choice(name, name) for name in there] + [Choice(f"A new {trigger}", "")]
        if not option.required:
            choices.append(Choice("None", None))
        chosen = (
            self.ask.select(message, choices, default=part.get(option.name)) if there or not option.required else ""
        )
        if chosen != "":
            return chosen
        taken = [entry["name"] for entry in (*self.there, *entries, *others)]
        name = self._name(f"What is the new {trigger} called?", free(self._suggestion(trigger), taken), taken)
        made: Json = {"name": name, "trigger": trigger}
        others.append(made)
        walk(self._options(made, trigger, "trigger", [*entries, made], others))
        return name

    def _suggestion(self, trigger: str) -> str:
        samples = [entry for pattern in self.catalogue.patterns.values() for entry in pattern.entries]
        return next((entry["name"] for entry in samples if entry["trigger"] == trigger), f"{trigger}_function")

    def _more(self, entry: Json, entries: list[Json], others: list[Json]) -> None:
        """Ask for inputs, outputs and what few functions need, until nothing more is wanted."""
        alone = self.catalogue.kinds[entry["trigger"]].data["trigger"].get("alone", False)
        while True:
            bindings = (
                []
                if alone
                else [
                    Choice("An input: something that it reads", "input"),
                    Choice("An output: something that it writes", "output"),
                ]
            )
            changed = [
                Choice(f"{verb} the {role} {part['binding']}", (verb, role, number))
                for role in ("input", "output")
                for number, part in enumerate(entry.get(f"{role}s", []))
                for verb in ("Change", "Remove")
            ]
            said = ", ".join(show.binding_text(part) for role in ("inputs", "outputs") for part in entry.get(role, []))
            choices = [Choice("Nothing more", "done"), *bindings, Choice("Another option", "option"), *changed]
            chosen = self.ask.select(
                f"What else does {entry['name']} have?" + (f" So far: {said}" if said else ""), choices
            )
            if chosen == "done":
                return
            try:
                if chosen == "option":
                    every = [ARG_NAME, *self.catalogue.common]
                    self._another_option(entry, entry["trigger"], "trigger", every, entries, others)
                elif isinstance(chosen, tuple):
                    verb, role, number = chosen
                    bindings = entry[f"{role}s"]
                    bindings[number : number + 1] = (
                        [self._changed(bindings[number], role, entries, others)] if verb == "Change" else []
                    )
                    if not bindings:
                        del entry[f"{role}s"]
                else:
                    entry.setdefault(f"{chosen}s", []).append(self._binding(chosen, entries, others))
            except Back:
                if chosen in {"input", "output"} and not entry.get(f"{chosen}s", True):
                    del entry[f"{chosen}s"]

    def _binding(self, role: str, entries: list[Json], others: list[Json]) -> Json:
        made: Json = {}

        def kind() -> bool:
            made.clear()
            having = self.catalogue.having(role)
            kinds = [Choice(_line(kind.name, kind.title), kind.name, GROUPS[kind.group]) for kind in having]
            made["binding"] = self.ask.select(f"Which {role}?", kinds)
            return True

        def options() -> bool:
            walk(self._options(made, made["binding"], role, entries, others))
            return True

        walk([kind, options])
        return made

    def _changed(self, binding: Json, role: str, entries: list[Json], others: list[Json]) -> Json:
        """Ask for the options of an input or output again, and for those that few have."""
        made = deepcopy(binding)
        kind = made["binding"]

        def more() -> None:
            while True:
                choices = [Choice("Nothing more", "done"), Choice("Another option", "option")]
                message = f"What else does the {role} {show.binding_text(made)} have?"
                if self.ask.select(message, choices) == "done":
                    return
                with suppress(Back):
                    self._another_option(made, kind, role, [ARG_NAME], entries, others)

        walk([*self._options(made, kind, role, entries, others), more])
        return made

    def _another_option(
        self, part: Json, kind: str, role: str, every: list[Option], entries: list[Json], others: list[Json]
    ) -> None:
        options = self.catalogue.options(kind, role)
        choices = [
            Choice(_line(option.name, option.about or option.expected), option)
            for option in (*options, *every)
            if option.applies(part, options)
        ]
        option = self.ask.select("Which option?", choices)
        self._option(part, option, options, entries, others)


def _line(name: str, about: str) -> str:
    return f"{name:<24} {about.removesuffix('.')}"
