"""The parts of docs/ that follow from the source; `python -m tools.build` writes them anew."""

import re
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import copier
import yaml

from copier_azure_functions import engine
from tools.catalogue import CATALOGUE, KEYS, ROLES
from tools.manifest import FUNCTION_KEYS, NORMAL_FORM, RELATIONS, RETRY_POLICIES, RULES, joined
from tools.questions import REPOSITORY, by_file
from tools.shapes import Shapes

DOCS = REPOSITORY / "docs"
INTERNAL = {"helpers"}  # asked of nobody
TITLES = {
    "project": "Every project",
    "function_app": "Function apps",
    "worker_extension": "Worker extensions",
    "delivery": "Delivery",
    "updates": "Updates",
    "advanced": "Advanced",
}


def cell(text: object) -> str:
    """Write text into one cell of a table."""
    return re.sub(r"([|\[])", r"\\\1", " ".join(str(text).split()))


def code(value: object) -> str:
    """Write a value as YAML, in one line."""
    text = yaml.safe_dump(value, default_flow_style=True, width=1000, sort_keys=False)
    return f"`{text.removesuffix('...\n').strip()}`"


def table(*rows: list[str]) -> str:
    """Write rows, of which the first has the titles."""
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])


def recorded_defaults() -> dict[str, Any]:
    """Read what `copier copy --defaults` records, for each kind of project."""
    defaults: dict[str, Any] = {}
    for answers in (
        {"project_type": "worker_extension"},
        {"container": True},
        {},
    ):  # the last ones are those that count
        with tempfile.TemporaryDirectory() as folder, engine.quick():
            project = Path(folder) / "my-app"
            try:
                copier.run_copy(
                    str(REPOSITORY),
                    project,
                    data=answers,
                    defaults=True,
                    quiet=True,
                    vcs_ref="HEAD",
                    exclude=["*", "!.copier-answers.yml"],
                )
            except ValueError:  # not offered
                continue
            defaults |= yaml.safe_load((project / ".copier-answers.yml").read_text())
    return defaults


def when_asked(question: dict[str, Any]) -> str:
    """Tell who is asked a question."""
    ask = question.get("ask", True)
    if ask is False:
        return "with `--ask`"
    return "on request" if "advanced" in str(ask) else "yes"


def values(question: dict[str, Any]) -> str:
    """Tell what an answer may be."""
    choices = question.get("choices")
    if isinstance(choices, str):
        return "any of [the triggers](bindings.md)"
    if choices:
        return ", ".join(code(choice) for choice in (choices.values() if isinstance(choices, dict) else choices))
    return {"bool": "`true`, `false`", "str": "text", "int": "a whole number", "yaml": "YAML"}[question["type"]]


def questions() -> str:
    """Write tables of all questions."""
    defaults = recorded_defaults()
    sections = []
    for file, asked in by_file().items():
        rows = [
            [
                f"`{name}`",
                cell(question["help"]),
                values(question),
                code(defaults.get(name, question["default"])),
                when_asked(question),
            ]
            for name, question in asked.items()
            if name not in INTERNAL
        ]
        if rows:
            sections.append(f"## {TITLES[file]}\n\n" + table(["Name", "Question", "Answer", "Default", "Asked"], *rows))
    return "\n\n".join(sections)


def function_keys() -> str:
    """Write a table of what every function may have, whatever its trigger."""
    policies = "; or of ".join(
        f"`strategy: {name}`, {joined([code(key) for key in keys], 'and')}" for name, keys in RETRY_POLICIES.items()
    )
    rows = [
        [
            f"`{key}`",
            cell(RULES[it["rule"]]["expected"]) + (f", by default `{it['default']}`" if "default" in it else ""),
            it["about"],
        ]
        for key, it in FUNCTION_KEYS.items()
    ]
    return table(
        ["Key", "Value", "Meaning"], *rows, ["`retry`", f"a map of {policies}", "The host tries again after an error."]
    )


def source(rule: dict[str, Any]) -> str:
    """Tell where a rule is written."""
    return "[{title}]({url})".format(**rule["source"]) if "url" in rule["source"] else rule["source"]["title"]


def relations() -> str:
    """Write a table of what answers and keys ask of each other."""
    rows = [
        [
            code({name: it["is"]} if "is" in it else name).replace("{", "").replace("}", ""),
            ", ".join(
                [
                    f"`{other}` is {joined([code(value) for value in values])}"
                    for other, values in it.get("needs", {}).items()
                ]
                + [
                    f"`{other}` is not {joined([code(value) for value in values])}"
                    for other, values in it.get("excludes", {}).items()
                ]
            ),
            it["source"]["whose"],
            source(it),
        ]
        for entries in RELATIONS.values()
        for name, it in entries.items()
    ]
    return table(["What", "Only when", "Whose", "Where"], *rows)


def value_rules() -> str:
    """Write a table of all rules for values: where each is used, what is expected, whose rule it is, and where that is written."""
    used: dict[str, set[str]] = {rule: set() for rule in RULES}
    for kind, entry in CATALOGUE.items():
        for role in ROLES:
            for option, spec in entry.get(role, {"options": {}})["options"].items():
                used[spec["rule"]].add(f"`{kind}.{option}`")
    for key, spec in FUNCTION_KEYS.items():
        used[spec["rule"]].add(f"`{key}`")
    rows = [
        [
            ", ".join(sorted(options)[:4]) + (", …" if len(options) > 4 else "") or rule.replace("_", " "),
            cell(RULES[rule]["expected"]),
            RULES[rule]["source"]["whose"],
            source(RULES[rule]),
            "yes" if RULES[rule].get("expressions") or "settings" in RULES[rule] else "",
        ]
        for rule, options in used.items()
    ]
    return table(["What", "Expected", "Whose", "Where", "Expressions"], *sorted(rows))


def keys(shapes: Shapes) -> str:
    """Write a table of the keys of each shape."""
    tables = []
    for shape, entries in shapes.shapes.items():
        title = f"`{shape}`" + (f", beside what a `{shapes.like[shape]}` has" if shape in shapes.like else "")
        rows = [
            [f"`{key}`", entry["is"] + ", **required**" * ("required" in entry), cell(entry["about"])]
            for key, entry in entries.items()
        ]
        tables.append(table([title, "Is", "What"], *rows))
    return "\n\n".join(tables)


GENERATED = {
    "questions.md": [questions],
    "manifest.md": [function_keys],
    "rules.md": [relations, value_rules],
    "design.md": [partial(keys, NORMAL_FORM)],
    "kinds.md": [partial(keys, KEYS)],
}
BEGIN, END = "<!-- Generated by `python -m tools.build`. -->", "<!-- End of what is generated. -->"


def page(name: str) -> str:
    """Return a page with its generated parts made anew."""
    text, *others = (DOCS / name).read_text().split(BEGIN)
    for make, other in zip(GENERATED[name], others, strict=True):
        text += f"{BEGIN}\n\n{make()}\n\n{END}{other.partition(END)[2]}"
    return text
