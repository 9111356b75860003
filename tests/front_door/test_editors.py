"""Editors know the manifest, and VS Code has tasks for functions."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from copier_azure_functions.cli import CATALOGUE
from tests.front_door.conftest import Command
from tests.support.owned_project import OwnedProject
from tests.updates.test_updates import copier_command


def test_the_schema_is_printed_or_written_with_the_line_that_an_editor_looks_for(
    command: Command, tmp_path: Path
) -> None:
    schema = json.loads(command("schema").out)
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid([{"name": "f", "trigger": "queue", "queue_name": "orders"}])
    assert not Draft202012Validator(schema).is_valid([{"name": "f", "trigger": "queue", "queue_name": "ORDERS"}])

    said = command("schema", "--output", "functions.schema.json").out
    assert said == "# yaml-language-server: $schema=functions.schema.json\n"
    assert json.loads((tmp_path / "functions.schema.json").read_text()) == schema


MODELINE = "# yaml-language-server: $schema="


@pytest.mark.parametrize(
    ("address", "version", "schema"),
    [
        ("/home/ada/clone", "v1.2.0", "/home/ada/clone"),
        ("C:\\Users\\ada\\clone", None, "C:\\Users\\ada\\clone"),
        ("git+https://github.com/ada/t", "v1.2.0", "https://raw.githubusercontent.com/ada/t/v1.2.0"),
        ("https://github.com/ada/t.git", "v1.2.0-3-gabcdef0", "https://raw.githubusercontent.com/ada/t/HEAD"),
        ("gh:ada/t", None, "https://raw.githubusercontent.com/ada/t/HEAD"),
        ("gl:team/ada/t.git", "v1.2.0", "https://gitlab.com/team/ada/t/-/raw/v1.2.0"),
        ("https://token@github.com/ada/t.git", "v1.2.0", ""),
        ("git@github.com:ada/t.git", "v1.2.0", ""),
        ("https://example.com/t.git", "v1.2.0", ""),
        ("../clone", "v1.2.0", ""),
        ("/home/ada/a clone", "v1.2.0", ""),
    ],
)
def test_editors_are_told_of_a_schema_that_they_can_read(address: str, version: str | None, schema: str) -> None:
    expected = f"{MODELINE}{schema}/manifest/schema.json\n" if schema else ""

    assert CATALOGUE.schema_line(address, version) == expected


def kept(answers: Path) -> list[str]:
    """Do what an editor does: list what is wrong by the schema that the first line of a file of answers names."""
    schema = Path(answers.read_text().splitlines()[0].removeprefix(MODELINE))
    validator = Draft202012Validator(json.loads(schema.read_text()))
    return [error.message for error in validator.iter_errors(yaml.safe_load(answers.read_text()))]


def test_the_recorded_answers_name_the_schema_and_keep_it(project: OwnedProject) -> None:
    assert kept(project.path / ".copier-answers.yml") == []
    project.edit(".copier-answers.yml", lambda text: text.replace("queue_name: orders", "queue_name: Orders"))
    assert len(kept(project.path / ".copier-answers.yml")) == 1


def test_a_described_app_names_the_schema_and_keeps_it(
    command: Command, project: OwnedProject, released_template: Path, tmp_path: Path
) -> None:
    words = ("adopt", "--describe", "--output", tmp_path / "described.yml", "--template", released_template)

    assert command(*words, folder=project.path).status == 0
    assert kept(tmp_path / "described.yml") == []


def tasks(project: OwnedProject) -> dict[str, Any]:
    return {task["label"]: task for task in project.json(".vscode/tasks.json")["tasks"]}


def run_task(project: OwnedProject, label: str, **inputs: str) -> None:
    """Do what VS Code does with a task and what was typed."""
    task = tasks(project)[label]
    assert task["command"] == "uvx"
    arguments = task["args"][1:]
    for name, typed in inputs.items():
        arguments = [argument.replace(f"${{input:{name}}}", typed) for argument in arguments]
    status, said = copier_command(project.path, *arguments)
    assert status == 0, said


def test_vs_code_adds_and_removes_a_function(project: OwnedProject) -> None:
    run_task(project, "Add a function", trigger="service_bus_queue", newFunction="on_payment")
    project.commit()
    assert project.answers["functions"][-1] == {"name": "on_payment", "trigger": "service_bus_queue"}

    run_task(project, "Remove a function", oldFunction="on_payment")
    assert not (project.app / "on_payment").exists()


def test_vs_code_offers_what_needs_no_more_than_a_name(project: OwnedProject) -> None:
    inputs = {entry["id"]: entry for entry in project.json(".vscode/tasks.json")["inputs"]}
    offered = [option["value"] for option in inputs["trigger"]["options"]]

    assert {"http", "queue", "timer", "blob"} <= set(offered)
    assert not {"orchestration", "generic"} & set(offered)
    for kind in offered:
        assert not CATALOGUE.problems([{"name": "f", "trigger": kind}]), kind


@pytest.mark.parametrize("label", ["Add a function", "Remove a function"])
def test_what_a_task_asks_for_is_asked(project: OwnedProject, label: str) -> None:
    asked = {entry["id"] for entry in project.json(".vscode/tasks.json")["inputs"]}
    text = " ".join(tasks(project)[label]["args"])

    named = {part.split("}")[0] for part in text.split("${input:")[1:]}
    assert named
    assert named <= asked
