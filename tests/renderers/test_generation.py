"""The ways to a new project: the command line with defaults or a data file, and pytest-copie. The dialogue has its own file."""

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_copie.plugin import Copie

from tests.support.answer_sets import EXAMPLE
from tests.support.project import Project, environment

COPIER = [sys.executable, "-m", "copier", "copy"]


def run_in(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a script would, whatever its exit status, and keep what it prints."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment())


@pytest.mark.parametrize(
    ("arguments", "functions"), [([], 1), (["--data-file", EXAMPLE], 12)], ids=["defaults", "data-file"]
)
def test_the_command_line_needs_no_trust_and_asks_nothing(
    template: Path, tmp_path: Path, arguments: list[str], functions: int
) -> None:
    run = run_in(tmp_path, *COPIER, "--defaults", *arguments, template, "my app")

    assert run.returncode == 0, run.stderr
    assert "Warning" not in run.stderr
    project = Project(tmp_path / "my app")
    assert len(project.functions) == functions
    assert not project.load_errors()
    assert "cd 'my app'" in run.stderr
    assert project.run_tests().returncode == 0


def test_a_refused_answer_ends_the_script_with_the_reason(template: Path, tmp_path: Path) -> None:
    run = run_in(tmp_path, *COPIER, "--defaults", "-d", "functions=[{name: import, trigger: http}]", template, "app")

    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == (
        "ValueError: Validation error for question 'functions': name: got 'import' (functions[0], import), "
        "which is a Python keyword"
    )
    assert not (tmp_path / "app").exists()


def test_pytest_copie_renders_the_template(copie: Copie, template: Path) -> None:
    result = copie.copy(extra_answers={"triggers": ["timer"]}, template_dir=template)

    assert result.exit_code == 0, result.exception
    assert Project(result.project_dir).functions.keys() == {"timer_trigger"}


def test_the_command_of_the_generated_readme_runs_its_tests(template: Path, tmp_path: Path) -> None:
    """In a fresh project, with the environment that uv makes from its pyproject.toml."""
    subprocess.run([*COPIER, "--defaults", "--quiet", "--data-file", EXAMPLE, template, tmp_path / "app"], check=True)
    assert "```sh\nuv run pytest\n```" in Project(tmp_path / "app").text("README.md")

    run = run_in(tmp_path / "app", sys.executable, "-m", "uv", "run", "pytest")

    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout


def test_what_is_probably_not_meant_is_pointed_out(template: Path, tmp_path: Path) -> None:
    functions = (
        "[{name: lonely, trigger: activity},"
        " {name: start, trigger: http, route: 'start/{functionName}', inputs: [{binding: durable_client}]}]"
    )
    run = run_in(tmp_path, *COPIER, "--defaults", "-d", f"functions={functions}", template, "app")

    assert run.returncode == 0, run.stderr
    assert "Note: no orchestration calls the activity lonely." in run.stderr
    assert "Note: start starts orchestrations, but the app has none." in run.stderr


@pytest.mark.parametrize("product", ["template", "extensions-template"])
def test_no_file_of_a_project_is_executable(product: str, template: Path) -> None:
    """So no update has a mode to change, and the tests may leave out the process that Copier starts for each file to see."""
    files = [path for path in (template / product).rglob("*") if path.is_file()]

    assert files
    assert [path for path in files if path.stat().st_mode & 0o111] == []
