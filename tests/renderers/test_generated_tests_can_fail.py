"""A generated test fails when the function that it tests does not do something that it did."""

import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.support.answer_sets import ANSWER_SETS, sayable
from tests.support.project import REPOSITORY, Project, environment, in_model

# What no test asks for.
EXCEPTIONS = (
    r"logging\.info\('Processing a %s request'",  # tells whoever reads the log what the host's own line says, too
    r"logging\.info\('Invocation %s'",  # the same
)

# Between them: every kind in every role, every durable pattern, and the options that change what a function does.
APPS = {
    name: ANSWER_SETS[name]
    for name in (
        "every_trigger_with_every_input_and_output",
        "every_output_as_return_value",
        "many_messages_and_bytes",
        "durable_patterns",
        "every_sample",
    )
} | {
    "options": {
        "functions": [
            {
                "name": "http_options",
                "trigger": "http",
                "route": "items/{id:int}/{name}",
                "cors_origin": "https://contoso.com",
            },
            {
                "name": "starter_options",
                "trigger": "http",
                "route": "start/{functionName}/{part}",
                "cors_origin": "*",
                "inputs": [{"binding": "durable_client"}],
            },
            {
                "name": "http_of_several_methods",
                "trigger": "http",
                "route": "items/{id:int}",
                "methods": ["get", "put", "delete"],
                "inputs": [{"binding": "blob", "path": "items/{id}.json"}],
                "outputs": [{"binding": "queue"}],
            },
            {"name": "http_post", "trigger": "http", "methods": ["post"], "outputs": [{"binding": "queue"}]},
            {"name": "http_put", "trigger": "http", "methods": ["put"], "route": "numbers/{value:float}/{part?}"},
            {"name": "http_delete", "trigger": "http", "methods": ["delete"], "route": "deleted/{id}"},
            {"name": "http_show", "trigger": "http", "route": "shown/{id:int}", "outputs": [{"binding": "queue"}]},
            {"name": "http_health", "trigger": "http", "pattern": "health"},
            {
                "name": "http_document",
                "trigger": "http",
                "route": "documents/{id}",
                "methods": ["get"],
                "inputs": [{"binding": "cosmos_db", "id": "{id}"}, {"binding": "sql"}],
                "outputs": [{"binding": "queue"}],
            },
            {"name": "picture", "trigger": "blob", "path": "pictures/{name}.png", "outputs": [{"binding": "blob"}]},
            {"name": "queue_options", "trigger": "queue", "cache": True, "context": True, "async": True},
        ]
    }
}


@pytest.mark.parametrize("app", APPS)
def test_every_statement_of_a_function_is_missed_by_its_test(
    app: str, render: Callable[..., Project], model: str
) -> None:
    project = in_model(render, model)(**sayable(APPS[app], model))

    process = subprocess.run(
        [sys.executable, "-m", "tests.support.mutants", project.path],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert process.returncode == 0, process.stderr
    result = json.loads(process.stdout)
    assert result["tested"].keys() == project.functions.keys()
    assert all(result["tested"].values())
    survived = [
        f"{function}: {change}"
        for function, changes in result["survived"].items()
        for change in changes
        if not any(re.search(exception, change) for exception in EXCEPTIONS)
    ]
    assert not survived, "\n".join(survived)
