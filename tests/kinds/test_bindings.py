"""Every kind of trigger and binding is what the platform and the SDK say it is, and works together with every other one."""

import inspect
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import azure.functions as func
import copier
import pytest
import yaml

from tests.support.answer_sets import ANSWER_SETS, USUAL_VALUES, binding, function
from tests.support.project import Json, Project, in_model
from tests.support.sent import INPUTS, MESSAGES
from tools.catalogue import CATALOGUE, JINJA, ROLES, kinds, spec
from tools.manifest import RULES

Render = Callable[..., Project]
OFFICIAL = yaml.safe_load((Path(__file__).parent / "official_templates.yml").read_text(encoding="utf-8"))

# The decorators of the SDK, and the kind and role that each is in the catalogue.
DECORATORS = {
    entry[role]["decorator"]: (kind, role)
    for kind, entry in CATALOGUE.items()
    for role in ROLES
    if "decorator" in entry.get(role, {})
}

BUNDLES = yaml.safe_load((Path(__file__).parent / "bundles.yml").read_text(encoding="utf-8"))

# What has no kind, each with the reason.
LEFT_OUT = yaml.safe_load((Path(__file__).parent / "left_out.yml").read_text(encoding="utf-8"))

# A value for each rule that does not list its values: the usual ones, and these.
VALUES = USUAL_VALUES | {
    "consumer_group": "mygroup",
    "cosmos_name": "mycosmos",
    "data_type": "string",
    "event_hub_name": "myhub",
    "identifier": "my_name",
    "line": "text",
    "long_text": "some text",
    "plain_text": "some text",
    "methods": ["get"],
    "origin": "https://contoso.com",
    "route": "items",
    "service_bus_name": "myentity",
    "service_bus_subscription": "mysubscription",
    "table_name": "MyTable",
    "text": "sometext",
}


def parameters(decorator: str) -> set[str]:
    """Name what a decorator takes, without what is named otherwise in the manifest."""
    method = getattr(func.FunctionApp, decorator)
    names = {name for name in inspect.signature(method).parameters if not name.endswith(("name_", "_extra_fields"))}
    return names - {
        "self",
        "kwargs",
        "arg_name",
        "trigger_arg_name",
        "binding_arg_name",
        "context_name",
        "input_name",
        "client_name",
    }


def value(rule: str) -> Any:
    """Make a value that a rule takes."""
    return RULES[rule]["choices"][-1] if "choices" in RULES[rule] else VALUES[rule]


def all_options(kind: str, role: str) -> Json:
    """Give every option of a kind that function.json gets, with a value of its own."""
    options = spec(kind, role)["options"]
    return {
        name: f"{kind}_{role}_{name}" if option["rule"] == "connection" else value(option["rule"])
        for name, option in options.items()
        if "required" not in option
        and "when" not in option
        and "unless" not in option
        and option.get("json", "") is not None
        and "as_json" not in option
    }


@pytest.fixture
def render(render: Callable[..., Project], model: str) -> Callable[..., Project]:
    """Render apps of both models."""
    return in_model(render, model)


@pytest.fixture
def refusal(template: Path, tmp_path: Path) -> Callable[..., str]:
    """Copy with functions that must be refused; return the message."""

    def refusal(*functions: Json) -> str:
        with pytest.raises(ValueError, match="Validation error") as caught:
            copier.run_copy(
                str(template), tmp_path / "app", data={"functions": [*functions]}, defaults=True, quiet=True
            )
        return str(caught.value)

    return refusal


def test_every_decorator_of_the_sdk_has_a_kind_or_a_reason() -> None:
    decorators = {
        name
        for api in (func.TriggerApi, func.BindingApi)
        for name, method in vars(api).items()
        if inspect.isfunction(method) and not name.startswith("_")
    }

    assert all(hasattr(app, name) for app in (func.FunctionApp, func.Blueprint) for name in decorators)
    assert decorators - DECORATORS.keys() == LEFT_OUT["decorators"].keys()
    assert decorators >= DECORATORS.keys()


