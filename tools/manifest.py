"""What may be said in a manifest, as data: manifest/*.yml with what follows from it filled in."""

import re
from typing import Any

from tools.catalogue import REPOSITORY, load
from tools.names import generated_names

MANIFEST = REPOSITORY / "manifest"
Json = dict[str, Any]


def joined(words: list[str]) -> str:
    """Write words as a sentence does: a, b or c."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def spelled_out(pattern: str, parts: dict[str, str]) -> str:
    """Put the parts that a pattern names as <name> into it."""
    while (named := re.sub(r"<([a-z_]+)>", lambda match: parts[match[1]], pattern)) != pattern:
        pattern = named
    return pattern


def rules() -> dict[str, Json]:
    """Map the names of the rules to what they say, with the URL of the source."""
    data = load(MANIFEST / "rules.yml")
    rules: dict[str, Json] = data["rules"]
    for rule in rules.values():
        for part in (rule, *rule.get("fields", {}).values()):
            for key in ("pattern", "expressions", "anywhere", "in_value", "whole", "parameters"):
                if isinstance(part.get(key), str):
                    part[key] = spelled_out(part[key], data["parts"])
        if "choices" in rule:
            rule.setdefault("expected", joined(rule["choices"]))
        source = rule.get("source", "decorators of the SDK")
        rule["source"] = {"title": source, **data["sources"][source]}
    return rules


def function_keys() -> dict[str, Json]:
    """Map the keys that every function may have to their rules."""
    return load(MANIFEST / "function.yml")


def listed_names() -> Json:
    """Read the names that others claim."""
    return load(MANIFEST / "reserved_names.yml")


def reserved_names() -> Json:
    """Map what claims names to the names; those of generated code are read from generated code."""
    return listed_names() | generated_names()


RULES = rules()
FUNCTION_KEYS = function_keys()
