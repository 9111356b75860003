"""The folder in which everything is measured: the template as a released version, and apps that are made with it."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.measure import Cost, run
from tools.working_tree import copy_template

BIN = Path(sys.executable).parent
TRIGGERS = ("http", "queue", "blob", "timer")  # the commonest ones, in turn


@dataclass
class Workplace:
    """A folder, and how thoroughly it is measured there: how often, for which sizes, or only for a look."""

    folder: Path
    runs: int
    sizes: list[int]
    quick: bool

    def __post_init__(self) -> None:
        """Release what is in the working tree."""
        self.template = self.folder / "template"
        copy_template(self.template)
        release(self.template)

    @property
    def typical(self) -> int:
        """The size to look at closely: ten functions, unless other sizes were asked for."""
        return 10 if 10 in self.sizes else self.sizes[0]

    def answers(self, size: int, triggers: tuple[str, ...] = TRIGGERS) -> Path:
        """Write a data file for an app of so many functions."""
        functions = [{"name": f"function_{n}", "trigger": triggers[n % len(triggers)]} for n in range(size)]
        text = yaml.safe_dump({"functions": functions})
        path = self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:8]}.yml"
        path.write_text(text)
        return path

    def app(self, size: int, triggers: tuple[str, ...] = TRIGGERS) -> Path:
        """Make an app of so many functions, unless there is one. It is not to be changed."""
        answers = self.answers(size, triggers)
        if not (self.folder / answers.stem).exists():
            self.copy(self.template, "--data-file", answers, to=answers.stem)
        return self.folder / answers.stem

    def copy(self, template: Path, *arguments: object, to: str = "project") -> Cost:
        """Run `copier copy` into an empty folder."""
        shutil.rmtree(self.folder / to, ignore_errors=True)
        return run(BIN / "copier", "copy", "--quiet", "--defaults", *arguments, template, self.folder / to)

    def new(self, *arguments: object) -> Cost:
        """Do the same by the command that people type. What Jinja compiles is kept from one run to the next."""
        shutil.rmtree(self.folder / "project", ignore_errors=True)
        command = BIN / "copier-azure-functions", "new", "project", "--defaults", "--template", self.template
        return run(*command, *arguments, cwd=self.folder)


def git(folder: Path, *arguments: str) -> None:
    """Run a command of Git."""
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    """Put a folder under Git."""
    git(folder, "init")
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "Start")


def release(folder: Path) -> None:
    """Make a folder a template with a version."""
    commit(folder)
    git(folder, "tag", "v1.0.0")


def files_of(folder: Path) -> Iterable[Path]:
    """List the files of a project, without those of Git."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
