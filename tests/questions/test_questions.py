"""Bad answers are refused before anything is written, all at once, in words that name the place."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.project import REPOSITORY
from tools.catalogue import kinds
from tools.questions import all_questions, by_type

Refusal = Callable[..., list[str]]


def test_all_problems_of_a_manifest_are_listed_at_once(refusal: Refusal) -> None:
    message = refusal(
        functions=[
            {"name": "on_order", "trigger": "queue", "que_name": "orders"},
            {"name": True, "trigger": "htp"},
            {"name": "nightly", "trigger": "timer", "schedule": "61 * * * * *"},
        ]
    )

    assert [re.split(r"; |, expected one of name", line)[0] for line in message] == [
        "Validation error for question 'functions': que_name: unknown key, did you mean queue_name? (functions[0], on_order)",
        "name: got the boolean true (functions[1]), expected letters, digits and underscores with a letter first",
        "trigger: got 'htp', did you mean http? (functions[1]), expected one of " + ", ".join(kinds("trigger")),
        "schedule: got second '61' in '61 * * * * *' (functions[2], nightly), expected 0 to 59, alone or in ranges, lists and "
        "steps such as */5",
    ]


def test_an_unknown_answer_is_refused_with_the_nearest_question(refusal: Refusal) -> None:
    (line,) = refusal(pyton_version="3.13")

    assert line.startswith(
        "Validation error for question 'answers': pyton_version: no question has this name, did you mean python_version? (known: "
    )


@pytest.mark.parametrize("question", by_type()["bool"])
def test_a_question_for_yes_or_no_takes_nothing_else(question: str, refusal: Refusal) -> None:
    needed = {
        "kubernetes": {"container": True},
        "virtual_network": {"infrastructure": "azd"},
        "audit": {"ci": "github"},
    }

    message = refusal(**needed.get(question, {}), **{question: "perhaps"})

    assert message == [f"Validation error for question '{question}': got 'perhaps', expected true or false"]


def test_a_name_that_is_there_already_cannot_be_added(refusal: Refusal) -> None:
    (line,) = refusal(triggers=["http"], add=[{"name": "HTTP_trigger", "trigger": "timer"}])

    assert "name: got 'HTTP_trigger' (add[0], HTTP_trigger), which functions[0] has too" in line


def test_an_activity_that_is_called_cannot_be_removed(refusal: Refusal) -> None:
    (line,) = refusal(triggers=["durable"], remove=["hello"])

    assert "activity: got 'hello' (remove, hello_orchestrator), expected an activity of this app: there is none" in line


def test_every_question_can_be_answered_on_the_command_line() -> None:
    """`questions/answers.jinja` lists what is known, in the order of the questions."""
    asked = list(all_questions())

    recorded = (REPOSITORY / "questions/answers.jinja").read_text()

    assert asked == [line.strip(" ',") for line in recorded.splitlines() if line.startswith("    '")]


def test_what_a_dialogue_asks_on_request_only_is_watched() -> None:
    """By `questions/guards/dropped_answers.jinja`. Nothing is refused of `renovate`, which an extension's dialogue always asks about."""
    text = (REPOSITORY / "questions/answers.jinja").read_text()
    watched = re.search(r"asked_on_request = \[(.*?)\]", text, re.DOTALL)

    on_request = {name for name, question in all_questions().items() if "advanced" in str(question.get("ask", ""))}

    assert watched
    assert set(re.findall(r"'(\w+)'", watched[1])) == on_request - {"renovate"}


@pytest.mark.parametrize(("name", "question"), all_questions().items())
def test_every_question_has_a_default_and_a_help_text(name: str, question: dict[str, Any]) -> None:
    assert "default" in question, name
    assert question["help"], name


@pytest.mark.parametrize(("name", "question"), all_questions().items())
def test_every_question_fits_into_a_terminal(name: str, question: dict[str, Any]) -> None:
    """In 80 columns, after a microphone and before a blank: prompt_toolkit cuts what is longer."""
    assert not [line for line in question.get("help", "").splitlines() if len(line) > 75], name


def test_no_question_shows_the_end_of_a_yaml_document() -> None:
    """Copier writes a default of the type `yaml` as a document: a number alone is `1` and, on a line of its own, `...`."""
    scalars = [
        name
        for name, question in all_questions().items()
        if question["type"] == "yaml" and not isinstance(question["default"], list | dict | str)
    ]

    assert scalars == []
