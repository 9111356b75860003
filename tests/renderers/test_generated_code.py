"""Whatever the answers, the generated project is what a careful engineer would have written by hand."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import copier
import pytest
from jinja2 import nodes

from copier_azure_functions.compiled import IMPURE
from copier_azure_functions.reading import load_own
from tests.support.answer_sets import ANSWER_SETS, sayable
from tests.support.project import REPOSITORY, Project, in_model
from tests.support.sent import invoke_all
from tools.catalogue import JINJA

# Every set of answers in each model; apps that differ in the length of their names in one or the other.
OF_LENGTHS = [name for name in ANSWER_SETS if name.startswith("names_of_")]
MODELS = {name: ["v1", "v2"] for name in ANSWER_SETS} | {
    name: [["v1", "v2"][number % 2]] for number, name in enumerate(OF_LENGTHS)
}


@pytest.fixture(params=[f"{name}-{model}" for name, models in MODELS.items() for model in models])
def project(request: pytest.FixtureRequest, render: Callable[..., Project]) -> Project:
    """A project for every set of answers."""
    name, model = request.param.rsplit("-", 1)
    return in_model(render, model)(**sayable(ANSWER_SETS[name], model))


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
            text = text.replace('"{{}}"', "")  # a filter of MongoDB, as the host takes it
            assert not [mark for mark in ("{{", "{%", "{#") if mark in text], f"{name} has unrendered Jinja"


def test_every_data_file_parses(project: Project) -> None:
    parsers = {".json": json.loads, ".toml": tomllib.loads, ".yml": load_own}
    parsed = [
        parsers[suffix](content.decode())
        for name, content in project.files.items()
        for suffix in parsers
        if name.endswith(suffix)
    ]

    assert len(parsed) >= (len(project.functions) if project.model == "v1" else 0) + 8


@pytest.mark.parametrize(
    "project", ["delivered_everywhere-v1", "everything_chosen-v2", "every_sample-v1"], indirect=True
)
def test_the_same_answers_give_the_same_bytes(project: Project, template: Path, tmp_path: Path) -> None:
    copier.run_copy(str(template), tmp_path / "again", data=project.answers, defaults=True, quiet=True)

    assert Project(tmp_path / "again").files == project.files


def test_nothing_that_a_template_uses_depends_on_the_moment_or_the_machine() -> None:
    """With what is `random` or asks the clock, one run may by chance be like another."""
    parts = "copier.yml", "questions", "manifest", "kinds", "renderers", "template", "extensions-template"
    files = [path for part in parts for path in [REPOSITORY / part, *(REPOSITORY / part).rglob("*")] if path.is_file()]
    filters = {
        node.name
        for path in files
        if path.suffix in {".jinja", ".yml"} and path.name != "kind.yml"
        for node in JINJA.parse(path.read_text(encoding="utf-8")).find_all(nodes.Filter)
    }

    assert len(filters) > 30
    assert {name for name in filters if IMPURE.search(name)} == {
        "fileglob",
        "realpath",
    }  # of the project, before an update
