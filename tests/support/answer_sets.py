"""Sets of answers, by name, that tests of every kind render."""

from collections.abc import Iterable
from itertools import chain, cycle
from pathlib import Path
from typing import Any

import yaml

from tools.catalogue import CATALOGUE, kinds, spec

EXAMPLE = Path(__file__).parents[2] / "examples" / "order_service.yml"

REQUIRED = {
    ("orchestration", "trigger"): {"activity": "activity_with_it"},
    ("mcp_tool", "trigger"): {
        "description": "Find somebody.",
        "tool_properties": [
            {"arg_name": "name", "description": "Whom."},
            {"arg_name": "limit", "property_type": "integer", "is_required": False},
        ],
    },
    ("mcp_prompt", "trigger"): {
        "description": "Summarize a topic.",
        "prompt_arguments": [{"name": "topic", "description": "What.", "required": True}],
    },
    ("assistant_skill", "trigger"): {"function_description": "Write a task down."},
    ("assistant_post", "input"): {"id": "a1", "user_message": "Hello."},
    ("assistant_query", "input"): {"id": "a1", "timestamp_utc": "2026-01-01T00:00:00Z"},
    ("embeddings", "input"): {"input": "Hello."},
    ("embeddings_store", "output"): {"input": "Hello."},
    ("semantic_search", "input"): {"query": "Who is there?"},
    ("text_completion", "input"): {"prompt": "Say hello."},
    ("generic", "trigger"): {"type": "redisListTrigger", "key": "tasks"},
    ("generic", "input"): {"type": "redis", "command": "GET"},
    ("generic", "output"): {"type": "redis", "command": "SET"},
}


# A value for rules that do not list their values.
USUAL_VALUES: dict[str, Any] = {
    "description": "What it is for.",
    "mcp_name": "find_it",
    "mime_type": "text/html",
    "prompt_arguments": [{"name": "topic", "required": True}, {"name": "style", "description": "How."}],
    "tool_properties": [
        {"arg_name": "name", "is_required": True},
        {"arg_name": "days", "property_type": "integer", "is_required": False, "as_array": True},
    ],
    "uri": "docs://welcome",
    "boolean": True,
    "integer": 5,
    "blob_path": "samples/a.txt",
    "blob_trigger_path": "samples/{name}",
    "phone_number": "+14255550100",
    "redis_command": "APPEND",
    "redis_read_command": "HGET greetings morning",
    "secret": "%MySecret%",
    "names": ["a", "b"],
    "connections": ["EastPubSub", "WestPubSub"],
    "queue_name": "myqueue",
    "schedule": "0 0 * * * *",
}


def binding(kind: str, role: str, **options: Any) -> dict[str, Any]:
    """An input or output with what it needs."""
    return {"binding": kind, **REQUIRED.get((kind, role), {}), **options}


def function(name: str, trigger: str, **options: Any) -> dict[str, Any]:
    """A function with what its trigger needs, and only that where the trigger stands alone, or knows names of its own only."""
    names = spec(trigger, "trigger").get("arg_names")
    if names and options.get("arg_name", names[0]) not in names:
        options["arg_name"] = names[0]
    if spec(trigger, "trigger").get("alone"):
        options.pop("inputs", None)
        options.pop("outputs", None)
        options.pop("arg_name", None)
        options.pop("async", None)
        options.pop("context", None)
    if trigger == "mcp_resource":
        options.setdefault("uri", f"docs://{name}")  # an app has each address once
    return {"name": name, "trigger": trigger, **REQUIRED.get((trigger, "trigger"), {}), **options}


def sayable(answers: dict[str, Any], model: str) -> dict[str, Any]:
    """Leave out the functions that have an option which the decorators of the v2 model do not take."""
    if model == "v1" or "functions" not in answers:
        return answers
    lacking = {kind: {*spec(kind, "trigger").get("decorator_lacks", [])} for kind in kinds("trigger")}
    return answers | {
        "functions": [given for given in answers["functions"] if not lacking[given["trigger"]] & {*given}]
    }


