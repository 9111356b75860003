"""What a project's AGENTS.md says to a coding agent is so in that project."""

import re
from collections.abc import Callable

import pytest

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import Project

Render = Callable[..., Project]
APPS = {
    "defaults": {},
    "v2": {"programming_model": "v2"},
    "everything": ANSWER_SETS["everything_chosen"],
    "everything, v2": ANSWER_SETS["everything_chosen"] | {"programming_model": "v2"},
}
MADE_LATER = {"uv.lock", "functions.yml"}


@pytest.fixture(params=APPS)
def project(request: pytest.FixtureRequest, render: Render) -> Project:
    """A project with an AGENTS.md."""
    return render(**APPS[request.param] | {"agents": True})


def test_every_path_that_it_names_is_there(project: Project) -> None:
    words = re.findall(r"`([^`\n ]+)`", project.text("AGENTS.md"))
    paths = {word for word in words if "/" in word or re.search(r"\.(?:json|md|py|toml|txt|yml|lock)$", word)} - {
        "function.json"
    }

    assert len(paths) > 5
    assert [path for path in paths - MADE_LATER if not (project.path / path).exists()] == []


def test_its_commands_are_those_of_the_readme(project: Project) -> None:
    readme = project.text("README.md")
    blocks = re.findall(r"^```sh\n(.*?)^```", project.text("AGENTS.md"), re.MULTILINE | re.DOTALL)

    commands = [command for block in blocks for command in block.splitlines()]
    assert len(commands) == 8
    assert [command for command in commands if command not in readme] == []


def test_it_knows_the_programming_model_and_what_was_chosen(project: Project) -> None:
    text = project.text("AGENTS.md")

    assert ("`function.json`" in text) == (project.model == "v1")
    assert ("function_app.py" in text) == (project.model == "v2")
    assert ("infra/" in text) == (project.path / "infra").exists()
    assert ("tests/integration" in text) == (project.path / "tests/integration").exists()


def test_it_is_short(project: Project) -> None:
    assert len(project.text("AGENTS.md").splitlines()) < 80
