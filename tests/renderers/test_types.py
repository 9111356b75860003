"""The types of generated code and its tests are right, for both checkers that editors and pipelines use."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import Project, environment

# Every trigger with inputs, outputs, contexts and caches; every pattern of Durable Functions; most options, in the other model.
MORE = {"integration_tests": True, "deployment_check": True}
APPS = {
    "v1": ANSWER_SETS["sixty_functions"],
    "durable": ANSWER_SETS["durable_patterns"] | MORE,
    "v2": ANSWER_SETS["order_service"] | MORE | {"programming_model": "v2"},
}


def check(project: Project, *command: str) -> str:
    """Run a type checker on all of a project, and return what it found."""
    run = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project.path,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    return "" if run.returncode == 0 else run.stdout + run.stderr


@pytest.mark.parametrize("app", APPS)
def test_mypy_finds_nothing_by_its_strict_rules(
    app: str, render: Callable[..., Project], tmp_path_factory: pytest.TempPathFactory
) -> None:
    answers: dict[str, Any] = APPS[app]
    cache = tmp_path_factory.getbasetemp() / "mypy-cache"  # of what all apps import
    # In the v2 model the configuration of the project allows the decorators of the SDK, which have no types.
    strict = [] if app == "v2" else ["--strict"]

    assert check(render(**answers), "mypy", "--cache-dir", str(cache), *strict, ".") == ""


@pytest.mark.parametrize("app", APPS)
def test_pyright_finds_nothing(app: str, render: Callable[..., Project]) -> None:
    assert check(render(**APPS[app]), "pyright", "--pythonpath", sys.executable, ".") == ""
