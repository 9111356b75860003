"""What goes wrong is said in sentences, with exit status 2, and changes nothing."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from copier_azure_functions import source
from copier_azure_functions.errors import problem, problems
from copier_azure_functions.options import answers
from copier_azure_functions.source import Source
from tests.front_door.conftest import Command
from tests.manifest.test_refused import CORPUS
from tests.support.owned_project import OwnedProject, git
from tests.support.project import Json, Project


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case["name"].encode("ascii", "replace").decode())
def test_every_message_of_the_template_comes_apart(case: Json) -> None:
    question, bar, line = case["message"][0].partition(" | ")
    lines = [line if bar else question, *case["message"][1:]]

    found = problems((f"Validation error for question '{question}': " if bar else "") + "\n".join(lines))

    assert [one.message for one in found] == [line.strip() for line in lines if line.strip()]
    for one in found:
        assert one.at
        assert one.key
        assert one.expected
        assert not re.match(r"got |expected ", one.expected), one


def test_a_version_is_what_was_typed() -> None:
    assert answers(["python_version=3.10", "worker_process_count=3"]) == {
        "python_version": "3.10",
        "worker_process_count": 3,
    }


def test_a_problem_has_the_function_the_key_what_came_and_what_was_expected() -> None:
    line = "path: got 'A', did you mean B? (functions[3].inputs[0], on_order), expected container/name"

    one = problem("functions", line)

    assert (one.at, one.function, one.key, one.got, one.expected) == (
        "functions[3].inputs[0]",
        "on_order",
        "path",
        "'A'",
        "container/name",
    )


def test_problems_are_grouped_by_function(command: Command, tmp_path: Path) -> None:
    (tmp_path / "functions.yml").write_text(
        "- {name: a, trigger: queue, queue_name: A, conection: X}\n- {name: b, trigger: tmer}\n"
    )

    result = command("check", "functions.yml")

    assert result.status == 2
    lines = result.err.splitlines()
    assert [line for line in lines if not line.startswith("  ")] == ["a", "b"]
    assert "did you mean connection?" in result.err
    assert "did you mean timer?" in result.err
    assert [one["key"] for one in command("check", "functions.yml", "--json").json] == [
        "queue_name",
        "conection",
        "trigger",
    ]


def test_what_is_right_is_right(command: Command, tmp_path: Path) -> None:
    (tmp_path / "functions.yml").write_text("- {name: a, trigger: queue}\n")

    assert command("check", "functions.yml").status == 0
    assert command("check", "functions.yml", "--json").json == []
    assert [path.name for path in tmp_path.iterdir()] == ["functions.yml"]


def test_in_a_clone_it_is_what_is_there_that_checks(
    command: Command, released_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changes a rule sees what it says, also where there is a release."""
    clone = shutil.copytree(released_template, tmp_path / "clone")
    rules = clone / "manifest/rules.json"
    rules.write_text(rules.read_text().replace("3 to 63 lower-case letters", "3 to 36 lower-case letters"))
    monkeypatch.setattr(source, "template_root", lambda: clone)
    (tmp_path / "functions.yml").write_text("- {name: a, trigger: queue, queue_name: A}\n")

    assert "expected 3 to 36 lower-case letters" in command("check", "functions.yml").err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not YAML"),
        ("hello", "has no answers"),
        (None, "There is no file"),
        ("functions: " + "[" * 200_000 + "]" * 200_000, "is not YAML: it is nested too deep"),
        ("functions: \n  " + "- " * 200_000 + "x", "is not YAML: it is nested too deep"),
        ("x: &a [*a]", "has lists or maps that are too deep or too large"),
        ("\n".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]" if n else "x0: &x0 [x]" for n in range(40)), "too large"),
        ("functions: 2026-13-45", "is not YAML: month must be in 1..12"),
        ("functions: " + "9" * 5000, "is not YAML: Exceeds the limit"),
    ],
    ids=["not YAML", "text", "no file", "brackets", "dashes", "itself", "aliases", "no date", "number"],
)
def test_a_file_that_cannot_be_read_is_named(command: Command, tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "functions.yml").write_text(text)

    result = command("check", "functions.yml")

    assert result.status == 2
    assert said in result.err
    assert "functions.yml" in result.err


@pytest.mark.parametrize(
    "content", [b"x: " + b"[" * 200_000, b"x: " + b"- " * 200_000, b"x: \xf6", b"x: 2026-13-45", b"5: x"]
)
def test_recorded_answers_that_cannot_be_read_are_named(command: Command, tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".copier-answers.yml").write_bytes(b"_src_path: .\nproject_type: function_app\n" + content)

    (one,) = command("status", tmp_path, "--json").json

    assert re.search(r"\.copier-answers\.yml (is not YAML|cannot be read|has the key 5).+", one["error"])
    assert command("check", "--project", tmp_path).err == one["error"] + "\n"


