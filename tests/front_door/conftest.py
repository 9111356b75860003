"""The command in this process, and a project to run it in."""

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from copier_azure_functions import cli
from tests.conftest import once
from tests.support.owned_project import OwnedProject

FUNCTIONS = [
    {"name": "greet", "trigger": "http"},
    {"name": "on_order", "trigger": "queue", "queue_name": "orders", "outputs": [{"binding": "blob"}]},
    {"name": "hello_orchestrator", "trigger": "orchestration", "activity": "hello"},
    {"name": "hello", "trigger": "activity"},
    {
        "name": "start",
        "trigger": "http",
        "inputs": [{"binding": "durable_client", "orchestrator": "hello_orchestrator"}],
    },
]


class Result(NamedTuple):
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What `--json` printed."""
        return json.loads(self.out)


Command = Callable[..., Result]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Run the command in a folder; without a terminal, as in a script."""

    def command(*words: object, folder: Path = tmp_path) -> Result:
        capsys.readouterr()
        with contextlib.chdir(folder), pytest.raises(SystemExit) as end:
            cli.main([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Result(int(end.value.code or 0), said.out, said.err)

    return command


@pytest.fixture(scope="session")
def original_front_door_project(released_template: Path, shared_dir: Path) -> Path:
    """A project that is rendered once and copied by the tests."""
    return once(
        shared_dir / "front-door-project",
        lambda to: OwnedProject.copy(released_template, to, functions=FUNCTIONS) and None,
    )


@pytest.fixture
def project(original_front_door_project: Path, tmp_path: Path) -> OwnedProject:
    """A committed project with five functions."""
    return OwnedProject(shutil.copytree(original_front_door_project, tmp_path / "project"))
