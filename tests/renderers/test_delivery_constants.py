"""What Azure fixes and delivery files repeat is what the tables beside the renderers say, with a source."""

import re
from collections.abc import Callable

import yaml

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import REPOSITORY, Project


def test_the_roles_of_the_app_are_those_of_the_table(render: Callable[..., Project]) -> None:
    projects = [render(**ANSWER_SETS[name]) for name in ("delivered_everywhere", "durable_on_scheduler")]
    roles = yaml.safe_load((REPOSITORY / "renderers/azure/roles.yml").read_text(encoding="utf-8"))

    files = {name: text for project in projects for name, text in project.files.items()}
    bicep = "\n".join(text.decode() for name, text in files.items() if name.endswith(".bicep"))
    lines = [line for line in bicep.splitlines() if re.search(r"'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'", line)]

    given = {re.search(r"'([0-9a-f-]{36})'", line)[1] for line in lines}
    named = {match[2]: match[1] for line in lines if (match := re.search(r"'([0-9a-f-]{36})' // (.+)", line))}
    assert given == {role["id"] for role in roles.values()}
    assert named == {name: roles[name]["id"] for name in named}
    assert len(named) == len(roles) - 1  # the name of one is in its assignment
    assert all(role["source"].startswith("https://learn.microsoft.com/") for role in roles.values())


def test_the_paths_of_the_host_are_those_of_the_table(render: Callable[..., Project]) -> None:
    project = render(**ANSWER_SETS["delivered_everywhere"])
    table = yaml.safe_load((REPOSITORY / "renderers/kubernetes/host_paths.yml").read_text(encoding="utf-8"))

    text = "\n".join(content.decode() for name, content in project.files.items() if name.startswith("kubernetes/"))

    assert {*re.findall(r"readinessProbe:\s+httpGet:\s+path: (\S+)", text)} == {table["readinessProbe"]["path"]}
    assert {*re.findall(r"mountPath: (\S+)", text)} == {table["mountPath"]["path"]}
