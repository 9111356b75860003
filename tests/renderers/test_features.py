"""What the functions of a generated app do when the worker invokes them: the features of the developer guide."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pathspec
import pytest
import yaml

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import Json, Project, in_model
from tests.support.runtime.durable_client import durable_client


@pytest.fixture
def render(render: Callable[..., Project], model: str) -> Callable[..., Project]:
    """Render apps of both models."""
    return in_model(render, model)


@pytest.fixture
def shop(render: Callable[..., Project]) -> Project:
    """The example app of twelve functions."""
    return render(**ANSWER_SETS["order_service"])


@pytest.fixture
def changed(shop: Project, tmp_path: Path) -> Project:
    """A copy of the example app, to be changed."""
    return Project(Path(shutil.copytree(shop.path, tmp_path / "changed")))


def request(**parts: Any) -> Json:
    """The data of an HTTP trigger."""
    return {"http": parts}


def response(answer: Json) -> tuple[int, str]:
    """The status code and the body of an HTTP answer."""
    http = answer["returned"]["http"]
    return int(http["status_code"]), http["body"]["bytes"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"query": {"name": "Ada"}}, (200, "Hello, Ada")),
        ({"method": "POST", "body": '{"name": "Grace"}'}, (200, "Hello, Grace")),
        ({"query": {"name": "Ada"}, "body": "not JSON"}, (200, "Hello, Ada")),
    ],
    ids=["query", "json-body", "query-wins"],
)
def test_http_greets_the_name(shop: Project, sent: Json, expected: tuple[int, str]) -> None:
    assert response(shop.invoke("greet", req=request(**sent))) == expected


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", '"Ada"', "{}", '{"name": ""}', '{"name": {}}', '{"name": null}', "[" * 100_000],
    ids=range(9),
)
def test_http_answers_400_with_a_message_without_a_name(shop: Project, body: str) -> None:
    status, text = response(shop.invoke("greet", req=request(method="POST", body=body)))

    assert status == 400
    assert "name" in text


def test_http_reads_the_name_from_the_route_and_answers_with_cors_headers(shop: Project) -> None:
    answer = shop.invoke("hello", req=request(params={"name": "Ada"}))

    assert response(answer) == (200, "Hello, Ada")
    assert answer["returned"]["http"]["headers"]["Access-Control-Allow-Origin"] == "https://contoso.com"
    assert "options" in shop.functions["hello"]["bindings"][0]["methods"]


def test_a_browser_gets_its_preflight_request_answered(shop: Project) -> None:
    answer = shop.invoke("hello", req=request(method="OPTIONS"))

    assert response(answer) == (204, "")
    headers = answer["returned"]["http"]["headers"]
    assert headers["Access-Control-Allow-Methods"] == "GET, POST, OPTIONS"
    assert headers["Access-Control-Allow-Headers"] == "Content-Type"  # no key: this request itself has none in a header


@pytest.mark.parametrize(("content", "answered"), [("stored", (200, "stored")), (None, (404, "Not found."))])
def test_a_blob_input_follows_the_route_and_is_the_answer(
    shop: Project, content: str | None, answered: tuple[int, str]
) -> None:
    answer = shop.invoke("get_item", req=request(params={"id": "7"}), obj=content)

    assert response(answer) == answered
    assert shop.functions["get_item"]["bindings"][1] == {
        "name": "obj",
        "type": "blob",
        "direction": "in",
        "path": "samples/{id}",
        "connection": "AzureWebJobsStorage",
    }


def test_several_outputs_are_set_beside_the_response(shop: Project) -> None:
    answer = shop.invoke("submit", req=request(method="POST", body='{"name": "Ada"}'))

    assert response(answer) == (202, '{"name": "Ada"}')
    assert answer["outputs"] == {"msg": {"string": '{"name": "Ada"}'}, "receipt": {"string": '{"name": "Ada"}'}}


@pytest.mark.parametrize("body", ["", "Ada", '["Ada"]'])
def test_a_bad_request_sets_no_output(shop: Project, body: str) -> None:
    answer = shop.invoke("submit", req=request(method="POST", body=body))

    assert response(answer)[0] == 400
    assert answer["outputs"] == {}


@pytest.mark.parametrize("missing", [None, [], [None]])
def test_a_document_input_is_the_answer_or_404(render: Callable[..., Project], missing: Any) -> None:
    get = {
        "name": "get_doc",
        "trigger": "http",
        "route": "docs/{id}",
        "methods": ["get"],
        "inputs": [{"binding": "cosmos_db", "id": "{id}"}],
    }
    project = render(functions=[get])
    found, not_found = project.run_on_worker(
        invoke=[
            {"function": "get_doc", "inputs": {"req": request(params={"id": "7"}), "indocs": documents}}
            for documents in ([{"id": "7"}], missing)
        ]
    )["invoked"]

    assert response(found) == (200, '{"id": "7"}')
    assert response(not_found)[0] == 404


def test_put_has_the_id_of_its_route_and_delete_answers_no_content(render: Callable[..., Project]) -> None:
    project = render(
        functions=[
            {"name": "put_item", "trigger": "http", "route": "items/{id}", "methods": ["put"]},
            {"name": "delete_item", "trigger": "http", "route": "items/{id}", "methods": ["delete"]},
        ]
    )
    put = project.invoke("put_item", req=request(method="PUT", params={"id": "7"}, body='{"amount": 1, "id": "8"}'))

    assert response(put) == (200, '{"amount": 1, "id": "7"}')
    assert response(project.invoke("delete_item", req=request(method="DELETE", params={"id": "7"}))) == (204, "")


# Beside its data.
EVENT = {
    "id": ANY,
    "subject": "items",
    "eventType": "itemCreated",
    "eventTime": ANY,
    "dataVersion": "1.0",
}

# What each output makes of the objects that a function accepts: with an id that is a number, and with none.
RECORDS = {
    "sql": ([{"amount": 1, "id": 7}], [{"amount": 1}]),
    "mysql": ([{"amount": 1, "id": 7}], [{"amount": 1}]),
    "kusto": ({"amount": 1, "id": 7}, {"amount": 1}),
    "cosmos_db": ([{"amount": 1, "id": "7"}], [{"amount": 1, "id": ANY}]),
    "cosmos_db_mongo": ({"amount": 1, "id": 7}, {"amount": 1}),
    "table": (
        {"PartitionKey": "items", "RowKey": ANY, "amount": 1, "id": 7},
        {"PartitionKey": "items", "RowKey": ANY, "amount": 1},
    ),
    "event_grid": tuple({**EVENT, "data": data} for data in ({"amount": 1, "id": 7}, {"amount": 1})),
    "dapr_state": ({"value": {"amount": 1, "id": 7}}, {"value": {"amount": 1}}),
}


def test_an_accepted_object_is_the_row_that_is_written(render: Callable[..., Project]) -> None:
    post = {"trigger": "http", "methods": ["post"], "outputs": [{"binding": kind} for kind in RECORDS]}
    functions = [{"name": "numbered", **post, "route": "items/{id:int}"}, {"name": "unnumbered", **post}]
    answers = render(functions=functions, extensions="csproj").run_on_worker(
        invoke=[
            {"function": name, "inputs": {"req": request(method="POST", params=params, body='{"amount": 1}')}}
            for name, params in (("numbered", {"id": "7"}), ("unnumbered", {}))
        ]
    )["invoked"]

    for number, answer in enumerate(answers):
        sent = [json.loads(content) for output in answer["outputs"].values() for content in output.values()]
        assert sent == [records[number] for records in RECORDS.values()]


def test_who_sends_an_object_is_told_the_keys_that_it_gets(render: Callable[..., Project]) -> None:
    post = {"trigger": "http", "methods": ["post"]}
    project = render(
        functions=[
            {"name": "document", **post, "outputs": [{"binding": "cosmos_db"}, {"binding": "queue"}]},
            {"name": "entity", **post, "route": "entities/{id}", "outputs": [{"binding": "table"}]},
            {
                "name": "keyed",
                **post,
                "outputs": [{"binding": "table", "partition_key": "a", "row_key": "{rand-guid}"}],
            },
        ]
    )

    def sent(name: str, **params: str) -> tuple[Json, Json]:
        answer = project.invoke(name, req=request(method="POST", params=params, body='{"amount": 7}'))
        status, body = response(answer)
        assert status == 202
        return json.loads(body), answer["outputs"]

    document, outputs = sent("document")
    assert document == {"amount": 7, "id": ANY}
    assert [json.loads(outputs["outdoc"]["json"]), json.loads(outputs["outmsg"]["string"])] == [[document], document]
    assert sent("document")[0]["id"] != document["id"]
    entity, outputs = sent("entity", id="9")
    assert entity == {"amount": 7, "id": "9", "PartitionKey": "items", "RowKey": ANY}
    assert json.loads(outputs["outentity"]["string"]) == entity
    assert sent("keyed")[0] == {"amount": 7}


def test_the_keys_of_an_accepted_object_are_kept(render: Callable[..., Project]) -> None:
    outputs = [{"binding": "cosmos_db"}, {"binding": "table"}]
    project = render(functions=[{"name": "f", "trigger": "http", "methods": ["post"], "outputs": outputs}])
    keys = {"id": "a", "PartitionKey": "b", "RowKey": "c"}

    answer = project.invoke("f", req=request(method="POST", body=json.dumps(keys)))

    assert json.loads(answer["outputs"]["outdoc"]["json"]) == [keys]
    assert json.loads(answer["outputs"]["outentity"]["string"]) == keys


def test_a_function_of_several_methods_does_what_each_of_them_means(render: Callable[..., Project]) -> None:
    item = {
        "name": "item",
        "trigger": "http",
        "route": "items/{id:int}",
        "methods": ["get", "put", "delete"],
        "inputs": [{"binding": "blob", "path": "items/{id}.json"}],
        "outputs": [{"binding": "queue"}],
    }
    requests = [("GET", '{"stored": 1}', ""), ("GET", None, ""), ("PUT", None, '{"new": 2}'), ("DELETE", None, "")]
    answers = render(functions=[item]).run_on_worker(
        invoke=[
            {
                "function": "item",
                "inputs": {"req": request(method=method, params={"id": "7"}, body=body), "inblob": blob},
            }
            for method, blob, body in requests
        ]
    )["invoked"]

    assert [response(answer) for answer in answers] == [
        (200, '{"stored": 1}'),
        (404, "Not found."),
        (202, '{"new": 2, "id": 7}'),
        (204, ""),
    ]
    assert [answer["outputs"] for answer in answers] == [{}, {}, {"outmsg": {"string": '{"new": 2, "id": 7}'}}, {}]


def test_post_beside_get_takes_in_what_an_output_is_for(render: Callable[..., Project]) -> None:
    both = {"trigger": "http", "route": "items/{id}", "outputs": [{"binding": "queue"}]}
    stored = both | {"route": "stored/{id}", "inputs": [{"binding": "blob", "path": "items/{id}.json"}]}
    requests = [
        ("item", request(params={"id": "7"}), {}),
        ("item", request(method="POST", params={"id": "7"}, body='{"amount": 1}'), {}),
        ("stored", request(params={"id": "7"}), {"inblob": '{"amount": 2}'}),
        ("stored", request(method="POST", params={"id": "7"}, body='{"amount": 3}'), {"inblob": None}),
    ]
    answers = render(functions=[{"name": "item", **both}, {"name": "stored", **stored}]).run_on_worker(
        invoke=[{"function": name, "inputs": {"req": sent, **blobs}} for name, sent, blobs in requests]
    )["invoked"]

    assert [response(answer) for answer in answers] == [
        (200, '{"id": "7"}'),
        (202, '{"amount": 1, "id": "7"}'),
        (200, '{"amount": 2}'),
        (202, '{"amount": 3, "id": "7"}'),
    ]
    assert [answer["outputs"].get("outmsg") for answer in answers] == [
        None,
        {"string": '{"amount": 1, "id": "7"}'},
        None,
        {"string": '{"amount": 3, "id": "7"}'},
    ]


@pytest.mark.parametrize("route", [{}, {"route": "hello/{name}"}], ids=["query", "route"])
def test_an_output_alone_gets_the_greeting(route: Json, render: Callable[..., Project]) -> None:
    project = render(functions=[{"name": "f", "trigger": "http", **route, "outputs": [{"binding": "queue"}]}])

    answer = project.invoke("f", req=request(method="POST", params={"name": "Ada"}))

    assert response(answer) == (200, "Hello, Ada")
    assert answer["outputs"] == {"outmsg": {"string": "Hello, Ada"}}


def test_what_is_asked_for_by_post_answers_it(render: Callable[..., Project]) -> None:
    inputs = [{"binding": "text_completion", "prompt": "Say hello."}]
    ask = {"name": "ask", "trigger": "http", "inputs": inputs, "outputs": [{"binding": "queue"}]}

    answer = render(functions=[ask]).invoke("ask", req=request(method="POST"), completion={"content": "hello"})

    assert response(answer) == (200, "hello")


@pytest.mark.parametrize(
    ("blob", "mimetype"),
    [
        ({"path": "files/{id}.png"}, "image/png"),
        ({"path": "files/{id}.parquet"}, "application/octet-stream"),
        ({"path": "files/{id}", "data_type": "binary"}, "application/octet-stream"),
        ({"path": "files/{id}.json", "data_type": "binary"}, "application/json"),
        ({"path": "files/{id}"}, "text/plain"),
    ],
    ids=["picture", "binary-file", "binary-data", "json", "text"],
)
def test_a_blob_is_answered_with_what_it_is(blob: Json, mimetype: str, render: Callable[..., Project]) -> None:
    get = {"name": "f", "trigger": "http", "route": "files/{id}", "methods": ["get"]}
    outputs = [{"binding": "blob", "path": "copies/{id}"}]
    project = render(functions=[get | {"inputs": [{"binding": "blob", **blob}], "outputs": outputs}])
    is_bytes = "data_type" in blob or mimetype.startswith(("image", "application/octet"))

    answer = project.invoke("f", req=request(params={"id": "7"}), inblob="\x89PNG")

    assert answer["returned"]["http"]["headers"]["content-type"].split(";")[0] == mimetype
    assert answer["outputs"] == {"outblob": {"bytes" if is_bytes else "string": "\x89PNG"}}


def test_several_methods_need_no_input_to_do_what_each_means(render: Callable[..., Project]) -> None:
    setting = {"name": "setting", "trigger": "http", "route": "settings/{key}", "methods": ["get", "put", "delete"]}
    counter = {"name": "counter", "trigger": "http", "route": "counters/{key}", "methods": ["get", "delete"]}
    size = {"name": "size", "trigger": "http", "methods": ["get", "put"]}
    requests = [
        ("setting", request(params={"key": "a"})),
        ("setting", request(method="PUT", params={"key": "a"}, body='{"on": true}')),
        ("setting", request(method="DELETE", params={"key": "a"})),
        ("counter", request(params={"key": "b"})),
        ("counter", request(method="DELETE", params={"key": "b"})),
        ("size", request(query={"of": "c"})),
        ("size", request(method="PUT", body='{"width": 3}')),
    ]
    answers = render(functions=[setting, counter, size]).run_on_worker(
        invoke=[{"function": name, "inputs": {"req": sent}} for name, sent in requests]
    )["invoked"]

    assert [response(answer) for answer in answers] == [
        (200, '{"key": "a"}'),
        (200, '{"on": true, "key": "a"}'),
        (204, ""),
        (200, '{"key": "b"}'),
        (204, ""),
        (200, '{"of": "c"}'),
        (200, '{"width": 3}'),
    ]


def test_a_browser_that_negotiates_gets_its_connection(render: Callable[..., Project]) -> None:
    inputs = [{"binding": "web_pub_sub_connection", "user_id": "{Query.user}"}]
    project = render(functions=[{"name": "negotiate", "trigger": "http", "methods": ["post"], "inputs": inputs}])
    connection = {"url": "wss://example.com/client/hubs/chat?access_token=x"}

    answer = project.invoke("negotiate", req=request(method="POST"), clientconnection=connection)

    assert json.loads(response(answer)[1]) == connection


def test_a_client_of_several_services_connects_to_the_first_that_is_online(render: Callable[..., Project]) -> None:
    negotiate = {"name": "negotiate", "trigger": "http", "methods": ["post"]}
    project = render(functions=[negotiate | {"inputs": [{"binding": "signalr_negotiation"}]}])
    east = {"name": "east", "endpointType": "Primary", "endpoint": "https://east", "online": False}
    west = east | {"name": "west", "online": True, "connectionInfo": {"url": "https://west", "accessToken": "x"}}
    south = west | {"name": "south", "connectionInfo": {"url": "https://south", "accessToken": "y"}}

    def asked(*endpoints: Json) -> tuple[int, str]:
        sent = {"endpoints": [*endpoints]}
        return response(project.invoke("negotiate", req=request(method="POST"), negotiation=sent))

    status, body = asked(east, west, south)
    assert (status, json.loads(body)) == (200, west["connectionInfo"])
    assert asked(east) == (503, "No service is online.")


def test_a_message_goes_to_the_services_of_its_hub_that_are_online(render: Callable[..., Project]) -> None:
    endpoints, chat = {"binding": "signalr_endpoints"}, {"binding": "signalr"}
    elsewhere = [
        endpoints | {"arg_name": "others", "hub_name": "news"},
        endpoints | {"connection_string_setting": "Own"},
    ]
    project = render(
        functions=[
            {"name": "chosen", "trigger": "http", "inputs": [elsewhere[0], endpoints], "outputs": [chat]},
            {
                "name": "returned",
                "trigger": "queue",
                "inputs": [endpoints],
                "outputs": [chat | {"arg_name": "$return"}],
            },
            {"name": "to_all", "trigger": "http", "inputs": elsewhere, "outputs": [chat]},
        ]
    )
    east = {"endpointType": "Primary", "name": "east", "endpoint": "https://east", "online": True}
    west = east | {"name": "west", "online": False}
    asked = {"req": request(query={"name": "Ada"}), "endpoints": [west, east], "others": [east, west]}

    chosen, to_all = (project.invoke(name, **asked)["outputs"]["signalrmessage"] for name in ("chosen", "to_all"))
    returned = project.invoke("returned", {"Id": "1"}, msg="hello", endpoints=[west])["returned"]

    assert json.loads(chosen["string"]) == {"target": "newMessage", "arguments": ["Hello, Ada"], "endpoints": [east]}
    assert json.loads(to_all["string"]) == {"target": "newMessage", "arguments": ["Hello, Ada"]}
    assert json.loads(returned["string"])["endpoints"] == []


def test_an_owner_asks_which_services_of_a_hub_are_online(render: Callable[..., Project]) -> None:
    services = {"name": "services", "trigger": "http", "methods": ["get"], "inputs": [{"binding": "signalr_endpoints"}]}
    project = render(functions=[services])
    east, west = ({"name": name, "endpoint": f"https://{name}", "online": name == "east"} for name in ("east", "west"))

    status, body = response(project.invoke("services", req=request(), endpoints=[west, east]))
    assert (status, json.loads(body)) == (200, [east])
    assert response(project.invoke("services", req=request(), endpoints=[west])) == (503, "No service is online.")


@pytest.mark.parametrize("category", ["connections", "Connections"])
def test_a_function_for_connections_expects_no_arguments(category: str, render: Callable[..., Project]) -> None:
    """The host refuses an event whose number of arguments is another one, and a connection has none."""
    project = render(
        functions=[
            {"name": "came", "trigger": "signalr", "category": category, "outputs": [{"binding": "queue"}]},
            {"name": "went", "trigger": "signalr", "category": category, "event": "disconnected"},
            {"name": "said", "trigger": "signalr", "outputs": [{"binding": "queue"}]},
        ]
    )
    client = {"ConnectionId": "c1", "UserId": None, "Hub": "chat", "Error": None}

    came = project.invoke("came", invocation=client | {"Event": "connected", "Arguments": None})
    said = project.invoke("said", invocation=client | {"Event": "sendMessage", "Arguments": ["hello", 42]})

    bindings = [project.functions[name]["bindings"][0] for name in ("came", "went", "said")]
    assert [binding["event"] for binding in bindings] == ["connected", "disconnected", "sendMessage"]
    assert [binding.get("parameterNames") for binding in bindings] == [None, None, ["message"]]
    assert came["outputs"]["outmsg"] == {"string": "c1"}
    assert said["outputs"]["outmsg"] == {"string": "hello, 42"}


def test_what_a_client_of_web_pub_sub_does_comes_in_under_the_name_that_the_host_has_for_it(
    render: Callable[..., Project],
) -> None:
    """The host passes on nothing under other names, and no data where a client comes or goes."""
    sends = {"trigger": "web_pub_sub", "outputs": [{"binding": "web_pub_sub"}]}
    project = render(
        functions=[
            {"name": "came", **sends, "event_type": "System"},
            {"name": "went", **sends, "event_type": "system", "event_name": "disconnected"},
            {"name": "said", **sends},
            {"name": "event", **sends, "event_name": "note", "arg_name": "request"},
        ]
    )
    context = {"connectionId": "c1", "userId": None, "hub": "chat", "signature": "sha256=x", "headers": {}}
    sent = [
        ("came", {"request": {"connectionContext": context | {"eventType": "System", "eventName": "connected"}}}),
        ("went", {"request": {"connectionContext": context | {"eventName": "disconnected"}, "reason": "x"}}),
        ("said", {"data": "hello"}),
        ("event", {"request": {"connectionContext": context, "dataType": "Text", "data": "hello"}}),
    ]

    handed_on = [json.loads(project.invoke(name, **data)["outputs"]["outaction"]["string"]) for name, data in sent]

    assert [action["data"] for action in handed_on] == ["c1", "c1", "hello", "hello"]
    triggers = [project.functions[name]["bindings"][0] for name, _ in sent]
    assert [trigger["eventName"] for trigger in triggers] == ["connected", "disconnected", "message", "note"]


def test_an_event_of_web_pub_sub_hands_on_its_data_alone(render: Callable[..., Project]) -> None:
    """Its context has a signature."""
    on_event = {"name": "on_event", "trigger": "http", "methods": ["post"]}
    negotiate = {"name": "negotiate", "trigger": "http", "inputs": [{"binding": "web_pub_sub_connection"}]}
    bound = {"inputs": [{"binding": "web_pub_sub_request"}], "outputs": [{"binding": "web_pub_sub"}]}
    project = render(functions=[on_event | bound, negotiate])
    answer = {"body": "", "status": 200, "headers": {}}
    event = {"response": answer, "errorMessage": None, "hasError": False, "isPreflight": False}
    told = {"connectionContext": {"connectionId": "c1", "signature": "sha256=x"}}

    def handed_on(**data: str) -> str:
        context = event | {"request": told | data}
        sent = project.invoke("on_event", req=request(method="POST"), wpscontext=context)["outputs"]["outaction"]
        return json.loads(sent["string"])["data"]

    assert handed_on(dataType="Text", data="hello") == "hello"
    assert handed_on() == ""


@pytest.mark.parametrize("kind", ["signalr", "signalr_negotiation", "web_pub_sub_connection"])
def test_what_one_client_connects_with_goes_to_no_output(kind: str, render: Callable[..., Project]) -> None:
    inputs, outputs = [{"binding": kind, "arg_name": "connection"}], [{"binding": "queue"}]
    chat = {"name": "chat", "trigger": "http", "methods": ["get"], "inputs": inputs, "outputs": outputs}
    connection = {
        "url": "wss://example.com?access_token=x",
        "baseUrl": "wss://example.com",
        "accessToken": "x",
        "endpoints": [],
    }

    answer = render(functions=[chat]).invoke("chat", req=request(query={"name": "Ada"}), connection=connection)

    assert answer["outputs"] == {"outmsg": {"string": "Hello, Ada"}}


def test_a_picture_is_bytes_from_end_to_end(render: Callable[..., Project]) -> None:
    outputs = [{"binding": "blob", "path": "copies/{name}.png"}, {"binding": "queue"}]
    project = render(functions=[{"name": "f", "trigger": "blob", "path": "pictures/{name}.png", "outputs": outputs}])

    answer = project.invoke("f", {"BlobTrigger": "pictures/a.png"}, blob="\x89PNG")

    assert answer["outputs"]["outblob"] == {"bytes": "\x89PNG"}


def test_a_return_value_is_an_output(shop: Project) -> None:
    answer = shop.invoke("relay", msg="hello", metadata={"Id": "1"})

    assert answer["returned"] == {"string": "hello"}


@pytest.mark.parametrize(
    ("function", "inputs", "metadata"),
    [
        ("on_order", {"msg": "order 7"}, {"Id": "1", "DequeueCount": "1"}),
        ("on_image", {"blob": "image"}, {"BlobTrigger": "images/a.png", "Uri": "http://host/a.png"}),
        ("nightly", {"timer": {"IsPastDue": True, "ScheduleStatus": {}, "Schedule": {}}}, {}),
    ],
    ids=["queue", "blob", "timer"],
)
def test_triggers_other_than_http_are_served(shop: Project, function: str, inputs: Json, metadata: Json) -> None:
    shop.invoke(function, metadata, **inputs)


def test_the_worker_finds_an_alternate_entry_point(shop: Project) -> None:
    declared = {"scriptFile": "main.py", "entryPoint": "on_image"} if shop.model == "v1" else {}
    assert shop.functions["on_image"] == declared | {
        "bindings": [
            {
                "name": "blob",
                "type": "blobTrigger",
                "direction": "in",
                "path": "images/{name}.png",
                "connection": "AzureWebJobsStorage",
            }
        ],
    }
    assert not (shop.app / "on_image/__init__.py").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "from . import example\n",
        "from ..shared_code import text\n",
        "from __app__.shared_code import text\n",
        "import __app__.shared_code.text\n",
        "from shared_code import text\n",
    ],
)
def test_every_import_style_of_the_guide_works_in_the_worker_and_in_the_tests(changed: Project, statement: str) -> None:
    module = changed.app / "greet/__init__.py"
    module.write_text(statement + module.read_text())
    (changed.app / "greet/example.py").write_text("")

    assert response(changed.invoke("greet", req=request(query={"name": "Ada"}))) == (200, "Hello, Ada")
    assert changed.run_tests("tests/functions/test_greet.py").returncode == 0


def test_the_readme_tells_where_temporary_files_go(shop: Project) -> None:
    assert "`tempfile.NamedTemporaryFile()`" in shop.text("README.md")


def test_logs_go_through_the_root_logger(shop: Project) -> None:
    assert 'logging.info("Processing a %s request", req.method)' in shop.text("__app__/greet/__init__.py")


def test_async_functions_are_coroutines_and_others_are_not(shop: Project) -> None:
    definitions = {name: shop.text(f"__app__/{name}/__init__.py") for name in ("submit", "on_order", "greet")}

    assert {name: "async def main(" in code for name, code in definitions.items()} == {
        "submit": True,
        "on_order": True,
        "greet": False,
    }


def test_the_invocation_context_is_passed_and_logged(shop: Project) -> None:
    code = shop.text("__app__/submit/__init__.py")

    assert "context: func.Context" in code
    assert 'logging.info("Invocation %s", context.invocation_id)' in code


def test_cached_data_is_loaded_once_in_a_worker_process(shop: Project) -> None:
    script = (
        "import logging; logging.basicConfig(level='INFO', format='%(message)s')\n"
        "from __app__.shared_code.reference_data import get_reference_data\n"
        "assert get_reference_data() is get_reference_data()"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=shop.path, capture_output=True, text=True, check=True)

    assert run.stderr.splitlines() == ["Loading the reference data"]


def test_local_settings_hold_what_the_bindings_name(shop: Project) -> None:
    assert shop.json("__app__/local.settings.json") == {
        "IsEncrypted": False,
        "Values": {
            "FUNCTIONS_WORKER_RUNTIME": "python",
            "FUNCTIONS_WORKER_PROCESS_COUNT": "4",
            "AzureWebJobsStorage": "UseDevelopmentStorage=true",
            "RelayQueue": "",
            "PartnerStorage": "UseDevelopmentStorage=true",
            "PausedSchedule": "",
            "AzureWebJobs.paused.Disabled": "true",
            "GREETING": "Hello",
        },
    }


@pytest.mark.parametrize(
    ("python_version", "sdk"),
    [
        ("3.11", "azure-functions>=1.26,<2"),
        ("3.12", "azure-functions>=1.26,<2"),
        ("3.13", "azure-functions>=2.3,<3"),
        ("3.14", "azure-functions>=2.3,<3"),
    ],
)
def test_each_python_gets_its_line_of_the_sdk(render: Callable[..., Project], python_version: str, sdk: str) -> None:
    project = render(python_version=python_version)

    requirements = project.text("__app__/requirements.txt").splitlines()
    assert [line for line in requirements if line and not line.startswith("#")] == [sdk]
    assert f'requires-python = "=={python_version}.*"' in project.text("pyproject.toml")


def test_a_retry_policy_reaches_the_host(shop: Project) -> None:
    assert shop.functions["nightly"]["retry"] == {
        "strategy": "fixedDelay",
        "maxRetryCount": 3,
        "delayInterval": "00:00:10",
    }


def test_a_disabled_function_has_the_setting_that_the_host_reads(shop: Project) -> None:
    assert "disabled" not in shop.functions["paused"]
    assert shop.json("__app__/local.settings.json")["Values"]["AzureWebJobs.paused.Disabled"] == "true"
    readme = shop.text("README.md")
    assert "| `AzureWebJobs.paused.Disabled` | not starting `paused` |" in readme
    assert "--settings AzureWebJobs.paused.Disabled=true\n" in readme


def test_a_disabled_function_is_disabled_wherever_the_app_runs(render: Callable[..., Project]) -> None:
    """Shells drop environment variables with dots, so containers get the host's other spelling."""
    project = render(
        functions=[{"name": "nightly", "trigger": "timer", "disabled": True}, {"name": "greet", "trigger": "http"}],
        container=True,
        kubernetes=True,
        infrastructure="azd",
    )

    compose = yaml.safe_load(project.text("compose.yaml"))["services"]["functions"]["environment"]
    cluster = yaml.safe_load(project.text("kubernetes/settings.yaml"))["data"]
    assert compose["AzureWebJobs_nightly_Disabled"] == cluster["AzureWebJobs_nightly_Disabled"] == "true"
    assert "'AzureWebJobs.nightly.Disabled': 'true'" in project.text("infra/function-app.bicep")
    assert "AzureWebJobs_nightly" not in project.text("README.md").split("kubectl create secret")[1]


