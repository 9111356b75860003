"""What SECURITY.md promises: no answer decides which files are written, and nothing is written before a refusal."""

import contextlib
import re
import shutil
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml
from copier import Settings

from tests.conftest import once
from tests.support.owned_project import OwnedProject, git
from tools.questions import computed_questions

EVIL = "[core]\n\tfsmonitor = touch owned"
FUNCTION = {"name": "hello", "trigger": "http"}


def forged_app(name: str = "../.git", script_file: str = "config", code: str = EVIL) -> dict[str, Any]:
    """What an attacker would have the files be rendered from."""
    function = {
        "name": name,
        "script_file": script_file,
        "module_file": script_file,
        "entry_point": "main",
        "code": code,
        "module": "x",
        "declaration": {},
    }
    return {
        "functions": [function],
        "sampled": [function],
        "integrated": [],
        "shared_code": ["../../.git/config"],
        "stand_ins": [],
        "extensions": {},
    }


FORGED: dict[str, Any] = {
    "previous": {"project_type": "function_app", "functions": [], "helpers": []},
    "manifest": [FUNCTION | {"name": "../.git"}],
    "app": forged_app(),
    "azure": {"services": [], "subscriptions": []},
    "extension": {"class": EVIL, "distribution": EVIL},
}

# What could tell a check that this render is one that Copier makes for itself, or that there is a project already.
DISGUISES: dict[str, dict[str, Any]] = {
    "plainly": {},
    "as if a project were there": {"existing_project": True},
    "as Copier's own render": {"_src_path": "x", "_commit": "v1.0.0", "existing_project": True},
    "with answers to the checks": {"answers": True, "recorded_answers": True},
}


@pytest.fixture
def project(owned: Callable[..., OwnedProject], tmp_path: Path) -> OwnedProject:
    """A committed project."""
    return owned(tmp_path / "project", functions=[FUNCTION])


