"""The dialogue in a real terminal of 80 columns: what is asked, what is explained, and that nothing is left behind."""

import re
import shlex
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import yaml

from tests.support.forked_program import ForkedProgram
from tests.support.owned_project import OwnedProject
from tests.support.project import Project, environment
from tools.terminal import DOWN, ENTER, ERASE, Terminal

ESC, CTRL_C = "\x1b", "\x03"
Dialogue = Callable[..., Terminal]


@pytest.fixture
def dialogue(tmp_path: Path) -> Dialogue:
    """Start the command in a terminal."""

    def dialogue(*words: object, folder: Path = tmp_path, columns: int = 80, **variables: str) -> Terminal:
        command = ["copier_azure_functions", *words]
        return Terminal(command, folder, environment() | variables, columns=columns, rows=120, start=ForkedProgram)

    return dialogue


def opening(terminal: Terminal) -> None:
    """Accept what is asked before the functions."""
    terminal.wait_for("What do you want to build?")
    accept_until(terminal, "What starts the function?")


def accept_until(terminal: Terminal, question: str) -> None:
    """Accept what is suggested until a question comes."""

    def asked() -> list[str]:
        return [line for line in terminal.text.splitlines() if line.startswith("? ")]

    def is_open(number: int) -> bool:
        titles = [line.split("?")[1] for line in asked()]
        is_drawn_twice = titles[-1:] == titles[-2:-1]  # for a moment, when it has been answered
        is_shown = re.search(r"\(arrows|\(y/N|\(Y/n|Enter: accept", terminal.text)
        return len(titles) > number and not is_drawn_twice and bool(is_shown)

    answered = 0
    while True:
        terminal.wait(partial(is_open, answered))
        if question in asked()[-1]:
            return
        answered = len(asked())
        terminal.send(ENTER)


def wait_until_asked(terminal: Terminal, question: str, hint: str) -> None:
    """Wait until a question is the last one, and open: it may have been answered before."""

    def is_asked() -> bool:
        last = re.sub(r"\s+", " ", terminal.text.rpartition("\n? ")[2])
        return question in last and hint in last

    terminal.wait(is_asked)


def search(terminal: Terminal, question: str, text: str) -> None:
    """Type what is looked for in a list, and take the first that is found."""
    wait_until_asked(terminal, question, "(arrows, or type")
    terminal.send(text)
    terminal.wait_for(f"/ {text}")
    terminal.send(ENTER)


def replace(terminal: Terminal, question: str, text: str) -> None:
    """Type another text than the suggested one."""
    wait_until_asked(terminal, question, "Enter: accept")
    terminal.send(ERASE * 60 + text + ENTER)


def nothing_more(terminal: Terminal, name: str) -> None:
    more(terminal, name, "Nothing more")


def more(terminal: Terminal, name: str, choice: str) -> None:
    """Choose what else a function has, whatever it has so far."""
    terminal.wait_for(f"What else does {name} ")
    terminal.wait(lambda: re.search(rf"^ [» ] {choice}", terminal.text, re.MULTILINE))  # in the list, not above it
    terminal.choose(choice)
    terminal.send(ENTER)


def take(terminal: Terminal, question: str, choice: str) -> None:
    """Choose from a short list."""
    terminal.wait_for(question + " (")
    terminal.choose(choice)
    terminal.send(ENTER)


def a_queue_with_receipts(terminal: Terminal, name: str = "on_order") -> None:
    """Describe a function that a queue starts and that writes a blob, up to the question what else it has."""
    search(terminal, "What starts the function?", "storage queue")
    replace(terminal, "What is it called?", name)
    replace(terminal, "Queue name?", "orders")
    take(terminal, f"What else does {name} have?", "An output")
    search(terminal, "Which output?", "blob")
    replace(terminal, "Path?", "receipts/{rand-guid}.txt")


def ending(terminal: Terminal) -> None:
    """Accept what is asked after the functions."""
    for question in ("advanced questions", "Which pipeline", "Do you want a Dockerfile", "What creates the resources"):
        terminal.answer(question, ENTER)