def test_every_binding_of_the_bundles_has_a_kind_or_a_reason() -> None:
    types = {
        entry[role]["type"].lower() for entry in CATALOGUE.values() for role in ROLES if "type" in entry.get(role, {})
    }
    bundled = {*BUNDLES["stable"], *BUNDLES["preview"]}

    assert bundled - types == LEFT_OUT["types"].keys()
    assert types <= {*bundled, *BUNDLES["host"], *BUNDLES["unlisted"]}


def test_every_package_of_types_of_an_sdk_has_a_kind_or_a_reason() -> None:
    services = {"blob", "cosmosdb", "eventhub", "servicebus"}
    options = [entry[role]["options"] for entry in CATALOGUE.values() for role in ROLES if role in entry]
    used = {re.split("[<=>~]", its["sdk_types"]["package"])[0] for its in options if "sdk_types" in its}

    assert not used & LEFT_OUT["packages"].keys()
    assert {f"azurefunctions-extensions-bindings-{service}" for service in services} == used | LEFT_OUT[
        "packages"
    ].keys()


@pytest.mark.parametrize("decorator", DECORATORS)
def test_every_parameter_of_a_decorator_is_an_option(decorator: str) -> None:
    kind, role = DECORATORS[decorator]

    assert parameters(decorator) <= {*spec(kind, role)["options"], "data_type"}


@pytest.mark.parametrize("model", ["v1"])
def test_every_option_reaches_function_json_under_the_name_that_the_sdk_gives_it(render: Render) -> None:
    functions = []
    for kind in kinds("trigger"):
        options = all_options(kind, "trigger")
        functions.append(function(f"{kind}_in_full", kind, **options))
    for role in ("input", "output"):
        bindings = [binding(kind, role, **all_options(kind, role)) for kind in kinds(role)]
        functions.append(function(f"every_{role}", "http", **{role + "s": bindings}))
    functions.append({"name": "activity_with_it", "trigger": "activity"})
    project = render(functions=functions, extensions="csproj")

    checked = 0
    for decorator, (kind, role) in DECORATORS.items():
        name = f"{kind}_in_full" if role == "trigger" else f"every_{role}"
        number = 0 if role == "trigger" else 2 + kinds(role).index(kind) - 1
        ours = project.functions[name]["bindings"][number]
        for option in parameters(decorator) & all_options(kind, role).keys():
            # The host does not tell upper from lower case.
            camel = option.replace("_", "").lower()
            assert {key.lower(): item for key, item in ours.items()}[camel] == all_options(kind, role)[option]
            checked += 1
    assert checked > 150
    assert not project.load_errors()


@pytest.mark.parametrize("model", ["v1"])
@pytest.mark.parametrize("template_name", OFFICIAL)
def test_a_manifest_gives_the_bindings_of_the_official_template(template_name: str, render: Render) -> None:
    manifest, official = OFFICIAL[template_name].values()
    other_generation = "-2.x" if template_name.endswith("-1.x") else "-1.x"
    project = render(functions=[it["manifest"] for name, it in OFFICIAL.items() if not name.endswith(other_generation)])

    ours = {item["name"]: item for item in project.functions[manifest["name"]]["bindings"]}
    assert ours.keys() == {item["name"] for item in official}
    for theirs in official:
        asked_for = {key: ours[theirs["name"]].get(key) for key, item in theirs.items() if item is None}
        assert all(asked_for.values())
        assert ours[theirs["name"]] == theirs | asked_for


@pytest.mark.parametrize("generation", ["-1.x", "-2.x"])
def test_the_official_templates_load_on_the_worker(generation: str, render: Render) -> None:
    project = render(functions=[it["manifest"] for name, it in OFFICIAL.items() if not name.endswith(generation)])

    assert not project.load_errors()


def test_a_starter_needs_no_orchestrator_in_the_app(render: Render) -> None:
    start = {
        "name": "start",
        "trigger": "http",
        "route": "orchestrators/{functionName}",
        "inputs": [{"binding": "durable_client"}],
    }

    run = render(functions=[start]).run_tests()

    assert run.returncode == 0, run.stdout


