"""The names that generated code claims: read from code that is generated for every kind, in every shape that it may have."""

import ast
import builtins
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from tools.catalogue import JINJA, kinds, spec
from tools.manifest import RULES

Json = dict[str, Any]


class Answers(dict[str, Any]):
    """What an app is computed from, beside its functions; what shapes no function is not asked for."""

    def __missing__(self, question: str) -> bool:
        return False


ANSWERS = Answers(
    project_name="Names",
    python_version="3.12",
    auth_level="function",
    app_settings={},
    worker_process_count=1,
    worker_extensions=[],
    telemetry="application_insights",
    blob_source=None,
    helpers=[],
)

# The names that are given here; every other one is the template's.
GIVEN = "given_"


def required(kind: str, role: str) -> Json:
    """Give the options that a kind needs: names and texts that all rules take."""
    options = spec(kind, role)["options"]
    values = {"trigger_type": "aTrigger", "binding_type": "a"}
    return {
        name: values.get(option["rule"], f"{GIVEN}value")
        for name, option in options.items()
        if option.get("required") and "when" not in option
    }


def shapes(kind: str) -> Iterator[Json]:
    """Yield functions with a trigger of this kind, in every shape."""
    trigger = spec(kind, "trigger")
    base = {"trigger": kind, **required(kind, "trigger")}
    if not (trigger.get("fixed_arg_name") or trigger.get("alone")):
        base["arg_name"] = f"{GIVEN}trigger"
    if kind == "orchestration":
        called = dict.fromkeys(("activity", "orchestrator", "entity"), f"{GIVEN}callee")
        yield from (base | called | {"pattern": pattern} for pattern in RULES["pattern"]["choices"])
        return
    yield base
    if "sdk_types" in trigger["options"]:
        yield base | {"sdk_types": True}
    if "cardinality" in trigger["options"]:
        yield from (base | {"cardinality": cardinality} for cardinality in ("one", "many"))
    if kind == "blob" or isinstance(trigger["annotation"], dict):
        yield base | {"data_type": "binary"}
    if kind == "mcp_tool":
        yield base | {"tool_properties": [{"arg_name": f"{GIVEN}text", "is_required": False}]}
    if kind == "http":
        for methods in (["get"], ["post"], ["delete"]):
            yield base | {"cors_origin": "*", "route": "{name}/{id}", "methods": methods}
            yield base | {"route": "{id}", "methods": methods}
        yield base | {"pattern": "health"}
        yield from (base | {"streaming": True, "methods": [method]} for method in ("get", "post"))
    if kind in ("queue", "http"):
        yield base | {"async": True, "context": True, "cache": True}
        for role in ("input", "output"):
            for other in kinds(role):
                binding = {"binding": other, "arg_name": f"{GIVEN}{role}", **required(other, role)}
                yield base | {f"{role}s": [binding]}
                if kind == "http" and role == "output":
                    yield base | {"methods": ["post"], "outputs": [binding]}
                if isinstance(spec(other, role)["annotation"], dict):
                    yield base | {f"{role}s": [binding | {"data_type": "binary"}]}
                uses = spec(other, role).get("uses", [])
                for option in (variant.removeprefix("with ") for variant in uses if variant.startswith("with ")):
                    yield base | {f"{role}s": [binding | {option: f"{GIVEN}value"}]}
    if not (trigger.get("alone") or "returns" in trigger):
        yield base | {"outputs": [{"binding": "queue", "arg_name": "$return"}]}
    if not trigger.get("alone"):
        both = {"inputs": [{"binding": "blob", "arg_name": f"{GIVEN}input"}]}
        yield base | both | {"outputs": [{"binding": "blob", "arg_name": f"{GIVEN}output"}]}


def generated(model: str) -> Iterator[tuple[str, str]]:
    """Yield the modules and the tests of such functions, in a programming model."""
    functions = [shape for kind in kinds("trigger") for shape in shapes(kind)]
    functions = [
        {"name": f"{GIVEN}{number}", "entry_point": f"{GIVEN}main", **it} for number, it in enumerate(functions)
    ]
    normalize = JINJA.get_template("manifest/normalize.jinja").module
    app = json.loads(normalize.app(functions, Answers(ANSWERS, programming_model=model)))
    tests = JINJA.get_template("renderers/python/test_module.jinja").module
    for function in app["functions"]:
        module = JINJA.get_template(f"renderers/{model}/module.jinja")
        yield module.render(function=function, app=app, auth_level="anonymous"), tests.test_module(function)


def bound(tree: ast.AST) -> Iterator[str]:
    """Yield the names that code binds, wherever in it."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                yield name
            case ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.split(".")[0]


def read(tree: ast.AST) -> Iterator[str]:
    """Yield the names that code reads."""
    yield from (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))


def claimed(tree: ast.Module) -> Iterator[str]:
    """Yield what a parameter would hide: the names at the top of a module, and the builtins that it reads."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
        else:
            yield from bound(statement)
    yield from (name for name in read(tree) if hasattr(builtins, name))


@cache
def generated_names() -> dict[str, list[str]]:
    """Map to names: those that the modules of functions claim, and those that their tests bind or read."""
    code: set[str] = set()
    tests: set[str] = set()
    for model in ("v1", "v2"):
        for module, test in generated(model):
            code.update(claimed(ast.parse(module)))
            tree = ast.parse(test)
            tests.update(bound(tree), read(tree))
    return {
        "generated_code": sorted(name for name in code if not name.startswith(GIVEN)),
        "generated_tests": sorted(name for name in tests if not name.startswith((GIVEN, "test_"))),
    }
