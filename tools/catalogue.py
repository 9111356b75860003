"""The catalogue as data: what every kind of trigger and binding is and takes, from kinds/*/kind.yml."""

from pathlib import Path
from typing import Any

from copier_azure_functions.catalogue import environment
from copier_azure_functions.reading import load_own

REPOSITORY = Path(__file__).parents[1]
KINDS = REPOSITORY / "kinds"
ROLES = ("trigger", "input", "output")

Json = dict[str, Any]

# Templates as Copier reads them.
JINJA = environment(REPOSITORY)


def load(path: Path) -> Any:
    """Read a YAML file."""
    return load_own(path.read_text(encoding="utf-8"))


def kind(folder: Path) -> Json:
    """Read one kind, with what its family has and with what goes without saying."""
    entry = load(folder / "kind.yml")
    family = load(KINDS / "_families" / f"{entry.pop('family')}.yml") if "family" in entry else {}
    defaults = {"bundles": ["stable", "preview"], "has_scaler": (folder / "scaler.jinja").exists()}
    return defaults | family | entry


# The kinds by name.
CATALOGUE: dict[str, Json] = {path.parent.name: kind(path.parent) for path in sorted(KINDS.glob("*/kind.yml"))}


def kinds(role: str) -> list[str]:
    """Name the kinds that have a role."""
    return [name for name, entry in CATALOGUE.items() if role in entry]


def spec(name: str, role: str) -> Json:
    """Return the data of a kind in one role."""
    return CATALOGUE[name][role]
