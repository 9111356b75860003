"""What Azure and the Functions host fix, delivery files have from the tables beside the renderers, each with its source."""

import re
from collections.abc import Callable

import pytest
import yaml

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import REPOSITORY, Json, Project

ROLE = re.compile(r"'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'(?: // (.+))?")


# What reads and what sends takes less than the app that does everything, and what is not known takes all.
READS_AND_SENDS = {
    "infrastructure": "azd",
    "functions": [
        {
            "name": "mirror",
            "trigger": "timer",
            "inputs": [
                {"binding": "blob", "arg_name": "page", "connection": "Partner"},
                {"binding": "table", "arg_name": "rows", "connection": "Partner"},
            ],
            "outputs": [
                {"binding": "service_bus_queue", "arg_name": "message"},
                {"binding": "event_hub", "arg_name": "event", "connection": "Hub"},
                {"binding": "event_hub", "arg_name": "other"},
                {"binding": "generic", "arg_name": "own", "type": "own", "connection": "EventHubConnection"},
            ],
        }
    ],
}


def table(name: str) -> dict[str, Json]:
    return yaml.safe_load((REPOSITORY / "renderers" / name).read_text(encoding="utf-8"))


def test_the_app_gets_the_roles_of_the_table_and_no_others(render: Callable[..., Project]) -> None:
    projects = [render(**ANSWER_SETS[name]) for name in ("delivered_everywhere", "durable_on_scheduler")]
    projects.append(render(**READS_AND_SENDS))
    files = [text.decode() for project in projects for name, text in project.files.items() if name.endswith(".bicep")]

    given = [match.groups() for text in files for match in ROLE.finditer(text)]

    names = {name: role["id"] for name, role in table("azure/roles.yml").items()}
    assert {id_ for id_, _ in given} == set(names.values())
    assert [(id_, name) for id_, name in given if name and names[name] != id_] == []


def test_the_paths_of_the_host_are_those_of_the_table(render: Callable[..., Project]) -> None:
    project = render(**ANSWER_SETS["delivered_everywhere"])
    files = project.files.items()
    text = "\n".join(content.decode() for name, content in files if name.startswith(("kubernetes/", "compose.yaml")))

    for key, entry in table("container/host_paths.yml").items():
        found = re.findall(rf"{key}:(?:\s+httpGet:\s+path:)? (\S+)", text)
        assert {*found} == {entry["path"]}, key


@pytest.mark.parametrize("name", ["azure/roles.yml", "container/host_paths.yml"])
def test_each_constant_has_a_source_and_stands_in_its_table_only(name: str) -> None:
    entries = table(name).values()
    templates = {
        path: path.read_text(encoding="utf-8")
        for folder in ("renderers", "template", "manifest")
        for path in (REPOSITORY / folder).rglob("*")
        if path.is_file() and path.suffix in {".bicep", ".jinja"}
    }

    for entry in entries:
        assert entry["source"].startswith(("https://learn.microsoft.com/", "https://github.com/Azure/"))
        constant = entry.get("id") or entry["path"]
        assert [path for path, text in templates.items() if constant in text] == []
