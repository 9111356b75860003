"""Apps of eight shapes are adopted: what the app imports and the host reads is moved and nothing else, and their tests run from then on."""

import json
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from copier_azure_functions import keeping
from copier_azure_functions.cli import cli
from copier_azure_functions.errors import RefusalError
from tests.support.owned_project import OwnedProject, git
from tests.support.project import REPOSITORY, Project

SHAPES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "app_shapes.yml").read_text(encoding="utf-8"))
TIMER = '{"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "0 0 3 * * *"}'
HTTP = (
    '{"type": "httpTrigger", "direction": "in", "name": "req"}, {"type": "http", "direction": "out", "name": "$return"}'
)
FUNCTIONS = {"timer": f'{{"bindings": [{TIMER}]}}', "http": f'{{"bindings": [{HTTP}]}}'}
CODE = {
    "REPLY": "import azure.functions as func\n\n\ndef main(req: func.HttpRequest) -> str:\n    return 'ok'\n",
    "TICK": "import azure.functions as func\n\n\ndef main(timer: func.TimerRequest) -> None:\n    pass\n",
}


def write(folder: Path, files: dict[str, str]) -> OwnedProject:
    """Write and commit a project."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        text = FUNCTIONS.get(text, text)
        for word, code in CODE.items():
            text = text.replace(word, code)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet")
    project = OwnedProject(folder)
    project.commit()
    return project


@pytest.mark.parametrize("shape", SHAPES)
def test_an_app_of_any_shape_is_adopted_with_nothing_lost_or_moved_wrongly_and_its_tests_run(
    shape: str, template: Path, tmp_path: Path
) -> None:
    expected = SHAPES[shape]
    project = write(tmp_path / "app", expected["files"])
    before = project.files

    run = adopt(project, "--template", str(template), "--json")

    assert run.exit_code == 0, run.output
    said = json.loads(run.stdout)
    goes = {*expected["goes"], "local.settings.json"}
    moved = {f"__app__/{name}" if name.split("/")[0] in goes else name: text for name, text in before.items()}
    after = project.files
    assert {name: after[name][: len(text)] for name, text in moved.items()} == moved
    assert {name for name in moved if after[name] != moved[name]} <= {".gitignore"}
    assert not after.keys() & before.keys() - moved.keys()
    assert not {
        name
        for name in git(project.path, "ls-files", "--others", "--exclude-standard").split()
        if "local.settings.json" in name
    }
    to_do = said["notes"]
    for note, begins in zip(to_do, expected.get("to_do", []), strict=True):
        assert note.startswith(begins)
    assert said["unknown"] == expected.get("unknown", [])
    manifest = {entry["name"]: entry for entry in project.answers["functions"]}
    assert manifest.keys() == {Path(name).parent.name for name in before if name.endswith("/function.json")}
    for name, entry in expected.get("functions", {}).items():
        assert manifest[name].items() >= entry.items()

    for action, (target, other) in expected.get("then", {}).items():
        if action == "append":
            with (project.path / target).open("a") as file:
                file.write(textwrap.dedent("\n".join(to_do[other].splitlines()[1:])) + "\n")
        else:
            git(project.path, "mv", target, other)
    tests = project.run_tests("-rA").stdout
    ends = dict(reversed(line.split(" ", 1)) for line in tests.splitlines() if line.startswith(("PASSED ", "FAILED ")))
    failed = {name.split(" - ")[0] for name, end in ends.items() if end == "FAILED"}
    assert failed == {f"tests/test_contract.py::{name}" for name in expected.get("fails", [])}, tests
    own = {Path(name).name for name in before if "/test_" in name}
    assert {Path(name.split("::")[0]).name for name in ends} == own | {"test_contract.py"}
    assert len(ends) == len(manifest) + len(own)


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
    project = write(tmp_path, SHAPES["relative imports from above a function"]["files"])
    run = adopt(project, "--template", str(released_template), "--data", "python_version=2.7")
    assert isinstance(run.exception, RefusalError)
    assert "python_version" in " ".join(run.exception.sentences)
    assert project.changes == {}


@pytest.mark.parametrize("settings", [True, False])
def test_what_is_stopped_in_the_middle_moves_nothing_not_even_what_git_ignores(
    settings: bool, tmp_path: Path, released_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = SHAPES["modules in a folder that functions share"]["files"] | {".gitignore": "local.settings.json\n*.log\n"}
    project = write(tmp_path / "app", files)
    (project.path / "Orders/mine.log").write_text("mine")
    if not settings:
        (project.path / "local.settings.json").unlink()
    before = project.files

    def stop(_: Path) -> None:
        assert (project.path / "__app__/Orders/mine.log").exists()
        assert (project.path / "__app__/local.settings.json").exists()
        raise KeyboardInterrupt

    monkeypatch.setattr("copier_azure_functions.moving.ignore_settings", stop)
    adopt(project, "--template", str(released_template))

    assert project.files == before
    assert not (project.path / "__app__").exists()
    assert project.changes == {}


def test_a_dry_run_shows_each_move_and_what_is_left_to_do(tmp_path: Path, released_template: Path) -> None:
    project = write(tmp_path, SHAPES["a file that the code opens, and a pyproject.toml"]["files"])
    run = adopt(project, "--template", str(released_template), "--dry-run")
    assert run.exit_code == 0, run.output
    assert "Guess -> __app__/Guess\nhost.json -> __app__/host.json\n" in run.output
    assert "rename to __app__/Guess/__init__.py\n" in run.output
    assert "+++ b/tests/test_contract.py\n" in run.output
    assert "1 of 1 functions are in the manifest." in run.output
    assert "To do: models stays where it is" in run.output
    assert re.search(
        r"the tests need in it\n\s+\[project\]\n\s+name = .*\n\s+version = .*\n\s+requires-python = ", run.output
    )
    assert project.changes == {}
    as_json = json.loads(adopt(project, "--template", str(released_template), "--dry-run", "--json").stdout)
    assert as_json["moved"][:2] == ["Guess", "host.json"]
    assert as_json["diff"] in run.output
    assert project.changes == {}


def test_what_was_moved_is_shown_once_and_the_steps_that_follow_come_last(
    tmp_path: Path, released_template: Path
) -> None:
    project = write(tmp_path, SHAPES["a file that the code opens, and a pyproject.toml"]["files"])

    run = adopt(project, "--template", str(released_template))

    assert "removed" not in run.output
    assert re.search(r"Guess/\n.*__init__\.py  moved\n.*function\.json  moved\n", run.output)
    (page,) = [
        block
        for block in re.findall(r"```sh\n(.*?)```", (REPOSITORY / "docs/adopt.md").read_text(), re.DOTALL)
        if "git commit" in block
    ]
    to_do, steps = run.output.split("Nothing is committed. What is to do comes first, then:\n")
    assert "To do: " in to_do
    assert [line.strip() for line in steps.splitlines()] == [line.strip() for line in page.strip().splitlines()]


def test_what_pytest_is_told_already_stays(tmp_path: Path, render: Callable[..., Project]) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app"\n[tool.pytest.ini_options]\naddopts = "-ra"\n')

    to_do = "\n".join(keeping.lacking(tmp_path, render().path))

    assert 'addopts = ["-ra", "--import-mode=importlib"]' in to_do
    assert "[project]" not in to_do
