"""A fleet at a glance: versions, functions, and drift in what is generated."""

import shutil
from pathlib import Path

import pytest

from copier_azure_functions import cache, engine
from tests.front_door.conftest import FUNCTIONS, Command
from tests.support.owned_project import OwnedProject, Template


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))


def project_in(fleet: Path, name: str, project: OwnedProject) -> OwnedProject:
    return OwnedProject(shutil.copytree(project.path, fleet / name))


def test_what_is_generated_and_no_longer_so_is_drift(command: Command, project: OwnedProject, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet"
    project_in(fleet, "as-made", project)
    own = project_in(fleet, "own", project)
    own.edit("__app__/greet/__init__.py", lambda _: "# all mine\n")
    own.edit("tests/functions/test_greet.py", lambda _: "# all mine\n")
    own.edit("README.md", lambda _: "# Mine\n")
    own.edit("__app__/requirements.txt", lambda _: "azure-functions==2.3.0\n")  # as `uv export` writes it
    own.edit(".gitignore", lambda text: "mine/\n" + text + "mine-too/\n")
    drifting = project_in(fleet, "teams/drifting", project)
    drifting.edit("__app__/on_order/function.json", lambda text: text.replace('"orders"', '"others"'))
    (drifting.path / "tests/test_contract.py").unlink()

    result = command("status", "fleet", "--json")

    assert result.status == 0, result.err
    assert {one["project"]: one["drift"] for one in result.json} == {
        str(Path("fleet/as-made")): [],
        str(Path("fleet/own")): [],
        str(Path("fleet/teams/drifting")): ["__app__/on_order/function.json", "tests/test_contract.py"],
    }
    assert {(one["version"], one["newest"], one["model"], one["functions"], one["error"]) for one in result.json} == {
        ("v1.0.0", "v1.0.0", "v1", len(FUNCTIONS), "")
    }


def test_a_newer_version_is_shown(
    command: Command, project: OwnedProject, released_template: Path, tmp_path: Path
) -> None:
    template = Template(tmp_path / "template", released_template)
    for version in ("v1.9.0", "v1.10.0", "v2.0.0-rc.1"):
        template.release(version)
    project.follow(template)

    (one,) = command("status", project.path, "--json").json

    assert (one["version"], one["newest"], one["error"]) == ("v1.0.0", "v1.10.0", "")


def test_what_was_rendered_once_is_not_rendered_again(
    command: Command, project: OwnedProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = command("status", project.path, "--json").json
    monkeypatch.setattr(engine, "copy", lambda *_: pytest.fail("rendered again"))
    monkeypatch.setattr("copier_azure_functions.status._fetch", lambda *_: pytest.fail("fetched again"))

    assert command("status", project.path, "--json").json == first


def test_what_cannot_be_looked_at_does_not_hide_the_others(
    command: Command, project: OwnedProject, tmp_path: Path
) -> None:
    fleet = tmp_path / "fleet"
    project_in(fleet, "good", project)
    project_in(fleet, "gone", project).edit(
        ".copier-answers.yml", lambda text: text.replace("_commit: v1.0.0", "_commit: v0.0.1")
    )
    project_in(fleet, "broken", project).edit(".copier-answers.yml", lambda _: "{")

    result = command("status", "fleet")

    assert result.status == 0
    assert "none" in next(line for line in result.out.splitlines() if "good" in line)
    assert "v0.0.1" in result.out
    assert "is not YAML" in result.out


def test_a_folder_without_projects_is_refused(command: Command, tmp_path: Path) -> None:
    assert "no project of the template" in command("status", tmp_path).err
    assert command("status", "nowhere").status == 2
