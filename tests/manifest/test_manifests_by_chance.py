"""Manifests made by chance from the catalogue: valid ones render, are formatted and load; broken ones are refused.

A nightly run takes more of them: `HYPOTHESIS_PROFILE=nightly`.
"""

import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import copier
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.answer_sets import may_repeat
from tests.support.models import differences
from tests.support.project import Json, Project
from tools.catalogue import kinds, spec

# Values that are right by a rule of manifest/rules.jinja; for rules that are not here, an option keeps its default.
TEXT = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters="%{}"), min_size=1, max_size=30
)
RIGHT = {
    "any": st.text("abc xyz-/", min_size=1, max_size=20),
    "boolean": st.booleans(),
    "integer": st.integers(1, 100),
    "text": TEXT,
    "long_text": TEXT,
    "line": TEXT,
    "connections": st.lists(st.from_regex(r"[A-Z][a-z]{3,9}PubSub", fullmatch=True), max_size=2),
    "connection": st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
    "schedule": st.sampled_from(["0 */5 * * * *", "*/5 * * * *", "0 0 3 * * mon-fri", "%Schedule%", "01:30:00"]),
    "queue_name": st.from_regex(r"[a-z0-9]{3,9}(-[a-z0-9]{1,9}){0,4}|%[A-Z][a-z]{1,9}%", fullmatch=True),
    "blob_path": st.from_regex(r"[a-z0-9]{3,20}/[A-Za-z0-9 ._'\"-]{0,20}[a-z]", fullmatch=True),
    "blob_trigger_path": st.from_regex(r"[a-z0-9]{3,20}(/\{name\}\.[a-z]{2,4})?", fullmatch=True),
    "route": st.from_regex(r"[a-z]{4,9}(/[a-z]{1,9}|/\{id(:int)?\??\})?", fullmatch=True),
    "methods": st.lists(st.sampled_from(["get", "post", "PUT", "delete", "options"]), unique=True),
    "auth_level": st.sampled_from(["anonymous", "function", "admin"]),
    "phone_number": st.from_regex(r"[+]?[0-9]{3,15}|%[A-Z][a-z]{1,9}%", fullmatch=True),
    "origin": st.sampled_from(["*", "https://contoso.com", "http://localhost:3000"]),
    "data_type": st.sampled_from(["string", "binary", "stream", "undefined"]),
    "cardinality": st.sampled_from(["one", "many"]),
    "description": st.from_regex(r"[A-Z][a-z' |{%}]{0,100}[a-z]\.", fullmatch=True),
    "mcp_name": st.from_regex(r"[A-Za-z0-9_.-]{1,20}", fullmatch=True),
    "tool_properties": st.lists(
        st.fixed_dictionaries(
            {"arg_name": st.from_regex(r"[a-z]{3,9}_[a-z]{1,9}", fullmatch=True)},
            optional={
                "property_type": st.sampled_from(["string", "integer", "float", "boolean", "object"]),
                "description": st.from_regex(r"[A-Z][a-z ']{0,40}\.", fullmatch=True),
                "is_required": st.booleans(),
                "as_array": st.booleans(),
            },
        ),
        max_size=3,
        unique_by=lambda item: item["arg_name"],
    ),
    "uri": st.from_regex(r"[a-z]{3,9}://[a-z0-9/.-]{1,9}(\{[a-z]{1,9}\}[a-z0-9/.-]{0,9})?", fullmatch=True),
    "table_name": st.from_regex(r"[A-Za-z][A-Za-z0-9]{2,20}", fullmatch=True),
    "event_hub_name": st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?", fullmatch=True),
}

# Values that no rule takes.
WRONG = st.sampled_from([None, ["x"], {"a": 1}, "", "a\x00b", "\u202eabc", "line\nbreak", 1.5, "\ud800"])

NAMES = st.from_regex(r"[a-z][a-z0-9]{2,12}_[a-z0-9]{1,12}", fullmatch=True)

# What the durable kinds refer to is always there.
DURABLE = [
    {"name": "flow_of_steps", "trigger": "orchestration", "activity": "one_step"},
    {"name": "one_step", "trigger": "activity"},
]


@st.composite
def options(draw: st.DrawFn, kind: str, role: str) -> Json:
    """Some options of a kind, with right values."""
    free = {
        option: RIGHT[rules["rule"]]
        for option, rules in spec(kind, role)["options"].items()
        if rules["rule"] in RIGHT and not rules.keys() & {"when", "unless"}
    }
    required = {option for option, rules in spec(kind, role)["options"].items() if rules.get("required")}
    chosen = {option: draw(values) for option, values in free.items() if option in required or draw(st.booleans())}
    # A setting leads to one service.
    connections = [name for name in chosen if spec(kind, role)["options"][name]["rule"] == "connection"]
    return chosen | {name: f"{chosen[name]}_{kind}_{name}" for name in connections}


