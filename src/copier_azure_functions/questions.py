"""The template's questions about the project, as its files have them: what is asked, when, and what is right."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from copier_azure_functions.catalogue import Catalogue, Json
from copier_azure_functions.errors import RefusalError
from copier_azure_functions.reading import read_yaml

COMPOSED = {"functions", "triggers"}  # what the dialogue has a way of its own for


@dataclass(frozen=True)
class Question:
    """One question."""

    name: str
    data: Json

    @property
    def help(self) -> str:
        """Return the words of the question."""
        return self._parts[0]

    @property
    def hint(self) -> str:
        """Return what is said beside it."""
        return self._parts[1]

    @property
    def _parts(self) -> tuple[str, str]:
        asked, mark, hint = " ".join(self.data["help"].split()).partition("?")
        return asked + mark, hint.strip()

    @property
    def kind(self) -> str:
        """Return bool, str, or another type of Copier."""
        return self.data["type"]

    def read(self, text: str) -> Any:
        """Return the answer that was typed; refuse what cannot be one."""
        if self.kind == "str":
            return text
        answer = read_yaml(text, "this")
        if self.kind == "int" and type(answer) is not int:
            raise RefusalError(f"got '{text}', expected a whole number")
        return answer

    def typed(self, answer: Any) -> str:
        """Return an answer as a person types it."""
        return answer if self.kind == "str" else json.dumps(answer, ensure_ascii=False)

    @property
    def choices(self) -> dict[str, Any]:
        """Map titles to values."""
        choices = self.data.get("choices", {})
        return choices if isinstance(choices, dict) else {str(choice): choice for choice in choices}


class Questions:
    """All questions of the template, in the order in which they are asked."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.all = dict(self._load())

    def _load(self) -> Iterator[tuple[str, Question]]:
        for file in self.catalogue.questions.values():
            for name, data in file.items():
                if (
                    data.get("when") is not False
                    and data.get("ask") is not False
                    and "help" in data
                    and name not in COMPOSED
                ):
                    yield name, Question(name, data)

    def is_asked(self, question: Question, answers: Json) -> bool:
        """Tell whether a question has a place after these answers."""
        return all(
            str(condition) in {"True", "true"}
            or (isinstance(condition, str) and self._render(condition, answers) == "True")
            for condition in (question.data.get("when", True), question.data.get("ask", True))
        )

    def default(self, question: Question, answers: Json) -> Any:
        """Return the suggested answer."""
        default = question.data.get("default")
        if not isinstance(default, str):
            return default
        rendered = self._render(default, answers)
        return question.read(rendered) if question.kind == "yaml" else rendered

    def problem(self, question: Question, answer: Any, answers: Json) -> str:
        """Say what is wrong with an answer; nothing when it is right."""
        lines = self._render(question.data.get("validator", ""), answers | {question.name: answer}).splitlines()
        return "; ".join(line.strip() for line in lines if line.strip())

    def _render(self, text: str, answers: Json) -> str:
        # As on a first copy: nothing is recorded yet, and nothing came on the command line.
        nothing = {"functions": [], "add": [], "remove": [], "manifest": answers.get("functions", []), "previous": {}}
        copiers = {"_copier_conf": {"data": {}, "defaults": False}, "_folder_name": ""}
        defaults = {name: question.data.get("default") for name, question in self.all.items()}
        return self.catalogue.render(text, {**defaults, **nothing, **copiers, **answers}).strip()