def test_a_durable_app_with_a_queue_a_blob_and_a_timer_without_knowing_any_yaml(
    dialogue: Dialogue, released_template: Path, tmp_path: Path
) -> None:
    terminal = dialogue("new", "--template", released_template)
    terminal.answer("Which folder is it made in?", ENTER)
    opening(terminal)
    search(terminal, "What starts the function?", "durable")
    take(terminal, "Is this what you want?", "Add another function")
    a_queue_with_receipts(terminal)
    nothing_more(terminal, "on_order")
    take(terminal, "Is this what you want?", "Add another function")
    search(terminal, "What starts the function?", "timer")
    replace(terminal, "What is it called?", "nightly")
    replace(terminal, "Schedule?", "0 0 3 * * *")
    nothing_more(terminal, "nightly")
    take(terminal, "Is this what you want?", "That is all")
    ending(terminal)
    screen = terminal.end()

    project = Project(tmp_path / "my-app")
    assert project.functions.keys() == {"hello_orchestrator", "hello", "http_start", "on_order", "nightly"}
    outputs = [function.get("outputs") for function in project.answers["functions"] if function["name"] == "on_order"]
    assert outputs == [[{"binding": "blob", "path": "receipts/{rand-guid}.txt"}]]
    assert not project.load_errors()
    assert "test_on_order.py" in screen
    assert "uv run pytest" in screen
    # The command at the end makes the same app.
    line = "".join(
        part.ljust(80) if len(part) == 80 else part for part in screen.split("without questions:\n")[1].splitlines()
    )
    uvx, option, address, *words = shlex.split(line.strip())
    assert [uvx, option, address, *words[:3]] == [
        "uvx",
        "--from",
        str(released_template),
        "copier-azure-functions",
        "new",
        "my-app",
    ]
    again = dialogue("new", "again", "--template", released_template, *words[3:], "-d", "project_name=my-app")
    again.end()
    assert Project(tmp_path / "again").files == project.files


def test_a_wrong_value_is_explained_while_it_is_typed_and_can_be_corrected(
    dialogue: Dialogue, project: OwnedProject
) -> None:
    terminal = dialogue("add", folder=project.path)
    search(terminal, "What starts the function?", "storage queue")
    terminal.answer("What is it called?", ERASE * 60 + "on order")
    terminal.wait_for("got 'on order', expected letters, digits and underscores")
    terminal.send(ENTER)
    terminal.wait_for("Not this one")
    terminal.send(ERASE * 60 + "greet")
    terminal.wait_for("which another function has")
    terminal.send(ERASE * 60 + "take_order" + ENTER)
    terminal.answer("Queue name?", ERASE * 60 + "Orders")
    terminal.wait_for("got 'Orders', expected 3 to 63 lower-case letters")
    terminal.send(ERASE * 60 + "orders" + ENTER)
    nothing_more(terminal, "take_order")
    take(terminal, "Is this what you want?", "That is all")
    screen = terminal.end()

    assert project.answers["functions"][-1] == {"name": "take_order", "trigger": "queue", "queue_name": "orders"}
    assert "copier-azure-functions add queue take_order --queue-name orders" in screen


def test_escape_goes_back(dialogue: Dialogue, project: OwnedProject) -> None:
    terminal = dialogue("add", folder=project.path)
    search(terminal, "What starts the function?", "storage queue")
    terminal.answer("What is it called?", ESC)
    terminal.wait_for("(arrows, or type")
    search(terminal, "What starts the function?", "timer")
    replace(terminal, "What is it called?", "nightly")
    terminal.answer("Schedule?", ESC)
    replace(terminal, "What is it called? nightly", "weekly")
    terminal.wait_for("Schedule?")
    terminal.send(CTRL_C)

    with pytest.raises(RuntimeError, match="exit status 130"):
        terminal.end()


def test_what_a_search_does_not_find_is_not_chosen(dialogue: Dialogue, project: OwnedProject) -> None:
    terminal = dialogue("add", folder=project.path)
    search(terminal, "What starts the function?", "pigeon")
    terminal.wait_for("(arrows, or type to search; Esc: back)")
    search(terminal, "What starts the function?", "timer")
    terminal.wait_for("What is it called?")