def dirty(project: OwnedProject) -> None:
    (project.path / "mine.txt").write_text("mine")


def without_git(project: OwnedProject) -> None:
    (project.path / ".git").rename(project.path / "git-was-here")


def not_a_project(project: OwnedProject) -> None:
    git(project.path, "rm", "--quiet", ".copier-answers.yml")
    project.commit()


def moved_template(project: OwnedProject) -> None:
    project.edit(".copier-answers.yml", lambda text: re.sub("_src_path: .*", "_src_path: /nowhere/template", text))
    project.commit()


def unreachable_template(project: OwnedProject) -> None:
    address = "git+http://127.0.0.1:9/template.git"
    project.edit(".copier-answers.yml", lambda text: re.sub("_src_path: .*", f"_src_path: {address}", text))
    project.commit()


def unknown_version(project: OwnedProject) -> None:
    project.edit(".copier-answers.yml", lambda text: re.sub("_commit: .*", "_commit: v0.0.7", text))
    project.commit()


def with_what_git_does_not_show(project: OwnedProject) -> None:
    git(project.path, "config", "status.showUntrackedFiles", "no")
    dirty(project)


def without_a_list_of_functions(project: OwnedProject) -> None:
    project.edit(".copier-answers.yml", lambda text: re.sub("(?s)functions:.*?\n(?=\\w)", "functions: hello\n", text))
    project.commit()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (dirty, "uncommitted changes"),
        (with_what_git_does_not_show, "uncommitted changes"),
        (without_a_list_of_functions, "no list of functions"),
        (without_git, "not under Git"),
        (not_a_project, "is not a project of the template"),
        (moved_template, "no template at"),
        (unreachable_template, "cannot be reached"),
        (unknown_version, "has no version v0.0.7"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
@pytest.mark.parametrize(
    "words", [("add", "timer", "nightly"), ("rename", "greet", "welcome")], ids=lambda words: words[0]
)
def test_a_project_that_cannot_be_changed_says_why(
    command: Command, project: OwnedProject, spoil: Callable[[OwnedProject], None], said: str, words: tuple[str, ...]
) -> None:
    spoil(project)
    before = Project(project.path).files

    result = command(*words, folder=project.path)

    assert (result.status, result.out) == (2, ""), result
    assert said in result.err
    assert Project(project.path).files == before


def test_a_version_that_does_not_exist_is_named(command: Command, project: OwnedProject) -> None:
    result = command("update", "--ref", "v9.9.9", folder=project.path)

    assert result.status == 2
    assert "has no version v9.9.9" in result.err


def test_a_command_that_does_not_exist_is_refused_with_the_nearest(command: Command) -> None:
    result = command("updat", "--json")

    assert result.status == 2
    assert "There is no command 'updat', did you mean update?" in result.json[0]["message"]


def test_a_place_that_cannot_be_written_to_is_named(command: Command) -> None:
    result = command("schema", "--output", "nowhere/schema.json")

    assert (result.status, result.err) == (2, "nowhere/schema.json: No such file or directory\n")


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("words", "last_step"),
    [
        (("add", "timer", "nightly"), "copier_azure_functions.changes._bring_back"),
        (("rename", "on_order", "take_order"), "copier_azure_functions.changes._merge"),
        (("new", "fresh", "--defaults"), "copier._main.Worker._print_message"),
        (("new", "empty", "--defaults"), "copier._main.Worker._print_message"),
    ],
    ids=["add", "rename", "new", "new in an empty folder"],
)
def test_what_is_stopped_in_the_middle_leaves_nothing_behind(
    command: Command,
    project: OwnedProject,
    released_template: Path,
    words: tuple[str, ...],
    last_step: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (project.path / "empty").mkdir()
    before = Project(project.path).files
    ran: list[object] = []
    monkeypatch.setattr(last_step, lambda *_: stop() if (ran.append(project.changes) or project.changes) else None)
    monkeypatch.setattr("copier_azure_functions.source.installed_from", lambda: Source(str(released_template)))

    result = command(*words, folder=project.path)

    assert (result.status, result.err.strip()) == (130, "Stopped. Nothing was written.")
    assert any(ran)
    assert Project(project.path).files == before
    assert project.changes == {}
    assert (project.path / "empty").is_dir()
    assert not (project.path / "fresh").exists()


def test_debug_shows_where_an_error_comes_from(project: OwnedProject, monkeypatch: pytest.MonkeyPatch) -> None:
    from copier_azure_functions import cli
    from copier_azure_functions.errors import RefusalError

    monkeypatch.chdir(project.path)
    with pytest.raises(RefusalError, match="There is no function 'gret'"):
        cli.main(["rename", "gret", "x", "--debug"])
