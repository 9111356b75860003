"""Describe an existing Azure Functions app as a manifest, so that the template can adopt it: see docs/adopt.md.

It reads the app's function.json files, and its Python files as text: nothing of the app is executed. What the manifest calls
a binding comes from the template's catalogue, and what the template would make of the manifest from rendering it.
"""

import ast
import contextlib
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copier_azure_functions import calls, decorators, engine
from copier_azure_functions.catalogue import Catalogue
from copier_azure_functions.errors import RefusalError
from copier_azure_functions.project import Json
from copier_azure_functions.source import Source

DEFAULTS = {"scriptFile": "__init__.py", "entryPoint": "main", "disabled": False}

# Options whose default follows from an answer of the project, with what the host takes where function.json says nothing.
HOST_GIVES = {"auth_level": "function", "source": None}


class Translator:
    """Says in the manifest's words what function.json says, by the template's catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.entries: Json = {name: kind.data for name, kind in catalogue.kinds.items()}
        self.rules = catalogue.rules
        self.camel = catalogue.camel

    def snake(self, name: str) -> str:
        """Name the option that becomes a property of function.json, if the name allows it."""
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        return words if self.camel(words) == name else name

    def kinds(self, binding: Json, role: str) -> list[str]:
        """List the kinds that a binding may be; an open one if there is no other."""
        specs = {kind: entry[role] for kind, entry in self.entries.items() if role in entry}
        known = [kind for kind, spec in specs.items() if binding["type"].lower() in self.types(spec)]
        return known or [kind for kind, spec in specs.items() if "type" not in spec]

    def types(self, spec: Json) -> set[str]:
        """List the types that a kind has in function.json, in lower case: one, but for a kind that was renamed."""
        others = self.rules.get(spec["options"].get("type", {}).get("rule", ""), {}).get("choices", [])
        return {name.lower() for name in [spec.get("type", ""), *others]}

    def options(self, kind: str, role: str, binding: Json, *, mine: bool) -> tuple[Json, int]:
        """Say as options of a kind what function.json says about a binding, and count how well that fits.

        The declaration of a function that is its owner's has any property, and lacks what function.json does.
        """
        spec = self.entries[kind][role]
        rules = spec["options"] | {"data_type": {"rule": "data_type"}}
        names = {
            rule.get("json", self.camel(option)).lower(): option
            for option, rule in rules.items()
            if rule.get("json", "") is not None
        }
        usual = spec.get("type", "").lower() == binding["type"].lower()
        ignored = {"name", "direction"} | ({"type"} if usual else set())
        properties = {key: value for key, value in binding.items() if key not in ignored and value is not None}
        said = {key.lower() for key in properties}
        options = {}
        for key, value in properties.items():
            option = names.get(key.lower(), self.snake(key[:1].lower() + key[1:]))
            rule = rules.get(option, {})
            meant = self.meant(value, rule.get("rule", "")) if rule else value
            if (rule or mine or spec.get("open")) and comparable(meant) != comparable(rule.get("default")):
                options[option] = meant
        for name, option in names.items():
            rule = rules[option]
            given = rule.get("default") is not None or option in HOST_GIVES
            if name not in said and given and (mine or (rule.get("optional") and "decorator" not in spec)):
                options[option] = HOST_GIVES.get(option)
        if mine and "data_type" in spec and "datatype" not in said:
            options["data_type"] = None
        if binding["name"] != spec["arg_name"]:
            options = {"arg_name": binding["name"]} | options
        return options, len(said & names.keys()) - len(names.keys() - said)

    def meant(self, value: Any, rule: str) -> Any:
        """Read a value as the host does, which takes text for numbers and booleans."""
        is_a = self.rules.get(rule, {}).get("is")
        if is_a == "boolean" and str(value).lower() in {"true", "false"}:
            return str(value).lower() == "true"
        if is_a == "integer" and re.fullmatch(r"-?[0-9]+", str(value)):
            return int(value)
        if rule == "secret" and re.fullmatch(r"[A-Za-z_][\w.:-]*", str(value)):
            return f"%{value}%"  # the name of a setting means its value, with the signs and without
        if rule == "methods" and isinstance(value, list):
            return value or "any"
        return value

    def entry(self, binding: Json, role: str, *, mine: bool) -> Json:
        """Say in the manifest's words what function.json says about a binding."""
        key = "trigger" if role == "trigger" else "binding"
        candidates = [
            ({key: kind}, *self.options(kind, role, binding, mine=mine)) for kind in self.kinds(binding, role)
        ]
        if not candidates:
            raise ValueError(f"the catalogue has no {role} of the type {binding['type']}")
        kind, options, _ = max(candidates, key=lambda candidate: candidate[2])
        return kind | options

    def implied(self, trigger: str) -> set[str]:
        """List the types of bindings that a trigger brings with it, as HTTP brings its response."""
        return {binding["type"] for binding in self.entries[trigger]["trigger"].get("implicit", [])}

    def references(self, entry: Json) -> Iterator[tuple[str, str]]:
        """List the options that name another function and are only known from code, with that function's trigger."""
        kind, role = (entry["trigger"], "trigger") if "trigger" in entry else (entry["binding"], "input")
        for option, rule in self.entries[kind].get(role, {"options": {}})["options"].items():
            options = self.entries[kind][role]["options"]
            when = rule.get("when", {}).items()
            applies = all(entry.get(other, options[other].get("default")) in values for other, values in when)
            if applies and (trigger := self.rules.get(rule["rule"], {}).get("trigger")):
                yield option, trigger


