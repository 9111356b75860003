"""The ways to a new project: the command line with defaults or a data file, pytest-copie, and the dialogue."""

import subprocess
import sys
from pathlib import Path

import pexpect
import pytest
from pytest_copie.plugin import Copie

from tests.answer_sets import EXAMPLE
from tests.catalogue import CATALOGUE
from tests.project import Project, environment

COPIER = [sys.executable, "-m", "copier", "copy"]
DOWN, SPACE, ENTER, ACCEPT = "\x1b[B", " ", "\r", "\x1b\r"


@pytest.mark.parametrize(
    ("arguments", "functions"), [([], 1), (["--data-file", EXAMPLE], 12)], ids=["defaults", "data-file"]
)
def test_the_command_line_needs_no_trust_and_asks_nothing(
    template: Path, tmp_path: Path, arguments: list[str], functions: int
) -> None:
    run = subprocess.run(
        [*COPIER, "--defaults", *arguments, template, "my app"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert run.returncode == 0, run.stderr
    assert "Warning" not in run.stderr
    project = Project(tmp_path / "my app")
    assert len(project.functions) == functions
    assert not project.load_errors()
    assert "cd 'my app'" in run.stderr
    assert project.run_tests().returncode == 0


def test_a_refused_answer_ends_the_script_with_the_reason(template: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [*COPIER, "--defaults", "-d", "functions=[{name: import, trigger: http}]", template, "app"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == (
        "ValueError: Validation error for question 'functions': functions[0] (import): name: got 'import', "
        "which is a Python keyword"
    )
    assert not (tmp_path / "app").exists()


def test_pytest_copie_renders_the_template(copie: Copie, template: Path) -> None:
    result = copie.copy(extra_answers={"triggers": ["timer"]}, template_dir=template)

    assert result.exit_code == 0, result.exception
    assert Project(result.project_dir).functions.keys() == {"timer_trigger"}


@pytest.fixture
def dialogue(template: Path, tmp_path: Path) -> pexpect.spawn:
    """`copier copy` in a terminal, at its first question."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "copier", "copy", str(template), str(tmp_path / "app")],
        dimensions=(60, 160),
        encoding="utf-8",
        timeout=20,
        env=environment() | {"TERM": "xterm"},
    )
    child.expect("What do you want to build")
    return child


def answer(dialogue: pexpect.spawn, *answers: tuple[str, str]) -> None:
    """Wait for each question and type its answer."""
    for question, keys in answers:
        dialogue.expect(question)
        dialogue.send(keys)


def test_the_dialogue_leads_to_a_project_with_the_chosen_triggers(dialogue: pexpect.spawn, tmp_path: Path) -> None:
    choices = [choice for entry in CATALOGUE.values() for choice in getattr(entry, "samples", {})]
    blob, queue = choices.index("blob"), choices.index("queue")
    check_both = DOWN * blob + SPACE + DOWN * (queue - blob) + SPACE + ENTER
    dialogue.send(ENTER)
    answer(
        dialogue,
        ("What is the project called", ENTER),
        ("Which Python", ENTER),
        ("What starts your functions", check_both),  # beside HTTP, which is checked
        ("Who may call", ENTER),
        ("Describe your functions", ACCEPT),
        ("Which application settings", ACCEPT),
        ("How many Python processes", ACCEPT),
        ("How does the app get the extensions", ENTER),
        ("Which pipeline", ENTER),
        ("Do you want a Dockerfile", ENTER),
        ("What creates the resources", ENTER),
        ("Do you want to choose how packages are built", ENTER),
    )
    dialogue.expect(pexpect.EOF)
    dialogue.close()

    assert dialogue.exitstatus == 0
    project = Project(tmp_path / "app")
    assert project.functions.keys() == {"blob_trigger", "http_trigger", "queue_trigger"}
    assert not project.load_errors()


def test_the_command_of_the_generated_readme_runs_its_tests(template: Path, tmp_path: Path) -> None:
    """In a fresh project, with the environment that uv makes from its pyproject.toml and requirements.txt."""
    subprocess.run([*COPIER, "--defaults", "--quiet", "--data-file", EXAMPLE, template, tmp_path / "app"], check=True)
    assert "```sh\nuv run pytest\n```" in Project(tmp_path / "app").text("README.md")

    run = subprocess.run(
        [sys.executable, "-m", "uv", "run", "pytest"],
        cwd=tmp_path / "app",
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout
