"""The questions as their files have them."""

from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[1]


def by_file() -> dict[str, dict[str, dict[str, Any]]]:
    """Map the question files, in the order of copier.yml, to their questions; what is computed is left out."""
    lines = (REPOSITORY / "copier.yml").read_text().splitlines()
    included = [line.removeprefix("!include ") for line in lines if line.startswith("!include ")]
    others = ("questions/files/existing.yml", "questions/guards.yml", "questions/derived.yml")
    files = [REPOSITORY / name for name in included if name not in others]
    return {
        file.stem: {
            name: question
            for name, question in yaml.safe_load(file.read_text()).items()
            if question.get("when") is not False
        }
        for file in files
    }


def all_questions() -> dict[str, dict[str, Any]]:
    """Map the names of all questions, in the order they are asked, to what is known about them."""
    return {name: question for questions in by_file().values() for name, question in questions.items()}


def computed_questions() -> dict[str, dict[str, Any]]:
    """Map the names of the questions that are never asked, as their values follow from the others, to what is known about them."""
    return {
        name: question
        for file in (REPOSITORY / "questions").glob("*.yml")
        for name, question in yaml.safe_load(file.read_text()).items()
        if question.get("when") is False
    }