def test_a_fresh_clone_gets_its_settings_from_the_example(shop: Project, tmp_path: Path) -> None:
    """With the command of the README, which is the same one in PowerShell."""
    (command,) = re.findall(r"```sh\ncp (\S+) (\S+)\n```", shop.text("README.md"))
    clone = Path(shutil.copytree(shop.path, tmp_path / "clone"))
    (clone / "__app__/local.settings.json").unlink()

    shutil.copy(*(clone / name for name in command))

    assert Project(clone).files == shop.files
    assert "local.settings.json" in shop.text(".gitignore").splitlines()


def test_the_example_of_the_settings_is_committed_and_not_published(shop: Project) -> None:
    ignored = pathspec.GitIgnoreSpec.from_lines(shop.text(".gitignore").splitlines())

    assert not ignored.match_file("local.settings.example.json")
    assert ignored.match_file("__app__/local.settings.json")
    assert not (shop.app / "local.settings.example.json").exists()


def test_the_durable_trio_runs_to_the_quickstarts_output(render: Callable[..., Project]) -> None:
    project = render(triggers=["durable"])

    (result,) = project.run_on_worker(orchestrate=[{"function": "hello_orchestrator"}])["orchestrated"]

    assert result == {"output": ["Hello Tokyo!", "Hello Seattle!", "Hello London!"]}
    assert "azure-functions-durable>=1.7,<2" in project.text("__app__/requirements.txt")


