"""What the host sends to a function, by the kinds of its bindings."""

import json
import re
from typing import Any

from tests.support.project import Project
from tests.support.runtime.durable_client import durable_client
from tools.catalogue import spec

Json = dict[str, Any]

# Data as the host sends it to a trigger, its metadata, and what the sample makes of it for an output; agents are answered from the first of INPUTS.
MESSAGES: dict[str, tuple[Any, Json, str]] = {
    "assistant_skill": ("hello", {}, "Yes."),
    "authentication_events": ({"requestStatus": "Successful"}, {}, "Successful"),
    "blob": ("hello", {"BlobTrigger": "samples-workitems/a.txt"}, "hello"),
    "cosmos_db": ([{"id": "1"}, {"id": "2"}], {}, "1, 2"),
    "cosmos_db_mongo": (
        {"operationType": "insert", "fullDocument": {"_id": {"$oid": "6650a1f0c2a4d5e6f7a8b9c0"}}},
        {},
        '{"operationType": "insert", "fullDocument": {"_id": {"$oid": "6650a1f0c2a4d5e6f7a8b9c0"}}}',
    ),
    "dapr_binding": ("hello", {}, "hello"),
    "dapr_service_invocation": ({"name": "Ada"}, {}, '{"name": "Ada"}'),
    "dapr_topic": ({"specversion": "1.0", "topic": "A", "data": "hello"}, {}, "hello"),
    "event_grid": ({"id": "1", "data": {"amount": 7}, "eventType": "orderPlaced"}, {}, '{"amount": 7}'),
    "event_hub": (["hello", "world"], {"SystemPropertiesArray": [{}, {}]}, '"hello"\n"world"'),
    "generic": ("hello", {}, "hello"),
    "kafka": ("hello", {"Offset": 1}, "hello"),
    "mcp_prompt": ({"name": "f", "arguments": {"topic": "cats"}}, {}, "topic: cats"),
    "mcp_resource": ({"uri": "docs://welcome"}, {}, "Yes."),
    "mcp_tool": ({"name": "f", "arguments": {"name": "Ada"}}, {}, "Yes."),
    "mysql": ([{"Operation": 0, "Item": {"id": 42}}], {}, '[{"Operation": 0, "Item": {"id": 42}}]'),
    "queue": ("hello", {"Id": "1"}, "hello"),
    "rabbitmq": ("hello", {}, "hello"),
    "redis_list": ("hello", {}, "hello"),
    "redis_pub_sub": (
        {"SubscriptionChannel": "n*", "Channel": "news", "Message": "hello"},
        {"SubscriptionChannel": "n*", "Channel": "news", "Message": "hello"},
        "hello",
    ),
    "redis_stream": ({"Id": "1-0", "Values": {"amount": "7"}}, {}, '{"Id": "1-0", "Values": {"amount": "7"}}'),
    "service_bus_queue": ("hello", {"UserProperties": {}, "MessageId": "1"}, "hello"),
    "service_bus_topic": ("hello", {"UserProperties": {}, "MessageId": "1", "ContentType": None}, "hello"),
    "signalr": ({"Event": "sendMessage", "ConnectionId": "c1", "Arguments": ["hello"]}, {}, "hello"),
    "sql": ([{"Operation": 0, "Item": {"id": 42}}], {}, '[{"Operation": 0, "Item": {"id": 42}}]'),
    "web_pub_sub": ("hello", {}, "hello"),
    "warmup": ("", {}, "warm"),
}

# The same for triggers that something other than a message starts.
STARTS: dict[str, Any] = {
    "activity": '"Tokyo"',
    "entity": json.dumps(
        {
            "self": {"name": "counter", "key": "visits"},
            "exists": False,
            "state": None,
            "batch": [{"name": "add", "input": "1", "signal": False}],
        }
    ),
    "timer": {"IsPastDue": False},
}

# The metadata of several messages at a time, for triggers with a cardinality.
MANY: Json = {
    "event_hub": {"SystemPropertiesArray": [{}, {}]},
    "kafka": {
        **{f"{name}Array": ["x", "y"] for name in ("Timestamp", "Key")},
        "PartitionArray": [0, 0],
        "OffsetArray": {"collection": [1, 2]},
        "TopicArray": {"collection": ["topic", "topic"]},
        "HeadersArray": [[], []],
    },
    "service_bus_queue": {"UserPropertiesArray": [{}, {}], "MessageIdArray": {"collection": ["1", "2"]}},
    "service_bus_topic": {"UserPropertiesArray": [{}, {}], "MessageIdArray": {"collection": ["1", "2"]}},
}

