"""Copier's public calls, as this tool makes all of them: without trust, without questions, quick, and with errors as sentences."""

import contextlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import copier
import jinja2

from copier_azure_functions.errors import sentences
from copier_azure_functions.source import Source

CURRENT = copier.VcsRef.CURRENT

# How the texts of questions/messages/after_update.jinja begin. The command itself says which functions went, and how to go on.
NOTES = ("New settings", "New packages", "Decorators declare", "Note:", "Removed, as an answer changed", "Conflicts:")

_COMPILED: dict[tuple[Any, ...], Any] = {}


@contextmanager
def compiled_once() -> Iterator[None]:
    """Compile each text once in this process: an update renders three times, and most of that is Jinja's compiler."""
    compile_anew = jinja2.Environment.compile
    if getattr(compile_anew, "is_cached", False):
        yield
        return

    def compile(  # noqa: A001
        self: jinja2.Environment, source: Any, name: str | None = None, *arguments: Any, **options: Any
    ) -> Any:
        # Where the file of a text lies is not in the key: an update clones the template for each of its renders.
        key = (type(self), self.lexer, name, source)
        if not isinstance(source, str) or options or arguments[1:]:
            return compile_anew(self, source, name, *arguments, **options)
        self.preprocess(source, name)  # extensions may wait for it, as the tag `yield` of Copier does
        if key not in _COMPILED:
            _COMPILED[key] = compile_anew(self, source, name, *arguments)
        return _COMPILED[key]

    compile.is_cached = True  # type: ignore[attr-defined]
    jinja2.Environment.compile = compile  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        jinja2.Environment.compile = compile_anew  # type: ignore[method-assign]


def copy(
    source: Source,
    to: Path,
    data: dict[str, Any],
    *,
    pretend: bool = False,
    overwrite: bool = False,
    skip: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> None:
    """Render a project into a folder; with `pretend`, only validate the answers."""
    with compiled_once(), sentences(), contextlib.redirect_stderr(io.StringIO()):
        copier.run_copy(
            source.address,
            to,
            data=data,
            vcs_ref=source.ref,
            defaults=True,
            overwrite=overwrite,
            skip_if_exists=skip,
            exclude=exclude,
            pretend=pretend,
            quiet=True,
            unsafe=False,
        )


def update(project: Path, data: dict[str, Any], ref: str | copier.VcsRef | None) -> list[str]:
    """Update a project; return what the template has to say about it beside what Git shows."""
    said = io.StringIO()
    with compiled_once(), sentences(), contextlib.redirect_stderr(said):
        copier.run_update(
            project, data=data, vcs_ref=ref, defaults=True, overwrite=True, conflict="inline", quiet=False, unsafe=False
        )
    return notes(said.getvalue())


def notes(said: str) -> list[str]:
    """Take from what an update prints each text that Git does not show, with the command that goes with it."""
    found: list[str] = []
    kept = False
    for text in re.split(r"\n\s*\n", said):
        if kept and text.startswith("  "):  # a command, set apart from its text
            found[-1] += "\n\n" + text.rstrip()
        elif kept := text.strip().startswith(NOTES):
            found.append(text.strip())
    return found
