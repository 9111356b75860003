"""openapi.json says of the HTTP functions what their declarations say, in a document that a validator takes."""

import re
from collections.abc import Callable

import pytest
from openapi_spec_validator import validate

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import Json, Project, in_model

FUNCTIONS = [
    {"name": "health", "trigger": "http", "pattern": "health"},
    {"name": "greet", "trigger": "http", "description": "Greet whoever {calls}."},
    {
        "name": "get_item",
        "trigger": "http",
        "route": "items/{id:int}",
        "methods": ["get"],
        "inputs": [{"binding": "blob", "path": "items/{id}.png"}],
    },
    {"name": "put_item", "trigger": "http", "route": "Items/{key}", "methods": ["put"], "auth_level": "anonymous"},
    {"name": "page", "trigger": "http", "route": "pages/{number:int?}", "methods": ["get"]},
    {"name": "file", "trigger": "http", "route": "files/{*path}", "methods": ["delete"]},
    {"name": "every", "trigger": "http", "methods": "any", "cors_origin": "*"},
    {
        "name": "note",
        "trigger": "http",
        "route": "notes/{id}",
        "methods": ["get", "put", "delete"],
        "inputs": [{"binding": "blob", "path": "notes/{id}.txt"}],
    },
    {"name": "setting", "trigger": "http", "route": "settings/{key}", "methods": ["get", "put", "delete"]},
    {"name": "tick", "trigger": "timer"},
]


def operations(document: Json) -> dict[str, Json]:
    """Map each `METHOD /path` to what the document says of it."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_it_describes_every_http_function_by_routes_methods_and_keys(
    render: Callable[..., Project], model: str
) -> None:
    document = in_model(render, model)(functions=FUNCTIONS, openapi=True).json("openapi.json")

    validate(document)
    found = operations(document)
    assert {key: "security" in operation for key, operation in found.items() if not key.endswith("/every")} == {
        "GET /health": False,
        **dict.fromkeys(("GET /settings/{key}", "PUT /settings/{key}", "DELETE /settings/{key}"), True),
        "GET /greet": True,
        "POST /greet": True,
        "GET /items/{id}": True,
        "PUT /items/{id}": False,
        "GET /pages/{number}": True,
        "GET /pages": True,
        "DELETE /files/{path}": True,
        "GET /notes/{id}": True,
        "PUT /notes/{id}": True,
        "DELETE /notes/{id}": True,
    }
    assert [[*found[f"{method} /notes/{{id}}"]["responses"]] for method in ("GET", "PUT", "DELETE")] == [
        ["200", "404"],
        ["200", "400"],
        ["204"],
    ]
    assert sum(key.endswith("/every") for key in found) == 7
    assert found["GET /greet"]["summary"] == "Greet whoever {calls}."
    assert found["GET /items/{id}"]["parameters"] == [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    ]
    assert found["GET /items/{id}"]["responses"].keys() == {"200", "404"}
    assert found["PUT /items/{id}"]["requestBody"]["required"]
    assert document["components"]["securitySchemes"]["key"]["name"] == "x-functions-key"


@pytest.mark.parametrize("answers", ["order_service", "no_functions", "names_that_look_like_code"])
def test_a_validator_takes_it_whatever_the_app_has(answers: str, render: Callable[..., Project]) -> None:
    project = render(**ANSWER_SETS[answers], openapi=True)
    document = project.json("openapi.json")

    validate(document)
    identifiers = [operation["operationId"] for operation in operations(document).values()]
    assert len(identifiers) == len({*identifiers})
    http = {name for name, config in project.functions.items() if config["bindings"][0]["type"] == "httpTrigger"}
    assert {re.sub("_(get|post|put|delete)$", "", identifier) for identifier in identifiers} == http


def test_it_is_only_there_on_request(render: Callable[..., Project]) -> None:
    assert "openapi.json" not in render().files
