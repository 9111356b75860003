"""The reference of triggers and bindings, docs/bindings.md: one section for each kind, with an example that the template accepts."""

import re
from typing import Any

import yaml

from copier_azure_functions.catalogue import GROUPS
from tools.catalogue import CATALOGUE, JINJA, KINDS, ROLES
from tools.manifest import RULES, joined
from tools.reference import cell, code

Json = dict[str, Any]
BINDINGS = ROLES[1:]


class Dumper(yaml.SafeDumper):
    """Writes YAML as the rest of the documentation does: lists are indented, quotes are double."""

    def increase_indent(self, flow: bool = False, **_: bool) -> None:
        """Indent lists, too."""
        super().increase_indent(flow, False)

    def text(self, text: str) -> yaml.ScalarNode:
        """Quote what could be read as something else."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, None if re.fullmatch(r"[\w.:/-]+", text) else '"')


Dumper.add_representer(str, Dumper.text)


def description(kind: str) -> str:
    """Tell what a kind is for: the whole sentences in the first line of its data."""
    first = (KINDS / kind / "kind.yml").read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("# ").rpartition(".")[0] + "."


def uses(function: Json) -> set[str]:
    """Name the kinds of a function."""
    return {function["trigger"], *(it["binding"] for role in BINDINGS for it in function.get(f"{role}s", []))}


def binding(kind: str, role: str) -> Json:
    """Write a binding with the first options that say what it reads or writes."""
    options = CATALOGUE[kind][role]["options"]
    telling = {
        name: it["default"]
        for name, it in options.items()
        if "default" in it and it["rule"] not in {"connection", "boolean"}
    }
    return {"binding": kind, **dict(list(telling.items())[:2])}


def example(kind: str) -> list[Json]:
    """Write functions that show a kind in each of its roles: what its check-box stands for, and one with the bindings."""
    entry = CATALOGUE[kind]
    if "example" in entry:
        return entry["example"]
    samples = [functions for it in (entry, *CATALOGUE.values()) for functions in it.get("samples", {}).values()]
    shown = next((functions for functions in samples if any(kind in uses(function) for function in functions)), [])
    bindings = {f"{role}s": [binding(kind, role)] for role in BINDINGS if role in entry}
    if bindings and not any(kind in uses(function) - {function["trigger"]} for function in shown):
        return [*shown, {"name": f"with_{kind}", "trigger": "http", **bindings}]
    return shown


def in_yaml(functions: list[Json]) -> str:
    """Write functions as a data file has them."""
    return yaml.dump({"functions": functions}, Dumper=Dumper, default_flow_style=None, sort_keys=False, width=100)


def annotations(role: Json) -> str:
    """Write what the parameter may be annotated with."""
    every = role["annotation"] if isinstance(role["annotation"], dict) else {"": role["annotation"]}
    return joined([f"`{annotation}`" for annotation in dict.fromkeys(every.values())])


def unless_given(option: Json) -> str:
    """Write what an option is when the manifest does not say it, and what it goes with."""
    default = option.get("default", option.get("fallback"))
    default = code(default).replace("|", r"\|") if default is not None else ""
    parts = ["**required**" if option.get("required") else default]
    parts += [f"with `{other}` {joined(values)}" for other, values in option.get("when", {}).items()]
    parts += [f"not with {joined([f'`{other}`' for other in option['unless']])}"] if "unless" in option else []
    return " ".join(filter(None, parts))


def with_others(role: Json, option: str) -> str:
    """Write the defaults of an option that go with values of other ones."""
    return "".join(
        f", with `{other}` {value} {code(defaults[option]) if defaults[option] else 'none'}"
        for other, variants in role.get("defaults_with", {}).items()
        for value, defaults in variants.items()
        if option in defaults
    )


def options(entry: Json) -> list[Json]:
    """List the options of a kind. What is the same in several roles is one row; what has the same name stands together."""
    rows: dict[str, dict[tuple[str, str], list[str]]] = {}
    for role in ROLES:
        for name, option in entry.get(role, {"options": {}})["options"].items():
            value = cell(RULES[option["rule"]]["expected"])
            default = unless_given(option) + with_others(entry[role], name)
            rows.setdefault(name, {}).setdefault((default, value), []).append(role)
    return [
        {"name": name, "roles": roles, "unless_given": default, "value": value}
        for name, row in rows.items()
        for (default, value), roles in row.items()
    ]


def page() -> str:
    """Write the page."""
    sections = [
        {
            "kind": kind,
            "group": GROUPS[entry["group"]],
            "description": description(kind),
            "roles": {role: entry[role] | {"annotations": annotations(entry[role])} for role in ROLES if role in entry},
            "options": options(entry),
            "example": in_yaml(example(kind)),
            "bundles": entry["bundles"],
            "undecorated": not any("decorator" in entry.get(role, {}) for role in ROLES),
            "open": any("open" in entry.get(role, {}) for role in ROLES),
        }
        for kind, entry in CATALOGUE.items()
    ]
    return JINJA.get_template("tools/bindings.md.jinja").render(
        groups={title: [it for it in sections if it["group"] == title] for title in GROUPS.values()},
        answering=", ".join(f"`{kind}`" for kind, entry in CATALOGUE.items() if "returns" in entry.get("trigger", {})),
    )
