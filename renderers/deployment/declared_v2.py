"""The functions of this project."""

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parents[1] / "__app__"
REGISTRIES = {"Blueprint", "DFApp", "FunctionApp"}


def declared() -> set[str]:
    """Name what is decorated in the modules; they are read, not run."""
    modules = [path for path in APP.rglob("*.py") if not hidden(path)]
    return {
        name
        for path in modules
        for name in decorated(ast.parse(path.read_text(encoding="utf-8")))
    }


def hidden(path: Path) -> bool:
    """Tell whether a module is in a folder such as .venv or .python_packages."""
    return any(part.startswith(".") for part in path.relative_to(APP).parts)


def decorated(module: ast.Module) -> Iterator[str]:
    """Yield the name of each function that a blueprint or an app decorates."""
    registries = {
        target.id
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and called(node.value) in REGISTRIES
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        calls = [call for call in node.decorator_list if owner(call) in registries]
        given = [text(call) for call in calls if called(call) == "function_name"]
        if calls:
            yield next(filter(None, given), node.name)


def called(node: ast.expr) -> str:
    """Name what a call calls, without what it belongs to."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def owner(node: ast.expr) -> str:
    """Name the variable whose method a call calls."""
    function = node.func if isinstance(node, ast.Call) else None
    value = function.value if isinstance(function, ast.Attribute) else None
    return value.id if isinstance(value, ast.Name) else ""


def text(node: ast.expr) -> str:
    """Return the text that a call has as its only argument."""
    if not isinstance(node, ast.Call):
        return ""
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    constants = [value.value for value in values if isinstance(value, ast.Constant)]
    return next((value for value in constants if isinstance(value, str)), "")
