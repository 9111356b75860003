"""What a project asks of Azure after a publish, on a stand-in for Azure Resource Manager and the app behind it."""

import contextlib
import importlib.util
import json
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import Project
from tests.support.stand_ins import Service, program, serving

Render = Callable[..., Project]
SITE = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Web/sites/shop"
FUNCTIONS = {name["name"] for name in ANSWER_SETS["order_service"]["functions"]}


class Azure:
    """Answers with a status and JSON for each path below the app; the last of several answers stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, Any]]] = {"": [(200, {"name": "shop"})]}
        self.asked: list[str] = []

    def has(self, functions: set[str], errors: dict[str, str] | None = None) -> None:
        """Have these functions, some of which are in error."""
        self.answers["/hostruntime/admin/functions"] = [(200, [{"name": name} for name in functions])]
        for name in functions:
            status = {"errors": [errors[name]]} if name in (errors or {}) else {}
            self.answers[f"/hostruntime/admin/functions/{name}/status"] = [(200, status)]

    def answer(self, path: str) -> tuple[int, Any]:
        """Answer once."""
        self.asked.append(path)
        answers = self.answers.get(path, [(404, {})])
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Handler(Service):
    """Speaks HTTP for the stand-in."""

    def __init__(self, azure: Azure, *arguments: Any) -> None:
        self.azure = azure
        super().__init__(*arguments)

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        assert query == "api-version=2024-11-01"
        allowed = self.headers["Authorization"] == "Bearer secret" and path.startswith(SITE)
        status, answer = self.azure.answer(path.removeprefix(SITE)) if allowed else (401, {})
        self.answer(status, json.dumps(answer).encode())


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    """The stand-in, with somebody signed in."""
    azure = Azure()
    monkeypatch.setenv("AZURE_ACCESS_TOKEN", "secret")
    for name in ("AZURE_FUNCTION_APP_NAME", "AZURE_RESOURCE_GROUP", "AZURE_SUBSCRIPTION_ID"):
        monkeypatch.delenv(name, raising=False)
    with serving(partial(Handler, azure)) as azure.address:
        yield azure


def load(path: Path, name: str) -> ModuleType:
    """Import a module of the project under the name that it has there."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Clock:
    """A clock that nobody waits for."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.now += seconds


@pytest.fixture
def check(model: str, render: Render, azure: Azure, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Run the project's script in this process, by a clock of its own."""
    tools = render(**ANSWER_SETS["order_service"], programming_model=model, deployment_check=True).path / "tools"
    monkeypatch.delitem(sys.modules, "tools.declared", raising=False)
    monkeypatch.setitem(sys.modules, "tools.declared", load(tools / "declared.py", "tools.declared"))
    script = load(tools / "check_deployment.py", "check_deployment")
    script.time = Clock()

    def check(*arguments: str) -> int:
        where = ["--app", "shop", "--resource-group", "G", "--subscription", "S", "--management", azure.address]
        return script.main([*where, *arguments])

    return check


def test_an_app_with_exactly_the_functions_of_the_project_is_right(
    check: Callable[..., int], azure: Azure, capsys: pytest.CaptureFixture[str]
) -> None:
    azure.has(FUNCTIONS)

    assert check() == 0
    assert capsys.readouterr().out == f"All {len(FUNCTIONS)} functions are in shop.\n"
    assert len(azure.asked) == len(FUNCTIONS) + 2


def test_what_is_missing_unknown_or_in_error_is_named(
    check: Callable[..., int], azure: Azure, capsys: pytest.CaptureFixture[str]
) -> None:
    azure.has(FUNCTIONS - {"nightly"} | {"old"}, {"relay": "The setting RelayQueue is missing"})

    assert check() == 1
    assert capsys.readouterr().err.splitlines() == [
        "nightly: is not in the app",
        "old: is in the app, but not in this project",
        "relay: is in the app, but in error: The setting RelayQueue is missing",
    ]


def test_an_app_that_is_starting_is_waited_for(check: Callable[..., int], azure: Azure) -> None:
    azure.has(FUNCTIONS)
    ready = azure.answers["/hostruntime/admin/functions"]
    azure.answers["/hostruntime/admin/functions"] = [(503, {}), (404, {}), (200, "no list"), (200, []), *ready]

    assert check() == 0


def test_an_app_that_never_starts_is_given_up(
    check: Callable[..., int], azure: Azure, capsys: pytest.CaptureFixture[str]
) -> None:
    azure.answers["/hostruntime/admin/functions"] = [(503, {})]

    assert check() == 1
    assert capsys.readouterr().err == "shop is not ready: 503 Service Unavailable\n"
    assert azure.asked.count("/hostruntime/admin/functions") == 31  # five minutes, with a pause of ten seconds


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("path", ["", "/hostruntime/admin/functions"])
def test_who_may_not_look_is_told_at_once(
    status: int, path: str, check: Callable[..., int], azure: Azure, capsys: pytest.CaptureFixture[str]
) -> None:
    azure.answers[path] = [(status, {})]

    assert check() == 2
    assert capsys.readouterr().err.startswith(f"You may not see shop: {status}")
    assert azure.asked[-1] == path


def test_an_app_that_is_not_there_is_told_at_once(
    check: Callable[..., int], azure: Azure, capsys: pytest.CaptureFixture[str]
) -> None:
    azure.answers[""] = [(404, {})]

    assert check() == 2
    assert capsys.readouterr().err == "There is no shop in this resource group\n"


def test_an_address_that_does_not_answer_is_no_traceback(
    check: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as unused:
        port = unused.getsockname()[1]

    assert check("--management", f"http://127.0.0.1:{port}") == 1
    assert "refused" in capsys.readouterr().err


def test_who_is_not_signed_in_is_told_how(
    check: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AZURE_ACCESS_TOKEN")
    monkeypatch.setenv("PATH", "")

    assert check() == 2
    assert capsys.readouterr().err == "Sign in to Azure first: az login, or azd auth login\n"


@pytest.mark.parametrize(
    ("name", "answer"),
    [("az", {"accessToken": "secret", "subscription": "S"}), ("azd", {"token": "secret"})],
)
def test_the_token_is_that_of_the_command_line_that_is_signed_in(
    name: str,
    answer: dict[str, str],
    check: Callable[..., int],
    azure: Azure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    azure.has(FUNCTIONS)
    program(tmp_path / name, f"echo '{json.dumps(answer)}'")
    monkeypatch.delenv("AZURE_ACCESS_TOKEN")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert check(*(["--subscription", ""] if "subscription" in answer else [])) == 0


def test_a_function_that_the_owner_wrote_belongs_to_the_project(model: str, render: Render, tmp_path: Path) -> None:
    app = render(**ANSWER_SETS["order_service"], programming_model=model, deployment_check=True)
    project = Project(Path(shutil.copytree(app.path, tmp_path / "app")))
    if model == "v1":
        (project.app / "mine").mkdir()
        (project.app / "mine/function.json").write_text("{}")
    else:
        with (project.app / "function_app.py").open("a") as file:
            file.write('\n\n@app.route("mine")\ndef mine(req): ...\n\n\n@staticmethod\ndef no_function(): ...\n')
        (project.app / ".venv").mkdir()
        (project.app / ".venv/broken.py").write_text("def")

    assert load(project.path / "tools/declared.py", "declared").declared() == {*FUNCTIONS, "mine"}