def test_messages_cover_every_trigger_that_the_worker_decodes_alone() -> None:
    assert MESSAGES.keys() == {
        kind
        for kind in kinds("trigger")
        if kind not in ("http", "timer", "activity") and not spec(kind, "trigger").get("alone")
    }


def test_every_trigger_hands_its_data_to_every_output(render: Render) -> None:
    functions = [
        function(
            f"{kind}_with_it",
            kind,
            outputs=[binding(output, "output") for output in kinds("output")],
            inputs=[binding(source, "input") for source in INPUTS],
        )
        for kind in MESSAGES
    ]
    project = render(functions=functions, extensions="csproj")
    invocations = []
    for kind, (data, metadata, _) in MESSAGES.items():
        config = project.functions[f"{kind}_with_it"]["bindings"]
        names = [item["name"] for item in config if item["direction"] == "in"]
        invocations.append(
            {
                "function": f"{kind}_with_it",
                "inputs": dict(zip(names, [data, *INPUTS.values()], strict=True)),
                "metadata": metadata,
            }
        )

    answers = dict(zip(MESSAGES, project.run_on_worker(invoke=invocations)["invoked"], strict=True))

    for kind, (_, _, text) in MESSAGES.items():
        assert "error" not in answers[kind], answers[kind]["error"]
        outputs = [
            item["name"] for item in project.functions[f"{kind}_with_it"]["bindings"] if item["direction"] == "out"
        ]
        assert answers[kind]["outputs"].keys() == {*outputs}
        for sent in answers[kind]["outputs"].values():
            (content,) = sent.values()
            assert text in unquote(content) or json.dumps(text)[1:-1] in content


@pytest.mark.parametrize(
    ("cardinality", "data", "expected"), [("one", "hello", "hello"), ("many", ["hello", "world"], '"hello"\n"world"')]
)
def test_cardinality_decides_between_one_message_and_a_list(
    cardinality: str, data: Any, expected: str, render: Render
) -> None:
    project = render(
        functions=[{"name": "f", "trigger": "event_hub", "cardinality": cardinality, "outputs": [{"binding": "queue"}]}]
    )
    metadata = {"SystemProperties": {}} if cardinality == "one" else {"SystemPropertiesArray": [{}, {}]}

    assert project.invoke("f", metadata, events=data)["outputs"] == {"outmsg": {"string": expected}}


def test_a_text_message_says_itself_to_whom_it_goes(render: Render) -> None:
    """The extension reads the number there only, and none in the declaration."""
    numbers = {"to_a_setting": "%PhoneTo%", "to_a_number": "+49 151 5550100"}
    project = render(
        functions=[
            {"name": name, "trigger": "queue", "outputs": [{"binding": "twilio", "to": to}]}
            for name, to in numbers.items()
        ],
        app_settings={"PhoneTo": "+14255550100"},
    )

    sent = {name: project.invoke(name, {"Id": "1"}, msg="hello")["outputs"]["outsms"]["string"] for name in numbers}
    tests = project.run_tests()

    assert {name: json.loads(message) for name, message in sent.items()} == {
        "to_a_setting": {"to": "+14255550100", "body": "hello"},
        "to_a_number": {"to": "+49 151 5550100", "body": "hello"},
    }
    assert not any("to" in project.functions[name]["bindings"][1] for name in numbers)
    assert tests.returncode == 0, tests.stdout


def test_bytes_come_in_as_bytes(render: Render) -> None:
    project = render(
        functions=[{"name": "f", "trigger": "rabbitmq", "data_type": "binary", "outputs": [{"binding": "queue"}]}]
    )

    assert "def main(message: bytes, " in project.text("__app__/f/__init__.py")
    assert 'main(message=b"hello"' in project.text("tests/functions/test_f.py")
    assert project.functions["f"]["bindings"][0]["dataType"] == "binary"
    assert not project.load_errors()


