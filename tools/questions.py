"""The questions as their files have them."""

from pathlib import Path
from typing import Any

from copier_azure_functions.catalogue import Catalogue

REPOSITORY = Path(__file__).parents[1]
NOT_ASKED = {"existing", "guards", "derived"}  # files with nothing that anybody is asked

Questions = dict[str, dict[str, Any]]


def _files() -> dict[str, Questions]:
    return Catalogue(REPOSITORY).questions


def by_file() -> dict[str, Questions]:
    """Map the question files, in the order of copier.yml, to their questions; what is computed is left out."""
    return {
        file: {name: question for name, question in questions.items() if question.get("when") is not False}
        for file, questions in _files().items()
        if file not in NOT_ASKED
    }


def all_questions() -> Questions:
    """Map the names of all questions, in the order they are asked, to what is known about them."""
    return {name: question for questions in by_file().values() for name, question in questions.items()}


def by_type() -> dict[str, list[str]]:
    """Map the types to the names of their questions; a question with check-boxes takes a list."""
    names: dict[str, list[str]] = {}
    for name, question in all_questions().items():
        if not question.get("multiselect"):
            names.setdefault(question["type"], []).append(name)
    return names


def computed_questions() -> Questions:
    """Map the names of the questions that are never asked, as their values follow from the others, to what is known about them."""
    return {
        name: question
        for questions in _files().values()
        for name, question in questions.items()
        if question.get("when") is False
    }
