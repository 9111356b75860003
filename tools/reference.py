"""The parts of docs/ that follow from the source; `python -m tools.build` writes them anew."""

import re
import tempfile
from pathlib import Path
from typing import Any

import copier
import yaml
from jinja2 import Environment, FileSystemLoader

from tools.catalogue import CATALOGUE, ROLES
from tools.questions import REPOSITORY, by_file

DOCS = REPOSITORY / "docs"
INTERNAL = {"existing_project", "helpers", "recorded_answers"}  # asked of nobody
TITLES = {
    "project": "Every project",
    "function_app": "Function apps",
    "worker_extension": "Worker extensions",
    "delivery": "Delivery",
    "updates": "Updates",
    "advanced": "Advanced",
}


def template_module(path: str) -> Any:
    """Import the macros and variables of one file of the template."""
    environment = Environment(
        loader=FileSystemLoader(REPOSITORY),
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(path).module


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
    for project_type in ("worker_extension", "function_app"):
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder) / "my-app"
            try:
                copier.run_copy(
                    str(REPOSITORY),
                    project,
                    data={"project_type": project_type},
                    defaults=True,
                    quiet=True,
                    vcs_ref="HEAD",
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
    return {"bool": "`true`, `false`", "str": "text", "yaml": "YAML"}[question["type"]]


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
    validation = template_module("manifest/validate/functions.jinja")
    rules = template_module("manifest/rules.jinja").rules
    return table(
        ["Key", "Value"],
        *([f"`{key}`", cell(rules[rule]["expected"])] for key, rule in validation.function_options.items()),
    )


# Where the rules for values come from; the SDK's decorators are the source of those that are not here.
LEARN = "https://learn.microsoft.com/"
SOURCES = {
    "naming storage queues": (f"{LEARN}rest/api/storageservices/naming-queues-and-metadata", ["queue_name"]),
    "naming containers and blobs": (
        f"{LEARN}rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata",
        ["blob_path", "blob_trigger_path"],
    ),
    "naming tables": (f"{LEARN}rest/api/storageservices/understanding-the-table-service-data-model", ["table_name"]),
    "naming Azure resources": (
        f"{LEARN}azure/azure-resource-manager/management/resource-name-rules",
        ["event_hub_name", "consumer_group", "service_bus_name", "service_bus_subscription", "cosmos_name"],
    ),
    "timer trigger": (f"{LEARN}azure/azure-functions/functions-bindings-timer", ["schedule"]),
    "HTTP trigger": (
        f"{LEARN}azure/azure-functions/functions-bindings-http-webhook-trigger",
        ["route", "methods", "auth_level"],
    ),
    "retries": (f"{LEARN}azure/azure-functions/functions-bindings-error-pages", ["time_span", "retries"]),
    "application settings": (
        f"{LEARN}azure/azure-functions/functions-app-settings",
        ["connection", "setting_name", "disabled"],
    ),
}


def value_rules() -> str:
    """Write a table of the rules for the values of options: what is expected, where it is used, where it comes from."""
    rules = template_module("manifest/rules.jinja").rules
    sources = {rule: f"[{title}]({url})" for title, (url, names) in SOURCES.items() for rule in names}
    unknown = sources.keys() - rules.keys()
    assert not unknown, f"there are no rules {unknown}"
    used: dict[str, set[str]] = {}
    for kind, entry in CATALOGUE.items():
        for role in ROLES:
            for option, spec in entry.get(role, {"options": {}})["options"].items():
                used.setdefault(spec["rule"], set()).add(f"`{kind}.{option}`")
    rows = [
        [
            ", ".join(sorted(options)[:4]) + (", …" if len(options) > 4 else ""),
            cell(rules[rule]["expected"]),
            sources.get(rule, "the other functions" if "trigger" in rules[rule] else "the SDK's decorators"),
            "yes" if rules[rule].get("expressions") or "settings" in rules[rule] else "",
        ]
        for rule, options in used.items()
    ]
    return table(["Option", "Expected", "Source", "Expressions"], *sorted(rows))


GENERATED = {"questions.md": questions, "manifest.md": function_keys, "rules.md": value_rules}
BEGIN, END = "<!-- Generated by `python -m tools.build`. -->", "<!-- End of what is generated. -->"


def page(name: str) -> str:
    """Return a page with its generated part made anew."""
    before, _, rest = (DOCS / name).read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{GENERATED[name]()}\n\n{END}{after}"
