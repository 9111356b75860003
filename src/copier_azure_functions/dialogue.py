"""What a person is asked: the project, its functions one by one, and how it is delivered."""

import sys
from pathlib import Path

from copier_azure_functions.catalogue import Catalogue, Json
from copier_azure_functions.errors import RefusalError


def require_terminal(flags: str) -> None:
    """Refuse to ask where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise RefusalError(f"There is no terminal to ask in. {flags}")


def new(_catalogue: Catalogue, _folder: Path | None, *, plain: bool) -> tuple[Path, Json]:  # noqa: ARG001
    """Ask for a project; return its folder and its answers."""
    require_terminal("Give the answers: --defaults, --data QUESTION=ANSWER, or --data-file FILE.")
    raise RefusalError("The dialogue is not there yet: copier copy asks, too.")


def add(_catalogue: Catalogue, _functions: list[Json], *, plain: bool) -> list[Json]:  # noqa: ARG001
    """Ask for functions that come to those of a project."""
    require_terminal("Say which function: copier-azure-functions add queue on_order --queue-name orders.")
    raise RefusalError("The dialogue is not there yet: copier copy asks, too.")
