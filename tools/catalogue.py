"""The catalogue as data: what every kind of trigger and binding is and takes, read from catalog/ as the template reads it.

`python -m tools.catalogue` writes catalog/kinds.json and the table in docs/bindings.md anew.
"""

import json
from pathlib import Path
from typing import Any

import jinja2
import yaml

REPOSITORY = Path(__file__).parents[1]
ROLES = ("trigger", "input", "output")
DOCUMENT = REPOSITORY / "docs" / "bindings.md"
KINDS = REPOSITORY / "catalog" / "kinds.json"

# The first document of copier.yml has the settings, and no `!include`.
SETTINGS = yaml.safe_load((REPOSITORY / "copier.yml").read_text(encoding="utf-8").split("\n---\n")[0])

JINJA = jinja2.Environment(
    loader=jinja2.FileSystemLoader(REPOSITORY),
    extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
    autoescape=False,
    **SETTINGS["_envops"] | {"undefined": jinja2.StrictUndefined},
)

# The kinds, and the modules that Jinja makes of their files.
CATALOGUE: dict[str, Any] = {
    path.stem: JINJA.get_template(f"catalog/{path.name}").module
    for path in sorted((REPOSITORY / "catalog").glob("*.jinja"))
}


def kinds(role: str) -> list[str]:
    """Name the kinds that have a role."""
    return [kind for kind, entry in CATALOGUE.items() if hasattr(entry, role)]


def spec(kind: str, role: str) -> dict[str, Any]:
    """Return the data of a kind in one role."""
    return getattr(CATALOGUE[kind], role)


def summary() -> str:
    """Say of each kind which roles it has, and what its check-boxes put into the manifest."""
    entries = {
        kind: {"title": entry.title, "samples": getattr(entry, "samples", {})}
        | {role: True for role in ROLES if hasattr(entry, role)}
        for kind, entry in CATALOGUE.items()
    }
    return json.dumps(entries, indent=2) + "\n"


def document() -> str:
    """Describe all kinds in Markdown."""
    rows = [
        {
            "kind": kind,
            "title": CATALOGUE[kind].title,
            "role": role,
            "preview": hasattr(CATALOGUE[kind], "preview"),
            **spec(kind, role),
        }
        for kind in CATALOGUE
        for role in ROLES
        if role in vars(CATALOGUE[kind])
    ]
    return JINJA.get_template("docs/bindings.md.jinja").render(rows=rows)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    KINDS.write_text(summary(), encoding="utf-8")
