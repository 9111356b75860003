"""Durable Functions keep their state in Azure Storage, or on request in the Durable Task Scheduler, wherever the app runs."""

import re
from collections.abc import Callable

import pytest
import yaml

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import Project, in_model

CONNECTION = "DURABLE_TASK_SCHEDULER_CONNECTION_STRING"


@pytest.fixture
def project(render: Callable[..., Project], model: str) -> Project:
    """An app whose durable functions have the scheduler, in each model."""
    return in_model(render, model)(**ANSWER_SETS["durable_on_scheduler"])


def test_the_host_is_told_of_the_scheduler_by_settings(project: Project) -> None:
    assert project.json("__app__/host.json")["extensions"]["durableTask"] == {
        "hubName": "%TASKHUB_NAME%",
        "storageProvider": {"type": "azureManaged", "connectionStringName": CONNECTION},
    }
    values = project.json("local.settings.example.json")["Values"]
    assert values["TASKHUB_NAME"] == "default"
    assert values[CONNECTION] == "Endpoint=http://localhost:8080;Authentication=None"
    assert not project.load_errors()


def test_its_emulator_starts_with_the_app(project: Project) -> None:
    services = yaml.safe_load(project.text("compose.yaml"))["services"]
    image = services["scheduler"]["image"]
    assert services["functions"]["environment"][CONNECTION] == "Endpoint=http://scheduler:8080;Authentication=None"
    assert "scheduler" in services["functions"]["depends_on"]
    tasks = {task["label"]: task for task in project.json(".vscode/tasks.json")["tasks"]}
    for name in tasks["func: host start"]["dependsOn"]:
        assert name in tasks
    assert tasks["Start the Durable Task Scheduler"]["command"] in project.text("README.md")
    assert image in tasks["Start the Durable Task Scheduler"]["command"]


def test_in_azure_the_identity_of_the_app_reaches_it_and_no_key_does(project: Project) -> None:
    bicep = project.text("infra/function-app.bicep")

    assert (
        f"{CONNECTION}: 'Endpoint=${{scheduler.outputs.endpoint}};Authentication=ManagedIdentity;"
        "ClientID=${identity.properties.clientId}'" in bicep
    )
    assert f"setting_{CONNECTION}" not in bicep
    kept_in_the_cluster = yaml.safe_load(project.text("kubernetes/settings.yaml"))["data"]
    assert "TASKHUB_NAME" in kept_in_the_cluster
    assert CONNECTION not in kept_in_the_cluster


def test_explicit_extensions_have_the_one_of_the_scheduler(render: Callable[..., Project]) -> None:
    project = render(triggers=["durable"], durable_backend="scheduler", extensions="csproj")

    assert "Microsoft.Azure.WebJobs.Extensions.DurableTask.AzureManaged" in project.text("__app__/extensions.csproj")


@pytest.mark.parametrize(
    "answers", [{"triggers": ["durable"]}, {"triggers": ["timer"], "durable_backend": "scheduler"}]
)
def test_without_the_answer_or_durable_functions_nothing_speaks_of_it(
    answers: dict[str, object], render: Callable[..., Project]
) -> None:
    project = render(**answers, container=True, infrastructure="azd")

    words = re.compile(rb"TASKHUB|dts-emulator|DURABLE_TASK|durable-task|DurableTask.AzureManaged")
    assert not [name for name, text in project.files.items() if words.search(name.encode()) or words.search(text)]
