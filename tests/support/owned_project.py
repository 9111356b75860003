"""A generated project under version control, as its owner has it, and template versions to update it to."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copier

from tests.support.project import Project


def git(folder: Path, *arguments: str) -> str:
    """Run Git in a folder; fail the test if that fails."""
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")


def settle(text: str) -> str:
    """Settle the conflicts of a move as its message says: keep both sides, but nothing that wraps an orchestrator or entity."""
    lines = [line for line in text.splitlines() if not line.startswith(MARKS)]
    return "\n".join(line for line in lines if not re.match(r"main = df\.\w+\.create", line)) + "\n"


class Template:
    """A repository of the template that a test may change and release."""

    def __init__(self, path: Path, origin: Path) -> None:
        git(origin, "clone", "--quiet", str(origin), str(path))
        self.path = path

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a text that is in a file."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        (self.path / name).write_text(text.replace(old, new), encoding="utf-8")

    def release(self, tag: str) -> None:
        """Commit and tag what is there."""
        git(self.path, "add", "--all")
        git(self.path, "commit", "--quiet", "--allow-empty", f"--message={tag}")
        git(self.path, "tag", tag)


class OwnedProject(Project):
    """A committed project."""

    @classmethod
    def copy(cls, template: Path, to: Path, vcs_ref: str | None = None, **answers: Any) -> "OwnedProject":
        """Do what `copier copy --defaults` does, and commit the result."""
        data = {"project_name": "App"} | {name: answer for name, answer in answers.items() if not name.startswith("_")}
        copier.run_copy(str(template), to, data=data, vcs_ref=vcs_ref, defaults=True, unsafe=False, quiet=True)
        git(to, "init", "--quiet")
        project = cls(to)
        project.commit()
        return project

    def commit(self) -> None:
        """Commit everything."""
        git(self.path, "add", "--all")
        git(self.path, "commit", "--quiet", "--allow-empty", "--message=work")

    def update(self, vcs_ref: str | copier.VcsRef = copier.VcsRef.CURRENT, **answers: Any) -> None:
        """Do what `copier update --defaults` does."""
        copier.run_update(
            self.path, data=answers, vcs_ref=vcs_ref, defaults=True, overwrite=True, unsafe=False, quiet=True
        )

    def follow(self, template: Template) -> None:
        """Take further updates from another address."""
        address = self.answers["_src_path"]
        self.edit(".copier-answers.yml", lambda text: text.replace(address, str(template.path)))

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        """Change a file."""
        text = self.text(name)
        assert change(text) != text, f"{name} was not changed"
        (self.path / name).write_text(change(text), encoding="utf-8")

    @property
    def changes(self) -> dict[str, str]:
        """Map the paths that differ from the last commit to Git's letters for how."""
        lines = git(self.path, "status", "--porcelain", "--untracked-files=all").splitlines()
        return {line[3:]: line[:2].strip() for line in lines}

    @property
    def conflicts(self) -> list[str]:
        """List the lines that the documented check for conflicts prints."""
        run = subprocess.run(["git", "diff", "--check"], cwd=self.path, capture_output=True, text=True, check=False)
        return run.stdout.splitlines()
