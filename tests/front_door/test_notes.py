"""What the template says after an update is passed on, with the command that goes with it."""

import re
from pathlib import Path

from copier_azure_functions.engine import NOTES, notes

MESSAGES = Path(__file__).parents[2] / "questions" / "messages"
SAID_OR_DONE_BY_THE_COMMAND = (
    "Added with their tests",
    "Added, with code and tests of yours",
    "Changed: ",
    "Removed with their tests",
    "Yours from now on",
    "The update is applied",
)


def test_every_text_of_the_message_is_passed_on_or_said_or_done_by_the_command() -> None:
    texts = "\n".join((MESSAGES / name).read_text(encoding="utf-8") for name in ("after_update.jinja", "notes.jinja"))
    heads = re.findall(r"\n\n(?=\w)(.*)", texts)

    assert len(heads) == 16
    assert [head for head in heads if not head.startswith(NOTES + SAID_OR_DONE_BY_THE_COMMAND)] == []


def test_a_text_comes_with_its_command_and_without_copiers_lines() -> None:
    said = (
        "Updating to template version 1.0\n    identical  README.md\n\n"
        "Removed with their tests: a. In the last commit:\n\n  git checkout HEAD -- __app__/a\n\n\n"
        "New packages: azure-x. This writes it:\n\n  uv export --quiet\n\nThe update is applied.\n\n  git status\n"
    )

    assert notes(said) == ["New packages: azure-x. This writes it:\n\n  uv export --quiet"]