def test_nothing_that_was_said_is_lost_on_the_way_back(
    dialogue: Dialogue, released_template: Path, tmp_path: Path
) -> None:
    """Esc goes back over what was said, and what is accepted again on the way forward is still it."""
    terminal = dialogue("new", "app", "--template", released_template)
    opening(terminal)
    a_queue_with_receipts(terminal)
    name, queue_name, more = "What is it called? on_order Letters", "Queue name? orders 3 to 63", "So far: blob"
    # From what else it has, to its option, its name and its trigger.
    terminal.answer("» Nothing more", ESC)
    terminal.answer(queue_name, ESC)
    terminal.answer(name, ESC)
    for question in ("» queue", name, queue_name, more):
        terminal.answer(question, ENTER)
    # From the list of functions, to the question before it.
    terminal.answer("» That is all", ESC)
    terminal.answer("» v1", ENTER)
    # From a change that is not to be, to the list.
    take(terminal, "Is this what you want?", "Change a function")
    terminal.answer(name, ENTER)
    terminal.answer(queue_name, ENTER)
    terminal.wait_for("» Nothing more")
    terminal.choose("Remove the output")
    terminal.send(ENTER)
    terminal.answer("What else does on_order have? (", ESC)
    terminal.answer(queue_name, ESC)
    terminal.answer(name, ESC)
    terminal.answer("» That is all", ENTER)
    ending(terminal)
    terminal.end()

    assert Project(tmp_path / "app").answers["functions"] == [
        {
            "name": "on_order",
            "trigger": "queue",
            "queue_name": "orders",
            "outputs": [{"binding": "blob", "path": "receipts/{rand-guid}.txt"}],
        }
    ]


def test_settings_and_numbers_are_asked_for_on_request(
    dialogue: Dialogue, released_template: Path, tmp_path: Path
) -> None:
    terminal = dialogue("new", "app", "--template", released_template)
    opening(terminal)
    accept_until(terminal, "Is this what you want?")
    terminal.send(ENTER)
    terminal.answer("advanced questions", "y")
    terminal.answer("» Callers with a function key", ENTER)
    replace(terminal, "Which application settings", "{GREETING: Hello")
    terminal.wait_for("this is not YAML")
    terminal.send(ERASE * 60 + "GREETING")
    terminal.wait_for("expected a map such as {GREETING: Hello}")
    terminal.send(ERASE * 60 + "{GREETING: Hello}" + ENTER)
    terminal.answer("How many Python processes may serve one instance? 1 One to ten.", ERASE + "two")
    terminal.wait_for("got 'two', expected a whole number")
    terminal.send(ESC)
    terminal.answer('Which application settings does the code read? {"GREETING": "Hello"}', ENTER)
    terminal.answer("How many Python processes may serve one instance? 1 One to ten.", ERASE + "11")
    terminal.wait_for("got the number 11, expected a whole number from 1 to 10")
    terminal.send(ERASE * 2 + "4" + ENTER)
    terminal.wait_for("» A bundle")
    accept_until(terminal, "Should Renovate")
    terminal.send(ENTER)
    screen = terminal.end()

    answers = Project(tmp_path / "app").answers
    assert (answers["app_settings"], answers["worker_process_count"]) == ({"GREETING": "Hello"}, 4)
    assert "worker_process_count=4" in screen
    assert "OpenAPI document" in screen
    assert "Durable Functions" not in screen, "the app has none"
    assert "vulnerabilities" not in screen, "there is no pipeline"


@pytest.mark.parametrize(
    ("words", "question", "back", "times"),
    [
        (("new",), "? Which folder is it made in? my-app", ESC, 1),
        (("add", "--plain"), "Number or name [1]:", "<" + ENTER, 2),
    ],
    ids=["new", "add, line by line"],
)
def test_there_is_no_way_back_from_the_first_question(
    dialogue: Dialogue, project: OwnedProject, words: tuple[str, ...], question: str, back: str, times: int
) -> None:
    terminal = dialogue(*words, folder=project.path)
    terminal.answer(question, back)
    time.sleep(1)  # what is asked again looks the same; a key right after Esc would be one with Alt
    terminal.wait(lambda: terminal.text.count(question) == times)
    terminal.send("-2")
    terminal.wait(lambda: re.search(re.escape(question) + " ?-2", terminal.text))
    terminal.send(CTRL_C)

    with pytest.raises(RuntimeError, match="exit status 130") as stopped:
        terminal.end()
    assert "Nothing was written." in str(stopped.value)


