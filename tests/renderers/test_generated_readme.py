"""The README of a generated project tells its owner what is so."""

import json
import re
from collections.abc import Callable

import pytest

from tests.support.answer_sets import ANSWER_SETS, function
from tests.support.powershell import BLOCK, shell_only
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
            "Then open <http://localhost:7071/api/items/42>.",
        ),
        ([function("item", "http", route="items/{named}")], "Then open <http://localhost:7071/api/items/42>."),
        ([function("hello", "http", route="hello/{name:alpha}")], "Then open <http://localhost:7071/api/hello/Ada>."),
        ([function("root", "http", route="/")], "Then open <http://localhost:7071/api/?name=Ada>."),
        (STARTER, "Then open <http://localhost:7071/api/start>."),
        ([STARTER[0] | {"route": "go/{functionName}"}, *STARTER[1:]], "Then open <http://localhost:7071/api/go/saga>."),
        (
            [function("put_it", "http", methods=["PUT"])],
            "`curl --request PUT --data '{\"amount\": 7}' 'http://localhost:7071/api/put_it'` calls a function, in PowerShell",
        ),
    ],
)
def test_it_calls_the_function_that_is_easiest_to_call(functions: list[Json], said: str, render: Render) -> None:
    readme = render(functions=functions).text("README.md").splitlines()

    assert [line for line in readme if "localhost:7071" in line and "Invoke-RestMethod" not in line] == [said]


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


@pytest.mark.parametrize("answers", [{}, {"infrastructure": "azd"}])
def test_it_tells_what_azure_needs_that_infra_does_not_give(answers: Json, render: Render) -> None:
    queue = [{"name": "on_order", "trigger": "queue"}]
    readme = render(functions=queue, worker_process_count=4, **answers).text("README.md")

    by_hand = "infrastructure" not in answers
    assert ("| `FUNCTIONS_WORKER_PROCESS_COUNT` | the number of Python processes" in readme) == by_hand
    assert ("`AzureWebJobsStorage__accountName`" in readme) == by_hand
    assert ("-d infrastructure=azd" in readme) == by_hand
    assert "FUNCTIONS_WORKER_PROCESS_COUNT" not in render(functions=queue, **answers).text("README.md")


@pytest.mark.parametrize(
    ("model", "said"), [("v1", "each function has a `function.json`"), ("v2", "decorators declare")]
)
def test_it_begins_with_the_programming_model(model: str, said: str, render: Render) -> None:
    introduction = render(programming_model=model).text("README.md").split("| Function |")[0]

    assert f"in the {model} programming model:\n{said}" in introduction


def test_it_marks_a_function_that_is_switched_off(render: Render) -> None:
    functions = [{"name": "nightly", "trigger": "timer"}, {"name": "paused", "trigger": "timer", "disabled": True}]

    rows = [row for row in render(functions=functions).text("README.md").splitlines() if row.startswith("| [")]
    assert ["(switched off)" in row for row in rows] == [False, True]


@pytest.mark.parametrize("pattern", ["chaining", "external_event"])
def test_it_tells_what_the_addresses_of_an_orchestration_are_for(pattern: str, render: Render) -> None:
    starter = [STARTER[0], STARTER[1] | {"pattern": pattern}, STARTER[2]]
    readme = render(functions=starter, container=True).text("README.md")

    assert readme.count("`statusQueryGetUri` tells how far the orchestration is") == 1
    assert ("`sendEventPostUri` takes an event" in readme) == (pattern == "external_event")
    assert "statusQueryGetUri" not in render().text("README.md")


def test_it_tells_which_orchestrator_another_one_starts(render: Render) -> None:
    readme = render(**ANSWER_SETS["durable_patterns"]).text("README.md")

    assert "| [chaining](__app__/chaining/) | a durable client or another orchestrator |" in readme
    assert "| [sub](__app__/sub/) | a durable client |" in readme


@pytest.mark.parametrize("name", ["on_order", "Thumbs"])
def test_its_example_stays_whatever_the_functions_are(name: str, render: Render) -> None:
    readme = render(functions=[{"name": name, "trigger": "queue"}]).text("README.md")

    assert '"remove=[thumbs]"' in readme
    assert '"add=[{name: thumbs,' in readme


def test_it_names_the_settings_to_fill_in_before_the_start(render: Render) -> None:
    waiting = render(functions=[{"name": "on_sale", "trigger": "service_bus_queue"}]).text("README.md")

    assert "Fill in what has no value yet: `ServiceBusConnection`." in waiting.split("uv run func start")[0]
    assert "Fill in" not in render().text("README.md")


def test_host_json_does_not_change_with_the_order_of_the_functions(render: Render) -> None:
    functions = [{"name": "a", "trigger": "event_hub"}, {"name": "b", "trigger": "service_bus_queue"}, *STARTER]

    one, other = (render(functions=order).text("__app__/host.json") for order in (functions, functions[::-1]))

    assert one == other
    assert len(json.loads(one)["extensions"]) > 1


@pytest.mark.parametrize(
    "command", ["a && b", "a \\\n  b", ".venv/bin/pytest", "source x", "a 'b=\"c\"'", 'a "$(b)"', "X=1 a"]
)
def test_a_command_that_powershell_does_not_take_is_found(command: str) -> None:
    assert shell_only(f"```sh\n{command}\n```\n\nAnd so on.\n")
    assert shell_only(f"```sh\n{command}\n```\n\nIn PowerShell:\n") == []


@pytest.mark.parametrize("name", ANSWER_SETS)
def test_each_command_is_one_that_powershell_takes_or_has_its_form(name: str, render: Render) -> None:
    readme = render(**ANSWER_SETS[name]).text("README.md")

    assert len(BLOCK.findall(readme)) >= 5
    assert shell_only(readme) == []


def test_an_app_without_functions_has_no_empty_table(render: Render) -> None:
    readme = render(functions=[]).text("README.md")

    assert "| Function |" not in readme
    assert "It has no functions yet: [add one](#add-or-remove-a-function)." in readme


@pytest.mark.parametrize(
    ("trigger", "name", "query"),
    [
        ("signalr", "signalr", ""),
        ("web_pub_sub", "webpubsub", ""),
        ("authentication_events", "customauthenticationextension", "&function=called"),
    ],
)
def test_a_service_that_calls_the_app_is_given_its_address(trigger: str, name: str, query: str, render: Render) -> None:
    readme = render(functions=[{"name": "called", "trigger": trigger}, {"name": "nightly", "trigger": "timer"}]).text(
        "README.md"
    )

    assert f"`https://<APP_NAME>.azurewebsites.net/runtime/webhooks/{name}?code=<KEY>{query}`" in readme
    assert f"systemKeys.{name}_extension" in readme
    assert "starts `called` when" in readme
    assert "webhooks" not in render(functions=[{"name": "nightly", "trigger": "timer"}]).text("README.md")


DOCUMENTED = ANSWER_SETS | {
    "mine": {"functions": [{"name": "on_order", "trigger": "queue", "code": "mine"}], "agents": True}
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_each_file_that_the_documents_name_is_there(name: str, render: Render) -> None:
    project = render(**DOCUMENTED[name])
    text = "".join(path.read_text(encoding="utf-8") for path in project.path.glob("*.md"))
    named = set(re.findall(r"`((?:__app__|tests|infra|tools)/[\w./-]*)`", text))

    assert named
    for path in (project.path / path for path in named):
        assert path.is_file() or any(path.iterdir())