@pytest.mark.parametrize("kind", ["redis_list", "redis_pub_sub", "redis_stream"])
def test_bytes_of_redis_are_typed_and_sent_on_as_text(kind: str, render: Render) -> None:
    """The extension makes bytes of the same text: in `RedisUtilities` and its value providers."""
    f = {"name": "f", "trigger": kind, "arg_name": "entry", "data_type": "binary", "outputs": [{"binding": "queue"}]}
    project = render(functions=[f])

    assert "def main(entry: bytes, " in project.text("__app__/f/__init__.py")
    assert "entry=b" in project.text("tests/functions/test_f.py")
    assert "outmsg.set(body)" in project.text("__app__/f/__init__.py")


@pytest.mark.parametrize(
    ("given", "declared"),
    [
        ({}, "binary"),
        ({"cardinality": "many"}, "binary"),
        ({"cardinality": "many", "avro_schema": "%Schema%"}, "string"),
        ({"schema_registry_url": "%Registry%"}, "string"),
        ({"data_type": "string"}, "string"),
        ({"data_type": None}, None),
    ],
)
def test_the_body_of_a_kafka_event_is_its_value(given: Json, declared: str | None, render: Render) -> None:
    """As text it would be JSON around the value, and of several the host would not know how to read one; bytes are none of a record."""
    project = render(functions=[{"name": "f", "trigger": "kafka", **given}])

    assert project.functions["f"]["bindings"][0].get("dataType") == declared


def test_an_input_has_bytes_only_where_the_host_reads_a_stream() -> None:
    """It asks the extension for a string otherwise, and fails when bytes are asked for."""
    assert {kind for kind in kinds("input") if not spec(kind, "input").get("text_only")} == {"blob", "generic"}


BYTES = b"\x89PNG\xff\x00"

# The triggers that have bytes, with their metadata.
BYTES_IN = {
    "blob": {"BlobTrigger": "samples-workitems/a.png"},
    "dapr_binding": {},
    "event_hub": {"SystemProperties": {}},
    "generic": {},
    "kafka": {"Offset": 1},
    "queue": {"Id": "1"},
    "rabbitmq": {},
    "service_bus_queue": {"UserProperties": {}, "MessageId": "1"},
}
TAKE_BYTES = [kind for kind in kinds("output") if isinstance(spec(kind, "output")["annotation"], dict)]


def test_bytes_go_out_as_they_came_in(render: Render) -> None:
    outputs = [binding(kind, "output", data_type="binary") for kind in TAKE_BYTES]
    one = {"cardinality": "one"}
    functions = [
        function(
            kind,
            kind,
            data_type="binary",
            outputs=outputs,
            **one if "cardinality" in spec(kind, "trigger")["options"] else {},
        )
        for kind in BYTES_IN
    ]
    project = render(functions=[given | {"name": f"on_{given['name']}"} for given in functions], extensions="csproj")
    invocations = [
        {
            "function": f"on_{kind}",
            "inputs": {project.functions[f"on_{kind}"]["bindings"][0]["name"]: {"hex": BYTES.hex()}},
            "metadata": metadata,
        }
        for kind, metadata in BYTES_IN.items()
    ]

    answers = dict(zip(BYTES_IN, project.run_on_worker(invoke=invocations)["invoked"], strict=True))

    sent = {"bytes": BYTES.decode(errors="surrogateescape")}
    assert {"blob", "queue"} <= {*TAKE_BYTES}
    for kind, answer in answers.items():
        assert "error" not in answer, (kind, answer["error"])
        assert list(answer["outputs"].values()) == [sent] * len(TAKE_BYTES), kind


def test_a_copy_of_a_blob_is_all_of_it(render: Render) -> None:
    outputs = [{"binding": "blob", "path": "copies/{name}"}]
    project = render(functions=[{"name": "on_blob", "trigger": "blob", "path": "any/{name}", "outputs": outputs}])
    invocation = {"function": "on_blob", "inputs": {"blob": {"hex": BYTES.hex()}}, "metadata": {"Uri": "any/a"}}

    (answer,) = project.run_on_worker(invoke=[invocation])["invoked"]

    assert answer["outputs"]["outblob"] == {"bytes": BYTES.decode(errors="surrogateescape")}


