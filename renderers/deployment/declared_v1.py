"""The functions of this project."""

from pathlib import Path

APP = Path(__file__).parents[1] / "__app__"


def declared() -> set[str]:
    """Name what has a function.json."""
    return {path.parent.name for path in APP.glob("*/function.json")}
