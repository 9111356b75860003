"""What an update would lose without a word is refused before anything is written, or kept and named."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copier
import plumbum
import pytest
import yaml

from copier_azure_functions import engine
from copier_azure_functions.catalogue import Catalogue
from tests.support.forked_program import ForkedProgram
from tests.support.owned_project import OwnedProject, Template, git
from tests.support.project import REPOSITORY, Project

GREET = {"name": "greet", "trigger": "http"}
NIGHTLY = {"name": "nightly", "trigger": "timer"}
MINE = "\n\nMINE = 1\n"


@pytest.fixture
def project(owned: Callable[..., OwnedProject], tmp_path: Path) -> OwnedProject:
    """A committed project."""
    return owned(tmp_path / "project", functions=[GREET, NIGHTLY], container=True, ci="github")


def refused(project: OwnedProject, command: Callable[[], None]) -> str:
    """Do what is refused, and changes nothing; return why."""
    before = project.files
    with pytest.raises(ValueError) as error:
        command()
    assert project.files == before
    assert project.changes == {}
    return str(error.value)


def update_aloud(project: OwnedProject, **data: Any) -> None:
    """Update with the messages that a person sees."""
    copier.run_update(project.path, data=data, vcs_ref=copier.VcsRef.CURRENT, defaults=True, overwrite=True)


def append(name: str, text: str, project: OwnedProject) -> None:
    """Write at the end of a file, and commit that."""
    project.edit(name, lambda old: old + text)
    project.commit()


def test_a_file_of_code_gets_another_name_only_after_it_was_moved(project: OwnedProject) -> None:
    append("__app__/greet/__init__.py", MINE, project)
    functions = [GREET | {"script_file": "hello.py"}, NIGHTLY]

    said = refused(project, lambda: project.update(functions=functions))
    assert "git mv __app__/greet/__init__.py __app__/greet/hello.py" in said

    git(project.path, "mv", "__app__/greet/__init__.py", "__app__/greet/hello.py")
    project.commit()
    project.update(functions=functions)
    assert MINE in project.text("__app__/greet/hello.py")


def test_a_new_function_does_not_write_over_a_folder_that_git_ignores(project: OwnedProject) -> None:
    project.edit(".gitignore", lambda text: text + "thumbs/\n")
    project.commit()
    mine = project.app / "thumbs/__init__.py"
    mine.parent.mkdir()
    mine.write_text(MINE)

    said = refused(project, lambda: project.update(add=[{"name": "thumbs", "trigger": "timer"}]))

    assert "got 'thumbs', but __app__/thumbs/__init__.py is there" in said
    assert mine.read_text() == MINE


def test_a_function_gets_no_name_that_differs_from_one_that_goes_in_capitals_only(project: OwnedProject) -> None:
    append("__app__/nightly/__init__.py", MINE, project)

    said = refused(project, lambda: project.update(remove=["nightly"], add=[NIGHTLY | {"name": "Nightly"}]))

    assert "got 'Nightly', but Windows and macOS take it for the folder of a function that goes" in said


def test_a_function_whose_code_was_moved_gets_its_new_name(project: OwnedProject) -> None:
    append("__app__/nightly/__init__.py", MINE, project)
    git(project.path, "mv", "__app__/nightly", "__app__/every_night")
    project.commit()

    project.update(remove=["nightly"], add=[NIGHTLY | {"name": "every_night"}])

    assert MINE in project.text("__app__/every_night/__init__.py")


def test_a_link_to_a_folder_is_named_before_anything_is_written_through_it(
    owned: Callable[..., OwnedProject], tmp_path: Path
) -> None:
    project = owned(
        tmp_path / "project",
        functions=[GREET, NIGHTLY],
        ci="github",
        container=True,
        kubernetes=True,
        infrastructure="azd",
        integration_tests=True,
        dev_container=True,
        deployment_check=True,
    )
    folders = {path.rpartition("/")[0] for path in project.files} - {""}
    folders |= {folder.partition("/")[0] for folder in folders}
    template = REPOSITORY / "template"
    all_folders = {path.relative_to(template).as_posix() for path in template.rglob("*/")}
    assert {re.sub("{%.*?%}", "", folder) for folder in all_folders if "{{" not in folder} <= folders
    for number, folder in enumerate(sorted(folders, key=lambda folder: -folder.count("/"))):
        (project.path / folder).rename(tmp_path / f"elsewhere-{number}")
        (project.path / folder).symlink_to(tmp_path / f"elsewhere-{number}")
    project.commit()

    said = refused(project, lambda: project.update(add=[{"name": "thumbs", "trigger": "timer"}]))

    assert {line.split(": ")[-2] for line in said.splitlines() if ": got a link to " in line} == folders


def test_nothing_is_written_through_a_link_that_has_the_name_of_a_new_function(project: OwnedProject) -> None:
    (project.path / "__app__/thumbs").symlink_to(project.path / ".git")
    project.commit()

    said = refused(
        project, lambda: project.update(add=[{"name": "thumbs", "trigger": "timer", "script_file": "main.py"}])
    )

    assert "__app__/thumbs: got a link to " in said


def test_files_that_go_with_an_answer_are_named(project: OwnedProject, capsys: pytest.CaptureFixture[str]) -> None:
    append("Dockerfile", "# mine\n", project)

    update_aloud(project, container=False, ci="none")

    said = capsys.readouterr().err
    gone = [name for name, how in project.changes.items() if how == "D"]
    assert sorted(gone) == [".dockerignore", ".github/workflows/test-and-publish.yml", "Dockerfile", "compose.yaml"]
    assert all(name in said for name in gone)
    command = next(line.split() for line in said.splitlines() if "git checkout" in line and "Dockerfile" in line)
    git(project.path, *command[1:])
    assert "# mine" in project.text("Dockerfile")


# Answers that add files, with what they need.
ADDING = [
    {"ci": "github", "audit": True},
    {"ci": "azure_pipelines"},
    {"ci": "travis"},
    {"container": True, "kubernetes": True},
    {"infrastructure": "azd", "virtual_network": True},
    {"integration_tests": True},
    {"openapi": True},
    {"deployment_check": True},
    {"dev_container": True},
    {"agents": True},
    {"renovate": True},
]


@pytest.mark.parametrize("answers", ADDING, ids=lambda answers: " ".join(answers))
def test_every_file_that_an_answer_adds_is_named_when_the_answer_goes(
    answers: dict[str, object], render: Callable[..., Project]
) -> None:
    with_it, without = render(**answers), render()

    macro = "{% from 'questions/messages/files.jinja' import removed_files %}{{ removed_files(before, after, []) }}"
    told = json.loads(Catalogue(REPOSITORY).render(macro, {"before": with_it.answers, "after": without.answers}))
    added = with_it.files.keys() - without.files.keys()
    assert added
    assert [name for name in added if not any(name == gone or name.startswith(gone + "/") for gone in told)] == []


IGNORED = {".vscode/settings.json": '"mine.too": 1,\n', ".python-version": "# mine\n", "README.md": "Mine.\n"}


@pytest.mark.parametrize("by", ["core.excludesFile", "init.templateDir"])
def test_edits_of_files_that_the_machine_ignores_everywhere_stay(
    by: str, project: OwnedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, mine in IGNORED.items():
        project.edit(name, lambda text, mine=mine: text.replace("\n", "\n" + mine, 1))
    project.commit()
    ignore = tmp_path / "template/info/exclude"
    ignore.parent.mkdir(parents=True)
    ignore.write_text(".vscode/\n.python-version\n*.md\n")
    settings = tmp_path / "gitconfig"
    section, key = by.split(".")
    settings.write_text(f"[{section}]\n{key} = {ignore if section == 'core' else tmp_path / 'template'}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setitem(plumbum.local.env, "GIT_CONFIG_GLOBAL", str(settings))

    engine.update(project.path, {"add": [NIGHTLY | {"name": "weekly"}]}, engine.CURRENT)

    assert {name for name, mine in IGNORED.items() if mine not in project.text(name)} == set()
    assert "weekly" in project.functions


def test_bytes_that_are_no_utf_8_stay(project: OwnedProject) -> None:
    names = ["__app__/greet/__init__.py", "README.md", ".gitignore"]
    for name in names:
        file = project.path / name
        file.write_bytes(file.read_bytes() + b"# caf\xe9\n")
    project.commit()

    engine.update(project.path, {"add": [NIGHTLY | {"name": "weekly"}]}, engine.CURRENT)

    assert [name for name in names if b"# caf\xe9\n" not in (project.path / name).read_bytes()] == []
    assert b"weekly" in (project.path / "README.md").read_bytes()


def test_edits_come_back_where_git_refuses_spaces_at_the_end_of_lines(project: OwnedProject) -> None:
    git(project.path, "config", "apply.whitespace", "error")
    append("__app__/greet/__init__.py", "\n\nMINE = 1   \n\n\n", project)

    project.update(add=[{"name": "thumbs", "trigger": "timer"}])

    assert "MINE" in project.text("__app__/greet/__init__.py")


def test_a_line_that_both_sides_changed_is_one_line_under_autocrlf(
    project: OwnedProject, released_template: Path, tmp_path: Path
) -> None:
    template = Template(tmp_path / "template", released_template)
    project.follow(template)
    project.edit(".gitignore", lambda text: text.replace("# Python\n", "# Mine\n"))
    project.commit()
    git(project.path, "config", "core.autocrlf", "true")
    git(project.path, "rm", "--quiet", "--cached", "-r", ".")
    git(project.path, "reset", "--quiet", "--hard")
    template.replace("template/.gitignore", "# Python\n", "# Theirs\n")
    template.release("v1.1.0")

    project.update("v1.1.0")

    # What Copier writes behind the markers is its own.
    assert re.search(r"^<{7} .*\n# Mine\n={7}\n# Theirs\n>{7} ", project.text(".gitignore"), re.MULTILINE)


def test_conflicts_that_git_does_not_show_are_named(project: OwnedProject, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit("README.md", lambda text: text.replace("[nightly]", "[NIGHTLY]"))
    project.commit()
    git(project.path, "config", "status.showUntrackedFiles", "no")

    update_aloud(project, remove=["nightly"])

    beside = project.path / "README.md.rej"  # where Copier that merges as Git does leaves nothing
    assert beside.is_file() == ("README.md.rej" in capsys.readouterr().err)
    assert "[NIGHTLY]" in (beside if beside.is_file() else project.path / "README.md").read_text()


def test_requirements_in_another_encoding_stay(project: OwnedProject) -> None:
    """PowerShell's `pip freeze > requirements.txt` writes UTF-16."""
    mine = "requests==2.32.5\r\n".encode("utf-16")
    (project.app / "requirements.txt").write_bytes(mine)
    project.commit()

    project.update(
        add=[{"name": "relay", "trigger": "orchestration", "activity": "step"}, {"name": "step", "trigger": "activity"}]
    )

    assert (project.app / "requirements.txt").read_bytes() == mine