def test_an_entity_has_only_the_keys_that_its_binding_does_not_give(render: Render) -> None:
    """Those of the entity would win."""
    own = {
        "both": ({}, {"PartitionKey", "RowKey"}),
        "row": ({"partition_key": "p"}, {"RowKey"}),
        "partition": ({"row_key": "r"}, {"PartitionKey"}),
        "none": ({"partition_key": "p", "row_key": "r"}, set()),
    }
    project = render(
        functions=[
            function(f"with_{name}", "timer", outputs=[binding("table", "output", **given)])
            for name, (given, _) in own.items()
        ]
    )
    invocations = [{"function": f"with_{name}", "inputs": {"timer": {"IsPastDue": False}}} for name in own]

    answers = project.run_on_worker(invoke=invocations)["invoked"]

    entities = [json.loads(answer["outputs"]["outentity"]["string"]) for answer in answers]
    assert [entity.keys() - {"Text"} for entity in entities] == [keys for _, keys in own.values()]


# What each pattern of an orchestrator answers, and what is needed for that.
PATTERNS = {
    "chaining": ({}, ["Hello Tokyo!", "Hello Seattle!", "Hello London!"]),
    "fan_out_fan_in": ({}, ["Hello Tokyo!", "Hello Seattle!", "Hello London!"]),
    "sub": ({}, ["Hello Tokyo!", "Hello Seattle!", "Hello London!"]),
    "external_event": ({"events": {"Approval": ["Ada"]}}, "Hello Ada!"),
    "external_event without the event": ({}, "Nobody answered in time."),
    "retry": ({}, "Hello Tokyo!"),
    "count": ({}, 1),
}


def test_every_pattern_is_replayed_to_its_end(render: Render) -> None:
    project = render(**ANSWER_SETS["durable_patterns"])

    tasks = [{"function": name.split()[0], **parts} for name, (parts, _) in PATTERNS.items()]
    outputs = project.run_on_worker(orchestrate=tasks)["orchestrated"]

    assert outputs == [{"output": output} for _, output in PATTERNS.values()]
    tested = {
        given.get("pattern", "chaining")
        for given in ANSWER_SETS["durable_patterns"]["functions"]
        if given["trigger"] == "orchestration"
    }
    assert (
        tested
        == {*RULES["pattern"]["choices"]}
        == {*JINJA.get_template("kinds/orchestration/sample.jinja").module.patterns}
    )


@pytest.mark.parametrize(("failures", "expected"), [(2, {"output": "Hello Tokyo!"}), (3, {"error": "'hello' failed"})])
def test_retries_outlast_two_failures_but_not_three(
    failures: int, expected: Json, render: Render, tmp_path: Path
) -> None:
    project = Project(Path(shutil.copytree(render(**ANSWER_SETS["durable_patterns"]).path, tmp_path / "app")))
    activity = project.app / "hello" / "__init__.py"
    broken = f"    calls.append(name)\n    if len(calls) <= {failures}:\n        raise OSError\n    return"
    activity.write_text("calls = []\n" + activity.read_text().replace("    return", broken))

    (outcome,) = project.run_on_worker(orchestrate=[{"function": "retry"}])["orchestrated"]

    assert outcome.keys() == expected.keys()
    assert next(iter(expected.values())) in next(iter(outcome.values()))


def test_an_entity_keeps_its_count_between_calls(render: Render) -> None:
    project = render(**ANSWER_SETS["durable_patterns"])
    batch = [
        {"name": name, "input": json.dumps(json.dumps(number)), "signal": False}
        for name, number in [("add", 5), ("add", 2), ("get", None)]
    ]
    request = {"self": {"name": "counter", "key": "k"}, "exists": False, "state": None, "batch": batch}

    answer = json.loads(project.invoke("counter", context=json.dumps(request))["returned"]["json"])

    assert json.loads(answer["entityState"]) == 7
    assert [result["result"] for result in answer["results"]] == ["5", "7", "7"]


