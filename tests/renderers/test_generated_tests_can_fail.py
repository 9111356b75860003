"""A generated test fails when the function that it tests does not do something that it did."""

import json
from collections.abc import Callable
from itertools import chain

import pytest

from tests.support import mutants
from tests.support.answer_sets import ANSWER_SETS, binding, sayable
from tests.support.forks import in_a_fork
from tests.support.project import Json, Project, environment, in_model
from tools.catalogue import CATALOGUE, JINJA, KINDS, ROLES, kinds
from tools.manifest import RULES

# Between them: every kind in every role, every pattern, and the options that change what a function does.
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
        "extensions": "csproj",  # no bundle has all kinds
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
            {
                "name": "http_post_to_every_output",
                "trigger": "http",
                "methods": ["post"],
                "outputs": [binding(kind, "output") for kind in kinds("output")],
            },
            {"name": "http_put", "trigger": "http", "methods": ["put"], "route": "numbers/{value:float}/{part?}"},
            {"name": "http_delete", "trigger": "http", "methods": ["delete"], "route": "deleted/{id}"},
            {
                "name": "http_show_or_accept",
                "trigger": "http",
                "methods": ["get", "put"],
                "outputs": [{"binding": "queue"}],
            },
            {
                "name": "http_picture",
                "trigger": "http",
                "methods": ["get"],
                "route": "pictures/{id}",
                "inputs": [
                    {"binding": "blob", "path": "pictures/{id}.png"},
                    {"binding": "blob", "arg_name": "frame", "path": "frames/{id}.png"},
                ],
                "outputs": [{"binding": "queue"}, {"binding": "blob"}],
            },
            {"name": "http_show_or_delete", "trigger": "http", "methods": ["get", "delete"], "route": "either/{id}"},
            {"name": "http_show", "trigger": "http", "route": "shown/{id:int}", "outputs": [{"binding": "queue"}]},
            {
                "name": "http_document_of_its_own",
                "trigger": "http",
                "methods": ["post"],
                "outputs": [{"binding": "cosmos_db", "arg_name": "accepted"}, {"binding": "queue"}],
            },
            {
                "name": "http_entity",
                "trigger": "http",
                "methods": ["get", "post"],
                "route": "entities/{id}",
                "outputs": [{"binding": "table"}],
            },
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
            {
                "name": "events",
                "trigger": "web_pub_sub",
                "event_type": "system",
                "outputs": [{"binding": "web_pub_sub"}],
            },
            {"name": "event", "trigger": "web_pub_sub", "arg_name": "request", "outputs": [{"binding": "web_pub_sub"}]},
            {
                "name": "http_event",
                "trigger": "http",
                "methods": ["post"],
                "inputs": [{"binding": "web_pub_sub_request"}],
                "outputs": [{"binding": "web_pub_sub"}],
            },
            {"name": "services", "trigger": "http", "methods": ["get"], "inputs": [{"binding": "signalr_endpoints"}]},
            {
                "name": "chosen",
                "trigger": "timer",
                "inputs": [{"binding": "signalr_endpoints"}],
                "outputs": [{"binding": "signalr"}],
            },
            {"name": "ticks", "trigger": "dapr_binding", "outputs": [{"binding": "queue"}]},
            {"name": "connections", "trigger": "signalr", "category": "connections", "outputs": [{"binding": "queue"}]},
            {
                "name": "tool",
                "trigger": "mcp_tool",
                "tool_properties": [{"arg_name": "id"}],
                "outputs": [{"binding": "queue"}],
            },
            {
                "name": "tool_of_a_blob",
                "trigger": "mcp_tool",
                "inputs": [{"binding": "blob"}, {"binding": "blob", "arg_name": "other"}],
            },
            {
                "name": "tool_that_starts",
                "trigger": "mcp_tool",
                "inputs": [{"binding": "blob"}, {"binding": "durable_client", "orchestrator": "started"}],
            },
            {"name": "started", "trigger": "orchestration", "activity": "done"},
            {"name": "done", "trigger": "activity"},
            {"name": "page", "trigger": "mcp_resource", "uri": "docs://{id}", "outputs": [{"binding": "queue"}]},
            {
                "name": "page_of_a_document",
                "trigger": "mcp_resource",
                "uri": "documents://{id}",
                "inputs": [{"binding": "cosmos_db", "id": "{id}"}, {"binding": "blob"}],
                "outputs": [{"binding": "blob", "data_type": "binary"}],
            },
            {
                "name": "skill",
                "trigger": "assistant_skill",
                "function_description": "Note it.",
                "outputs": [{"binding": "queue"}],
            },
            {"name": "queue_options", "trigger": "queue", "cache": True, "context": True, "async": True},
        ],
    }
}


@pytest.mark.parametrize("app", APPS)
def test_every_statement_of_a_function_is_missed_by_its_test(
    app: str, render: Callable[..., Project], model: str
) -> None:
    mutants.assert_none_survives(in_model(render, model)(**sayable(APPS[app], model)))


def functions(model: str) -> list[Json]:
    """All functions of the apps, in the words of the manifest."""
    samples = {choice: entries for kind in CATALOGUE.values() for choice, entries in kind.get("samples", {}).items()}
    apps = [sayable(answers, model) for answers in APPS.values()]
    return [
        it for app in apps for it in app.get("functions") or chain.from_iterable(samples[it] for it in app["triggers"])
    ]


def test_the_apps_have_every_kind_in_every_role_and_every_pattern(model: str) -> None:
    bound = {("trigger", it["trigger"]) for it in functions(model)}
    bound |= {(role, b["binding"]) for it in functions(model) for role in ROLES for b in it.get(f"{role}s", [])}
    options = {kind: entry["trigger"]["options"] for kind, entry in CATALOGUE.items() if "trigger" in entry}
    patterns = {it.get("pattern", options[it["trigger"]].get("pattern", {}).get("default")) for it in functions(model)}

    assert {(role, kind) for kind, entry in CATALOGUE.items() for role in ROLES if role in entry} - bound == set()
    assert {*RULES["pattern"]["choices"], *RULES["http_pattern"]["choices"]} - patterns == set()


def test_the_apps_have_all_that_an_http_function_may_be_meant_to_do(model: str) -> None:
    normal_form, sample = (
        JINJA.get_template(it).module for it in ("manifest/normalize.jinja", "kinds/http/sample.jinja")
    )
    answers = {"programming_model": model, "auth_level": "function", "blob_source": None}

    http = [normal_form.function(it, "hello", answers) for it in functions(model) if it["trigger"] == "http"]

    intents = {str(sample.its(json.loads(it))).strip() for it in http}
    streams = "streaming"  # is in an app of its own: tests/renderers/test_streaming.py
    assert intents | {streams} == {path.stem for path in (KINDS / "http/intents").glob("*.jinja")}


def test_no_assertion_of_a_test_is_idle(render: Callable[..., Project]) -> None:
    """A test that asks whether the log has nothing, or whether an output is itself, misses less than one that asks more."""
    project = render(
        functions=[
            {
                "name": "on_order",
                "trigger": "queue",
                "inputs": [{"binding": "blob"}],
                "outputs": [{"binding": "table"}],
            },
            {"name": "nightly", "trigger": "timer", "inputs": [{"binding": "sql"}], "outputs": [{"binding": "queue"}]},
        ]
    )

    idle = in_a_fork(environment(), mutants.in_a_process_of_its_own, mutants.idle_assertions, project.path)

    assert idle == []