# What comes back from a service without data, and with some.
INPUTS: Json = {
    "assistant_post": {"exists": True, "recentMessages": [{"content": ""}, {"content": "Yes."}]},
    "assistant_query": {"exists": True, "recentMessages": []},
    "embeddings": {"count": 2},
    "semantic_search": {"Response": "A tea."},
    "text_completion": {"content": "A tea."},
    "blob": "input",
    "cosmos_db": [{"id": "42"}],
    "cosmos_db_mongo": [{"_id": {"$oid": "6650a1f0c2a4d5e6f7a8b9c0"}}],
    "dapr_secret": {"mysecret": "x"},
    "dapr_state": {"amount": 7},
    "generic": None,
    "kusto": [{"ProductID": 42}],
    "mysql": [{"id": 42}],
    "redis": None,
    "signalr": {"url": "https://example.com"},
    "signalr_endpoints": [],
    "signalr_negotiation": {"endpoints": []},
    "web_pub_sub_connection": {"baseUrl": "wss://example.com"},
    "web_pub_sub_request": {"hasError": False, "isPreflight": False, "request": {"dataType": "Text", "data": "hello"}},
    "sql": [],
    "table": [],
}


def invoke_all(project: Project, functions: list[Json]) -> Json:
    """Invoke every function of a manifest on the worker, and replay every orchestration to its end.

    To what the worker answers comes `failed`: the functions that failed, or sent something else than they are to send.
    """
    started = [
        function for function in functions if function["trigger"] != "orchestration" and not _has_clients(function)
    ]
    replayed = [function for function in functions if function["trigger"] == "orchestration"]
    with durable_client() as (client, _):
        invocations = [_invocation(function, client, project.model) for function in started]
        inputs = {one["function"]: one["inputs"] for one in invocations}
        orchestrations = [{"function": function["name"], "inputs": inputs} for function in replayed]
        did = project.run_on_worker(invoke=invocations, orchestrate=orchestrations)
    failed = {
        function["name"]: answer
        for function, answer in zip(started, did["invoked"], strict=True)
        if "error" in answer or answer["outputs"].keys() != _outputs(function, project.model)
    }
    failed |= {
        function["name"]: answer
        for function, answer in zip(replayed, did["orchestrated"], strict=True)
        if "error" in answer
    }
    return did | {"failed": failed}


def _has_clients(function: Json) -> bool:
    """Tell whether a function calls a service itself: tests/renderers/test_sdk_types.py has one."""
    return any(entry.get("sdk_types") for entry in (function, *function.get("inputs", ())))


def _invocation(function: Json, client: str, model: str) -> Json:
    """Return what makes a worker invoke a function; `client` is the data of durable clients."""
    data, metadata = _started(function)
    inputs = {_name(function, function["trigger"], "trigger", model): data}
    for given in function.get("inputs", ()):
        kind = given["binding"]
        sent = client if kind == "durable_client" else _as_said(INPUTS[kind] or "[]", given, kind, "input")
        inputs[_name(given, kind, "input", model)] = sent
    return {"function": function["name"], "inputs": inputs, "metadata": metadata}


def _outputs(function: Json, model: str) -> set[str]:
    """Name what a function sends."""
    return {_name(given, given["binding"], "output", model) for given in function.get("outputs", ())} - {"$return"}


def _name(given: Json, kind: str, role: str, model: str) -> str:
    data = spec(kind, role)
    return given.get("arg_name", (data | data.get(model, {}))["arg_name"])


def _started(function: Json) -> tuple[Any, Json]:
    """Return the data of a trigger, with its metadata."""
    kind = function["trigger"]
    options = spec(kind, "trigger")["options"]
    if kind == "http":
        return {"http": _request(function)}, {}
    data, metadata, _ = MESSAGES.get(kind, (STARTS.get(kind), {}, ""))
    if "cardinality" in options and function.get("cardinality", options["cardinality"].get("default")) == "many":
        return {"collection": [_as_said(text, function, kind, "trigger") for text in ("hello", "world")]}, MANY[kind]
    if kind == "event_hub":
        data, metadata = "hello", {"SystemProperties": {}}
    return _as_said(data, function, kind, "trigger"), metadata


def _as_said(data: Any, given: Json, kind: str, role: str) -> Any:
    """Return data as bytes where the data type says so and the kind knows them."""
    entry = spec(kind, role)
    data_type = given.get("data_type", entry.get("data_type", {}).get("default"))
    is_bytes = str(data_type).lower() in {"binary", "stream"} and isinstance(entry["annotation"], dict)
    if not is_bytes or data is None:
        return data
    return {"hex": (data if isinstance(data, str) else json.dumps(data)).encode().hex()}


def _request(function: Json) -> Json:
    """Return a request that a function answers, with something for each parameter of its route; one that brings something, if it can."""
    methods = function.get("methods", ["get", "post"])
    answered = [] if isinstance(methods, str) else [method.upper() for method in methods]
    bringing = [method for method in answered if method in {"POST", "PUT", "PATCH"}]
    asking = [method for method in answered if method != "OPTIONS"]
    return {
        "method": [*bringing, *asking, *answered, "GET"][0],
        "params": dict.fromkeys(re.findall(r"{[*]{0,2}(\w+)", function.get("route", "")), "42"),
        "query": {"name": "Ada"},
        "headers": {"content-type": "application/json"},
        "body": '{"name": "Ada"}',
    }
