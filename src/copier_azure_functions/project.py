"""A generated project: what it records, and Git around it."""

import re
import shlex
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from copier_azure_functions.errors import NOT_UNDER_GIT, UNCOMMITTED, RefusalError
from copier_azure_functions.reading import read_yaml
from copier_azure_functions.source import Source

ANSWERS = ".copier-answers.yml"
Json = dict[str, Any]


def git(folder: Path, *arguments: str) -> str:
    """Run Git in a folder and return what it prints; refuse with what it says if it fails."""
    try:
        run = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",  # as Python does with names of files
            check=False,
        )
    except FileNotFoundError as error:
        raise RefusalError("Git is not on this machine: https://git-scm.com") from error
    if run.returncode:
        raise RefusalError(f"Git says: {run.stderr.strip() or run.stdout.strip()}")
    return run.stdout


def is_under_git(folder: Path) -> bool:
    """Tell whether a folder is in a repository, its own or one above it."""
    command = ["git", "rev-parse", "--is-inside-work-tree"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def listed(folder: Path, *arguments: str) -> list[str]:
    """List what Git says of files, whatever their names are: `-z` puts a NUL between them."""
    return [name for name in git(folder, *arguments).split("\0") if name]


def tracked(folder: Path) -> list[str]:
    """List the files of a folder that Git knows."""
    return listed(folder, "ls-files", "-z")


@dataclass(frozen=True)
class Project:
    """A project in a folder; it has been made by the template."""

    path: Path

    @classmethod
    def at(cls, path: Path) -> "Project":
        """Open a project; refuse a folder that is none."""
        if not (path / ANSWERS).is_file():
            raise RefusalError(
                f"{path.resolve()} is not a project of the template: it has no {ANSWERS}.",
                hint="`new` makes a project, `adopt` makes one of an existing app.",
            )
        return cls(path.resolve())

    @cached_property
    def answers(self) -> Json:
        """What the project records, with Copier's own `_src_path` and `_commit`."""
        try:
            text = (self.path / ANSWERS).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RefusalError(f"{self.path / ANSWERS} cannot be read: {error}") from error
        recorded = read_yaml(text, self.path / ANSWERS, quick=True)
        if not isinstance(recorded, dict):
            raise RefusalError(f"{self.path / ANSWERS} has no answers.")
        return recorded

    @property
    def data(self) -> Json:
        """The recorded answers to questions."""
        return {name: answer for name, answer in self.answers.items() if not name.startswith("_")}

    @property
    def source(self) -> Source:
        """The template that the project was made by, in its version."""
        if "_src_path" not in self.answers:
            raise RefusalError(f"{self.path / ANSWERS} does not say where the template is: _src_path is missing.")
        return Source(str(self.answers["_src_path"]), self.answers.get("_commit"))

    @property
    def functions(self) -> list[Json]:
        """The manifest: one entry for each function."""
        recorded = self.answers.get("functions") or []
        if not isinstance(recorded, list) or not all(
            isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in recorded
        ):
            raise RefusalError(
                f"{self.path / ANSWERS} has no list of functions with names.",
                hint="`check` says what is wrong with it.",
            )
        return recorded

    @property
    def names(self) -> list[str]:
        """The names of the functions."""
        return [function["name"] for function in self.functions]

    def require_git(self) -> None:
        """Refuse a project without a repository."""
        if not is_under_git(self.path):
            raise RefusalError(NOT_UNDER_GIT)

    def require_clean(self) -> None:
        """Refuse a project that Git could not bring back."""
        self.require_git()
        if git(self.path, "status", "--porcelain", "--untracked-files=normal", "--", "."):
            raise RefusalError(UNCOMMITTED)
        marks = {line[2:]: line[0] for line in listed(self.path, "ls-files", "-v", "-z")}
        if odd := [ascii(name) for name in marks if re.search("[\udc80-\udcff]", name)]:
            raise RefusalError(f"Copier reads names in UTF-8 only; give these files others: {', '.join(odd)}.")
        unseen = [
            name for name, mark in marks.items() if mark.islower() or (mark == "S" and (self.path / name).exists())
        ]
        if unseen:
            raise RefusalError(
                f"Git is told not to look at {', '.join(unseen)}, so edits there would be lost.",
                hint=f"git update-index --no-assume-unchanged --no-skip-worktree {shlex.join(unseen)}",
            )