def test_the_starter_answers_with_the_status_urls(shop: Project) -> None:
    with durable_client() as (client, started):
        answer = shop.invoke(
            "http_start",
            req=request(method="POST", params={"functionName": "hello_orchestrator"}),
            **{"starter" if shop.model == "v1" else "client": client},
        )

    assert started == ["hello_orchestrator"]
    status, body = response(answer)
    assert status == 202
    assert json.loads(body)["statusQueryGetUri"].endswith("/instances/abc123")


@pytest.mark.parametrize(
    ("role", "binding"),
    [
        ("inputs", {"binding": "semantic_search", "query": "{Query.question}"}),
        ("outputs", {"binding": "embeddings_store", "input": "{queueTrigger}"}),
    ],
    ids=["search", "store"],
)
def test_what_searches_vectors_names_where_they_are(role: str, binding: Json, render: Callable[..., Project]) -> None:
    """The extension refuses a search, and a text, without a provider in host.json."""
    trigger = {"trigger": "http", "methods": ["get"]} if role == "inputs" else {"trigger": "queue"}

    project = render(functions=[{"name": "f", **trigger, role: [binding]}])

    assert project.json("__app__/host.json")["extensions"]["openai"] == {"searchProvider": {"type": "azureAISearch"}}


def test_a_text_that_is_stored_may_have_a_title(render: Callable[..., Project]) -> None:
    stored = {"binding": "embeddings_store", "input": "{text}"}
    project = render(functions=[{"name": "store", "trigger": "http", "methods": ["post"], "outputs": [stored]}])

    sent = [
        project.invoke("store", req=request(method="POST", body=body))["outputs"]["document"]["string"]
        for body in ('{"text": "Tea is hot.", "title": "Tea"}', '{"text": "Tea"}')
    ]

    assert [json.loads(document)["title"] for document in sent] == ["Tea", '{"text": "Tea"}']