def test_what_an_app_needs_follows_from_its_bindings(render: Render) -> None:
    project = render(
        functions=[
            {"name": "f", "trigger": "event_hub", "connection": "Telemetry", "event_hub_name": "%Hub%"},
            {"name": "g", "trigger": "timer", "outputs": [{"binding": "table"}, {"binding": "event_grid"}]},
            {"name": "h", "trigger": "timer", "outputs": [{"binding": "event_grid", "connection": "Grid"}]},
            {"name": "i", "trigger": "kafka"},
            {"name": "j", "trigger": "generic", "type": "redisListTrigger", "connection": "Redis", "key": "tasks"},
        ]
    )

    values = project.json("__app__/local.settings.json")["Values"]
    assert {name: value for name, value in values.items() if not name.startswith("FUNCTIONS_")} == {
        "AzureWebJobsStorage": "UseDevelopmentStorage=true",
        "Telemetry": "",
        "Hub": "",
        "EventGridTopicUri": "",
        "EventGridTopicKey": "",
        "Grid__topicEndpointUri": "",
        "BrokerList": "",
        "KafkaPassword": "",
        "Redis": "",
    }
    host = project.json("__app__/host.json")
    assert host["extensions"].keys() == {"eventHubs", "kafka"}
    assert host["extensionBundle"]["id"] == "Microsoft.Azure.Functions.ExtensionBundle"


@pytest.mark.parametrize("bundle", ["stable", "preview"])
@pytest.mark.parametrize("kind", [kind for kind in CATALOGUE if kind != "generic"])
def test_a_kind_names_the_bundles_that_have_it(kind: str, bundle: str) -> None:
    types = {CATALOGUE[kind][role]["type"].lower() for role in ROLES if role in CATALOGUE[kind]}
    unlisted = BUNDLES["unlisted"] if bundle == "stable" else ()

    assert (types <= {*BUNDLES[bundle], *BUNDLES["host"], *unlisted}) == (bundle in CATALOGUE[kind]["bundles"])


def test_bindings_that_no_single_bundle_has_are_refused_with_the_functions_of_both(refusal: Callable[..., str]) -> None:
    query = {"name": "query", "trigger": "http", "inputs": [{"binding": "kusto"}]}
    listing = {"name": "listing", "trigger": "http", "inputs": [{"binding": "table"}]}

    assert refusal(query, listing) == (
        "Validation error for question 'extensions': got 'bundle', but no bundle has all bindings of the app: "
        "only the stable one has table (listing), only the preview one has kusto (query); "
        "make two apps, or answer extensions=csproj"
    )


def test_a_binding_whose_extension_the_host_loads_for_others_only_is_refused_alone(refusal: Callable[..., str]) -> None:
    event = {"name": "on_event", "trigger": "http", "inputs": [{"binding": "web_pub_sub_request"}]}

    assert refusal(event) == (
        "Validation error for question 'extensions': got 'bundle', but the host loads no extension of it for web_pub_sub_request alone: "
        "add web_pub_sub or web_pub_sub_connection to a function, or answer extensions=csproj"
    )


def test_the_service_is_told_that_it_may_send_events_and_what_it_sends_is_taken_in(render: Render) -> None:
    event = {"name": "on_event", "trigger": "http", "methods": ["post"], "inputs": [{"binding": "web_pub_sub_request"}]}
    event["outputs"] = [{"binding": "web_pub_sub"}]
    project = render(functions=[event])
    request = {"http": {"method": "POST"}}
    allowed = {"status": 200, "body": None, "headers": {"WebHook-Allowed-Origin": ["*"]}}
    contexts = [
        {"hasError": False, "isPreflight": True, "response": allowed},
        {"hasError": True, "isPreflight": False, "response": {"status": 401, "body": "Unknown", "headers": {}}},
        {"hasError": False, "isPreflight": False, "request": {"data": "hello"}},
    ]

    answers = [project.invoke("on_event", req=request, wpscontext=context) for context in contexts]

    told, refused, taken = (answer["returned"]["http"] for answer in answers)
    assert project.functions["on_event"]["bindings"][0]["methods"] == ["post", "options"]
    assert (told["status_code"], told["headers"]["WebHook-Allowed-Origin"]) == ("200", "*")
    assert (refused["status_code"], refused["body"]) == ("401", {"bytes": "Unknown"})
    assert taken["status_code"] == "204"
    assert [len(answer["outputs"]) for answer in answers] == [0, 0, 1]


