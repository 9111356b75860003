"""What the template says after an update is passed on, with the command that goes with it."""

import re
from pathlib import Path

from copier_azure_functions.engine import NOTES, notes

TEMPLATE = Path(__file__).parents[2]
MESSAGES = (
    "questions/messages/after_update.jinja",
    "questions/messages/notes.jinja",
    "renderers/v2/declare.jinja",
)
SAID_OR_DONE_BY_THE_COMMAND = (
    "Added with their tests",
    "Added, with code and tests of yours",
    "Changed: ",
    "Removed with their tests",
    "Yours from now on",
    "The update is applied",
)


def test_every_text_of_the_message_is_passed_on_or_said_or_done_by_the_command() -> None:
    texts = "\n".join((TEMPLATE / name).read_text(encoding="utf-8") for name in MESSAGES)
    heads = re.findall(r"\n\n(?=\w)(.*)", texts)

    assert len(heads) == 18
    assert [head for head in heads if not head.startswith(NOTES + SAID_OR_DONE_BY_THE_COMMAND)] == []


def test_a_text_comes_with_its_command_and_without_copiers_lines() -> None:
    said = (
        "Updating to template version 1.0\n    identical  README.md\n\n"
        "Removed with their tests: a. In the last commit:\n\n  git checkout HEAD -- __app__/a\n\n\n"
        "New packages: azure-x. This writes it:\n\n  uv export --quiet\n\nThe update is applied.\n\n  git status\n"
    )

    assert notes(said) == ["New packages: azure-x. This writes it:\n\n  uv export --quiet"]


def test_code_to_be_copied_stays_with_its_text() -> None:
    code = '# __app__/a/__init__.py: main\nbp = func.Blueprint()\n\n@bp.function_name("a")'

    assert notes(f"Yours to declare: a.\n\n{code}\n\n\nThe update is applied.") == [f"Yours to declare: a.\n\n{code}"]