def test_a_search_answers_with_what_the_model_says(render: Callable[..., Project]) -> None:
    inputs = [{"binding": "semantic_search", "query": "{Query.question}"}]
    project = render(functions=[{"name": "ask", "trigger": "http", "methods": ["get"], "inputs": inputs}])

    answer = project.invoke(
        "ask", req=request(), found={"Embeddings": {"request": ["Tea?"], "count": 0}, "Chat": {}, "Response": "A tea."}
    )

    assert response(answer) == (200, "A tea.")


def test_an_assistant_has_the_id_and_the_instructions_that_come_in(render: Callable[..., Project]) -> None:
    """Nobody could ask it otherwise."""
    hire = {"name": "hire", "trigger": "http", "route": "assistants/{id}", "methods": ["put"]}
    note = {"name": "note", "trigger": "queue"}
    made = [{"binding": "assistant_create"}]
    project = render(functions=[hire | {"outputs": made}, note | {"outputs": made}])

    put = project.invoke("hire", req=request(method="PUT", params={"id": "a1"}, body='{"instructions": "Be brief."}'))
    told = project.invoke("note", {"Id": "1"}, msg="Be brief.")

    assert json.loads(put["outputs"]["assistant"]["string"]) == {"id": "a1", "instructions": "Be brief."}
    assistant = json.loads(told["outputs"]["assistant"]["string"])
    assert assistant.pop("id")
    assert assistant == {"instructions": "Be brief."}


