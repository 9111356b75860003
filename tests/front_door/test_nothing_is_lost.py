"""What a command of the front door would lose in files that are unusual, or in a project that is."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from copier_azure_functions import changes
from copier_azure_functions.errors import RefusalError
from copier_azure_functions.project import Project
from copier_azure_functions.reading import read_yaml
from tests.front_door.conftest import Command
from tests.support.answer_sets import ANSWER_SETS
from tests.support.owned_project import OwnedProject, git
from tests.support.project import Project as Rendered

GREET = "__app__/greet/__init__.py"
OPTIONS = ("add", "timer", "nightly")


def in_bytes(project: OwnedProject, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file as its owner does, and commit that."""
    file = project.path / name
    file.write_bytes(change(file.read_bytes()))
    project.commit()


def test_a_module_with_a_byte_order_mark_is_spared_like_any_other(project: OwnedProject) -> None:
    in_bytes(
        project, GREET, lambda text: "\ufeff".encode() + text.replace(b"    return ", b"    mine = 1\n    return ", 1)
    )
    functions = [it | ({"context": True} if it["name"] == "greet" else {}) for it in project.answers["functions"]]

    outcome = changes.update(None, {"functions": functions})(Project(project.path))

    text = (project.path / GREET).read_bytes()
    assert text.startswith("\ufeff".encode())
    assert b"    mine = 1\n" in text
    assert b"context: func.Context" in text
    assert b"invocation_id" not in text
    assert any("Held back" in note for note in outcome.notes)


def test_line_ends_stay_as_each_of_them_is(command: Command, project: OwnedProject) -> None:
    in_bytes(project, "README.md", lambda text: b"Mine.\r\n" + text.rstrip(b"\n"))

    assert command("rename", "greet", "welcome", folder=project.path).status == 0

    text = (project.path / "README.md").read_bytes()
    assert text.count(b"\r\n") == 1
    assert not text.endswith(b"\n")
    assert b"[welcome](__app__/welcome/)" in text


def test_a_rename_changes_no_text_of_the_owner_s(command: Command, project: OwnedProject) -> None:
    mine = 'TOPIC = "greet"  # greet them\nBASE = "https://contoso.com/greet"\n'
    test = "tests/functions/test_greet.py"
    old = "from __app__.greet import main\n"
    assert old in project.text(test)
    project.edit(test, lambda text: text.replace(old, mine + "from __app__.greet import main as run\nmain = run\n"))
    project.commit()

    assert command("rename", "greet", "welcome", folder=project.path).status == 0

    text = project.text("tests/functions/test_welcome.py")
    assert mine + "from __app__.welcome import main as run\n" in text


def test_a_rename_goes_where_a_folder_was_left(command: Command, project: OwnedProject) -> None:
    cache = project.app / "welcome/__pycache__/__init__.cpython-313.pyc"
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"")

    assert command("rename", "greet", "welcome", folder=project.path).status == 0

    assert (project.app / "welcome/__init__.py").exists()
    assert not (project.app / "welcome/greet").exists()


def test_a_rename_goes_into_no_folder_of_the_owner_s(command: Command, project: OwnedProject) -> None:
    (project.app / "welcome").mkdir()
    (project.app / "welcome/helper.py").write_text("MINE = 1\n")
    project.commit()

    result = command("rename", "greet", "welcome", folder=project.path)

    assert result.status == 2
    assert "__app__/welcome is there, with helper.py" in result.err
    assert project.changes == {}


@pytest.mark.parametrize("hidden", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_is_told_not_to_look_at_is_refused(hidden: str, command: Command, project: OwnedProject) -> None:
    git(project.path, "update-index", hidden, "README.md")
    project.edit("README.md", lambda text: text + "Mine.\n")

    result = command(*OPTIONS, folder=project.path)

    assert result.status == 2
    assert "Git is told not to look at README.md" in result.err
    assert "Mine." in project.text("README.md")


@pytest.mark.parametrize("words", [("rename", "greet", "welcome"), ("rename", "greet", "welcome", "--dry-run")])
def test_nothing_is_written_through_a_link(
    words: tuple[str, ...], command: Command, project: OwnedProject, tmp_path: Path
) -> None:
    outside = tmp_path / "README.md"
    outside.write_text(project.text("README.md"))
    before = outside.read_text()
    (project.path / "README.md").unlink()
    (project.path / "README.md").symlink_to(outside)
    project.commit()

    assert command(*words, folder=project.path).status == 0

    assert outside.read_text() == before


def test_generated_files_that_git_ignores_stay(command: Command, project: OwnedProject) -> None:
    git(project.path, "rm", "-r", "--cached", "--quiet", ".vscode")
    project.edit(".gitignore", lambda text: text + ".vscode/\n")
    project.commit()
    project.edit(".vscode/settings.json", lambda text: text.replace("{\n", '{\n  "mine.too": 1,\n', 1))
    before = {path.name: path.read_text() for path in (project.path / ".vscode").iterdir()}

    result = command(*OPTIONS, folder=project.path)

    assert {path.name: path.read_text() for path in (project.path / ".vscode").iterdir()} == before
    assert "Left as they are, as Git ignores them: .vscode/extensions.json" in result.out


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms take no such name")
def test_a_name_that_copier_cannot_read_is_refused(command: Command, project: OwnedProject) -> None:
    Path(os.fsdecode(bytes(project.path) + b"/caf\xe9.txt")).write_text("mine")
    project.commit()

    result = command(*OPTIONS, folder=project.path)

    assert result.status == 2
    assert r"give these files others: 'caf\udce9.txt'" in result.err
    assert project.changes == {}


def test_all_that_is_generated_is_where_ignored_files_are_looked_for(render: Callable[..., Rendered]) -> None:
    everywhere = render(**ANSWER_SETS["delivered_everywhere"])

    assert [name for name in everywhere.files if not changes.OURS.match(name)] == []


def test_one_command_at_a_time_changes_a_project(project: OwnedProject) -> None:
    started, done = threading.Event(), threading.Event()

    def first() -> None:
        with changes.wholly(Project(project.path)):
            started.set()
            done.wait(60)

    thread = threading.Thread(target=first)
    thread.start()
    started.wait(60)
    try:
        with (
            pytest.raises(RefusalError, match="Another command is changing this project"),
            changes.wholly(Project(project.path)),
        ):
            pass
    finally:
        done.set()
        thread.join()
    with changes.wholly(Project(project.path)):
        pass


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("text", ["functions: []\nfunctions: [1]", "functions: [{name: a, trigger: http, name: b}]"])
def test_a_key_that_is_there_twice_is_refused(text: str, quick: bool) -> None:
    with pytest.raises(RefusalError, match="is there twice"):
        read_yaml(text, "a.yml", quick=quick)
    with pytest.raises(RefusalError, match="found unhashable key"):
        read_yaml("? [a]\n: 1", "a.yml", quick=quick)
    assert read_yaml("a: &a {b: 1}\nc: {<<: *a, b: 2}", "a.yml", quick=quick) == {"a": {"b": 1}, "c": {"b": 2}}
    merging = "a: &a {<<: {b: 1}, b: 2}\nc: {<<: *a, d: 3}"
    assert read_yaml(merging, "a.yml", quick=quick) == yaml.safe_load(merging)
