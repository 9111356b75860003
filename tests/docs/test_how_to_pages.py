"""The pages for who has an app already, followed to the letter. Their commands run in this process where they can: that is quicker."""

import contextlib
import io
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier._main import Worker

from copier_azure_functions import cli
from copier_azure_functions.source import Source
from tests.support import flat_app, v2_app
from tests.support.owned_project import OwnedProject, Template, git
from tests.support.project import REPOSITORY, environment
from tests.support.stand_ins import program
from tests.updates.test_updates import copier_command

FRONT_DOOR = "uvx --from <template> copier-azure-functions"


def section(page: str, heading: str) -> str:
    """Return the text below a heading, which may be the first one."""
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    (found,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found


def blocks(text: str) -> list[str]:
    """List the blocks of commands."""
    return [textwrap.dedent(block) for block in re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)]


class Reader:
    """Somebody who types what a page says, in a folder."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.template = template
        self.folder = folder

    def follow(self, text: str) -> str:
        """Type all commands of a text; return what they say."""
        said = ""
        for line in "".join(blocks(text)).splitlines():
            status, answer = self.type(line.split("    #")[0])
            assert status == 0, f"{line}\n{answer}"
            said += answer
        return said

    def type(self, command: str) -> tuple[int, str]:
        """Run one command; return its exit status and what it says."""
        match shlex.split(command.replace("<template>", str(self.template))):
            case ["uvx", "--from", _, "copier-azure-functions", *words]:
                return self.front_door(*words)
            case ["uvx", "copier", *words]:
                return copier_command(self.folder, *words)
            case ["cd", folder]:
                self.folder /= folder
                return 0, ""
            case ["uv", "run", "pytest"]:
                run = OwnedProject(self.folder).run_tests()
            case _:
                run = subprocess.run(
                    ["sh", "-c", command],
                    cwd=self.folder,
                    capture_output=True,
                    text=True,
                    check=False,
                    env=environment(),
                )
        return run.returncode, run.stdout + run.stderr

    def front_door(self, *words: str) -> tuple[int, str]:
        """Run a command of ours."""
        said = io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
            pytest.raises(SystemExit) as end,
        ):
            cli.main(words)
        return int(end.value.code or 0), said.getvalue()


@pytest.fixture
def reader(released_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A reader in an empty folder, whose `uvx --from` installs the command from the released template."""
    monkeypatch.setattr(
        "copier_azure_functions.source.installed_from", lambda: Source(str(released_template), "v1.0.0")
    )
    (tmp_path / "app").mkdir()
    return Reader(released_template, tmp_path / "app")


def committed(folder: Path) -> OwnedProject:
    git(folder, "init", "--quiet")
    project = OwnedProject(folder)
    project.commit()
    return project


def test_an_app_is_adopted_as_the_page_says(reader: Reader) -> None:
    flat_app.write(reader.folder)
    project = committed(reader.folder)

    said = reader.follow(section("adopt.md", "Adopt an existing app"))

    assert "5 of 5 functions are in the manifest" in said
    assert project.changes == {}
    assert len(project.functions) == 5
    said = reader.follow(section("adopt.md", "Files that both have"))
    assert "-Ask Ada before you deploy." in said
    assert "+++ b/README.md" in said
    assert "+++ b/.python-version" not in said


def test_an_app_is_adopted_with_copier_alone_as_the_page_says(reader: Reader) -> None:
    flat_app.write(reader.folder)
    project = committed(reader.folder)
    describe = next(line for line in blocks(section("adopt.md", "Adopt an existing app")) if "--describe" in line)
    assert reader.type(describe)[0] == 0

    reader.follow(section("adopt.md", "With Copier alone"))

    assert {*project.changes.values()} == {"R", "??"}
    assert project.load_errors() == {}
    assert [*project.path.glob("tests/functions/*")] == []
    stayed = {".gitignore", "README.md", "tests/test_stock.py"}
    assert {
        name: project.text(name if name in stayed else f"__app__/{name}") for name in flat_app.FILES
    } == flat_app.FILES


def test_an_app_with_decorators_is_described_as_the_page_says(reader: Reader) -> None:
    v2_app.write(reader.folder)
    committed(reader.folder)

    reader.follow(section("adopt.md", "An app of the v2 model"))

    described = yaml.safe_load((reader.folder.parent / "described.yml").read_text())
    made = OwnedProject(reader.folder.parent / "new-app")
    assert made.functions.keys() == {function["name"] for function in described["functions"]}


ROWS = {
    what: (ours, copiers)
    for what, ours, copiers in re.findall(
        r"^\| (\w[^|]+) \|([^|]*)\|([^|]*)\|$", section("updates.md", "Update a project"), re.MULTILINE
    )
    if what != "To"
}