def test_an_assistant_that_does_not_exist_is_not_found(render: Callable[..., Project]) -> None:
    ask = {"binding": "assistant_post", "id": "a1", "user_message": "Tea?"}
    look = {"binding": "assistant_query", "id": "a1", "timestamp_utc": "2026-01-01"}
    project = render(
        functions=[
            {"name": "ask", "trigger": "http", "methods": ["post"], "inputs": [ask]},
            {"name": "look", "trigger": "http", "methods": ["get"], "inputs": [look]},
            {"name": "relay", "trigger": "queue", "inputs": [ask], "outputs": [{"binding": "queue"}]},
        ]
    )
    nobody = {"id": "a1", "exists": False, "totalMessages": 0, "recentMessages": []}

    assert response(project.invoke("ask", req=request(method="POST"), answered=nobody))[0] == 404
    assert response(project.invoke("look", req=request(), history=nobody))[0] == 404
    assert project.invoke("relay", {"Id": "1"}, msg="hello", answered=nobody)["outputs"]["outmsg"] == {
        "string": "hello"
    }


@pytest.mark.parametrize("kind", ["mcp_tool", "mcp_resource", "mcp_prompt"])
def test_an_app_for_agents_tells_where_they_find_it(kind: str, render: Callable[..., Project]) -> None:
    project = render(project_name='Weather "now"', triggers=[kind])

    servers = project.json(".vscode/mcp.json")["servers"]
    assert servers["weather-now-local"] == {"type": "http", "url": "http://localhost:7071/runtime/webhooks/mcp"}
    assert servers["weather-now"]["headers"] == {"x-functions-key": "${input:mcp_key}"}
    assert project.json("__app__/host.json")["extensions"]["mcp"] == {
        "serverName": 'Weather "now"',
        "serverVersion": "1.0.0",
    }
    assert "http://localhost:7071/runtime/webhooks/mcp" in project.text("README.md")
    assert "--query systemKeys.mcp_extension" in project.text("README.md")


