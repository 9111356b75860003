"""What an orchestrator calls, as far as its code tells: names as text, or constants of a module of the app."""

import ast
import contextlib
from collections.abc import Iterator
from pathlib import Path

# Methods of the context, and the trigger of what they call; what comes first is the name.
CALLS = {"call_activity": "activity", "call_sub_orchestrator": "orchestration"}


def calls(script: Path, app: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Map triggers to the names of the functions that a module calls; also list calls whose name is not known."""
    tree = parsed(script)
    found: dict[str, list[str]] = {trigger: [] for trigger in CALLS.values()}
    unknown = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            trigger = CALLS.get(node.func.attr.removesuffix("_with_retry"))
            given = [*node.args, *(it.value for it in node.keywords if it.arg == "name")]
            if trigger and given:
                name = constant(given[0], tree, script, app)
                if name:
                    found[trigger].append(name)
                else:
                    unknown.append(f"{node.func.attr}({ast.unparse(given[0])})")
    return found, unknown


def parsed(path: Path) -> ast.Module:
    """Read a module; nothing is in one that cannot be read."""
    with contextlib.suppress(OSError, SyntaxError, ValueError):
        return ast.parse(path.read_text(encoding="utf-8-sig"))
    return ast.Module([], [])


def constant(node: ast.expr, tree: ast.Module, script: Path, app: Path) -> str:
    """Find the text that an expression stands for, in its module or in one of the app that it imports."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.Name):
        assigned = _assigned(tree, node.id)
        if assigned:
            return assigned
        for source, name, known_as in _imported(tree):
            if known_as == node.id:
                return _assigned(_module(source, script, app), name)
    if isinstance(node, ast.Attribute):
        for source, name, known_as in _imported(tree):
            if known_as == ast.unparse(node.value):
                module = f"{source}.{name}" if source.strip(".") else f"{source}{name}"
                return _assigned(_module(module if name else source, script, app), node.attr)
    return ""


def _assigned(tree: ast.Module, name: str) -> str:
    stored = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    if stored.count(name) != 1:
        return ""  # which of the values it has, only a run tells
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_named = name in [it.id for it in targets if isinstance(it, ast.Name)]
        if is_named and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return node.value.value
    return ""


def _imported(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """List what is imported: from which module, which name, and what it is known as."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield "." * node.level + (node.module or ""), alias.name, alias.asname or alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", alias.asname or alias.name


def _module(name: str, script: Path, app: Path) -> ast.Module:
    """Find a module of the app by its name, as the worker does."""
    above = len(name) - len(name.lstrip("."))
    folder = script.parents[above - 1] if above else app
    path = folder.joinpath(*name.lstrip(".").removeprefix("__app__.").split("."))
    return parsed(path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py")
