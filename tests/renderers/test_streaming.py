"""With `streaming`, the HTTP functions of an app answer and read piece by piece, through the worker's own server."""

from collections.abc import Callable

import pytest

from tests.support import mutants
from tests.support.project import Project

PACKAGE = "azurefunctions-extensions-http-fastapi>=1.0.1,<2"
SETTING = "PYTHON_ENABLE_INIT_INDEXING"
FUNCTIONS = [
    {"name": "health", "trigger": "http", "pattern": "health", "streaming": True},
    {"name": "events", "trigger": "http", "streaming": True, "outputs": [{"binding": "queue"}]},
    {
        "name": "upload",
        "trigger": "http",
        "methods": ["post"],
        "streaming": True,
        "inputs": [{"binding": "blob", "sdk_types": True}],
        "outputs": [{"binding": "queue"}],
    },
    {"name": "tick", "trigger": "timer"},
]


@pytest.fixture
def project(render: Callable[..., Project]) -> Project:
    """An app that streams."""
    return render(functions=FUNCTIONS, programming_model="v2")


def test_the_worker_serves_what_the_functions_answer(render: Callable[..., Project]) -> None:
    functions = [{key: value for key, value in function.items() if key != "inputs"} for function in FUNCTIONS]
    app = render(functions=functions, programming_model="v2")

    run = app.run_on_worker(
        invoke=[
            {"function": "events", "inputs": {"req": {"http": {}}}},
            {"function": "upload", "inputs": {"req": {"http": {"method": "POST", "body": "x" * 100_000}}}},
            {"function": "health", "inputs": {"req": {"http": {}}}},
        ]
    )

    events, upload, health = run["invoked"]
    assert events["streamed"] == {
        "status": 200,
        "type": "text/event-stream; charset=utf-8",
        "body": "data: 1\n\ndata: 2\n\ndata: 3\n\n",
    }
    assert events["outputs"] == {"outmsg": {"string": "The stream begins"}}
    assert upload["streamed"] == {"status": 200, "type": "application/json", "body": '{"bytes":100000}'}
    assert upload["outputs"] == {"outmsg": {"string": "100000"}}
    assert health["streamed"]["body"] == '{"status":"healthy"}'


def test_openapi_tells_what_streams(render: Callable[..., Project]) -> None:
    paths = render(functions=FUNCTIONS, programming_model="v2", openapi=True).json("openapi.json")["paths"]

    assert "text/event-stream" in paths["/events"]["get"]["responses"]["200"]["content"]
    assert paths["/upload"]["post"]["requestBody"]["content"] == {"application/octet-stream": {}}


def test_the_code_loads_and_is_formatted_linted_and_tested(project: Project) -> None:
    tests = project.run_tests()

    assert not project.load_errors()
    assert tests.returncode == 0, tests.stdout
    for check in (("format", "--check", "."), ("check", ".")):
        assert project.ruff(*check).returncode == 0


def test_every_statement_is_missed_by_a_test(project: Project) -> None:
    mutants.assert_none_survives(project)


@pytest.mark.parametrize(("python_version", "is_set"), [("3.12", True), ("3.13", False)])
def test_its_package_comes_with_it_and_the_setting_that_older_workers_need(
    python_version: str, is_set: bool, render: Callable[..., Project]
) -> None:
    streaming = render(functions=FUNCTIONS[:1], programming_model="v2", python_version=python_version)
    plain = render(functions=FUNCTIONS[-1:], programming_model="v2", python_version=python_version)

    assert PACKAGE in streaming.text("__app__/requirements.txt").splitlines()
    assert "azurefunctions" not in plain.text("__app__/requirements.txt") + plain.text("tests/test_contract.py")
    settings = streaming.json("__app__/local.settings.json")["Values"]
    assert settings.get(SETTING) == ("1" if is_set else None)
    assert SETTING not in plain.text("__app__/local.settings.json")
