"""The command in this process, and a project to run it in."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from copier_azure_functions import cli
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


@pytest.fixture
def project(owned: Callable[..., OwnedProject], tmp_path: Path) -> OwnedProject:
    """A committed project with five functions."""
    return owned(tmp_path / "project", functions=FUNCTIONS)
