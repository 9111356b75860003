"""The host side that tests run apps of the v2 model on: what it says of an app that owes nothing to the template."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import v2_app
from tests.support.project import Project
from tests.support.runtime.durable_client import durable_client


@pytest.fixture
def app(tmp_path: Path) -> Project:
    """The app that was written by hand."""
    v2_app.write(tmp_path)
    return Project(tmp_path)


@pytest.fixture(params=["3.13", "3.12", "3.11"])
def python(request: pytest.FixtureRequest) -> str:
    """A Python with a worker: this one, or an older one."""
    if request.param == "3.13":
        return sys.executable
    interpreter: Callable[[str], str] = request.getfixturevalue("interpreter")
    return interpreter(request.param)


def test_an_app_is_indexed_and_its_functions_run(app: Project, python: str) -> None:
    get_item = {
        "function": "get_item",
        "inputs": {"req": {"http": {"params": {"id": "7"}}}, "item": "a pen"},
    }
    with durable_client() as (client, started):
        start = {"function": "start", "inputs": {"req": {"http": {}}, "client": client}}
        nightly = {"function": "nightly", "inputs": {"timer": {"IsPastDue": False}}}
        relay = {"function": "relay", "inputs": {"msg": "abc"}}
        orchestration = {"function": "greet_all", "events": {"Names": [["Ada", "Grace"]]}}
        result = app.run_on_worker(python, invoke=[get_item, start, nightly, relay], orchestrate=[orchestration])

    assert {*result["loaded"].values()} == {None}
    item, response, failed, relayed = result["invoked"]
    assert item["outputs"] == {"msg": {"string": "get_item 7"}}
    assert item["returned"]["http"]["body"]["bytes"] == "A PEN"
    assert response["returned"]["http"]["status_code"] == "202"
    assert started == ["greet_all"]
    assert "no night" in failed["error"]
    assert relayed["returned"] == {"string": "cba"}
    assert result["orchestrated"] == [{"output": [["Hello Ada!", "Hello Grace!"], 2]}]


def test_functions_are_described_as_function_json_would(app: Project) -> None:
    functions = app.functions

    assert functions.keys() == {"get_item", "relay", "nightly", "start", "greet_all", "greet", "counter"}
    assert functions["relay"] == {
        "bindings": [
            {
                "direction": "in",
                "type": "queueTrigger",
                "name": "msg",
                "dataType": "string",
                "queueName": "incoming",
                "connection": "AzureWebJobsStorage",
            },
            {
                "direction": "out",
                "type": "queue",
                "name": "$return",
                "queueName": "outgoing",
                "connection": "AzureWebJobsStorage",
            },
        ]
    }
    assert functions["nightly"]["retry"] == {
        "strategy": "exponentialBackoff",
        "maxRetryCount": 3,
        "minimumInterval": "00:00:05",
        "maximumInterval": "01:00:00",
    }


REFUSED = {
    "syntax": ("def greet(name", "def greet(name:", {"function_app.py": "syntax"}),
    "missing-package": (
        "import azure.functions",
        "import pigeons\nimport azure.functions",
        {"function_app.py": "pigeons"},
    ),
    "wrong-annotation": ("item: str", "item: int", {"function_app.py": "item"}),
    "two-apps": (
        '\n\n\n@app.route(route="start")',
        '\nother = func.FunctionApp()\n\n\n@app.route(route="start")',
        {"function_app.py": "More than one"},
    ),
    "same-name": ('"relay"', '"nightly"', {"function_app.py": "nightly"}),
    "same-name-in-another-case": ('"relay"', '"Nightly"', {"Nightly": "same name", "nightly": "same name"}),
    "no-name": ('"relay"', '"_relay"', {"_relay": "no name"}),
    "name-of-the-host": ('"relay"', '"Host"', {"Host": "no name"}),
    "parameter-without-binding": ('arg_name="item"', 'arg_name="other"', {"function_app.py": "item"}),
}


@pytest.mark.parametrize(("old", "new", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_the_worker_or_the_host_refuses_is_told(
    old: str, new: str, expected: dict[str, str], tmp_path: Path
) -> None:
    assert old in v2_app.FUNCTION_APP
    v2_app.write(tmp_path, v2_app.FUNCTION_APP.replace(old, new))

    errors = Project(tmp_path).load_errors()

    assert errors.keys() == expected.keys()
    for at, text in expected.items():
        assert text in errors[at]


def test_a_function_json_that_is_left_is_told(app: Project) -> None:
    (app.app / "old").mkdir()
    (app.app / "old" / "function.json").write_text(json.dumps({"bindings": []}))

    assert app.load_errors().keys() == {"old/function.json"}