def test_entries_are_changed_moved_and_dropped(dialogue: Dialogue, project: OwnedProject) -> None:
    terminal = dialogue("add", folder=project.path)
    search(terminal, "What starts the function?", "http_queue_worker")
    take(terminal, "Is this what you want?", "Move a function")
    take(terminal, "Which one?", "worker")
    take(terminal, "Where to?", "before submit")
    take(terminal, "Is this what you want?", "Change a function")
    take(terminal, "Which one?", "worker")
    replace(terminal, "What is it called?", "process")
    terminal.answer("Queue name?", ENTER)
    nothing_more(terminal, "process")
    take(terminal, "Is this what you want?", "Add another function")
    search(terminal, "What starts the function?", "warm")
    terminal.answer("What is it called? warmup Letters", ENTER)
    nothing_more(terminal, "warmup")
    take(terminal, "Is this what you want?", "Drop a function")
    take(terminal, "Which one?", "warmup")
    take(terminal, "Is this what you want?", "That is all")
    terminal.end()

    assert [function["name"] for function in project.answers["functions"]][-2:] == ["process", "submit"]


def test_inputs_and_outputs_are_changed_where_they_are(dialogue: Dialogue, project: OwnedProject) -> None:
    terminal = dialogue("add", folder=project.path)
    a_queue_with_receipts(terminal, "charge")
    more(terminal, "charge", "An output")
    search(terminal, "Which output?", "queue")
    replace(terminal, "Queue name?", "done")
    # What is not to be changed after all stays as it was.
    more(terminal, "charge", "Change the output blob")
    replace(terminal, "Path? receipts/{rand-guid}.txt", "nowhere/a.txt")
    terminal.answer("» Nothing more", ESC)
    terminal.answer("Path? nowhere/a.txt Container/name", ESC)
    more(terminal, "charge", "Change the output blob")
    replace(terminal, "Path? receipts/{rand-guid}.txt", "receipts/{id}.txt")
    more(terminal, "the output blob path=receipts/{id}.txt", "Another option")
    take(terminal, "Which option?", "connection")
    replace(terminal, "Connection?", "Receipts")
    more(terminal, "the output blob path=receipts/{id}.txt", "Nothing more")
    nothing_more(terminal, "charge")
    take(terminal, "Is this what you want?", "That is all")
    terminal.end()

    assert project.answers["functions"][-1]["outputs"] == [
        {"binding": "blob", "path": "receipts/{id}.txt", "connection": "Receipts"},
        {"binding": "queue", "queue_name": "done"},
    ]


def test_several_messages_are_called_by_a_plural_as_long_as_there_are_several(
    dialogue: Dialogue, project: OwnedProject
) -> None:
    terminal = dialogue("add", folder=project.path)
    search(terminal, "What starts the function?", "kafka")
    replace(terminal, "What is it called?", "on_event")
    terminal.wait_for("Topic?")
    accept_until(terminal, "What else does on_event have?")
    for cardinality in ("many", "one", "many"):
        more(terminal, "on_event", "Another option")
        search(terminal, "Which option?", "cardinality")
        take(terminal, "Cardinality?", cardinality)
    nothing_more(terminal, "on_event")
    take(terminal, "Is this what you want?", "That is all")
    terminal.end()

    assert project.answers["functions"][-1] == {
        "name": "on_event",
        "trigger": "kafka",
        "cardinality": "many",
        "arg_name": "events",
    }
    assert "def main(events: List[func.KafkaEvent])" in (project.app / "on_event/__init__.py").read_text()


def test_what_an_orchestration_calls_is_made_along_with_it(dialogue: Dialogue, project: OwnedProject) -> None:
    terminal = dialogue("add", folder=project.path)
    search(terminal, "What starts the function?", "orchestration is started")
    replace(terminal, "What is it called?", "saga")
    terminal.answer("Pattern? (", ENTER)
    take(terminal, "Activity?", "A new activity")
    replace(terminal, "What is the new activity called?", "step")
    nothing_more(terminal, "saga")
    take(terminal, "Is this what you want?", "That is all")
    terminal.end()

    assert project.answers["functions"][-2:] == [
        {"name": "saga", "trigger": "orchestration", "activity": "step"},
        {"name": "step", "trigger": "activity"},
    ]


@pytest.mark.parametrize("answer", ["n", "y"])
def test_what_was_edited_goes_after_a_question(dialogue: Dialogue, project: OwnedProject, answer: str) -> None:
    project.edit("__app__/on_order/__init__.py", lambda text: text + "# mine\n")
    project.commit()

    terminal = dialogue("remove", "on_order", folder=project.path)
    terminal.answer("Remove it? [y/N]:", answer + ENTER)
    if answer == "n":
        with pytest.raises(RuntimeError, match="exit status 130"):
            terminal.end()
    else:
        terminal.end()

    assert "__app__/on_order/__init__.py" in terminal.text
    assert (project.app / "on_order").exists() == (answer == "n")


