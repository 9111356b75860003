"""The README of a generated project tells its owner what is so."""

from collections.abc import Callable

import pytest

from tests.support.answer_sets import function
from tests.support.project import Json, Project

Render = Callable[..., Project]

STARTER = [
    {"name": "start", "trigger": "http", "inputs": [{"binding": "durable_client"}]},
    {"name": "saga", "trigger": "orchestration", "activity": "step"},
    {"name": "step", "trigger": "activity"},
]


@pytest.mark.parametrize(
    ("functions", "said"),
    [
        ([function("greet", "http")], "Then open <http://localhost:7071/api/greet?name=Ada>."),
        (
            [function("put_it", "http", methods=["PUT"]), function("greet", "http")],
            "Then open <http://localhost:7071/api/greet?name=Ada>.",
        ),
        ([function("any", "http", methods=[])], "Then open <http://localhost:7071/api/any?name=Ada>."),
        (
            [function("item", "http", route="items/{id}"), function("greet", "http")],
            "Then open <http://localhost:7071/api/greet?name=Ada>.",
        ),
        (
            [function("item", "http", route="items/{id:int?}")],
            "Then open <http://localhost:7071/api/items/42?name=Ada>.",
        ),
        ([function("item", "http", route="items/{named}")], "Then open <http://localhost:7071/api/items/42?name=Ada>."),
        ([function("hello", "http", route="hello/{name:alpha}")], "Then open <http://localhost:7071/api/hello/Ada>."),
        ([function("root", "http", route="/")], "Then open <http://localhost:7071/api/?name=Ada>."),
        (STARTER, "Then open <http://localhost:7071/api/start>."),
        ([STARTER[0] | {"route": "go/{functionName}"}, *STARTER[1:]], "Then open <http://localhost:7071/api/go/saga>."),
        (
            [function("put_it", "http", methods=["PUT"])],
            "`curl --request PUT 'http://localhost:7071/api/put_it?name=Ada'` calls a function.",
        ),
    ],
)
def test_it_calls_the_function_that_is_easiest_to_call(functions: list[Json], said: str, render: Render) -> None:
    readme = render(functions=functions).text("README.md").splitlines()

    assert [line for line in readme if "localhost:7071" in line] == [said]


def test_it_calls_nothing_without_an_http_function(render: Render) -> None:
    assert "localhost:7071" not in render(triggers=["queue"], container=True).text("README.md")


@pytest.mark.parametrize(("auth_level", "key"), [("anonymous", ""), ("function", "&code=local")])
def test_it_knows_the_key_of_the_container(auth_level: str, key: str, render: Render) -> None:
    readme = render(functions=[function("greet", "http")], auth_level=auth_level, container=True).text("README.md")

    in_a_container = readme.split("## Run in a container")[1]
    assert f"<http://localhost:7071/api/greet?name=Ada{key}>." in in_a_container
    assert ("The key of every function is `local` there." in in_a_container) == bool(key)


def test_it_lists_every_setting_with_all_that_use_it(render: Render) -> None:
    project = render(
        functions=[
            {"name": "on_order", "trigger": "queue"},
            {"name": "relay", "trigger": "queue", "connection": "Partner"},
        ],
        app_settings={"GREETING": "Hello", "Partner": ""},
    )

    rows = [line for line in project.text("README.md").splitlines() if line.startswith("| `")]
    assert rows == [
        "| `AzureWebJobsStorage` | the Functions host, `on_order` |",
        "| `Partner` | `relay`, the code |",
        "| `GREETING` | the code |",
    ]
    settings = project.json("__app__/local.settings.json")["Values"]
    assert len(rows) == len([name for name in settings if not name.startswith("FUNCTIONS_")])


@pytest.mark.parametrize(("name", "example"), [("on_order", "thumbs"), ("Thumbs", "another_one")])
def test_its_example_is_a_function_that_the_app_does_not_have(name: str, example: str, render: Render) -> None:
    readme = render(functions=[{"name": name, "trigger": "queue"}]).text("README.md")

    assert f"'remove=[{example}]'" in readme
    assert f"'add=[{{name: {example}," in readme


def test_an_app_without_functions_has_no_empty_table(render: Render) -> None:
    readme = render(functions=[]).text("README.md")

    assert "| Function |" not in readme
    assert "It has no functions yet: [add one](#add-or-remove-a-function)." in readme
