"""What is about to be released updates the projects of the release before it.

The release before is the newest version tag, where there is one, else a made-up earlier version.
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.conftest import once
from tests.support.owned_project import OwnedProject, Template, git
from tests.support.project import REPOSITORY
from tools import release
from tools.working_tree import copy_template

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
        template.replace("renderers/python/pyproject.toml.jinja", "ruff>=0.15,<0.18", "ruff>=0.14,<0.18")
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


@pytest.fixture
def clone(released_template: Path, tmp_path: Path) -> Path:
    """A clone of the template with the tag v1.0.0, to release from."""
    subprocess.run(["git", "clone", "--quiet", released_template, tmp_path / "clone"], check=True)
    return tmp_path / "clone"


def test_one_command_makes_a_release(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changes = release.section(clone, "Unreleased")

    release.main(["1.0.1"], clone)

    assert git(clone, "describe").strip() == "v1.0.1"
    assert git(clone, "status", "--porcelain") == ""
    changed = git(clone, "diff", "--stat", "HEAD~1").splitlines()[:-1]
    assert [line.split()[0] for line in changed] == ["CHANGELOG.md", "pyproject.toml", "uv.lock"]
    assert re.search(r"^## \[1\.0\.1\] - \d{4}-\d\d-\d\d$", (clone / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert release.section(clone, "Unreleased") == ""
    locked = subprocess.run(
        [sys.executable, "-m", "uv", "lock", "--check", "--offline", "--quiet"], cwd=clone, check=False
    )
    assert locked.returncode == 0
    capsys.readouterr()
    release.main(["--notes", "v1.0.1"], clone)
    assert capsys.readouterr().out.strip() == changes


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("1.0", "got 1.0, expected a version such as 1.2.0"),
        ("v1.1.0", "got v1.1.0, expected a version such as 1.2.0"),
        ("1.0.0", "got 1.0.0, but 1.0.0 is released: expected a newer one"),
        ("0.9.0", "got 0.9.0, but 1.0.0 is released: expected a newer one"),
    ],
)
def test_a_version_that_is_not_the_next_is_refused(version: str, message: str, clone: Path) -> None:
    with pytest.raises(SystemExit, match=re.escape(message)):
        release.main([version], clone)


def test_nothing_is_released_twice_or_with_changes_that_are_not_committed(clone: Path) -> None:
    release.main(["1.0.1"], clone)
    (clone / "LICENSE").write_text("")

    with pytest.raises(SystemExit, match="commit your changes first; the change log has nothing under Unreleased"):
        release.main(["1.0.2"], clone)


def test_a_tag_that_is_not_the_version_has_no_notes(clone: Path) -> None:
    with pytest.raises(SystemExit, match=r"the tag is v9\.0\.0, but the version in pyproject\.toml is "):
        release.main(["--notes", "v9.0.0"], clone)


def test_the_first_release_is_ready_to_be_made() -> None:
    """Or it is made: then the version is that of a tag, or a newer one."""
    assert newest_tag() or release.declared(REPOSITORY) == "0.1.0"
    assert release.section(REPOSITORY, "Unreleased") or release.section(REPOSITORY, release.declared(REPOSITORY))


def test_an_action_has_one_pin_in_all_workflows() -> None:
    """In ours, in those that are generated, and in those that the documentation shows."""
    command = ["git", "grep", "--untracked", "-hoE", "uses: .+@[0-9a-f]{40} # v[0-9.]+"]
    lines = subprocess.check_output(command, cwd=REPOSITORY, text=True).splitlines()

    pins = Counter(line.partition("@")[0] for line in {*lines})

    assert "uses: actions/upload-artifact" in pins
    assert [action for action, number in pins.items() if number > 1] == []


def test_our_workflows_are_valid_and_have_no_security_findings() -> None:
    workflows = [*(REPOSITORY / ".github/workflows").glob("*.yml")]
    for command in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows],
        ["zizmor", "--offline", "--quiet", "--persona=auditor", *workflows],
    ):
        tool = Path(sys.executable).parent / command[0]
        run = subprocess.run([tool, *command[1:]], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
