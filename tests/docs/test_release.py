"""What is about to be released updates the projects of the release before it.

The release before is the newest version tag, where there is one, else a made-up earlier version.
"""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.conftest import copy_template, once
from tests.support.owned_project import OwnedProject, Template, git
from tests.support.project import REPOSITORY

ALL_TRIGGERS = ["http", "queue", "blob", "timer", "durable"]
LOCAL_SETTINGS = "__app__/local.settings.json"  # no update touches it


class Versions(NamedTuple):
    """A template and the tags of two versions."""

    template: Path
    before: str
    after: str


def newest_tag() -> str | None:
    """Name the newest version that this one is made from."""
    command = ["git", "tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname"]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return next(iter(run.stdout.split()), None)


@pytest.fixture(scope="session")
def versions(released_template: Path, shared_dir: Path) -> Versions:
    """The release before and what is in the working tree."""
    tag = newest_tag()

    def real(folder: Path) -> None:
        template = Template(folder, REPOSITORY)
        git(folder, "rm", "-r", "--quiet", ".")
        copy_template(folder)
        template.release("v9999.0.0")

    def made_up(folder: Path) -> None:
        template = Template(folder, released_template)
        git(folder, "tag", "--delete", "v1.0.0")
        template.replace("manifest/normalize.jinja", "[4.*, 5.0.0)", "[4.*, 4.5.0)")
        template.replace("template/.gitignore", ".ruff_cache/\n", "")
        template.replace("template/pyproject.toml.jinja", "ruff>=0.15,<0.18", "ruff>=0.14,<0.18")
        shutil.rmtree(folder / "template/.vscode")
        template.release("v0.9.0")
        git(folder, "revert", "--no-edit", "HEAD")
        template.release("v9999.0.0")

    folder = once(shared_dir / "release", real if tag else made_up)
    return Versions(folder, tag or "v0.9.0", "v9999.0.0")


@pytest.fixture(params=["defaults", "every trigger", "example"])
def project(request: pytest.FixtureRequest, versions: Versions, tmp_path: Path) -> OwnedProject:
    """A project of the release before."""
    answers = {
        "defaults": {},
        "every trigger": {"triggers": ALL_TRIGGERS},
        "example": yaml.safe_load(git(versions.template, "show", f"{versions.before}:examples/order_service.yml")),
    }[request.param]
    return OwnedProject.copy(versions.template, tmp_path / "project", versions.before, **answers)


def test_an_updated_project_equals_a_fresh_one(project: OwnedProject, versions: Versions, tmp_path: Path) -> None:
    project.update(versions.after)

    fresh = OwnedProject.copy(versions.template, tmp_path / "fresh", versions.after, **project.answers)
    assert project.conflicts == []
    assert {**project.files, LOCAL_SETTINGS: b""} == {**fresh.files, LOCAL_SETTINGS: b""}


def test_what_the_owner_wrote_survives(project: OwnedProject, versions: Versions) -> None:
    edited = [name for name in project.files if name.endswith((".py", ".txt", ".md", ".toml")) and project.text(name)]
    for name in edited:
        project.edit(name, lambda text: text + "# mine\n")
    project.commit()

    project.update(versions.after)

    assert len(edited) > 5
    assert [name for name in edited if "# mine" not in project.text(name)] == []
    assert project.conflicts == []
    assert project.load_errors() == {}