def test_an_app_without_tools_says_nothing_of_agents(render: Callable[..., Project]) -> None:
    project = render()

    assert not (project.path / ".vscode/mcp.json").exists()
    assert "mcp" not in project.text("README.md") + project.text("__app__/host.json")


def test_a_tool_answers_from_its_arguments(render: Callable[..., Project]) -> None:
    tool = {
        "name": "find",
        "trigger": "mcp_tool",
        "description": "Find somebody's address.",
        "tool_properties": [
            {"arg_name": "name", "description": "Whom."},
            {"arg_name": "limit", "property_type": "integer", "is_required": False},
            {"arg_name": "share", "property_type": "float", "as_array": True, "is_required": False},
        ],
    }
    project = render(functions=[tool])

    answer = project.invoke("find", call={"name": "find", "arguments": {"name": "Ada", "limit": 3}})

    assert json.loads(answer["returned"]["string"]) == {"name": "Ada", "limit": 3}
    (binding,) = project.functions["find"]["bindings"]
    assert binding["description"] == "Find somebody's address."
    assert json.loads(binding["toolProperties"]) == [
        {"propertyName": "name", "propertyType": "string", "description": "Whom.", "isRequired": True},
        {"propertyName": "limit", "propertyType": "integer"},
        {"propertyName": "share", "propertyType": "number", "isArray": True},
    ]


