"""Bad answers are refused before anything is written, all at once, in words that name the place."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.project import REPOSITORY
from tools.catalogue import kinds
from tools.questions import all_questions

Refusal = Callable[..., list[str]]


def test_all_problems_of_a_manifest_are_listed_at_once(refusal: Refusal) -> None:
    message = refusal(
        functions=[
            {"name": "on_order", "trigger": "queue", "que_name": "orders"},
            {"name": True, "trigger": "htp"},
            {"name": "nightly", "trigger": "timer", "schedule": "61 * * * * *"},
        ]
    )

    assert [line.split("; ")[0] for line in message] == [
        "Validation error for question 'functions': functions[0] (on_order): unknown key 'que_name' (did you mean 'queue_name'?)",
        "functions[1]: name: got the boolean true (quote it if you mean text: YAML reads on, off, yes and no as booleans), "
        "expected letters, digits and underscores with a letter first",
        "functions[1]: trigger: got 'htp' (did you mean 'http'?), expected one of " + ", ".join(kinds("trigger")),
        "functions[2] (nightly): schedule: got '61 * * * * *', expected an NCRONTAB expression '{second} {minute} {hour} {day} "
        "{month} {day of week}' such as '0 */5 * * * *', or %Setting%",
    ]


def test_an_unknown_answer_is_refused_with_the_nearest_question(refusal: Refusal) -> None:
    (line,) = refusal(pyton_version="3.13")

    assert line.startswith(
        "Validation error for question 'project_type': there is no question 'pyton_version' (did you mean 'python_version'?); known: "
    )


def test_a_name_that_is_there_already_cannot_be_added(refusal: Refusal) -> None:
    (line,) = refusal(triggers=["http"], add=[{"name": "HTTP_trigger", "trigger": "timer"}])

    assert "add[0] (HTTP_trigger): name: got 'HTTP_trigger', which functions[0] has too" in line


def test_an_activity_that_is_called_cannot_be_removed(refusal: Refusal) -> None:
    (line,) = refusal(triggers=["durable"], remove=["hello"])

    assert (
        "remove: functions (hello_orchestrator): activity: got 'hello', expected an activity of this app: there is none"
        in line
    )


def test_every_question_can_be_answered_on_the_command_line() -> None:
    """`questions/answers.jinja` lists what is known, in the order of the questions."""
    asked = list(all_questions())

    recorded = (REPOSITORY / "questions/answers.jinja").read_text()

    assert asked == [line.strip(" ',") for line in recorded.splitlines() if line.startswith("    '")]


@pytest.mark.parametrize(("name", "question"), all_questions().items())
def test_every_question_has_a_default_and_a_help_text(name: str, question: dict[str, Any]) -> None:
    assert "default" in question
    assert name == "existing_project" or question["help"]


@pytest.mark.parametrize(("name", "question"), all_questions().items())
def test_every_question_fits_into_a_terminal(name: str, question: dict[str, Any]) -> None:
    """In 80 columns, after a microphone and before a blank: prompt_toolkit cuts what is longer."""
    assert not [line for line in question.get("help", "").splitlines() if len(line) > 75], name
