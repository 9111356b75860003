"""The catalogue as data: what every kind of trigger and binding is and takes, from kinds/*/kind.yml; its keys are those of kinds/keys.yml."""

from pathlib import Path
from typing import Any

from copier_azure_functions.catalogue import Catalogue, environment
from copier_azure_functions.reading import load_own
from tools.shapes import Shapes

REPOSITORY = Path(__file__).parents[1]
KINDS = REPOSITORY / "kinds"
ROLES = ("trigger", "input", "output")

Json = dict[str, Any]

# Templates as Copier reads them.
JINJA = environment(REPOSITORY)


def load(path: Path) -> Any:
    """Read a YAML file."""
    return load_own(path.read_text(encoding="utf-8"))


# What a kind may say; a family has keys of a kind, too.
KEYS = Shapes(load(KINDS / "keys.yml"), like=dict.fromkeys(ROLES, "role"), complete=False)


def read(path: Path) -> Json:
    """Read a kind or a family; refuse a key that nobody knows, as nobody would read it."""
    data = load(path)
    for shape, key, place in KEYS.said("kind", data):
        if key not in KEYS.keys(shape):
            nearest = Catalogue(REPOSITORY).nearest(key, [*KEYS.keys(shape)])
            where = ", ".join(filter(None, [f"kinds/{path.parent.name}/{path.name}", place]))
            raise ValueError(f"{key}: unknown key of `{shape}`{nearest or '; docs/kinds.md has them'} ({where})")
    return data


def said(folder: Path) -> Json:
    """Read one kind, with what its family has."""
    entry = read(folder / "kind.yml")
    family = read(KINDS / "_families" / f"{entry.pop('family')}.yml") if "family" in entry else {}
    return family | entry


def kind(folder: Path) -> Json:
    """Read one kind, with what goes without saying, too."""
    defaults = {"bundles": ["stable", "preview"], "has_scaler": (folder / "scaler.jinja").exists()}
    return defaults | said(folder)


# The kinds by name.
CATALOGUE: dict[str, Json] = {path.parent.name: kind(path.parent) for path in sorted(KINDS.glob("*/kind.yml"))}


def kinds(role: str) -> list[str]:
    """Name the kinds that have a role."""
    return [name for name, entry in CATALOGUE.items() if role in entry]


def spec(name: str, role: str) -> Json:
    """Return the data of a kind in one role."""
    return CATALOGUE[name][role]