def comparable(value: Any) -> Any:
    """Put a value so that what means the same to the host is equal: upper and lower case do, and the order of methods."""
    if isinstance(value, list):
        return sorted(map(str, map(comparable, value)))
    return value.lower() if isinstance(value, str) else value


# The properties of function.json that a host reads in any case, as the template writes them.
PROPERTIES = ("bindings", "scriptFile", "entryPoint", "disabled", "retry", "name", "type", "direction")
POLICY = ("strategy", "maxRetryCount", "delayInterval", "minimumInterval", "maximumInterval")


def spelled(data: Any, names: Sequence[str]) -> Json:
    """Spell the keys of a map that are among the names as they are."""
    if not isinstance(data, dict):
        raise ValueError(f"function.json has {json.dumps(data)} where a map belongs")
    known = {name.lower(): name for name in names}
    return {known.get(str(key).lower(), str(key)): value for key, value in data.items()}


def normal(config: Any) -> Json:
    """Spell a function.json as the template does."""
    config = spelled(config, PROPERTIES)
    if not isinstance(config.get("bindings", []), list):
        raise ValueError("function.json has no list of bindings")
    config["bindings"] = [{"direction": "in"} | spelled(binding, PROPERTIES) for binding in config.get("bindings", [])]
    if "retry" in config:
        config["retry"] = spelled(config["retry"], POLICY)
    for binding in config["bindings"]:
        binding["direction"] = binding["direction"].lower()
    return config


def manifest_entry(name: str, config: Json, translator: Translator, *, mine: bool = False) -> Json:
    """Describe one function by its function.json."""
    config = normal(config)
    triggers = [binding for binding in config["bindings"] if binding["type"].lower().endswith("trigger")]
    if len(triggers) != 1:
        raise ValueError(f"function.json has {len(triggers)} triggers")
    entry: Json = {"name": name} | translator.entry(triggers[0], "trigger", mine=mine)
    if entry["trigger"] == "http" and "methods" not in {key.lower() for key in triggers[0]}:
        entry["methods"] = "any"
    for key, default in DEFAULTS.items():
        if config.get(key, default) != default and key != "disabled":  # which no host reads there
            entry[translator.snake(key)] = config[key]
    if "retry" in config:
        retry = {translator.snake(key): value for key, value in config["retry"].items()}
        entry["retry"] = retry | {"strategy": translator.snake(retry["strategy"])}
    others = [binding for binding in config["bindings"] if binding is not triggers[0]]
    answers = [
        it for it in others if it["direction"] == "out" and it["type"].lower() in translator.implied(entry["trigger"])
    ]
    if mine and translator.implied(entry["trigger"]) and [it["name"] for it in answers[:1]] != ["$return"]:
        entry["response"] = answers[0]["name"] if answers else None
    others = [binding for binding in others if binding not in answers[:1]]
    for role, direction in {"input": "in", "output": "out"}.items():
        bindings = [
            translator.entry(binding, role, mine=mine) for binding in others if binding["direction"] == direction
        ]
        if bindings:
            entry[f"{role}s"] = bindings
    return entry | ({"code": "mine"} if mine else {})


