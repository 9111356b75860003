# /// script
# requires-python = ">=3.11"
# dependencies = ["copier>=9.19", "pyyaml>=6"]
# ///
"""Describe an existing Azure Functions app as a manifest, so that the template can adopt it: see docs/adopt.md.

It reads the app's function.json files, and its Python files as text: nothing of the app is executed. What the manifest calls
a binding comes from the template's catalogue, and what the template would make of the manifest from rendering it.
"""

import argparse
import ast
import contextlib
import fnmatch
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import copier
import jinja2
import yaml

TEMPLATE = Path(__file__).parents[1]
DEFAULTS = {"scriptFile": "__init__.py", "entryPoint": "main", "disabled": False}

# What a move to __app__/ leaves where it is: it belongs to the project, not to the app.
STAYS = (
    ".*",
    "*.md",
    "*.rst",
    "*.toml",
    "*.lock",
    "*.cfg",
    "*.ini",
    "azure.yaml",
    "azure-pipelines*",
    "*compose*.y*ml",
    "Dockerfile*",
    "docs",
    "infra",
    "LICENSE*",
    "Makefile",
    "noxfile.py",
    "setup.py",
    "test",
    "tests",
)

Json = dict[str, Any]


class Catalogue:
    """What the template knows about bindings."""

    def __init__(self, template: Path) -> None:
        settings = next(yaml.safe_load_all((template / "copier.yml").read_text(encoding="utf-8")))
        templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(template),
            extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
            **settings["_envops"] | {"undefined": jinja2.StrictUndefined},
        )
        self.entries: Json = json.loads((template / "kinds" / "kinds.json").read_text(encoding="utf-8"))
        self.rules: Json = json.loads((template / "manifest" / "rules.json").read_text(encoding="utf-8"))
        self.camel = templates.get_template("renderers/v1/function_json.jinja").module.camel  # type: ignore[attr-defined]

    def snake(self, name: str) -> str:
        """Name the option that becomes a property of function.json, if the name allows it."""
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        return words if self.camel(words) == name else name

    def kinds(self, binding: Json, role: str) -> list[str]:
        """List the kinds that a binding may be; an open one if there is no other."""
        specs = {kind: entry[role] for kind, entry in self.entries.items() if role in entry}
        known = [kind for kind, spec in specs.items() if same(spec.get("type", ""), binding["type"])]
        return known or [kind for kind, spec in specs.items() if "type" not in spec]

    def options(self, kind: str, role: str, binding: Json) -> tuple[Json, int]:
        """Say as options of a kind what function.json says about a binding, and count how well that fits."""
        spec = self.entries[kind][role]
        rules = spec["options"] | {"data_type": {}}
        names = {rule.get("json", self.camel(option)): option for option, rule in rules.items()}
        ignored = {"name", "direction"} | ({"type"} if "type" in spec else set())
        properties = {key: value for key, value in binding.items() if key not in ignored}
        options = {
            names.get(key, self.snake(key)): value
            for key, value in properties.items()
            if (key in names or spec.get("open")) and value != rules.get(names.get(key), {}).get("default")
        }
        if binding["name"] != spec["arg_name"]:
            options = {"arg_name": binding["name"]} | options
        return options, len(properties.keys() & names.keys()) - len(names.keys() - properties.keys() - {None})

    def entry(self, binding: Json, role: str) -> Json:
        """Say in the manifest's words what function.json says about a binding."""
        key = "trigger" if role == "trigger" else "binding"
        candidates = [({key: kind}, *self.options(kind, role, binding)) for kind in self.kinds(binding, role)]
        if not candidates:
            raise ValueError(f"the catalogue has no {role} of the type {binding['type']}")
        kind, options, _ = max(candidates, key=lambda candidate: candidate[2])
        return kind | options

    def implied(self, trigger: str) -> set[str]:
        """Name the bindings that a trigger brings with it, as HTTP brings its response."""
        return {binding["name"] for binding in self.entries[trigger]["trigger"].get("implicit", [])}

    def references(self, entry: Json) -> Iterator[tuple[str, str]]:
        """List the options that name another function and are only known from code, with that function's trigger."""
        kind, role = (entry["trigger"], "trigger") if "trigger" in entry else (entry["binding"], "input")
        for option, rule in self.entries[kind].get(role, {"options": {}})["options"].items():
            if trigger := self.rules.get(rule["rule"], {}).get("trigger"):
                yield option, trigger


