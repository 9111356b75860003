"""The dialogue in a real terminal: what is asked, what happens after an error, and what is kept without asking."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.forked_program import ForkedProgram
from tests.support.owned_project import OwnedProject
from tests.support.project import Project, environment
from tools.questions import all_questions
from tools.terminal import ACCEPT, ENTER, ERASE, SPACE, Terminal

QUESTIONS = all_questions()
ADVANCED = [name for name, question in QUESTIONS.items() if "advanced" in str(question.get("ask", ""))]

# Advanced questions that no app is asked that has nothing but this, no pipeline and nothing in Azure.
MEAN_NOTHING = {
    "an HTTP function": {"virtual_network", "durable_backend", "audit"},
    "a timer": {"virtual_network", "durable_backend", "audit", "auth_level", "openapi"},
}

DELIVERY = ("Which pipeline", "Do you want a Dockerfile", "What creates the resources")

Dialogue = Callable[..., Terminal]


@pytest.fixture
def copier(tmp_path: Path) -> Dialogue:
    """Start Copier in a terminal."""

    def copier(*arguments: object, folder: Path = tmp_path) -> Terminal:
        return Terminal(["copier", *arguments], folder, environment(), start=ForkedProgram)

    return copier


def answer_the_opening(dialogue: Terminal, python_version: str = "3.13", *, new: bool = True) -> None:
    """Accept the first questions as they are; what is built is not asked again when a project is updated."""
    if new:
        dialogue.answer("What do you want to build?", ENTER)
    dialogue.answer("What is the project called?", ENTER)
    dialogue.wait_for("Which Python")
    dialogue.choose(python_version)
    dialogue.send(ENTER)
    dialogue.answer("How does a function say", ENTER)


def answer_the_end(dialogue: Terminal) -> None:
    """Accept what is asked after the functions."""
    for question in ("advanced questions", *DELIVERY):
        dialogue.answer(question, ENTER)


def test_the_dialogue_leads_to_a_project_with_the_chosen_triggers(
    copier: Dialogue, template: Path, tmp_path: Path
) -> None:
    dialogue = copier("copy", template, "app")
    answer_the_opening(dialogue)
    dialogue.wait_for("● HTTP request")
    for title in ("Queue Storage", "Timer"):
        dialogue.choose(title)
        dialogue.send(SPACE)
    dialogue.send(ENTER)
    dialogue.answer("(Finish with 'Alt+Enter' or 'Esc then Enter')", ACCEPT)
    answer_the_end(dialogue)
    screen = dialogue.end()

    project = Project(tmp_path / "app")
    assert project.functions.keys() == {"http_trigger", "queue_trigger", "timer_trigger"}
    assert not project.load_errors()
    assert not [name for name in ADVANCED if QUESTIONS[name]["help"] in screen]


def test_the_commands_that_copier_ends_with_test_and_commit_the_app(
    copier: Dialogue, template: Path, tmp_path: Path
) -> None:
    screen = copier("copy", "--defaults", template, "my app").end()
    commands = [line.strip() for line in screen.split("Next:\n")[1].splitlines() if line.startswith("  ")]
    assert commands[0] == "cd 'my app'"
    assert "uv run pytest" in commands

    script = "\n".join([*commands, "git status --porcelain"])
    run = subprocess.run(
        ["sh", "-ec", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment() | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed in " in run.stdout
    assert run.stdout.splitlines()[-1].startswith(" create mode"), "`copier update` needs a project without changes"


def test_an_error_is_shown_under_the_editor_and_can_be_corrected(
    copier: Dialogue, template: Path, tmp_path: Path
) -> None:
    dialogue = copier("copy", template, "app")
    answer_the_opening(dialogue)
    dialogue.answer("● HTTP request", ENTER)
    dialogue.wait_for("Finish with")
    dialogue.send(ENTER + ERASE * len("  ") + "- {name: nightly, trigger: tmer}" + ACCEPT)

    dialogue.wait_for("trigger: got 'tmer', did you mean timer?")
    dialogue.send(ERASE * len("mer}") + "imer}" + ACCEPT)
    answer_the_end(dialogue)
    dialogue.end()

    assert Project(tmp_path / "app").functions.keys() == {"http_trigger", "nightly"}


def test_advanced_questions_are_asked_on_request(copier: Dialogue, template: Path, tmp_path: Path) -> None:
    dialogue = copier("copy", "--data", "functions=[{name: greet, trigger: http}]", template, "app")
    answer_the_opening(dialogue, python_version="3.12")  # the last one that is asked about worker extensions
    dialogue.answer("advanced questions", "y")
    dialogue.wait_for("Who may call HTTP functions")
    dialogue.choose("Everybody")
    dialogue.send(ENTER)
    advanced = [name for name in ADVANCED[1:] if name not in MEAN_NOTHING["an HTTP function"]]
    asked = [name for name in QUESTIONS if name in advanced or QUESTIONS[name].get("help", "").startswith(DELIVERY)]
    for name in asked:
        dialogue.answer(QUESTIONS[name]["help"].split("?")[0], ACCEPT if QUESTIONS[name]["type"] == "yaml" else ENTER)
    dialogue.end()

    assert Project(tmp_path / "app").functions["greet"]["bindings"][0]["authLevel"] == "anonymous"


def test_what_means_nothing_for_the_app_is_neither_asked_nor_lost(
    copier: Dialogue, released_template: Path, tmp_path: Path
) -> None:
    given = {"auth_level": "anonymous", "durable_backend": "scheduler", "openapi": True, "audit": True}
    assert given.keys() | {"virtual_network"} == MEAN_NOTHING["a timer"]
    timer = {"functions": [{"name": "nightly", "trigger": "timer"}]}
    project = OwnedProject.copy(released_template, tmp_path / "app", **timer, **given)
    dialogue = copier("update", "--vcs-ref", ":current:", folder=project.path)
    answer_the_opening(dialogue, new=False)
    dialogue.answer("Describe your functions", ACCEPT)
    dialogue.answer("advanced questions", "y")
    for name, question in QUESTIONS.items():
        if name in {*ADVANCED, "ci", "container", "infrastructure"} - {*MEAN_NOTHING["a timer"], "worker_extensions"}:
            dialogue.answer(question["help"].split("?")[0], ACCEPT if question["type"] == "yaml" else ENTER)
    dialogue.end()

    assert {name: project.answers[name] for name in given} == given


def test_what_is_not_asked_is_kept(copier: Dialogue, released_template: Path, tmp_path: Path) -> None:
    """Answers to advanced questions that came from a file survive updates, with a dialogue and without one."""
    given = {
        "auth_level": "anonymous",
        "app_settings": {"GREETING": "Hello"},
        "worker_process_count": 4,
        "extensions": "csproj",
        "worker_extensions": [],
        "build": "local",
        "telemetry": "opentelemetry",
        "durable_backend": "scheduler",
        "function_timeout": "00:05:00",
        "virtual_network": False,
        "integration_tests": True,
        "deployment_check": True,
        "audit": True,
        "dev_container": True,
        "agents": True,
        "openapi": True,
        "renovate": True,
    }
    assert given.keys() == set(ADVANCED)
    project = OwnedProject.copy(released_template, tmp_path / "app", **given)

    def recorded() -> dict[str, object]:
        return {name: project.answers[name] for name in given}

    assert recorded() == given

    project.update(add=[{"name": "nightly", "trigger": "timer"}])
    assert recorded() == given

    project.commit()
    dialogue = copier("update", "--vcs-ref", ":current:", folder=project.path)
    answer_the_opening(dialogue, new=False)
    dialogue.answer("Describe your functions", ACCEPT)
    answer_the_end(dialogue)
    dialogue.end()

    assert recorded() == given
