"""A generated app loads, runs and passes its own tests on Python 3.11 and 3.12, too; for 3.14 it is formatted."""

from collections.abc import Callable
from itertools import product

import pytest
import yaml

from tests.support.answer_sets import ANSWER_SETS, names_of
from tests.support.project import REPOSITORY, Project, in_model
from tests.support.ruff import ENDS, ruff

TESTED = ["3.11", "3.12"]  # 3.13 runs everything else


@pytest.fixture
def render(render: Callable[..., Project], model: str) -> Callable[..., Project]:
    """Render apps of both models."""
    return in_model(render, model)


def test_the_versions_tested_are_versions_offered() -> None:
    questions = yaml.safe_load((REPOSITORY / "questions/function_app.yml").read_text())

    assert {*TESTED, "3.13"} < set(questions["python_version"]["choices"])


@pytest.mark.parametrize(("version", "model"), [("3.11", "v1"), ("3.12", "v2")])  # both have the same SDK
def test_every_kind_of_binding_runs_on_its_python(
    version: str, render: Callable[..., Project], interpreter: Callable[[str], str]
) -> None:
    project = render(**ANSWER_SETS["sixty_functions"] | {"python_version": version})

    loaded = project.run_on_worker(interpreter(version))["loaded"]
    tests = project.run_tests(python=interpreter(version))

    assert not {name: error for name, error in loaded.items() if error}
    assert tests.returncode == 0, tests.stdout + tests.stderr


@pytest.mark.parametrize("version", TESTED)
def test_an_app_runs_on_its_python(
    version: str, render: Callable[..., Project], interpreter: Callable[[str], str]
) -> None:
    project = render(**ANSWER_SETS["order_service"] | {"python_version": version})
    python = interpreter(version)

    greet = {"function": "greet", "inputs": {"req": {"http": {"query": {"name": "Ada"}}}}}
    result = project.run_on_worker(python, invoke=[greet], orchestrate=[{"function": "hello_orchestrator"}])
    tests = project.run_tests(python=python)

    assert not {name: error for name, error in result["loaded"].items() if error}
    assert result["invoked"][0]["returned"]["http"]["body"]["bytes"] == "Hello, Ada"
    assert result["orchestrated"] == [{"output": ["Hello Tokyo!", "Hello Seattle!", "Hello London!"]}]
    assert tests.returncode == 0, tests.stdout + tests.stderr


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("model", ["v1"])  # the answers name the model
def test_names_of_every_length_leave_nothing_to_a_formatter(version: str, render: Callable[..., Project]) -> None:
    seed = int(version[2:])
    lengths = range(1 + seed % 4, 128, 4)  # the four versions have all of them together

    answers = {"programming_model": "v2" if seed % 2 else "v1", "extensions": "csproj"}
    project = render(python_version=version, functions=names_of(lengths, seed), **answers)

    for end, command in product(ENDS, (["format", "--diff", "."], ["check", "."])):
        run = ruff(end, *command, cwd=project.path)
        assert run.returncode == 0, run.stdout + run.stderr
