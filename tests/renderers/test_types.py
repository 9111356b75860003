"""The types of generated code and its tests are right, for both checkers that editors and pipelines use."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import Project, environment

# Every trigger with inputs, outputs, contexts and caches; every pattern of Durable Functions; most options, in the other model; clients of SDKs.
MORE = {"integration_tests": True, "deployment_check": True}
CLIENTS = [
    {"name": "on_blob", "trigger": "blob", "sdk_types": True, "inputs": [{"binding": "cosmos_db", "sdk_types": True}]},
    {"name": "read", "trigger": "http", "methods": ["get"], "inputs": [{"binding": "blob", "sdk_types": True}]},
    {"name": "on_news", "trigger": "redis_pub_sub", "outputs": [{"binding": "queue", "arg_name": "$return"}]},
    *({"name": name, "trigger": "timer", "code": "mine"} for name in ("own", "own-too")),
]
APPS = {
    "v1": ANSWER_SETS["sixty_functions"],
    "durable": ANSWER_SETS["durable_patterns"] | MORE,
    "v2": ANSWER_SETS["order_service"] | MORE | {"programming_model": "v2"},
    "clients": {"functions": CLIENTS, "programming_model": "v2"},
}


@pytest.fixture
def projects(render: Callable[..., Project]) -> dict[str, Project]:
    """The apps."""
    return {name: render(**answers) for name, answers in APPS.items()}


def check(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a type checker in a folder; fail the test with what it finds."""
    run = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False, env=environment()
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run


@pytest.fixture
def mypy(shared_dir: Path) -> Callable[..., None]:
    """Run mypy in a project; what it knows of the packages is the same for all of them."""
    return lambda project, *arguments: check(project.path, "mypy", "--cache-dir", shared_dir / "mypy", *arguments)


def test_mypy_finds_nothing_by_its_strict_rules(projects: dict[str, Project], mypy: Callable[..., None]) -> None:
    for project in projects.values():
        # In the v2 model the configuration of the project allows the decorators of the SDK, which have no types.
        mypy(project, *([] if project.model == "v2" else ["--strict"]), ".")


def test_pyright_finds_nothing(projects: dict[str, Project], tmp_path: Path) -> None:
    """In one run, which reads the packages once; each project is an environment of its own, with its own configuration."""
    for name, project in projects.items():
        shutil.copytree(project.path, tmp_path / name)
    environments = [
        {"root": name} | tomllib.loads(project.text("pyproject.toml"))["tool"].get("pyright", {})
        for name, project in projects.items()
    ]
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"executionEnvironments": environments}))

    run = check(tmp_path, "pyright", "--pythonpath", sys.executable, "--outputjson")
    assert json.loads(run.stdout)["summary"]["filesAnalyzed"] == len([*tmp_path.rglob("*.py")])


@pytest.mark.parametrize("scope", ["app", "function"])
def test_an_extension_that_calls_itself_typed_is(
    scope: str, render: Callable[..., Project], mypy: Callable[..., None]
) -> None:
    extension = render(project_type="worker_extension", extension_scope=scope)

    assert '"Typing :: Typed"' in extension.text("setup.py")
    mypy(extension, "--strict", "python_worker_extension_timer")