# What the samples and their tests call their own variables.
USED_NAMES = [
    "action",
    "added",
    "answer",
    "arguments",
    "body",
    "change",
    "changed",
    "client",
    "content",
    "data",
    "error",
    "greeting",
    "grid_event",
    "http_request",
    "ids",
    "instance_id",
    "message",
    "messages",
    "name",
    "response",
    "result",
    "row",
    "rows",
    "status",
    "timestamp",
]


def may_repeat(trigger: str) -> bool:
    """Tell whether an app may have several functions with a trigger."""
    return not spec(trigger, "trigger").get("once")


def names_of(lengths: Iterable[int], seed: int = 0) -> list[dict[str, Any]]:
    """Functions whose names have these lengths in every place, each with another trigger, input, output and options."""
    inputs, outputs = cycle(kinds("input")), cycle(kinds("output"))
    once = [kind for kind in kinds("trigger") if kind not in ("orchestration", "entity")]
    triggers = chain(once, cycle(filter(may_repeat, once)))
    for _ in range(seed):
        next(inputs), next(outputs), next(triggers)

    def name(start: str, length: int) -> str:
        return (start + "_" + "x" * length)[: max(length, len(start))]

    functions = []
    for number, length in enumerate(lengths):
        options = ["async", "context", "cache"][(number + seed) % 3 :]
        functions.append(
            function(
                name(f"f{number}", min(length, 126)),
                next(triggers),
                arg_name=name("t", length),
                entry_point=name("e", length),
                **dict.fromkeys(options, True),
                inputs=[binding(next(inputs), "input", arg_name=name("i", length))],
                outputs=[binding(next(outputs), "output", arg_name=name("o", length))],
            )
        )
        if number % 2:
            continue
        pattern = ["chaining", "fan_out_fan_in", "external_event", "retry"][(number // 2 + seed) % 4]
        activity = name(f"a{number}", min(length, 126))
        orchestration = {"trigger": "orchestration", "pattern": pattern, "activity": activity}
        event = {"event_name": name("v", length)} if pattern == "external_event" else {}
        functions += [
            {"name": activity, "trigger": "activity", "arg_name": name("p", length)},
            {"name": name(f"r{number}", min(length, 126)), "entry_point": name("q", length), **orchestration, **event},
        ]
    return functions


LONG_NAME = "a_very_long_name_" + "x" * 60

# An app whose functions run on a storage emulator, all but one: HTTP → queue → blob and table → queue.
TESTED_ON_STORAGE = {
    "integration_tests": True,
    "app_settings": {"MailQueue": "mails"},
    "functions": [
        {
            "name": "submit",
            "trigger": "http",
            "route": "shops/{shop}/orders",
            "methods": ["post"],
            "inputs": [{"binding": "blob", "path": "shops/{shop}.json"}],
            "outputs": [
                {"binding": "queue", "queue_name": "orders"},
                {"binding": "table", "table_name": "Submitted", "partition_key": "{shop}"},
            ],
        },
        {
            "name": "on_order",
            "trigger": "queue",
            "queue_name": "orders",
            "async": True,
            "inputs": [{"binding": "table", "table_name": "Prices", "filter": "Price gt 1"}],
            "outputs": [{"binding": "blob", "path": "receipts/{id}.txt"}, {"binding": "table"}],
        },
        {
            "name": "on_receipt",
            "trigger": "blob",
            "path": "receipts/{name}.{extension}",
            "inputs": [{"binding": "table", "partition_key": "texts", "row_key": "{name}"}],
            "outputs": [
                {"binding": "queue", "arg_name": "$return", "queue_name": "%MailQueue%"},
                {"binding": "blob", "path": "receipts-{extension}/{name}"},
                {"binding": "blob", "arg_name": "copy", "path": "receipts/{rand-guid}"},
            ],
        },
        {
            "name": "on_refund",
            "trigger": "queue",
            "queue_name": "%RefundQueue%",
            "inputs": [{"binding": "blob", "path": "receipts/{order}"}],
            "outputs": [
                {"binding": "queue", "queue_name": "mails"},
                {"binding": "queue", "arg_name": "copy", "queue_name": "mails"},
            ],
        },
        {"name": "nightly", "trigger": "timer", "outputs": [{"binding": "table"}, {"binding": "queue"}]},
        {"name": "on_sale", "trigger": "service_bus_queue", "outputs": [{"binding": "queue"}]},
        {"name": "greet", "trigger": "http", "outputs": [{"binding": "queue", "queue_name": "orders"}]},
        {"name": "plain", "trigger": "http"},
        {"name": "on_picture", "trigger": "blob", "path": "pictures/{name}.png"},
        {"name": "on_note", "trigger": "blob", "path": "notes"},
        {"name": "on_mail", "trigger": "queue", "queue_name": "mails"},
    ],
}

ANSWER_SETS = {
    "defaults": {},
    "delivered_everywhere": {
        "ci": "github",
        "container": True,
        "kubernetes": True,
        "infrastructure": "azd",
        "build": "local",
        "telemetry": "opentelemetry",
        "function_timeout": "00:10:00",
        "app_settings": {"PriceTopic": "prices", "GREETING": "Hello"},
        "functions": [
            {"name": "greet", "trigger": "http"},
            {"name": "on_message", "trigger": "queue"},
            {"name": "on_image", "trigger": "blob", "path": "images/in-{name}.png"},
            {"name": "on_order", "trigger": "service_bus_queue", "queue_name": "orders/$DeadLetterQueue"},
            {
                "name": "on_price",
                "trigger": "service_bus_topic",
                "topic_name": "%PriceTopic%",
                "subscription_name": "shop",
            },
            {"name": "on_click", "trigger": "event_hub", "event_hub_name": "clicks", "consumer_group": "stats"},
            {"name": "on_cart", "trigger": "cosmos_db", "database_name": "shop", "container_name": "carts"},
            {"name": "on_event", "trigger": "kafka"},
            {"name": "on_secured_event", "trigger": "kafka", "protocol": "SaslSsl", "username": "%KafkaUser%"},
            {"name": "on_rabbit", "trigger": "rabbitmq"},
            {"name": "on_row", "trigger": "sql", "outputs": [{"binding": "table"}, {"binding": "blob"}]},
        ],
    },
    "order_service": yaml.safe_load(EXAMPLE.read_text()),
    "every_trigger": {"triggers": ["blob", "durable", "http", "queue", "timer"]},
    "every_sample": {
        "extensions": "csproj",  # no bundle has all kinds
        "triggers": [choice for kind in CATALOGUE.values() for choice in kind.get("samples", {})],
    },
    "every_trigger_with_every_input_and_output": {
        "extensions": "csproj",  # no bundle has all kinds
        "functions": [
            function(
                f"{trigger}_with_it",
                trigger,
                inputs=[binding(kind, "input") for kind in kinds("input")],
                outputs=[binding(kind, "output") for kind in kinds("output")],
            )
            for trigger in kinds("trigger")
        ],
    },
    "every_trigger_with_an_input_alone": {
        "extensions": "csproj",
        "functions": [
            *(function(f"{kind}_with_input", kind, inputs=[binding("sql", "input")]) for kind in kinds("trigger")),
            {"name": "activity_with_it", "trigger": "activity"},
        ],
    },
    "every_output_as_return_value": {
        "extensions": "csproj",  # no bundle has all kinds
        "functions": [
            function(f"{kind}_returned", "queue", outputs=[binding(kind, "output", arg_name="$return")])
            for kind in kinds("output")
            if spec(kind, "output").get("returnable", True)
        ],
    },
    "many_messages_and_bytes": {
        "extensions": "csproj",
        "functions": [
            function(f"{trigger}_{option}", trigger, **{option: value}, outputs=[binding("queue", "output")])
            for trigger in kinds("trigger")
            for option, value in {"cardinality": "many", "data_type": "binary"}.items()
            if option in {**spec(trigger, "trigger")["options"], "data_type": {}}
            if option != "data_type" or spec(trigger, "trigger").get("text_only") is not True
            if not spec(trigger, "trigger").get("alone")
        ]
        + [
            function(
                "bytes_in",
                "timer",
                inputs=[binding("generic", "input", data_type="binary")],
            ),
            *(
                function(
                    f"{trigger}_to_bytes",
                    trigger,
                    **{"cardinality": "one"} if "cardinality" in spec(trigger, "trigger")["options"] else {},
                    outputs=[binding(kind, "output", data_type="binary") for kind in kinds("output")],
                )
                for trigger in kinds("trigger")
                if not spec(trigger, "trigger").get("once")
            ),
            {"name": "activity_with_it", "trigger": "activity"},
            {
                "name": "bytes_of_a_prompt",
                "trigger": "mcp_prompt",
                "prompt_name": "greet",
                "description": "Grüße",
                "outputs": [{"binding": "queue", "data_type": "binary"}],
            },
            {
                "name": "reads_and_sends",
                "trigger": "http",
                "methods": ["get"],
                "inputs": [{"binding": "blob"}, {"binding": "table"}],
                "outputs": [{"binding": "queue"}],
            },
            function(
                "bytes_returned",
                "blob",
                inputs=[binding("blob", "input")],
                outputs=[binding("queue", "output"), binding("blob", "output", arg_name="$return", data_type="binary")],
            ),
            *(
                function(f"entity_with_{'_'.join(keys) or 'no'}", "timer", outputs=[binding("table", "output", **keys)])
                for keys in ({"partition_key": "p"}, {"row_key": "r"}, {"partition_key": "p", "row_key": "r"})
            ),
            function("one_entity", "timer", inputs=[binding("table", "input", partition_key="texts", row_key="1")]),
        ],
    },
    "sixty_functions": {
        "extensions": "csproj",  # no bundle has all kinds
        "functions": [
            function(
                f"function_{number:02}",
                trigger,
                **{option: True for option in ("async", "cache", "context") if number % 4 == len(option) % 4},
                inputs=[binding(kind, "input") for kind in kinds("input")[number % 3 :: 3]],
                outputs=[binding(kind, "output") for kind in kinds("output")[number % 5 :: 5]],
            )
            for number, trigger in enumerate([*kinds("trigger"), *filter(may_repeat, kinds("trigger") * 2)][:59])
        ]
        + [{"name": "activity_with_it", "trigger": "activity"}],
    },
    "durable_patterns": {
        "functions": [
            {"name": "hello", "trigger": "activity"},
            {"name": "counter", "trigger": "entity"},
            {"name": "chaining", "trigger": "orchestration", "activity": "hello"},
            {"name": "sub", "trigger": "orchestration", "pattern": "sub_orchestration", "orchestrator": "chaining"},
            {"name": "count", "trigger": "orchestration", "pattern": "entity", "entity": "counter"},
        ]
        + [
            {"name": pattern, "trigger": "orchestration", "pattern": pattern, "activity": "hello"}
            for pattern in ("fan_out_fan_in", "external_event", "retry")
        ],
    },
    "durable_only": {"triggers": ["durable"]},
    "durable_on_scheduler": {
        "triggers": ["durable"],
        "durable_backend": "scheduler",
        "container": True,
        "kubernetes": True,
        "infrastructure": "azd",
    },
    "timer_only": {"triggers": ["timer"]},
    "no_functions": {"functions": []},
    "every_output_and_input": {
        "functions": [
            {
                "name": f"{trigger}_with_all",
                "trigger": trigger,
                "async": is_async,
                "context": not is_async,
                "inputs": [{"binding": "blob"}, {"binding": "durable_client"}] if is_async else [{"binding": "blob"}],
                "outputs": [{"binding": "queue"}, {"binding": "blob"}],
            }
            for trigger, is_async in {
                "http": True,
                "queue": True,
                "blob": False,
                "timer": True,
                "activity": False,
            }.items()
        ]
        + [{"name": "orchestrator", "trigger": "orchestration", "activity": "activity_with_all"}],
    },
    "return_values": {
        "functions": [
            {
                "name": f"{trigger}_to_{binding}",
                "trigger": trigger,
                "outputs": [{"binding": binding, "arg_name": "$return"}],
            }
            for trigger in ("queue", "blob", "timer")
            for binding in ("queue", "blob")
        ],
    },
    "names_that_are_used_in_samples": {
        "functions": [
            {
                "name": "clashes",
                "trigger": "http",
                "cors_origin": "*",
                "outputs": [
                    {"binding": "queue", "arg_name": name}
                    for name in ("name", "greeting", "error", "response", "caplog", "body", "result")
                ],
            },
            {
                "name": "clashes_too",
                "trigger": "queue",
                "arg_name": "body",
                "inputs": [{"binding": "blob", "arg_name": "text"}],
            },
            {"name": "contract", "trigger": "timer", "arg_name": "timestamp"},
        ],
    },
    "names_that_are_used_in_the_samples_of_every_kind": {
        "extensions": "csproj",  # no bundle has all kinds
        "functions": [
            function(
                f"{trigger}_clashes",
                trigger,
                arg_name=names[0],
                inputs=[binding("table", "input", arg_name=names[1])],
                outputs=[binding("queue", "output", arg_name=name) for name in names[2:]],
            )
            for number, trigger in enumerate(kinds("trigger"))
            for names in [USED_NAMES[number % len(USED_NAMES) :] + USED_NAMES[: number % len(USED_NAMES)]]
        ]
        + [{"name": "activity_with_it", "trigger": "activity"}],
    },
    "names_that_look_like_code": {
        "functions": [
            {
                "name": "GetOutput",
                "trigger": "http",
                "route": "json.loads(/{caplog}/monkeypatch.x",
                "entry_point": "GetOutput",
            },
            {"name": "InvocationContext", "trigger": "timer"},
            {"name": "DURABLE_CLIENT", "trigger": "http", "cors_origin": "https://asyncio.run", "route": "df.x/{name}"},
            {"name": "greet_one", "trigger": "activity"},
            {
                "name": "on_event",
                "trigger": "orchestration",
                "pattern": "external_event",
                "activity": "greet_one",
                "event_name": "greet(to_text(Any[json.loads(",
            },
            {"name": "on_text", "trigger": "blob", "path": "read-text/List[{name}].json.loads"},
        ],
    },
    "long_names": {
        "extensions": "csproj",
        "functions": [
            function(
                f"{LONG_NAME}_{trigger}",
                trigger,
                arg_name=LONG_NAME,
                entry_point=LONG_NAME + "_entry",
                script_file=LONG_NAME[:37] + ".py",
                outputs=[binding("blob", "output", arg_name=LONG_NAME + "_out")],
                inputs=[binding("blob", "input", arg_name=LONG_NAME + "_in")],
                **{"async": trigger == "queue"},
            )
            for trigger in kinds("trigger")
            if trigger != "orchestration"
        ],
    },
}

# What comes by an answer to a project, all at once.
ANSWER_SETS["everything_chosen"] = TESTED_ON_STORAGE | {
    "agents": True,
    "audit": True,
    "ci": "github",
    "container": True,
    "deployment_check": True,
    "dev_container": True,
    "infrastructure": "azd",
    "kubernetes": True,
    "openapi": True,
    "renovate": True,
    "telemetry": "opentelemetry",
    "virtual_network": True,
    "app_settings": {"MailQueue": "mails", "RefundQueue": "refunds"},
}

for length in (15, 25, 30, 35, 40):
    inputs, outputs = cycle(kinds("input")), cycle(kinds("output"))
    ANSWER_SETS[f"names_of_{length}_characters"] = {
        "extensions": "csproj",
        "functions": [
            function(
                f"f{number:02}_{trigger}_{'x' * length}"[:length],
                trigger,
                arg_name="trigger_" + "x" * (length - 8),
                entry_point="entry_" + "x" * (length - 6),
                **{option: True for option in ("async", "context", "cache") if number % 5 == len(option) % 5},
                inputs=[binding(next(inputs), "input", arg_name="input_" + "x" * (length - 6))],
                outputs=[binding(next(outputs), "output", arg_name="output_" + "x" * (length - 7))],
            )
            for number, trigger in enumerate([*kinds("trigger"), *filter(may_repeat, kinds("trigger"))])
            if trigger != "orchestration"
        ]
        + [
            {
                "name": ("call_" + "x" * length)[:length],
                "trigger": "orchestration",
                "activity": ("act_" + "x" * length)[:length],
            },
            {"name": ("act_" + "x" * length)[:length], "trigger": "activity"},
        ],
    }