def commands(cell: str) -> list[str]:
    """List the commands in a cell of the table."""
    return re.findall(r"`([^`]+)`", cell)


class Asked:
    """What Copier is asked for by updates: the answers, the version, and whether it may ask a person. It does them if told to."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.for_what: list[Any] = []
        self.does = True
        run_update = Worker.run_update

        def record(worker: Worker) -> None:
            answers = {key: yaml.safe_load(it) if isinstance(it, str) else it for key, it in worker.data.items()}
            self.for_what.append(({key: str(it) for key, it in answers.items()}, worker.vcs_ref, worker.defaults))
            if self.does:
                run_update(worker)

        patch.setattr(Worker, "run_update", record)


def test_each_command_of_the_table_does_what_its_row_says_and_both_columns_ask_the_same_of_copier(
    reader: Reader,
    owned: Callable[..., OwnedProject],
    released_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template = Template(tmp_path / "template", released_template)
    template.replace("template/.gitignore", ".ruff_cache/\n", "/.ruff_cache/\n")
    template.release("v1.1.0")
    project = owned(tmp_path / "home/apps/orders", functions=[{"name": "nightly", "trigger": "timer"}])
    project.follow(template)
    project.commit()
    reader.folder = project.path
    (project.path.parent / "functions.yml").write_text("functions: [{name: thumbs, trigger: timer}]\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    asked, rows = Asked(monkeypatch), dict(ROWS)

    def row(what: str) -> str:
        """Type the command of ours, and look at what Copier's would ask for; return what ours says."""
        ours, copiers = (commands(cell) for cell in rows.pop(what))
        status, said = reader.type(f"{FRONT_DOOR} {ours[-1]}")
        assert status == 0, said
        if copiers and copiers[0].startswith("uvx"):
            asked.does = False
            status, told = reader.type(copiers[0])
            assert status == 0, told
            asked.does = True
            assert asked.for_what[-2] == asked.for_what[-1]
        return said

    assert row("bring in a new version")
    assert "/.ruff_cache/" in project.text(".gitignore")
    project.commit()
    row("add a function")
    assert project.json("__app__/thumbs/function.json")["bindings"][0]["type"] == "blobTrigger"
    project.commit()
    row("remove a function")
    assert not (project.app / "thumbs").exists()
    git(project.path, "reset", "--hard")
    row("change functions")
    assert project.json("__app__/thumbs/function.json")["bindings"][0]["type"] == "timerTrigger"
    git(project.path, "reset", "--hard")
    row("rename a function")
    assert (project.app / "thumbnails").is_dir()
    project.commit()
    row("change another answer")
    assert project.text(".python-version") == "3.14\n"
    git(project.path, "reset", "--hard")
    (project.app / "local.settings.json").unlink()
    row("make `local.settings.json` after a fresh clone")
    assert (project.app / "local.settings.json").is_file()

    for command in commands(rows.pop("see where projects stand")[0]):
        status, said = reader.type(f"{FRONT_DOOR} {command}")
        assert (status, "v1.1.0" in said) == (0, True), said
    project.edit("__app__/host.json", lambda _: "{}\n")
    project.commit()
    status, said = reader.type(commands(rows.pop("throw your changes away and render anew")[1])[0])
    assert status == 0, said
    assert project.text("__app__/host.json") != "{}\n"
    assert rows == {}


def test_what_comes_after_an_update_and_the_loop_without_a_bot_run(
    reader: Reader, owned: Callable[..., OwnedProject], tmp_path: Path
) -> None:
    """With a stand-in for uv, which others try: it runs the Copier and the pytest of this environment."""
    project = owned(tmp_path / "home/apps/orders", functions=[{"name": "nightly", "trigger": "timer"}])
    reader.folder = project.path
    reader.follow(section("updates.md", "After an update"))

    for name, run in (
        ("uvx", '"$@"'),
        ("uv", f"{sys.executable} -m pytest -q -p no:cacheprovider --ignore tests/test_packages.py"),
    ):
        program(tmp_path / "bin" / name, f"exec {run}")
    path = f"{tmp_path / 'bin'}:{Path(sys.executable).parent}:{environment()['PATH']}"
    (loop,) = [block for block in blocks(section("updates.md", "By a bot")) if block.startswith("for ")]
    run = subprocess.run(
        ["sh", "-ec", loop],
        capture_output=True,
        text=True,
        check=True,
        env=environment() | {"HOME": str(tmp_path / "home"), "PATH": path},
    )

    assert "Keeping template version 1.0.0" in run.stderr
    assert " passed" in run.stdout
    assert "look at" not in run.stdout