@pytest.mark.parametrize("questions", [0, 1, 3], ids=["at once", "in a list", "in a text"])
def test_ctrl_c_leaves_nothing_behind(
    dialogue: Dialogue, released_template: Path, tmp_path: Path, questions: int
) -> None:
    terminal = dialogue("new", "app", "--template", released_template)
    terminal.wait_for("What do you want to build?")
    if questions:
        terminal.send(ENTER)
        terminal.wait_for("What is the project called?")
    if questions > 1:
        opening(terminal)
    terminal.send(CTRL_C)

    with pytest.raises(RuntimeError, match=r"exit status 130") as stopped:
        terminal.end()
    assert "Nothing was written." in str(stopped.value)
    assert list(tmp_path.iterdir()) == []


def test_line_by_line_for_a_screen_reader(dialogue: Dialogue, project: OwnedProject) -> None:
    terminal = dialogue("add", "--plain", folder=project.path)
    terminal.wait_for("<: back")
    terminal.answer("Number or name [1]:", "queue" + ENTER)
    terminal.answer("What is it called?", "on order" + ENTER)
    terminal.wait_for("Not this one: got 'on order'")
    terminal.send("<" + ENTER)
    terminal.answer("What starts the function?", "timer" + ENTER)
    terminal.answer("What is it called? [timer_trigger]:", "nightly" + ENTER)
    terminal.answer("Schedule? [", ENTER)
    terminal.answer("Number or name", "1" + ENTER)
    terminal.answer("Is this what you want?", "that" + ENTER)
    screen = terminal.end()

    assert not re.search("[»─┃│]", screen.split("Added")[0])
    assert project.answers["functions"][-1]["name"] == "nightly"


def test_without_colour_nothing_is_coloured(dialogue: Dialogue, project: OwnedProject) -> None:
    terminal = dialogue("add", folder=project.path, NO_COLOR="1")
    terminal.wait_for("What starts the function?")
    terminal.wait_for("» http")
    terminal.send(DOWN)
    terminal.wait(lambda: not re.search("» http ", terminal.text))

    cells = [cell for row in terminal.screen.buffer.values() for cell in row.values()]
    assert {cell.fg for cell in cells} | {cell.bg for cell in cells} == {"default"}


def test_the_lists_fit_into_80_columns(dialogue: Dialogue, project: OwnedProject) -> None:
    terminal = dialogue("add", folder=project.path)
    terminal.wait_for("Several functions at once")
    narrow = [line for line in terminal.text.splitlines() if line.startswith("   ") or "»" in line]
    wide = dialogue("add", folder=project.path, columns=200)
    wide.wait_for("Several functions at once")

    assert len(narrow) == len([line for line in wide.text.splitlines() if line.startswith("   ") or "»" in line])


def test_no_question_is_broken_by_the_end_of_the_line(dialogue: Dialogue, project: OwnedProject) -> None:
    terminal = dialogue("add", folder=project.path)
    search(terminal, "What starts the function?", "timer")
    terminal.answer("What is it called?", ENTER)
    terminal.answer("Schedule?", ENTER)
    take(terminal, "What else does timer_trigger have?", "An output")
    search(terminal, "Which output?", "blob")
    replace(terminal, "Path?", f"{'container' * 5}/{{rand-guid}}.txt")
    terminal.wait_for("So far: blob")
    terminal.wait_for("Remove the output")
    terminal.send(CTRL_C)

    (asked,) = [line for line in terminal.text.splitlines() if "So far" in line]
    assert asked.endswith(" … (arrows; Esc: back)")


def test_what_is_answered_at_the_end_is_yaml_again() -> None:
    """The command at the end of the dialogue says what the manifest says."""
    from copier_azure_functions.options import as_flags, split

    entry = yaml.safe_load("{name: f, trigger: timer, async: true, retry: {strategy: fixed_delay, max_retry_count: 3}}")

    assert as_flags(entry) == ["timer", "f", "--async", "--retry", "strategy=fixed_delay,max_retry_count=3"]
    assert split("a=1,b=2,3") == ["a=1", "b=2,3"]