def test_a_tool_may_be_called_without_arguments_that_are_optional(render: Callable[..., Project]) -> None:
    """The extension leaves the map out when there is none."""
    optional = [{"arg_name": "limit", "property_type": "integer", "is_required": False}]
    project = render(functions=[{"name": "find", "trigger": "mcp_tool", "tool_properties": optional}])

    assert project.invoke("find", call={"name": "find", "sessionid": "s"})["returned"] == {"string": "{}"}


@pytest.mark.parametrize(
    ("trigger", "called"),
    [
        ({"trigger": "mcp_tool", "tool_properties": [{"arg_name": "id"}]}, {"call": {"arguments": {"id": "7"}}}),
        ({"trigger": "mcp_resource", "uri": "notes://{id}"}, {"request": {"uri": "notes://7"}}),
        ({"trigger": "assistant_skill", "function_description": "Read a note."}, {"task": "7"}),
    ],
    ids=["tool", "resource", "skill"],
)
def test_an_agent_is_answered_with_what_an_input_holds(
    trigger: Json, called: Json, render: Callable[..., Project]
) -> None:
    note = {"binding": "table", "partition_key": "notes", "row_key": "7"}
    project = render(
        functions=[{"name": "read", **trigger, "inputs": [note], "outputs": [{"binding": "queue"}]}],
        extensions="csproj",
    )

    found = project.invoke("read", **called, inentities='{"RowKey": "7"}')
    nothing = project.invoke("read", **called, inentities=None)

    assert found["returned"] == found["outputs"]["outmsg"] == {"string": '{"RowKey": "7"}'}
    assert nothing["returned"] == {"string": "Not found."}
    assert "outmsg" not in nothing["outputs"]