def test_bindings_that_no_single_bundle_has_can_have_explicit_versions(render: Render) -> None:
    functions = [{"name": "f", "trigger": "http", "inputs": [{"binding": "kusto"}, {"binding": "table"}]}]

    assert "extensionBundle" not in render(functions=functions, extensions="csproj").json("__app__/host.json")


@pytest.mark.parametrize("kind", [kind for kind, entry in CATALOGUE.items() if "stable" not in entry["bundles"]])
def test_a_kind_that_is_only_in_the_preview_bundle_brings_it(kind: str, render: Render) -> None:
    role = next(role for role in ROLES if kind in kinds(role))
    given = function("f", kind) if role == "trigger" else function("f", "timer", **{f"{role}s": [binding(kind, role)]})

    assert render(functions=[given]).json("__app__/host.json")["extensionBundle"] == {
        "id": "Microsoft.Azure.Functions.ExtensionBundle.Preview",
        "version": "[4.*, 5.0.0)",
    }


def test_explicit_extension_versions_take_the_place_of_the_bundle(render: Render) -> None:
    functions = [
        {"name": "f", "trigger": "queue", "outputs": [{"binding": "service_bus_topic"}]},
        {"name": "g", "trigger": "timer"},
    ]
    project = render(functions=functions, extensions="csproj")

    packages = re.findall(
        'PackageReference Include="([^"]+)" Version="([0-9][^"]+)"', project.text("__app__/extensions.csproj")
    )
    assert [name.rsplit("Extensions", 1)[-1] for name, _ in packages] == [
        ".ServiceBus",
        ".Storage.Queues",
        "MetadataGenerator",
    ]
    assert "extensionBundle" not in project.json("__app__/host.json")
    assert "func extensions sync" in project.text("README.md")
    ElementTree.fromstring(project.text("__app__/extensions.csproj"))


def test_no_package_is_referenced_by_an_app_without_extensions(render: Render) -> None:
    project = render(functions=[{"name": "g", "trigger": "timer"}], extensions="csproj")

    assert not (project.app / "extensions.csproj").exists()


def test_every_extension_has_one_version() -> None:
    extensions = {kind: entry["extension"] for kind, entry in CATALOGUE.items() if "extension" in entry}
    versions = {(extension["package"], extension["version"]) for extension in extensions.values()}

    assert CATALOGUE.keys() - extensions.keys() == {"http", "timer", "warmup", "generic"}
    assert len(versions) == len(dict(versions))


def test_an_app_of_sixty_functions_has_every_kind(render: Render) -> None:
    project = render(**ANSWER_SETS["sixty_functions"])

    used = {item["type"] for config in project.functions.values() for item in config["bindings"]}
    assert {
        spec(kind, role)["type"] for kind in CATALOGUE for role in ROLES if "type" in CATALOGUE[kind].get(role, {})
    } <= used
    assert len(project.functions) == 60


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"trigger": "event_hub", "event_hub": "x"}, "event_hub: unknown key, did you mean event_hub_name?"),
        ({"trigger": "generic", "key": "x"}, "type: got nothing (functions[0], f), expected the type of a trigger"),
        (
            {"trigger": "generic", "type": "redis"},
            "type: got 'redis' (functions[0], f), expected the type of a trigger",
        ),
        ({"trigger": "generic", "type": "activityTrigger"}, "durable ones have kinds of their own"),
        ({"trigger": "generic", "type": "xTrigger", "direction": "out"}, "direction: unknown key"),
        (
            {"trigger": "timer", "inputs": [{"binding": "generic", "type": "xTrigger"}]},
            "expected the type of an input or output",
        ),
        (
            {"trigger": "timer", "outputs": [{"binding": "kafka", "arg_name": "$return"}]},
            "the worker cannot send a return value to kafka",
        ),
        (
            {"trigger": "authentication_events", "outputs": [{"binding": "queue", "arg_name": "$return"}]},
            "got '$return' (functions[0].outputs[0], f), which the result",
        ),
        (
            {"trigger": "timer", "outputs": [{"binding": "event_grid", "connection": "A", "topic_key_setting": "B"}]},
            "does not go with connection",
        ),
        ({"trigger": "orchestration"}, "activity: got nothing (functions[0], f), expected the name of an activity"),
        ({"trigger": "orchestration", "pattern": "sub_orchestration"}, "orchestrator: got nothing"),
        (
            {"trigger": "orchestration", "pattern": "entity", "entity": "counter"},
            "expected an entity of this app: there is none",
        ),
        (
            {"trigger": "orchestration", "pattern": "sub_orchestration", "orchestrator": "f", "activity": "x"},
            "activity: got 'x' (functions[0], f), which goes with the pattern",
        ),
        (
            {"trigger": "orchestration", "pattern": "monitor"},
            "pattern: got 'monitor' (functions[0], f), expected chaining",
        ),
        ({"trigger": "entity", "outputs": [{"binding": "queue"}]}, "expected none"),
        ({"trigger": "signalr", "parameter_names": "message"}, "expected a list of names"),
        ({"trigger": "sql", "table_name": 3}, "table_name: got the number 3"),
    ],
    ids=range(17),
)
def test_what_does_not_fit_a_binding_is_refused(given: Json, message: str, refusal: Callable[..., str]) -> None:
    assert message in refusal({"name": "f", **given})


