"""What may be said in a manifest, as data: manifest/*.yml with what follows from it filled in."""

import json
import re
from typing import Any

from tools.catalogue import REPOSITORY, load
from tools.shapes import Shapes

MANIFEST = REPOSITORY / "manifest"
Json = dict[str, Any]


def joined(words: list[str], last: str = "or") -> str:
    """Write words as a sentence does: a, b or c."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def spelled_out(pattern: str, parts: dict[str, str]) -> str:
    """Put the parts that a pattern names as <name> into it."""
    while (named := re.sub(r"<([a-z_]+)>", lambda match: parts[match[1]], pattern)) != pattern:
        pattern = named
    return pattern


def sourced(rule: Json, sources: Json) -> Json:
    """Add to a rule whose it is, with the URL."""
    title = rule.get("source", "decorators of the SDK")
    return rule | {"source": {"title": title, **sources[title]}}


def rules() -> dict[str, Json]:
    """Map the names of the rules to what they say, with the URL of the source."""
    data = load(MANIFEST / "rules.yml")
    rules: dict[str, Json] = data["rules"]
    parts = data["parts"] | {"keyword": "|".join(listed_names()["keywords"])}
    for name, rule in rules.items():
        for part in (rule, *rule.get("fields", {}).values()):
            for key in ("pattern", "each", "expressions", "anywhere", "in_value", "whole", "parameters"):
                if isinstance(part.get(key), str):
                    part[key] = spelled_out(part[key], parts)
        if "choices" in rule:
            rule.setdefault("expected", joined(rule["choices"]))
        rules[name] = sourced(rule, data["sources"])
    return rules


def relations() -> dict[str, dict[str, Json]]:
    """Map what has a relation, in answers and in a function, to what it asks of others, with the URL of the source."""
    sources = load(MANIFEST / "rules.yml")["sources"]
    return {
        of: {name: sourced(relation, sources) for name, relation in entries.items()}
        for of, entries in load(MANIFEST / "relations.yml").items()
    }


def retry_policies() -> dict[str, Json]:
    """Map the strategies of retries to their keys."""
    return load(MANIFEST / "retry.yml")


def function_keys() -> dict[str, Json]:
    """Map the keys that every function may have to their rules."""
    return load(MANIFEST / "function.yml")


def listed_names() -> Json:
    """Read the names that others claim."""
    return load(MANIFEST / "reserved_names.yml")


def reserved_names() -> Json:
    """Map what claims names to the names; those of generated code as they were read from it last."""
    names: Json = json.loads((MANIFEST / "generated_names.json").read_text(encoding="utf-8"))
    return listed_names() | names


RULES = rules()
RELATIONS = relations()
RETRY_POLICIES = retry_policies()
FUNCTION_KEYS = function_keys()

# What manifest/normalize.jinja and manifest/azure.jinja make of it.
NORMAL_FORM = Shapes(load(MANIFEST / "normal_form.yml"), like={"input": "binding", "output": "binding"})