def same(one: str, other: str) -> bool:
    """Compare as the Functions host does."""
    return one.lower() == other.lower()


def manifest_entry(name: str, config: Json, catalogue: Catalogue) -> Json:
    """Describe one function by its function.json."""
    triggers = [binding for binding in config["bindings"] if binding["type"].lower().endswith("trigger")]
    if len(triggers) != 1:
        raise ValueError(f"function.json has {len(triggers)} triggers")
    entry = {"name": name} | catalogue.entry(triggers[0], "trigger")
    for key, default in DEFAULTS.items():
        if config.get(key, default) != default and key != "disabled":  # which no host reads there
            entry[catalogue.snake(key)] = config[key]
    if "retry" in config:
        retry = {catalogue.snake(key): value for key, value in config["retry"].items()}
        entry["retry"] = retry | {"strategy": catalogue.snake(retry["strategy"])}
    others = [binding for binding in config["bindings"] if binding is not triggers[0]]
    for role, direction in {"input": "in", "output": "out"}.items():
        bindings = [
            catalogue.entry(binding, role)
            for binding in others
            if binding["direction"] == direction and binding["name"] not in catalogue.implied(entry["trigger"])
        ]
        if bindings:
            entry[f"{role}s"] = bindings
    return entry


def read_code(entry: Json, script: Path, functions: list[Json], catalogue: Catalogue) -> None:
    """Add to a function's description what only its code tells."""
    tree = ast.parse(script.read_text(encoding="utf-8-sig"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == entry.get("entry_point", "main"):
            if isinstance(node, ast.AsyncFunctionDef):
                entry["async"] = True
            if "context" in [argument.arg for argument in node.args.args] and entry["trigger"] != "orchestration":
                entry["context"] = True
    for part in [entry, *entry.get("inputs", [])]:
        for option, trigger in catalogue.references(part):
            named = [other["name"] for other in functions if other["trigger"] == trigger and other["name"] in texts]
            if named:
                part[option] = named[0]


def describe(app: Path, configs: dict[str, Json], catalogue: Catalogue) -> tuple[list[Json], dict[str, str]]:
    """Describe all functions; also tell why some cannot be."""
    functions, left_out = [], {}
    for name, config in configs.items():
        try:
            functions.append(manifest_entry(name, config, catalogue))
        except KeyError as error:
            left_out[name] = f"function.json lacks {error}"
        except ValueError as error:
            left_out[name] = str(error)
    for entry in functions:
        script = app / entry["name"] / entry.get("script_file", "__init__.py")
        if script.is_file():
            with contextlib.suppress(SyntaxError):
                read_code(entry, script, functions, catalogue)
    return functions, left_out


def render(template: Path, functions: list[Json]) -> tuple[dict[str, Json], dict[str, str]]:
    """Map functions to the function.json that the template makes, and those that it refuses to the reason."""
    answers = {"project_name": "app", "functions": functions}
    with tempfile.TemporaryDirectory() as folder:
        try:
            copier.run_copy(str(template), folder, data=answers, vcs_ref="HEAD", defaults=True, quiet=True)
        except ValueError as error:
            problems = re.findall(
                r"(?m)^(?:Validation error for question 'functions': )?(.*) \(functions\[(\d+)\].*?\)(, .*)$",
                str(error),
            )
            if not problems:
                raise
        else:
            return {entry["name"]: load(Path(folder) / "__app__" / entry["name"]) for entry in functions}, {}
    refused = {functions[int(index)]["name"]: what + why for what, index, why in reversed(problems)}
    rendered, more = render(template, [entry for entry in functions if entry["name"] not in refused])
    return rendered, refused | more


def differences(mine: Json, theirs: Json) -> Iterator[str]:
    """Tell what the template's function.json would say in another way."""
    bindings = {binding["name"]: binding for binding in theirs["bindings"]}
    pairs = [(f"{binding['name']}: ", binding, bindings.get(binding["name"], {})) for binding in mine["bindings"]]
    for at, ours, generated in [("", mine, theirs), *pairs]:
        for key in (ours | generated).keys() - {"bindings"}:
            one, other = (json.dumps(side.get(key, DEFAULTS.get(key))) for side in (ours, generated))
            if one.lower() != other.lower():
                yield f"{at}{key} is {one}, the template would write {other}"


def load(folder: Path) -> Json:
    """Read a function.json."""
    try:
        return json.loads((folder / "function.json").read_text(encoding="utf-8-sig"))
    except ValueError as error:
        sys.exit(f"{folder / 'function.json'}: {error}")


def git(project: Path, *arguments: str) -> list[str]:
    """Run Git and return the lines that it prints."""
    run = subprocess.run(["git", *arguments], cwd=project, capture_output=True, text=True, check=True)
    return [line for line in run.stdout.split("\0") if line]


def move(project: Path) -> list[str]:
    """Move the app of a flat project to __app__/ in the index of Git, where `git reset --hard` takes it back."""
    if git(project, "status", "--porcelain", "-z"):
        sys.exit("Commit first: the files are moved by Git, so that you can undo it.")
    tracked = {Path(name).parts[0] for name in git(project, "ls-files", "-z")}
    moved = sorted(
        name
        for name in tracked
        if name == ".funcignore" or not any(fnmatch.fnmatchcase(name, pattern) for pattern in STAYS)
    )
    (project / "__app__").mkdir()
    git(project, "mv", *moved, "__app__/")
    settings = project / "local.settings.json"  # ignored by Git
    if settings.exists():
        settings.rename(project / "__app__" / settings.name)
        moved.append(settings.name)
    return moved


def main() -> None:
    """Write the manifest, and tell what to do with it and what is not in it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path, help="the folder of the project")
    parser.add_argument("--output", type=Path, help="the data file to write; without it, the manifest is printed")
    parser.add_argument(
        "--move", action="store_true", help="move an app that is in the root of the project to __app__/"
    )
    parser.add_argument(
        "--template", type=Path, default=TEMPLATE, help="the template, if not the one this script belongs to"
    )
    options = parser.parse_args()

    app = options.project / "__app__"
    flat = not app.is_dir()
    if flat and options.move:
        print("Moved to __app__/:", ", ".join(move(options.project)), file=sys.stderr)
    elif flat:
        app = options.project
        print("The app is not in __app__/ yet: run this with --move before you copy the template.", file=sys.stderr)

    configs = {path.parent.name: load(path.parent) for path in sorted(app.glob("*/function.json"))}
    described, unknown = describe(app, configs, Catalogue(options.template))
    rendered, refused = render(options.template, described)
    functions = [entry for entry in described if entry["name"] in rendered]

    manifest = yaml.safe_dump({"functions": functions}, sort_keys=False, allow_unicode=True, width=120)
    if options.output:
        options.output.write_text(manifest, encoding="utf-8")
    else:
        print(manifest, end="")
    print(f"{len(functions)} of {len(configs)} functions are in the manifest.", file=sys.stderr)
    for name, reason in (unknown | refused).items():
        print(f"Left out: {name}: {reason}", file=sys.stderr)
    for name, config in rendered.items():
        for difference in differences(configs[name], config):
            print(f"Kept as it is: {name}/function.json: {difference}", file=sys.stderr)


if __name__ == "__main__":
    main()
