"""Adoption moves what the app imports and the host reads, and nothing else."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from copier_azure_functions import moving
from copier_azure_functions.cli import cli
from copier_azure_functions.errors import RefusalError
from tests.support.owned_project import OwnedProject, git

SHAPES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "app_shapes.yml").read_text(encoding="utf-8"))
FUNCTIONS = {
    "timer": '{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "0 0 3 * * *"}]}',
    "http": '{"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req"}]}',
}


def write(folder: Path, files: dict[str, str]) -> OwnedProject:
    """Write and commit a project."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(FUNCTIONS.get(text, text))
    git(folder, "init", "--quiet")
    project = OwnedProject(folder)
    project.commit()
    return project


@pytest.mark.parametrize("shape", SHAPES)
def test_what_the_app_imports_and_the_host_reads_is_moved_and_nothing_else(shape: str, tmp_path: Path) -> None:
    project = write(tmp_path, SHAPES[shape]["files"])
    before = project.files

    planned = moving.plan(project.path)
    to_do = [*planned.notes, *moving.to_add(project.path)]
    moving.move(project.path, planned)

    assert planned.goes == SHAPES[shape]["goes"]
    moved = {f"__app__/{name}" if name.split("/")[0] in planned.goes else name: text for name, text in before.items()}
    assert project.files == moved
    expected = SHAPES[shape].get("to_do", [])
    assert len(to_do) == len(expected)
    for said, begins in zip(to_do, expected, strict=True):
        assert said.startswith(begins)


def adopt(project: OwnedProject, *options: str) -> Any:
    """Run the command in this process."""
    return CliRunner().invoke(cli, ["adopt", "--project", str(project.path), *options])


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"hello/function.json": "http"}, "There is no host.json"),
        ({"host.json": "{}"}, "There is no function.json"),
        ({"host.json": "{}", "hello/function.json": "{"}, "hello: function.json cannot be read"),
        ({"host.json": "{}", "hello/function.json": '{"bindings": []}'}, "hello: function.json has 0 triggers"),
    ],
)
def test_what_is_no_app_is_refused_before_anything_moves(files: dict[str, str], reason: str, tmp_path: Path) -> None:
    project = write(tmp_path, files)
    run = adopt(project)
    assert isinstance(run.exception, RefusalError)
    assert reason in " ".join(run.exception.sentences)
    assert project.changes == {}


def test_an_answer_that_is_refused_moves_nothing(tmp_path: Path, released_template: Path) -> None:
    project = write(tmp_path, SHAPES["imports by the name of the app's folder"]["files"])
    run = adopt(project, "--template", str(released_template), "--data", "python_version=2.7")
    assert isinstance(run.exception, RefusalError)
    assert "python_version" in " ".join(run.exception.sentences)
    assert project.changes == {}


def test_a_dry_run_shows_each_move_and_what_is_left_to_do(tmp_path: Path, released_template: Path) -> None:
    project = write(tmp_path, SHAPES["a file that the code opens"]["files"])
    run = adopt(project, "--template", str(released_template), "--dry-run")
    assert run.exit_code == 0, run.output
    assert "Guess -> __app__/Guess\nhost.json -> __app__/host.json\n" in run.output
    assert "1 of 1 functions are in the manifest." in run.output
    assert "To do: models stays where it is" in run.output
    assert project.changes == {}
