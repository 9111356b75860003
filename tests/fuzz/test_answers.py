"""Whatever stands in an answer, or in an answers file: it is refused with the question's name and nothing is written, or it works."""

import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml

from tests.fuzz.chance import HOSTILE, OTHERS
from tests.fuzz.test_by_chance import seeds
from tests.support.owned_project import OwnedProject
from tools.questions import all_questions

QUESTIONS = all_questions()


def answers(draw: random.Random) -> dict[str, Any]:
    """Draw answers to some questions: their choices, their defaults, and what is neither."""
    chosen = {}
    for name, question in QUESTIONS.items():
        choices = question.get("choices", [])
        right = [*(choices.values() if isinstance(choices, dict) else choices if isinstance(choices, list) else [])]
        if draw.random() < 0.25:
            chosen[name] = draw.choice([*right * 20, *HOSTILE, *OTHERS])
    return chosen


def refusal(command: Callable[[], Any]) -> str:
    """Do what may be refused, and return the reason, or nothing."""
    try:
        command()
    except ValueError as error:
        return str(error)
    return ""


REASON = re.compile(r"Validation error for question '\w+': .{5,}|Invalid choice for '\w+': .+", re.DOTALL)


@pytest.mark.parametrize("seed", seeds(60))
def test_an_answer_is_refused_with_its_question_or_makes_a_project(seed: int, template: Path, tmp_path: Path) -> None:
    draw = random.Random(seed)
    for folder in (tmp_path / str(number) for number in range(5)):
        copy = partial(copier.run_copy, str(template), folder, answers(draw), defaults=True, unsafe=False, quiet=True)

        reason = refusal(copy)

        assert folder.exists() == (not reason)
        assert not reason or REASON.fullmatch(reason)


@pytest.mark.parametrize("seed", seeds(60))
def test_an_answers_file_is_refused_or_loses_nothing(
    seed: int, owned: Callable[..., OwnedProject], tmp_path: Path
) -> None:
    draw = random.Random(seed)
    project = owned(
        tmp_path / "app", functions=[{"name": "greet", "trigger": "http"}, {"name": "nightly", "trigger": "timer"}]
    )
    project.edit("__app__/greet/__init__.py", lambda text: text + "\n\nMINE = 1\n")
    recorded = project.answers
    for name in draw.sample(sorted(recorded.keys() - {"_src_path", "_commit"}), 2):
        if draw.random() < 0.4:
            del recorded[name]
        else:
            recorded[name] = draw.choice([*HOSTILE, *OTHERS])
    (project.path / ".copier-answers.yml").write_text(yaml.safe_dump(recorded, allow_unicode=True), encoding="utf-8")
    project.commit()
    before = project.files

    reason = refusal(project.update)

    assert "MINE = 1" in project.text("__app__/greet/__init__.py")
    assert not reason or (REASON.fullmatch(reason) and project.files == before)
