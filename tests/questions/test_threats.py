"""Nobody runs code, or writes where the project is not, by way of answers: SECURITY.md tells against whom that holds."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml

from tests.support.owned_project import OwnedProject, Template
from tests.support.project import REPOSITORY
from tools.catalogue import load

COMPUTED = [
    name
    for file in (REPOSITORY / "questions").glob("*.yml")
    for name, question in load(file).items()
    if question.get("when") is False
]
HOOK = "[core]\n\tfsmonitor = touch pwned\n"

# An `app` with one function, called as a path that must not be written.
FORGED = {"functions": [{"name": ".git", "script_file": "config", "code": HOOK}], "shared_code": [], "stand_ins": []}


@pytest.fixture
def project(released_template: Path, tmp_path: Path) -> OwnedProject:
    """A project of the released version."""
    return OwnedProject.copy(released_template, tmp_path / "app")


def copy(template: Path, to: Path, **data: Any) -> None:
    copier.run_copy(str(template), to, data=data, defaults=True, unsafe=False, quiet=True)


def test_there_are_computed_values() -> None:
    assert {"app", "azure", "extension", "manifest", "previous"} <= {*COMPUTED}


@pytest.mark.parametrize("flags", [{}, {"existing_project": True}], ids=["alone", "as Copier's own renders"])
@pytest.mark.parametrize("name", COMPUTED)
def test_a_data_file_cannot_forge_what_is_computed(
    name: str, flags: dict[str, Any], template: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=f"there is no question '{name}'"):
        copy(template, tmp_path / "app", **{name: FORGED}, **flags)

    assert not (tmp_path / "app").exists()


@pytest.mark.parametrize("name", ["_copier_conf", "_external_data", "_copier_answers", "function", "helper"])
def test_a_data_file_cannot_forge_what_templates_read(name: str, template: Path, tmp_path: Path) -> None:
    with pytest.raises((TypeError, ValueError)):
        copy(template, tmp_path / "app", **{name: FORGED})

    assert not (tmp_path / "app").exists()


CHANGES: dict[str, Callable[[OwnedProject], Any]] = {
    "update": lambda project: project.update(add=[{"name": "more", "trigger": "timer"}]),
    "recopy": lambda project: copier.run_recopy(project.path, defaults=True, overwrite=True, unsafe=False, quiet=True),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", COMPUTED)
def test_a_pull_request_cannot_forge_what_is_computed(name: str, change: str, project: OwnedProject) -> None:
    project.edit(".copier-answers.yml", lambda text: text + yaml.safe_dump({name: FORGED}))
    project.commit()
    git_config = (project.path / ".git/config").read_bytes()
    before = project.files

    with pytest.raises(ValueError, match=f"there is no question '{name}'"):
        CHANGES[change](project)

    assert project.files == before
    assert (project.path / ".git/config").read_bytes() == git_config


@pytest.mark.parametrize(
    "name", [".git", ".git/hooks", "../outside", "/tmp/outside", "a/../../outside"], ids=lambda name: name
)
def test_no_path_leads_out_of_the_project_or_into_its_repository(
    name: str, released_template: Path, tmp_path: Path
) -> None:
    """Even if the validation let such a name pass."""
    template = Template(tmp_path / "template", released_template)
    forged = {**FORGED, "functions": [{"name": name, "script_file": "config"}]}
    (template.path / "copier.yml").write_text(
        (REPOSITORY / "copier.yml").read_text(encoding="utf-8").split("---")[0]
        + f"---\napp: {{type: json, when: false, default: {json.dumps(json.dumps(forged))}}}\n"
        + "project_type: {type: str, default: function_app}\n",
        encoding="utf-8",
    )
    app = template.path / "template"
    for path in [path for path in app.rglob("*") if path.is_file() and "script_file" not in path.name]:
        path.unlink()
    for path in app.rglob("*script_file*"):
        path.write_text(HOOK, encoding="utf-8")
    for path in (template.path / "questions/messages").glob("after_*"):
        path.write_text("", encoding="utf-8")
    (tmp_path / "work/app").mkdir(parents=True)

    with suppress(copier.errors.ForbiddenPathError):
        copier.run_copy(
            str(template.path), tmp_path / "work/app", defaults=True, unsafe=False, quiet=True, vcs_ref="HEAD"
        )

    written = {path.relative_to(tmp_path / "work").as_posix() for path in tmp_path.glob("work/**/*") if path.is_file()}
    assert all(path.startswith("app/") and "/.git/" not in path for path in written), written
    assert not Path("/tmp/outside").exists()
