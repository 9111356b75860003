"""Read an app of the v2 model as text: what its decorators say, in the words of function.json. Nothing of it is executed.

Only what is literal is read, and constants of the app that are. A function with anything else is left out with the reason, and not guessed.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from copier_azure_functions.calls import constant, parsed

Json = dict[str, Any]

# Parameters that name the parameter of the function; `route` has one that is called otherwise and may be left out.
NAMES = {"arg_name", "trigger_arg_name", "context_name", "input_name", "client_name"}
OTHER_NAMES = {"schedule": "timer_trigger"}
ENUMERATIONS = {"AccessRights", "AuthLevel", "BlobSource", "Cardinality", "DataType", "HttpMethod"}
NO_APP = {"tests", "test", "node_modules", "site-packages"}


class UnreadableError(ValueError):
    """What only a run of the app would tell."""


@dataclass
class Decorated:
    """A function with decorators of the SDK: its name in the app, its code, and its function.json or why there is none."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    config: Json
    problem: str = ""


class Reader:
    """Knows what each decorator declares. `kinds` is the catalogue's data, `camel` spells an option as a property."""

    def __init__(self, kinds: dict[str, Json], camel: Any) -> None:
        self.camel = camel
        self.specs = {
            spec["decorator"]: (role, spec)
            for kind in kinds.values()
            for role, spec in kind.items()
            if role in ("trigger", "input", "output") and "decorator" in spec
        }

    def functions(self, app: Path) -> Iterator[Decorated]:
        """Find the decorated functions in all modules of an app."""
        for path in sorted(app.rglob("*.py")):
            parts = path.relative_to(app).parts
            if NO_APP & {*parts} or any(part.startswith(".") for part in parts):
                continue
            tree = parsed(path)
            for node in tree.body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (calls := self._calls(node)):
                    yield self._function(node, calls, partial(_said, tree=tree, script=path, app=app))

    def auth_level(self, app: Path) -> str | None:
        """Read the level of access that HTTP functions without one have."""
        path = app / "function_app.py"
        tree = parsed(path)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _last(node.func) in {"FunctionApp", "DFApp"}:
                for keyword in node.keywords:
                    if keyword.arg == "http_auth_level":
                        return str(_said(keyword.value, tree, path, app)).lower()
        return None

    def _calls(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[tuple[str, ast.Call]]:
        """List decorators such as `app.route(…)` with their names, if one of them is a trigger."""
        calls = [
            (OTHER_NAMES.get(call.func.attr, call.func.attr), call)
            for call in node.decorator_list
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        ]
        return calls if any(name.endswith("_trigger") or name == "route" for name, _ in calls) else []

    def _function(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        calls: list[tuple[str, ast.Call]],
        said: Callable[[ast.expr], Any],
    ) -> Decorated:
        found = Decorated(node.name, node, {"bindings": []})
        try:
            for name, call in calls:
                arguments = _arguments(name, call, said)
                if name == "function_name":
                    found.name = arguments["name"]
                elif name == "retry":
                    found.config["retry"] = self._retry(arguments)
                else:
                    found.config["bindings"].append(self._binding(name, arguments))
        except (UnreadableError, KeyError) as error:
            found.problem = str(error) if isinstance(error, UnreadableError) else f"{name} lacks {error}"
        return found

    def _binding(self, decorator: str, arguments: Json) -> Json:
        if decorator not in self.specs:
            raise UnreadableError(f"the catalogue has no decorator {decorator}")
        role, spec = self.specs[decorator]
        name = next((arguments.pop(key) for key in NAMES & arguments.keys()), "req" if decorator == "route" else None)
        if name is None:
            raise UnreadableError(f"{decorator} names no parameter")
        binding = {"name": name, "type": spec.get("type") or arguments.pop("type")}
        binding["direction"] = "out" if role == "output" else "in"
        for option, given in arguments.items():
            if given is not None:
                binding[spec["options"].get(option, {}).get("json", self.camel(option))] = given
        return binding

    def _retry(self, arguments: Json) -> Json:
        policy = {self.camel(key): given for key, given in arguments.items()}
        policy["maxRetryCount"] = int(policy["maxRetryCount"])
        return policy | {"strategy": self.camel(policy["strategy"])}


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _arguments(decorator: str, call: ast.Call, said: Callable[[ast.expr], Any]) -> Json:
    first = {"function_name": "name", "route": "route"}.get(decorator)
    if len(call.args) > (1 if first else 0):
        raise UnreadableError(f"{decorator} has arguments without names")
    arguments = {first: said(call.args[0])} if call.args and first else {}
    for keyword in call.keywords:
        if keyword.arg is None:
            raise UnreadableError(f"{decorator} has arguments that only a run tells: {ast.unparse(keyword.value)}")
        try:
            arguments[keyword.arg] = said(keyword.value)
        except UnreadableError as error:
            raise UnreadableError(f"{keyword.arg} is {error}, which only a run tells") from None
    return arguments


def _said(node: ast.expr, tree: ast.Module, script: Path, app: Path) -> Any:
    """Read a constant of the app, or a literal."""
    return constant(node, tree, script, app) or value(node)


def value(node: ast.expr) -> Any:
    """Read a literal, or a member of one of the SDK's enumerations."""
    if isinstance(node, ast.Attribute) and _last(node.value) in ENUMERATIONS:
        return node.attr.lower()
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [value(item) for item in node.elts]
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise UnreadableError(ast.unparse(node)) from None
