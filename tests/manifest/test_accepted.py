"""What is accepted works: edge cases by name, and manifests made by chance."""

from collections.abc import Callable

import pytest
import yaml

from tests.support.project import REPOSITORY, Json, Project, in_model
from tests.support.sent import invoke_all

ACCEPTED = yaml.safe_load((REPOSITORY / "tests/manifest/accepted.yml").read_text(encoding="utf-8"))

# What the decorators of the v2 model cannot say; refused.yml has the messages.
V1_ONLY = {"http_with_every_method", "timer_with_retries_as_text"}


@pytest.fixture
def accepted(model: str) -> dict[str, Json]:
    """The edge cases of a model, by name."""
    return {name: function for name, function in ACCEPTED.items() if model == "v1" or name not in V1_ONLY}


@pytest.fixture
def render(render: Callable[..., Project], model: str) -> Callable[..., Project]:
    """Render apps of both models."""
    return in_model(render, model)


@pytest.fixture
def project(render: Callable[..., Project], accepted: dict[str, Json]) -> Project:
    """One app with all edge cases."""
    return render(functions=[{"name": name, **function} for name, function in accepted.items()])


def test_every_edge_case_loads_and_can_be_invoked(project: Project, accepted: dict[str, Json]) -> None:
    did = invoke_all(project, project.answers["functions"])

    assert did["loaded"].keys() == accepted.keys()
    assert not {name: error for name, error in did["loaded"].items() if error}
    assert did["failed"] == {}


def test_the_tests_of_every_edge_case_pass(project: Project) -> None:
    run = project.run_tests()

    assert run.returncode == 0, run.stdout + run.stderr


def test_every_edge_case_is_formatted_and_linted(project: Project) -> None:
    assert project.ruff("format", "--check", ".").returncode == 0
    assert project.ruff("check", ".").returncode == 0


@pytest.mark.parametrize(
    ("function", "name", "key", "value"),
    [
        ("blob_with_quotes", "blob", "path", 'reports/it\'s "{name}".txt'),
        ("blob_with_spaces_and_umlauts", "blob", "path", "reports/Größe der {name} (alt).txt"),
        ("blob_that_looks_like_jinja", "blob", "path", "reports/{{raw}}/{{# {name} #}}.txt"),
        ("http_with_other_scripts", "req", "route", "größe/{id}"),
    ],
)
def test_odd_characters_are_plain_data(project: Project, function: str, name: str, key: str, value: str) -> None:
    (binding,) = [b for b in project.functions[function]["bindings"] if b["name"] == name]

    assert binding[key] == value


def test_any_method_is_said_by_no_methods_at_all(project: Project) -> None:
    """An empty list would be a constraint that no request meets."""
    for name in ("http_with_any_method", "http_with_any_method_in_an_old_answer"):
        (trigger, _) = project.functions[name]["bindings"]
        assert "methods" not in trigger