@pytest.mark.parametrize("name", ["functions", "project_type"])
@pytest.mark.parametrize("command", [copier.run_update, copier.run_recopy])
def test_an_answers_file_without_what_there_is_is_refused(
    name: str, command: Callable[..., Any], project: OwnedProject
) -> None:
    answers = {key: value for key, value in project.answers.items() if key != name}
    (project.path / ".copier-answers.yml").write_text(yaml.safe_dump(answers))
    project.commit()

    said = refused(project, lambda: command(project.path, vcs_ref="v1.0.0", defaults=True, overwrite=True, quiet=True))

    assert f"{name}: .copier-answers.yml does not have it" in said


def test_a_dialogue_drops_no_answer_that_it_does_not_ask_about(released_template: Path, tmp_path: Path) -> None:
    template = Template(tmp_path / "template", released_template)
    project = OwnedProject.copy(template.path, tmp_path / "project", app_settings={"LOUD": "yes"})
    template.replace(
        "questions/advanced.yml",
        "{{ setting_problems(app_settings) }}",
        "{{ 'no shouting' if 'LOUD' in app_settings }}",
    )
    template.release("v1.1.0")

    dialogue = ForkedProgram(["copier", "update", "--skip-answered"], project.path)
    said = dialogue.read()
    dialogue.close()

    assert dialogue.exitstatus != 0
    assert "no shouting" in said
    assert project.changes == {}


def test_a_refusal_names_the_function_that_is_added(released_template: Path, tmp_path: Path) -> None:
    project = OwnedProject.copy(
        released_template, tmp_path / "project", functions=[GREET], container=True, kubernetes=True
    )

    said = refused(
        project, lambda: project.update(add=[{"name": "on_event", "trigger": "queue", "queue_name": "%Queue%"}])
    )

    assert "on_event" in said
    assert "this version of the template" not in said


def test_recopy_names_what_it_leaves(project: OwnedProject, capsys: pytest.CaptureFixture[str]) -> None:
    copier.run_recopy(project.path, data={"remove": ["nightly"]}, vcs_ref="v1.0.0", defaults=True, overwrite=True)

    assert "git rm -r __app__/nightly" in capsys.readouterr().err