@st.composite
def functions(draw: st.DrawFn) -> Json:
    """A function with any trigger, inputs and outputs."""
    kind = draw(st.sampled_from([k for k in kinds("trigger") if k not in ("orchestration", "generic")]))
    function = {"name": draw(NAMES), "trigger": kind, **draw(options(kind, "trigger"))}
    for key in ("context", "cache", "disabled"):
        if draw(st.booleans()) and not (key in ("context", "cache") and spec(kind, "trigger").get("alone")):
            function[key] = draw(st.booleans())
    if not spec(kind, "trigger").get("alone"):
        if draw(st.booleans()):
            function["async"] = True
        for role in ("input", "output"):
            chosen = draw(st.lists(st.sampled_from([k for k in kinds(role) if k != "generic"]), max_size=3))
            bindings = [
                {"binding": binding, "arg_name": f"{role}_{number}", **draw(options(binding, role))}
                for number, binding in enumerate(chosen)
            ]
            if bindings and (role == "output" or function.get("async", True)):
                function[f"{role}s"] = bindings
    return function


@st.composite
def manifests(draw: st.DrawFn) -> list[Json]:
    """An app of some functions, with different names and routes."""
    drawn = draw(st.lists(functions(), min_size=1, max_size=6, unique_by=lambda function: function["name"]))
    drawn = [
        it for number, it in enumerate(drawn) if may_repeat(it["trigger"]) or it["trigger"] not in str(drawn[:number])
    ]
    for number, function in enumerate(drawn):
        if "route" in function:
            function["route"] = f"{number}/{function['route']}"
    return drawn + deepcopy(DURABLE)


@st.composite
def broken_manifests(draw: st.DrawFn) -> list[Json]:
    """A manifest with one thing wrong."""
    manifest = draw(manifests())
    function = draw(st.sampled_from(manifest))
    match draw(st.sampled_from(["key", "value", "name", "twice", "trigger", "binding", "entry"])):
        case "key":
            key = draw(st.text("abcdefgh_", min_size=3))
            assume(key not in spec(function["trigger"], "trigger")["options"] and key != "cache")
            function[key] = "x"
        case "value":
            rules = {k: v["rule"] for k, v in spec(function["trigger"], "trigger")["options"].items()}
            assume(rules)
            option = draw(st.sampled_from(sorted(rules)))
            function[option] = draw(WRONG.filter(lambda wrong: wrong is None or isinstance(wrong, list | dict)))
            assume(
                not (rules[option] in ("names", "connections", "methods", "any") and isinstance(function[option], list))
            )
            assume(rules[option] != "any")
            optional = spec(function["trigger"], "trigger")["options"][option].get("optional")
            assume(not (optional and function[option] is None))  # which leaves the property out
        case "name":
            function["name"] = draw(
                WRONG | st.sampled_from(["import", "json", "host", "tests", "1st", "a-b", "../x", "a b"])
            )
        case "twice":
            manifest.append({"name": function["name"].upper(), "trigger": "timer"})
        case "trigger":
            function["trigger"] = draw(WRONG | st.just("durable_client"))
        case "binding":
            function.setdefault("outputs", []).append(draw(WRONG | st.just({"binding": "http"})))
        case "entry":
            manifest.append(draw(WRONG))
    return manifest


def copy(template: Path, manifest: list[Any], folder: str, model: str = "v1") -> Project:
    """Render without a cache: every manifest is made once."""
    copier.run_copy(
        str(template),
        f"{folder}/{model}",
        data={"functions": manifest, "extensions": "csproj", "programming_model": model},  # no bundle has all kinds
        defaults=True,
        unsafe=False,
        quiet=True,
    )
    return Project(Path(folder) / model)


def lint(project: Project) -> None:
    """Let the formatter and the linter find nothing."""
    for command in (["format", "--diff", "."], ["check", "."]):
        run = project.ruff(*command)
        assert run.returncode == 0, run.stdout


@given(manifest=manifests())
def test_a_valid_manifest_renders_is_formatted_and_loads(template: Path, manifest: list[Json]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = copy(template, manifest, folder)

        assert project.functions.keys() == {function["name"] for function in manifest}
        assert not project.load_errors()
        lint(project)


@given(manifest=manifests())
def test_it_does_so_in_the_v2_model_and_declares_the_same(template: Path, manifest: list[Json]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        v1, v2 = (copy(template, manifest, folder, model) for model in ("v1", "v2"))

        assert not v2.load_errors()
        assert differences(v1.functions, v2.functions) == []
        lint(v2)


@given(manifest=broken_manifests())
def test_a_broken_manifest_is_refused(template: Path, manifest: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with pytest.raises(ValueError, match="functions"):
            copy(template, manifest, folder)

        assert not any(Path(folder).iterdir())
