"""Every function.json agrees with its code, by the rules of the Functions worker."""

import importlib
import inspect
import json
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

APP = Path(__file__).parents[1] / "__app__"
CONVERTERS = func.get_binding_registry()


def load(folder: Path, config: dict[str, Any]) -> Callable[..., Any]:
    """Import the entry point of a function as the worker does."""
    script = (folder / config.get("scriptFile", "__init__.py")).resolve()
    assert script.suffix == ".py", f"{script.name} is not a Python file"
    parts = script.relative_to(APP.parent).with_suffix("").parts
    name = ".".join(part for part in parts if part != "__init__")
    module = importlib.import_module(name)
    entry_point = getattr(module, config.get("entryPoint") or "main", None)
    assert callable(entry_point), "there is no such entry point in the script file"
    return entry_point


def returns_implicitly(binding_type: str) -> bool:
    """Tell whether the worker sends the return value without a $return binding."""
    converter = CONVERTERS.get(binding_type)
    if converter is None:
        return binding_type != "durableClient"
    return getattr(converter, "has_implicit_output", lambda: False)()


def fits(binding_type: str, direction: str, annotation: Any) -> bool:
    """Tell whether the worker accepts an annotation for a binding."""
    check = f"check_{'output' if direction == 'out' else 'input'}_type_annotation"
    if annotation in (str, bytes) and not returns_implicitly(binding_type):
        return True
    if converter := CONVERTERS.get(binding_type):
        return getattr(converter, check)(annotation)
    accepted = (str, bytes, bytearray) if direction == "out" else (str, bytes)
    return isinstance(annotation, type) and issubclass(annotation, accepted)


def binding_problems(binding: dict[str, str], hints: dict[str, Any]) -> list[str]:
    """Compare one binding with the annotation of its parameter."""
    name, direction = binding["name"], binding["direction"]
    if name not in hints:
        return []
    annotation = hints[name]
    is_out = typing.get_origin(annotation) is func.Out
    if is_out != (direction == "out"):
        return [f"{name}: func.Out goes with the direction out, and only with it"]
    if is_out:
        (annotation,) = typing.get_args(annotation)
    if not fits(binding["type"], direction, annotation):
        return [f"{name}: {annotation} does not fit {binding['type']}"]
    return []


def problems(folder: Path) -> list[str]:
    """List what the worker would refuse about one function."""
    config = json.loads((folder / "function.json").read_text(encoding="utf-8"))
    bindings = config["bindings"]
    names = [binding["name"] for binding in bindings]
    entry_point = load(folder, config)
    parameters = set(inspect.signature(entry_point).parameters)
    hints = typing.get_type_hints(entry_point)

    found = []
    if len({name.lower() for name in names}) != len(names):
        found.append("two bindings have the same name")
    if sum(binding["type"].lower().endswith("trigger") for binding in bindings) != 1:
        found.append("there is not exactly one trigger")
    if "context" not in names and "context" in parameters:
        parameters.remove("context")
        context = hints.get("context", func.Context)
        if getattr(context, "__name__", "") != "Context":
            found.append("context is not annotated as func.Context")
    for name in parameters ^ (set(names) - {"$return"}):
        found.append(f"{name} is not both a parameter and a binding")
    for binding in bindings:
        if binding["direction"] not in ("in", "out"):
            found.append(f"{binding['name']}: the direction is neither in nor out")
        elif binding["name"] != "$return":
            found += binding_problems(binding, hints)
        elif binding["direction"] != "out":
            found.append("$return does not have the direction out")
        elif not fits(binding["type"], "out", hints.get("return", str)):
            found.append(f"the return annotation does not fit {binding['type']}")
    return found


@pytest.mark.parametrize(
    "folder",
    sorted(path.parent for path in APP.glob("*/function.json")),
    ids=lambda folder: folder.name,
)
def test_function_json_agrees_with_the_code(folder: Path) -> None:
    assert problems(folder) == []