def test_an_input_of_mongodb_without_a_filter_reads_all_documents(render: Render) -> None:
    """The extension fails without a filter, and the host makes one brace of two."""
    inputs = [
        {"binding": "cosmos_db_mongo"},
        {"binding": "cosmos_db_mongo", "arg_name": "b", "query_string": "{{a: 1}}"},
    ]
    project = render(functions=[{"name": "f", "trigger": "timer", "inputs": inputs}])

    found = [binding["queryString"] for binding in project.functions["f"]["bindings"][1:]]

    assert [text.replace("{{", "{").replace("}}", "}") for text in found] == ["{}", "{a: 1}"]


def test_web_pub_sub_names_the_services_that_may_send_events_as_its_extension_reads_them(render: Render) -> None:
    """Before its version 1.10.2 it ignores `connection`, and takes events of anybody where there is no setting of the usual name."""
    negotiate = {"name": "negotiate", "trigger": "http", "inputs": [{"binding": "web_pub_sub_connection"}]}
    named: list[Json] = [{}, {"connection": "EastPubSub"}, {"connections": ["EastPubSub", "WestPubSub"]}]
    functions = [
        function
        for number, names in enumerate(named)
        for function in (
            {"name": f"said{number}", "trigger": "web_pub_sub", "event_name": f"e{number}", **names},
            {
                "name": f"sent{number}",
                "trigger": "http",
                "methods": ["post"],
                "inputs": [{"binding": "web_pub_sub_request", **names}],
            },
        )
    ]
    project = render(functions=[negotiate, *functions])

    bindings = [binding for it in functions for binding in project.functions[it["name"]]["bindings"]]
    found = [binding for binding in bindings if binding["type"] in ("webPubSubTrigger", "webPubSubContext")]
    assert not any("connection" in binding for binding in found)
    assert [binding.get("connections") for binding in found[::2]] == [
        None,
        ["EastPubSub"],
        ["EastPubSub", "WestPubSub"],
    ]
    assert [binding.get("connections") for binding in found[1::2]] == [
        binding.get("connections") for binding in found[::2]
    ]
    settings = project.json("__app__/local.settings.json")["Values"]
    assert {"WebPubSubConnectionString", "EastPubSub", "WestPubSub"} <= settings.keys()


def test_a_setting_that_an_extension_falls_back_on_is_there_only_where_it_does(render: Render) -> None:
    settings = [
        render(functions=[{"name": "f", "trigger": "web_pub_sub", **given}]).json("__app__/local.settings.json")[
            "Values"
        ]
        for given in ({}, {"connection": "EastPubSub"}, {"connections": ["EastPubSub"]})
    ]

    assert ["WebPubSubConnectionString" in values for values in settings] == [True, False, False]
    assert ["EastPubSub" in values for values in settings] == [False, True, True]