def read_code(entry: Json, script: Path, functions: list[Json], translator: Translator) -> None:
    """Add to a function's description what only its module tells."""
    tree = ast.parse(script.read_text(encoding="utf-8-sig"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == entry.get("entry_point", "main"):
            read_signature(entry, node)
    read_references(entry, tree, functions, translator)


def read_signature(entry: Json, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Tell whether a function is a coroutine, and whether it gets the context of its invocation."""
    if isinstance(node, ast.AsyncFunctionDef):
        entry["async"] = True
    bindings = {part.get("arg_name") for part in [entry, *entry.get("inputs", []), *entry.get("outputs", [])]}
    names = {argument.arg for argument in node.args.args} - bindings
    if "context" in names and entry["trigger"] not in ("orchestration", "entity"):
        entry["context"] = True


def read_references(entry: Json, code: ast.AST, functions: list[Json], translator: Translator) -> None:
    """Tell which other functions a function names in its code."""
    texts = [node.value for node in ast.walk(code) if isinstance(node, ast.Constant)]
    for part in [entry, *entry.get("inputs", [])]:
        for option, trigger in translator.references(part):
            named = [other["name"] for other in functions if other["trigger"] == trigger and other["name"] in texts]
            if named:
                part[option] = named[0]


def read_calls(entry: Json, script: Path, app: Path, functions: list[Json]) -> list[str]:
    """Say in an orchestrator's description what it calls; list what is not known, and what the app does not have."""
    called, unknown = calls.calls(script, app)
    triggers = {function["name"]: function["trigger"] for function in functions}
    known = {
        trigger: [name for name in names if triggers.get(name) == trigger and name != entry["name"]]
        for trigger, names in called.items()
    }
    if known["activity"]:
        entry["activity"] = known["activity"][0]
    elif known["orchestration"]:
        entry |= {"pattern": "sub_orchestration", "orchestrator": known["orchestration"][0]}
    missing = [name for trigger, names in called.items() for name in names if triggers.get(name) != trigger]
    return [f"{entry['name']}: {call}" for call in unknown] + [
        f"{entry['name']} calls {name}, which is no such function of the app" for name in missing
    ]


def describe(
    app: Path, configs: dict[str, Json], translator: Translator
) -> tuple[list[Json], dict[str, str], list[str]]:
    """Describe all functions; also tell why some cannot be, and which calls of orchestrators are not known."""
    functions, left_out, unknown = [], {}, []
    for name, config in configs.items():
        try:
            functions.append(manifest_entry(name, config, translator, mine=True))
        except KeyError as error:
            left_out[name] = f"function.json lacks {error}"
        except (ValueError, TypeError, AttributeError) as error:
            left_out[name] = str(error)
    for entry in functions:
        script = app / entry["name"] / entry.get("script_file", "__init__.py")
        if script.is_file():
            with contextlib.suppress(SyntaxError, ValueError):  # what cannot be decoded is a ValueError
                read_code(entry, script, functions, translator)
            if entry["trigger"] == "orchestration":
                entry.pop("activity", None)
                unknown += read_calls(entry, script, app, functions)
    return functions, left_out, unknown


def render(template: Path, functions: list[Json], **answers: str) -> tuple[dict[str, Json], dict[str, str]]:
    """Map functions to the function.json that the template makes of them, if any, and those that it refuses to the reason."""
    data = {"project_name": "app", **answers, "functions": functions}
    with tempfile.TemporaryDirectory() as folder:
        try:
            engine.copy(Source(str(template)), Path(folder) / "app", data)
        except RefusalError as error:
            found = [(re.match(r"functions\[(\d+)\]", problem.at), problem) for problem in error.problems]
            problems = [
                (int(place[1]), re.sub(r" \(functions\[\d+\][^)]*\)", "", problem.message))
                for place, problem in found
                if place
            ]
            if not problems:
                raise
        else:
            folders = {entry["name"]: Path(folder) / "app/__app__" / entry["name"] for entry in functions}
            has_files = answers.get("programming_model") != "v2"
            return {name: load(path / "function.json") if has_files else {} for name, path in folders.items()}, {}
    refused = {functions[index]["name"]: problem for index, problem in reversed(problems)}
    for part in [part for entry in functions for part in (entry, *entry.get("inputs", []))]:
        for option in ("activity", "entity", "orchestrator"):
            if part.get(option) in refused:  # which takes no neighbour along
                del part[option]
    rendered, more = render(template, [entry for entry in functions if entry["name"] not in refused], **answers)
    return rendered, refused | more


def differences(mine: Json, theirs: Json) -> Iterator[str]:
    """Tell what the template's function.json would say in another way."""
    mine, theirs = normal(mine), normal(theirs)
    bindings = {binding["name"]: binding for binding in theirs["bindings"]}
    pairs = [(f"{binding['name']}: ", binding, bindings.get(binding["name"], {})) for binding in mine["bindings"]]
    for at, ours, generated in [("", mine, theirs), *pairs]:
        spelling = {key.lower(): key for key in (*generated, *ours)}
        for key in sorted(spelling.keys() - {"bindings"}):
            one, other = (spelled(side, [spelling[key]]).get(spelling[key]) for side in (ours, generated))
            one, other = (
                (DEFAULTS | {"authLevel": "function"}).get(spelling[key]) if it is None else it for it in (one, other)
            )
            if as_read(one) != as_read(other):
                yield f"{at}{spelling[key]} is {json.dumps(one)}, the template would write {json.dumps(other)}"


def as_read(value: Any) -> Any:
    """Put a value of function.json as the host reads it: text may be a boolean, and an empty list of methods is none."""
    if isinstance(value, list):
        return comparable(value) or None
    return comparable(str(value)) if isinstance(value, bool | int | str) else value


# A text, which stays, or what the host's reader of JSON passes over: comments, and a comma before a bracket.
COMMENT = r"//[^\n]*|/[*](?:(?![*]/).)*[*]/"
PASSED_OVER = re.compile(rf'("(?:[^"\\]|\\.)*")|{COMMENT}|,(?=(?:\s|{COMMENT})*[]}}])', re.DOTALL)


def load(path: Path) -> Any:
    """Read JSON as the Functions host does."""
    return json.loads(PASSED_OVER.sub(lambda it: it[1] or "", path.read_text(encoding="utf-8-sig")))


@dataclass
class Description:
    """An app in the words of the manifest, and what is not in it."""

    functions: list[Json]
    total: int
    left_out: dict[str, str]
    kept: list[str] = field(default_factory=list)
    answers: Json = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def describe_app(project: Path, catalogue: Catalogue) -> Description:
    """Describe the app of a project, in `__app__/` or in the root of the project."""
    app = project / "__app__" if (project / "__app__").is_dir() else project
    configs, unreadable = {}, {}
    for path in sorted(app.glob("*/function.json")):
        try:
            configs[path.parent.name] = load(path)
        except ValueError as error:
            unreadable[path.parent.name] = f"function.json cannot be read: {error}"
    if not configs and not unreadable and (app / "function_app.py").exists():
        return describe_decorated(app, catalogue)
    if not configs:
        reasons = [f"{name}: {reason}" for name, reason in unreadable.items()]
        raise RefusalError(*(reasons or [f"There is no function.json in a folder of {app}, and no function_app.py."]))
    if not (app / "host.json").is_file():
        raise RefusalError(f"There is no host.json in {app}, so the Functions host would not take it for an app.")
    described, left_out, unknown = describe(app, configs, Translator(catalogue))
    rendered, refused = render(catalogue.root, described)
    return Description(
        [entry for entry in described if entry["name"] in rendered],
        len(configs) + len(unreadable),
        unreadable | left_out | refused,
        [
            f"{name}/function.json: {difference}"
            for name, config in rendered.items()
            for difference in differences(configs[name], config)
        ],
        unknown=unknown,
    )


def describe_decorated(app: Path, catalogue: Catalogue) -> Description:
    """Describe an app of the v2 model, as far as its decorators are literal."""
    translator = Translator(catalogue)
    reader = decorators.Reader(translator.entries, translator.camel)
    found = list(reader.functions(app))
    try:
        level = reader.auth_level(app) or "function"
    except decorators.UnreadableError as error:
        raise RefusalError(f"http_auth_level is {error} in function_app.py, which only a run tells.") from error
    left_out = {function.name: function.problem for function in found if function.problem}
    readable = {function.name: function for function in found if not function.problem}
    functions = []
    for name, function in readable.items():
        try:
            entry = manifest_entry(name, function.config, translator)
        except (KeyError, ValueError) as error:
            left_out[name] = str(error)
            continue
        if entry["trigger"] == "http":
            next(it for it in function.config["bindings"] if it["type"] == "httpTrigger").setdefault("authLevel", level)
        functions.append(entry)
    for entry in functions:
        read_signature(entry, readable[entry["name"]].node)
        read_references(entry, readable[entry["name"]].node, functions, translator)
    accepted, refused = render(catalogue.root, functions, programming_model="v2")
    described = [entry for entry in functions if entry["name"] in accepted]
    rendered, _ = render(catalogue.root, described, auth_level=level)
    return Description(
        described,
        len(found),
        left_out | refused,
        [
            f"{name}: {difference}"
            for name, config in rendered.items()
            for difference in differences(config | readable[name].config, config)  # decorators name no file
        ],
        {"programming_model": "v2", "auth_level": level},
    )


def adopt(project: Path, source: Source, answers: Json) -> None:
    """Add the template to a project: files that exist are kept, and functions that exist get no sample tests."""
    own = {path.name for path in project.iterdir() if path.name.lower() == "readme.md"} - {"README.md"}
    exclude = ["/tests/functions/", *(["/README.md"] if own else [])]
    engine.copy(source, project, answers, skip=["*"], exclude=exclude, overwrite=True)
