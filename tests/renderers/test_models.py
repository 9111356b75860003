"""The same manifest declares the same functions in both models: the worker's index of a v2 app against function.json."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from tests.support.answer_sets import ANSWER_SETS, USUAL_VALUES, binding, function, sayable
from tests.support.models import differences
from tests.support.project import REPOSITORY, Json, Project
from tools.catalogue import JINJA, ROLES, kinds, spec
from tools.manifest import RULES

# A value for each rule that does not list its values: the usual ones, and these.
VALUES = USUAL_VALUES | {
    "methods": ["get", "PUT"],
    "route": "items/{id}",
}


def values(rule: str) -> list[Any]:
    """List the values of a rule that both models take, or give one."""
    choices = RULES[rule].get("choices", [VALUES.get(rule, "MyText")])
    return [choice for choice in choices if choice not in RULES[rule].get("not_in_v2", [])]


def in_full(kind: str, role: str) -> Iterator[Json]:
    """Give every option of a kind a value, until each has had each of its values."""
    options = dict(spec(kind, role)["options"])
    lacks = spec(kind, role).get("decorator_lacks", [])
    if "data_type" not in lacks:
        options["data_type"] = {"rule": "data_type"}
    choices = {
        name: values(option["rule"]) if option["rule"] != "connection" else [f"{kind}_{name}"]  # one for a service
        for name, option in options.items()
        if name not in lacks and not {"required", "when", "unless"} & {*option} and option.get("json", "") is not None
    }
    if "text_only" in spec(kind, role) and "data_type" in choices:
        choices["data_type"] = ["string", "undefined"]
    for turn in range(max(map(len, choices.values()), default=1)):
        yield {name: several[turn % len(several)] for name, several in choices.items()}


def every_option() -> list[Json]:
    """An app in which every option of every kind has each of its values."""
    functions = [
        function(f"{kind}_{turn}", kind, **options)
        for kind in kinds("trigger")
        for turn, options in enumerate(in_full(kind, "trigger"))
        if kind != "warmup" or turn == 0  # an app has one
    ]
    for role in ("input", "output"):
        functions += [
            {"name": f"{role}_{kind}_{turn}", "trigger": "timer", role + "s": [binding(kind, role, **options)]}
            for kind in kinds(role)
            for turn, options in enumerate(in_full(kind, role))
        ]
    # Routes differ, and what an app may have once; an orchestrator has an activity.
    for number, given in enumerate(functions):
        if given["trigger"] == "http":
            given["route"] = f"items{number}"
        for option, its in spec(given["trigger"], "trigger")["options"].items():
            if "once" in its and option in given:
                given[option] += str(number)
    return [*functions, {"name": "activity_with_it", "trigger": "activity"}]


APPS = {
    "every_option": {"functions": every_option(), "extensions": "csproj"},  # no bundle has all kinds
    **{
        name: ANSWER_SETS[name]
        for name in (
            "every_trigger_with_every_input_and_output",
            "every_output_as_return_value",
            "many_messages_and_bytes",
            "order_service",
            "durable_patterns",
            "names_that_are_used_in_samples",
        )
    },
}


@pytest.mark.parametrize("name", APPS)
def test_the_bindings_are_those_of_function_json(name: str, render: Callable[..., Project]) -> None:
    answers = sayable(APPS[name], "v2")

    v1, v2 = render(**answers), render(**answers, programming_model="v2")

    assert v2.load_errors() == {}
    assert differences(v1.functions, v2.functions) == []


def test_a_difference_is_seen() -> None:
    v1 = {"f": {"bindings": [{"name": "msg", "type": "queueTrigger", "direction": "in", "queueName": "orders"}]}}
    v2 = {"f": {"bindings": [{"name": "msg", "type": "queueTrigger", "direction": "in", "queueName": "other"}]}}

    assert differences(v1, v1) == []
    assert differences(v1, v2) == ["f: msg: queuename is 'orders' in v1 and 'other' in v2"]
    assert differences(v1, {}) == ["f: in v1 only"]


# What is written for one of the models: how functions are declared, and what reads or tells that.
OF_A_MODEL = (
    r"__app__/(?!shared_code)\w+/\w+\.(py|json)|__app__/function_app\.py"
    r"|tests/(test_contract|integration/runtime|functions/test_\w+)\.py|tools/declared\.py"
    r"|README\.md|AGENTS\.md|renovate\.json|pyproject\.toml|\.vscode/settings\.json|\.copier-answers\.yml"
)


@pytest.mark.parametrize("name", ["everything_chosen", "durable_on_scheduler"])
def test_settings_host_packages_and_delivery_are_the_same(name: str, render: Callable[..., Project]) -> None:
    v1, v2 = (dict(render(**ANSWER_SETS[name], **model).files) for model in ({}, {"programming_model": "v2"}))

    differ = [path for path in sorted(v1.keys() | v2.keys()) if v1.get(path) != v2.get(path)]
    assert [path for path in differ if not re.fullmatch(OF_A_MODEL, path)] == []
    assert b'"azureFunctions.projectLanguageModel": 1' in v1[".vscode/settings.json"]
    assert b'"azureFunctions.projectLanguageModel": 2' in v2[".vscode/settings.json"]
    assert [path for path, content in v2.items() if b"function.json" in content] == ["tests/test_contract.py"]


def test_what_one_model_refuses_the_other_does_too() -> None:
    """But for what only the decorators cannot say, which is more, and the options that only the v2 model has."""
    validate = JINJA.get_template("manifest/validate/functions.jinja").module.problems_as_data
    corpus = yaml.safe_load((REPOSITORY / "tests/manifest/refused.yml").read_text(encoding="utf-8"))
    options = [spec(kind, role)["options"] for role in ROLES for kind in kinds(role)]
    only_in_v2 = {name for its in options for name, data in its.items() if "only_in" in data}
    compared = 0

    for case in corpus:
        if isinstance(functions := case["answers"].get("functions"), list):
            in_v1, in_v2 = (json.loads(validate(functions, model)) for model in ("v1", "v2"))
            ours = [
                problem
                for problem in in_v1
                if problem["key"] not in only_in_v2 or "v2 model has" not in problem["because"]
            ]
            assert [problem for problem in ours if problem not in in_v2] == [], case["name"]
            compared += bool(in_v1)
    assert compared > 200