def everything(folder: Path) -> dict[str, bytes]:
    """Map all files below a folder to their contents; Git's own too, but for what it writes when it is asked something."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[:2] not in {(".git", "index"), (".git", "objects")}
    }


def test_the_forged_values_are_all_that_is_computed() -> None:
    assert FORGED.keys() == computed_questions().keys()


def test_copier_asks_a_validator_of_each_computed_value() -> None:
    """It runs for nothing but a value that was given."""
    for name, question in computed_questions().items():
        assert "guards/computed.jinja" in question["validator"], name


@pytest.mark.parametrize("options", [{"defaults": True}, {}, {"ask": ["*"]}], ids=["defaults", "dialogue", "all asked"])
@pytest.mark.parametrize("name", FORGED)
def test_a_copy_takes_no_computed_value(name: str, options: dict[str, Any], template: Path, tmp_path: Path) -> None:
    for disguise in DISGUISES.values():
        with pytest.raises(ValueError, match=f"{name}: no question has|question '{name}'"):
            copier.run_copy(
                str(template), tmp_path / "project", data=disguise | {name: FORGED[name]}, quiet=True, **options
            )

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("way", ["user_defaults", "settings"])
def test_nobody_has_a_default_for_a_computed_value(name: str, way: str, template: Path, tmp_path: Path) -> None:
    given = {name: FORGED[name]}
    defaults = {"settings": Settings(defaults=given)} if way == "settings" else {"user_defaults": given}

    with pytest.raises(ValueError, match=f"{name}: this follows from the other answers"):
        copier.run_copy(str(template), tmp_path / "project", defaults=True, quiet=True, **defaults)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["_copier_conf", "_external_data", "_copier_answers", "function", "helper"])
def test_a_copy_takes_nothing_that_templates_read(name: str, template: Path, tmp_path: Path) -> None:
    with pytest.raises((TypeError, ValueError)):
        copier.run_copy(str(template), tmp_path / "project", data={name: forged_app()}, defaults=True, quiet=True)

    assert list(tmp_path.iterdir()) == []


def test_the_recorded_answers_cannot_be_given(project: OwnedProject) -> None:
    before = everything(project.path)

    with pytest.raises(ValueError, match="_external_data: no question"):
        project.update(_external_data={"recorded": {"project_type": "worker_extension"}})

    assert everything(project.path) == before


Command = Callable[..., None]


def update(project: OwnedProject, **options: Any) -> None:
    """Do what `copier update` does."""
    copier.run_update(project.path, vcs_ref=copier.VcsRef.CURRENT, overwrite=True, quiet=True, **options)


def recopy(project: OwnedProject, **options: Any) -> None:
    """Do what `copier recopy` does."""
    copier.run_recopy(project.path, vcs_ref=copier.VcsRef.CURRENT, overwrite=True, quiet=True, **options)


def copy_again(project: OwnedProject, **options: Any) -> None:
    """Do what `copier copy` onto a project does."""
    address = project.answers["_src_path"]
    copier.run_copy(address, project.path, vcs_ref="v1.0.0", overwrite=True, quiet=True, **options)


COMMANDS = [update, recopy, copy_again]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_project_takes_no_computed_value(command: Command, project: OwnedProject) -> None:
    before = everything(project.path)

    for name, disguise in zip(FORGED, cycle(DISGUISES.values())):
        with pytest.raises(ValueError, match=f"{name}: no question has|question '{name}'"):
            command(project, data=disguise | {name: FORGED[name]}, defaults=True)

    assert everything(project.path) == before


# What a pull request may do to the answers file beside the forged value.
RECORDS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "with the others": lambda answers: answers,
    "with a flag": lambda answers: answers | {"existing_project": True},
    "alone": lambda answers: {name: answers[name] for name in ("_src_path", "_commit")},
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("record", RECORDS)
def test_the_answers_file_holds_no_computed_value(record: str, command: Command, project: OwnedProject) -> None:
    answers = RECORDS[record](project.answers)
    for name, value in FORGED.items():
        (project.path / ".copier-answers.yml").write_text(yaml.safe_dump(answers | {name: value}))
        project.commit()
        before = everything(project.path)

        with pytest.raises(ValueError, match=f"{name}: no question has|question '{name}'"):
            command(project, defaults=name != "app")

        assert everything(project.path) == before, name
        assert project.changes == {}, name


@pytest.mark.parametrize("command", COMMANDS)
def test_the_answers_file_holds_no_answer_that_nobody_asks_for(command: Command, project: OwnedProject) -> None:
    """`function` and `helper` are what the paths are made from."""
    for name in ("function", "helper", "pyton_version"):
        text = yaml.safe_dump(project.answers | {name: {"name": "../.git"}})
        (project.path / ".copier-answers.yml").write_text(text)
        project.commit()
        before = everything(project.path)

        with pytest.raises(ValueError, match=f"{name}: no question has|question '{name}'"):
            command(project, defaults=True)

        assert everything(project.path) == before, name
        git(project.path, "reset", "--quiet", "--hard", "HEAD~")


@pytest.fixture(scope="session")
def unguarded(template: Path, shared_dir: Path) -> Path:
    """What makes paths from answers, without any check of answers, and without what the files hold."""

    def make(folder: Path) -> None:
        shutil.copytree(template, folder)
        config = folder / "copier.yml"
        settings, *_ = config.read_text(encoding="utf-8").split("---\n")
        questions = (
            "project_type: {default: function_app}\nprogramming_model: {default: v1}\nintegration_tests: {default: true}\n"
            "app: {type: json, when: false}\n"
        )
        config.write_text(f"{settings}---\n{questions}", encoding="utf-8")
        for path in folder.glob("questions/messages/*"):
            path.write_text("")
        paths = [path for path in folder.glob("template/**/*.jinja") if "yield" in str(path)]
        shutil.rmtree(folder / "template")
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")

    return once(shared_dir / "unguarded-template", make)


NAMES = [
    ".git",
    ".GIT",
    ".git.",
    ".git ",
    "git~1",
    ".git/hooks",
    "../.git",
    "../.git/hooks",
    "../../outside",
    "..",
    "../.github/workflows",
    "../.vscode",
    "a/b",
    "../tests",
    "a\\b",
    "..\\..\\outside",
    "C:\\outside",
    "x:y",
]


IN_PLACE = re.compile(
    r"project/(?:__app__/(?!\.git|git~)[^/\\:]+/(?!\.git|git~)|tests/functions/test_)[^/\\:]+",
    re.IGNORECASE,
)


@pytest.mark.parametrize("place", ["name", "script_file", "helper"])
def test_no_path_leaves_its_place_even_if_the_app_is_forged(place: str, unguarded: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet")
    before = everything(tmp_path)

    def written(name: str) -> set[str]:
        app = forged_app("hello", "__init__.py") | {"shared_code": []}
        if place == "helper":
            app["shared_code"] = [name]
        else:
            app["functions"][0][place] = name
        # Copier refuses some of these paths itself.
        with contextlib.suppress(copier.errors.ForbiddenPathError, AssertionError):
            copier.run_copy(str(unguarded), folder, data={"app": app}, defaults=True, overwrite=True, quiet=True)
        return everything(tmp_path).keys() - before.keys()

    allowed = written("hello")
    assert any("hello" in path for path in allowed)
    for name in [*NAMES, "/absolute", f"{folder}/.git", f"{folder}/.vscode"]:
        elsewhere = {path for path in written(name) - allowed if not IN_PLACE.fullmatch(path)}
        assert not elsewhere, name
    assert {path: everything(tmp_path)[path] for path in before} == before
