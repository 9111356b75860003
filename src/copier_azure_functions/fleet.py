"""One verb for many projects, in one process: each version of the template is cloned and compiled once for all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from copier_azure_functions import changes
from copier_azure_functions.errors import RefusalError
from copier_azure_functions.project import Json, Project


@dataclass
class Ended:
    """How it ended for one project; `error` says why nothing was changed."""

    project: str
    changed: dict[str, str] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str = ""

    def as_json(self) -> Json:
        """Return what `--json` prints."""
        return asdict(self)

    @property
    def in_a_line(self) -> str:
        """Say it in one line."""
        if self.error:
            return f"refused: {self.error}"
        if self.conflicts:
            return f"conflicts in {', '.join(self.conflicts)}"
        count = len(self.changed)
        return f"{count} {'file' if count == 1 else 'files'} changed" if count else "nothing to change"


def each(verb: changes.Verb, paths: Iterable[Path], *, dry_run: bool) -> Iterator[Ended]:
    """Do it to one project after another, whatever becomes of one of them."""
    for path in paths:
        try:
            outcome = changes.run(verb, Project.at(path), dry_run=dry_run)
        except RefusalError as error:
            yield Ended(str(path), error=" ".join(error.sentences))
        except Exception as error:  # the others are not to wait for this one
            yield Ended(str(path), error=f"this should not have happened: {type(error).__name__}: {error}")
        else:
            yield Ended(str(path), outcome.changed, outcome.conflicts, outcome.notes)
