"""Whatever the answers, the generated project is what a careful engineer would have written by hand."""

import json
import tomllib
from collections.abc import Callable

import copier
import pytest
import yaml

from tests.support.answer_sets import ANSWER_SETS, sayable
from tests.support.project import Project, in_model
from tests.support.sent import invoke_all

PYTHON_AND_DATA = (".py", ".json", ".toml", ".yml", ".yaml", ".md", ".txt")


@pytest.fixture
def render(render: Callable[..., Project], model: str) -> Callable[..., Project]:
    """Render apps of both models."""
    return in_model(render, model)


@pytest.fixture(params=ANSWER_SETS)
def project(request: pytest.FixtureRequest, render: Callable[..., Project], model: str) -> Project:
    """A project for every set of answers, in each model."""
    return render(**sayable(ANSWER_SETS[request.param], model))


def test_every_function_loads_on_the_worker_and_can_be_invoked(project: Project) -> None:
    did = invoke_all(project, project.answers["functions"])

    loaded = did["loaded"]
    assert loaded.keys() == project.functions.keys() == {function["name"] for function in project.answers["functions"]}
    assert not {name: error for name, error in loaded.items() if error}
    assert did["failed"] == {}


def test_its_own_tests_pass(project: Project) -> None:
    run = project.run_tests()

    expected = 5 if not project.functions else 0  # pytest's "no tests ran"
    assert run.returncode in (0, expected), run.stdout + run.stderr
    assert {path.stem for path in (project.path / "tests/functions").glob("test_*.py")} == {
        f"test_{name}" for name in project.functions
    }


def test_a_formatter_changes_nothing(project: Project) -> None:
    run = project.ruff("format", "--diff", ".")

    assert run.returncode == 0, run.stdout + run.stderr


def test_a_linter_finds_nothing(project: Project) -> None:
    run = project.ruff("check", ".")

    assert run.returncode == 0, run.stdout + run.stderr


def test_every_file_is_clean_text(project: Project) -> None:
    for name, content in project.files.items():
        text = content.decode()
        lines = text.splitlines()
        assert text == "" or text.endswith("\n"), f"{name} does not end with a newline"
        assert not text.endswith("\n\n"), f"{name} ends with a blank line"
        assert not [line for line in lines if line != line.rstrip()], f"{name} has trailing blanks"
        assert "\n\n\n\n" not in text, f"{name} has stray blank lines"
        if not name.endswith(".yml"):
            assert not [mark for mark in ("{{", "{%", "{#") if mark in text], f"{name} has unrendered Jinja"


def test_every_data_file_parses(project: Project) -> None:
    parsers = {".json": json.loads, ".toml": tomllib.loads, ".yml": yaml.safe_load}
    parsed = [
        parsers[suffix](content.decode())
        for name, content in project.files.items()
        for suffix in parsers
        if name.endswith(suffix)
    ]

    assert len(parsed) >= (len(project.functions) if project.model == "v1" else 0) + 8


@pytest.mark.parametrize(  # each set in one of the models
    ("project", "model"),
    [(name, ("v1", "v2")[number % 2]) for number, name in enumerate(ANSWER_SETS)],
    indirect=["project"],
)
def test_the_same_answers_give_the_same_bytes(project: Project, template: object, tmp_path: object) -> None:
    copier.run_copy(str(template), tmp_path / "again", data=project.answers, defaults=True, quiet=True)

    assert Project(tmp_path / "again").files == project.files