@pytest.mark.parametrize("kind", ["dapr_binding", "dapr_service_invocation"])
@pytest.mark.parametrize("given", [{}, {"data_type": "binary"}], ids=["text", "bytes"])
def test_a_dapr_message_may_have_no_body(kind: str, given: Json, render: Callable[..., Project]) -> None:
    """A schedule of Dapr's, for one, sends none; the extension passes None."""
    outputs = [{"binding": "queue"}, {"binding": "blob", "path": "messages/{rand-guid}.bin", "data_type": "binary"}]
    called = render(functions=[{"name": "called", "trigger": kind, **given, "outputs": outputs}])

    assert called.invoke("called", payload=None)["outputs"] == {"outmsg": {"string": ""}, "outblob": {"bytes": ""}}


def test_a_skill_that_is_called_without_its_argument_says_so(render: Callable[..., Project]) -> None:
    """The extension has no parameter that is required, and passes None."""
    skill = {"name": "skill", "trigger": "assistant_skill", "function_description": "Note it."}

    answer = render(functions=[skill | {"outputs": [{"binding": "queue"}]}]).invoke("skill", task=None)

    assert answer["returned"] == {"string": "There is nothing to do."}
    assert answer["outputs"] == {}


def test_an_agent_gets_no_token(render: Callable[..., Project]) -> None:
    tool = {"name": "chat", "trigger": "mcp_tool", "inputs": [{"binding": "signalr"}]}

    answer = render(functions=[tool]).invoke(
        "chat", call={"name": "chat"}, connectioninfo={"url": "https://example.com"}
    )

    assert answer["returned"] == {"string": "Hello from chat."}


def test_a_description_is_the_docstring_and_the_line_in_the_readme(render: Callable[..., Project]) -> None:
    long = "Keep a count of what comes in, for as long as anybody may still want to know it | and then begin anew."
    project = render(
        functions=[
            {"name": "tick", "trigger": "timer", "description": "Tell the time"},
            {"name": "count", "trigger": "entity", "description": long},
            {"name": "plain", "trigger": "timer"},
        ]
    )

    assert '    """Tell the time."""\n' in project.text("__app__/tick/__init__.py")
    (docstring,) = re.findall(r'"""(.+?)"""', project.text("__app__/count/__init__.py"), re.DOTALL)
    assert " ".join(docstring.split()) == long
    assert "| Function | What it does | Starts on |" in project.text("README.md")
    assert "| [tick](__app__/tick/) | Tell the time | timer" in project.text("README.md")
    assert long.replace("|", "\\|") in project.text("README.md")
    assert "| [plain](__app__/plain/) |  | timer" in project.text("README.md")


def test_a_health_probe_needs_no_key(render: Callable[..., Project]) -> None:
    project = render(functions=[{"name": "health", "trigger": "http", "pattern": "health"}])

    assert json.loads(response(project.invoke("health", req=request()))[1]) == {"status": "healthy"}
    trigger = project.functions["health"]["bindings"][0]
    assert (trigger["authLevel"], trigger["methods"]) == ("anonymous", ["get"])
    assert "pattern" not in trigger


def test_a_health_probe_leaves_no_line_in_the_log(render: Callable[..., Project]) -> None:
    project = render(functions=[{"name": "health", "trigger": "http", "pattern": "health"}])

    assert "logging" not in project.text("__app__/health/__init__.py")
