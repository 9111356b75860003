"""What brings an app to where it runs is chosen by answers, and right by the tools of its kind."""

import contextlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import check_jsonschema
import copier
import docker.utils.build
import jsonschema
import kubernetes_validate
import pytest
import tree_sitter
import tree_sitter_bicep
import yaml
from click.testing import CliRunner

from tests.support.answer_sets import ANSWER_SETS, binding, function
from tests.support.package import core_tools_package, git_ignore_package
from tests.support.project import REPOSITORY, Project
from tools.catalogue import CATALOGUE
from tools.manifest import reserved_names

Render = Callable[..., Project]

# Each choice: what it is made of, and what the README says.
CHOICES = {
    "github": ({"ci": "github"}, {".github"}, {"Pipeline"}),
    "azure_pipelines": ({"ci": "azure_pipelines"}, {"azure-pipelines.yml"}, {"Pipeline"}),
    "travis": ({"ci": "travis"}, {".travis.yml"}, {"Pipeline"}),
    "deployment_check": ({"deployment_check": True}, {"tools"}, set()),
    "audit": ({"audit": True}, set(), set()),
    "dev_container": ({"dev_container": True}, {".devcontainer"}, set()),
    "agents": ({"agents": True}, {"AGENTS.md"}, set()),
    "integration_tests": ({"integration_tests": True}, set(), set()),
    "container": ({"container": True}, {"Dockerfile", ".dockerignore", "compose.yaml"}, {"Run in a container"}),
    "kubernetes": (
        {"container": True, "kubernetes": True},
        {"Dockerfile", ".dockerignore", "compose.yaml", "kubernetes"},
        {"Run in a container", "Run on Kubernetes"},
    ),
    "azd": ({"infrastructure": "azd"}, {"azure.yaml", "infra"}, set()),
    "virtual_network": ({"infrastructure": "azd", "virtual_network": True}, {"azure.yaml", "infra"}, set()),
    "opentelemetry": ({"telemetry": "opentelemetry"}, set(), {"Telemetry"}),
    "local_build": ({"build": "local"}, set(), set()),
    "custom_build": ({"build": "custom"}, set(), set()),
    "timeout": ({"function_timeout": "00:10:00"}, set(), set()),
}
# What a pipeline does when more is chosen than tests and a publish.
MORE_STEPS = {"audit": True, "deployment_check": True, "integration_tests": True}
# Every kind that KEDA scales or Azure has a resource for, and those that neither knows.
EVERYWHERE = ANSWER_SETS["delivered_everywhere"]
SCALED = {kind: entry for kind, entry in CATALOGUE.items() if entry["has_scaler"]}


def run(*command: str | Path, cwd: Path) -> str:
    """Run a tool of this environment; fail the test with what it says."""
    tool = Path(sys.executable).parent / command[0]
    process = subprocess.run([tool, *command[1:]], cwd=cwd, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def check_schema(schema: str, *arguments: str | Path, cwd: Path) -> None:
    """Run check-jsonschema, in this process, with a schema that it brings along; fail the test with what it says."""
    with contextlib.chdir(cwd):
        result = CliRunner().invoke(
            check_jsonschema.main, ["--builtin-schema", f"vendor.{schema}", *map(str, arguments)]
        )
    assert result.exit_code == 0, result.output


def top_level(project: Project) -> set[str]:
    """Name what is at the top of a project."""
    return {name.split("/")[0] for name in project.files}


def headings(project: Project) -> set[str]:
    """Name the sections of the README."""
    return set(re.findall(r"^## (.+)$", project.text("README.md"), re.MULTILINE))


def documents(project: Project) -> Iterator[dict[str, Any]]:
    """Yield the Kubernetes manifests, without the file for kustomize."""
    for name, content in project.files.items():
        if name.startswith("kubernetes/") and not name.endswith("kustomization.yaml"):
            yield from yaml.safe_load_all(content)


def settings_of(deployment: dict[str, Any]) -> dict[str, str]:
    """Map the environment variables that a deployment sets to their values."""
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return {variable["name"]: variable["value"] for variable in container["env"]}


@pytest.fixture
def everywhere(render: Render) -> Project:
    """A project with everything that can be chosen."""
    return render(**EVERYWHERE)


# Choices


@pytest.mark.parametrize("choice", CHOICES)
def test_a_choice_adds_its_files_and_sections_and_no_others(choice: str, render: Render) -> None:
    answers, files, sections = CHOICES[choice]
    plain, project = render(), render(**answers)

    assert top_level(project) - top_level(plain) == files
    assert headings(project) - headings(plain) == sections


def files_of_tests(project: Project) -> dict[str, bytes]:
    """Map what the project's own tests and ruff depend on to its content."""
    return {name: text for name, text in project.files.items() if re.search(r"\.py$|pyproject|function\.json", name)}


@pytest.mark.parametrize("model", ["v1", "v2"])
@pytest.mark.parametrize("choice", ["nothing", *CHOICES, "everything"])
def test_with_any_choice_the_tests_of_the_project_pass(choice: str, model: str, render: Render) -> None:
    plain = {"programming_model": model}
    answers = {"nothing": {}, "everything": ANSWER_SETS["everything_chosen"]}.get(choice) or CHOICES.get(choice, [{}])[
        0
    ]
    project = render(**answers | plain)
    if choice != "nothing" and files_of_tests(project) == files_of_tests(render(**plain)):
        return  # they are those of the project with nothing chosen

    tests, check, formatting = project.run_tests(), project.ruff("check"), project.ruff("format", "--check")

    assert tests.returncode == 0, tests.stdout
    assert check.returncode == formatting.returncode == 0, check.stdout + formatting.stdout


def test_nothing_chosen_leaves_nothing(render: Render) -> None:
    project = render()

    assert top_level(project) == {
        *(".copier-answers.yml", ".gitattributes", ".gitignore", ".python-version", ".vscode", "README.md"),
        *("__app__", "local.settings.example.json", "pyproject.toml", "tests"),
    }
    text = re.sub(r" -d \w+=\w+`", "`", project.text("README.md").lower())  # what could be chosen is no leftover
    words = (
        "docker",
        "kubernetes",
        "azd",
        "pipeline",
        "opentelemetry",
        "audit",
        "container",
        "check_deployment",
        "integration",
    )
    assert not [word for word in words if word in text]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"kubernetes": True}, "got the boolean true, expected a container too: container=true"),
        (
            {"kubernetes": True, "container": True, "add": [{"name": "q", "trigger": "queue", "queue_name": "%Name%"}]},
            "queue_name: got '%Name%' (q), but KEDA needs the value itself: give Name in app_settings",
        ),
        (
            {
                "infrastructure": "azd",
                "add": [{"name": "b", "trigger": "blob", "path": "inbox/{name}", "source": "LogsAndContainerScan"}],
            },
            "source: got 'LogsAndContainerScan' (b), but on a Flex Consumption plan a blob trigger needs 'EventGrid'",
        ),
        (
            {"infrastructure": "azd", "add": [{"name": "b", "trigger": "blob", "path": "%Container%/{name}"}]},
            "path: got '%Container%/{name}' (b), but the Event Grid subscription needs the value itself: give Container",
        ),
        (
            {"infrastructure": "azd", "extensions": "csproj"},
            "extensions: got 'csproj', but on a Flex Consumption plan an app in Python needs 'bundle'",
        ),
        ({"virtual_network": True}, "got the boolean true, but only infrastructure=azd makes resources"),
        ({"function_timeout": "10 minutes"}, "got '10 minutes', expected a time such as '00:10:00'"),
    ],
    ids=str,
)
def test_what_cannot_be_delivered_is_refused(
    answers: dict[str, Any], message: str, template: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        copier.run_copy(str(template), tmp_path / "app", data=answers, defaults=True, quiet=True)
    assert not (tmp_path / "app").exists()


# Pipelines


@pytest.mark.parametrize("build", ["remote", "local", "custom"])
def test_the_workflow_is_valid_and_has_no_security_findings(build: str, render: Render) -> None:
    project = render(ci="github", build=build, **MORE_STEPS)

    check_schema("github-workflows", *project.path.glob(".github/workflows/*"), cwd=project.path)
    run("zizmor", "--offline", "--quiet", "--persona=auditor", ".", cwd=project.path)


@pytest.mark.parametrize(
    ("ci", "file", "schema"),
    [
        ("azure_pipelines", "azure-pipelines.yml", ["azure-pipelines", "--regex-variant", "nonunicode"]),
        ("travis", ".travis.yml", ["travis"]),
    ],
)
@pytest.mark.parametrize("build", ["remote", "local", "custom"])
def test_the_pipeline_is_valid(build: str, ci: str, file: str, schema: list[str], render: Render) -> None:
    project = render(ci=ci, build=build, **MORE_STEPS)

    check_schema(*schema, file, cwd=project.path)


def test_actions_are_pinned_to_commits_of_versions(render: Render) -> None:
    project = render(ci="github", build="local", **MORE_STEPS)

    uses = re.findall(r"uses: (.+)", "".join(path.read_text() for path in project.path.glob(".github/workflows/*")))
    assert len(uses) == 9
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action) for action in uses)


@pytest.mark.parametrize("python_version", ["3.11", "3.14"])
@pytest.mark.parametrize(
    ("ci", "file"),
    [
        ("github", ".github/workflows/test-and-publish.yml"),
        ("azure_pipelines", "azure-pipelines.yml"),
        ("travis", ".travis.yml"),
    ],
)
def test_a_pipeline_tests_on_the_python_of_the_app(ci: str, file: str, python_version: str, render: Render) -> None:
    assert f'"{python_version}"' in render(ci=ci, python_version=python_version).text(file)


# Packages


@pytest.fixture
def littered(tmp_path: Path) -> Callable[[Project], Path]:
    """Copy an app and add everything that people and tools leave in a folder."""

    def litter(project: Project) -> Path:
        app = Path(shutil.copytree(project.app, tmp_path / "app"))
        for name in (
            *(".env", ".git/config", ".gitignore", ".vscode/settings.json", "local.settings.json"),
            *(".venv/bin/python", ".pytest_cache/README.md", ".ruff_cache/CACHEDIR.TAG", "tests/test_it.py"),
            *(
                "__pycache__/a.cpython-313.pyc",
                "greet/__pycache__/a.nbi",
                "shared_code/a/__pycache__/a.pyc",
                "a.pyc",
                "greet/a.pyc",
            ),
            *(".python_packages/lib/site-packages/six.py", "greet/sample.json", "shared_code/tests_of_texts.py"),
        ):
            (app / name).parent.mkdir(parents=True, exist_ok=True)
            (app / name).touch()
        return app

    return litter


@pytest.mark.parametrize("package", [core_tools_package, git_ignore_package])
@pytest.mark.parametrize("build", ["remote", "local", "custom"])
def test_a_package_has_the_app_and_nothing_else(
    build: str, package: Callable[[Path], set[str]], render: Render, littered: Callable[[Project], Path]
) -> None:
    project = render(**ANSWER_SETS["order_service"], build=build)
    app = littered(project)

    never_uploaded = {"local.settings.json", ".funcignore"}
    packages = set() if build == "remote" else {".python_packages/lib/site-packages/six.py"}
    assert (
        package(app) - {".funcignore"}
        == packages
        | {"greet/sample.json", "shared_code/tests_of_texts.py"}
        | {name.removeprefix("__app__/") for name in project.files if name.startswith("__app__/")} - never_uploaded
    )


def pipeline_of(project: Project) -> str:
    """Return the one pipeline of a project."""
    (name,) = (name for name in project.files if "publish" in name or name.startswith(("azure-p", ".travis")))
    return project.text(name)


@pytest.mark.parametrize("ci", ["github", "azure_pipelines", "travis"])
@pytest.mark.parametrize(("build", "remote"), [("remote", True), ("local", False), ("custom", False)])
def test_a_pipeline_installs_packages_where_the_build_says(build: str, ci: str, remote: bool, render: Render) -> None:
    pipeline = pipeline_of(render(ci=ci, build=build))

    assert ("--target .python_packages/lib/site-packages" in pipeline) == (not remote)
    assert ("remote-build: true" in pipeline or "--build remote" in pipeline) == remote


@pytest.mark.parametrize("ci", ["github", "azure_pipelines", "travis"])
def test_a_pipeline_gets_the_extensions_that_are_not_in_a_bundle(ci: str, render: Render) -> None:
    queue = [{"name": "on_message", "trigger": "queue"}]
    build = "dotnet build extensions.csproj --output bin"

    own = pipeline_of(render(ci=ci, functions=queue, extensions="csproj"))
    assert own.index(build) < own.index("func azure functionapp publish" if ci != "github" else "functions-action")
    assert "dotnet" not in pipeline_of(render(ci=ci, functions=queue))
    timer = [{"name": "nightly", "trigger": "timer"}]
    assert "dotnet" not in pipeline_of(render(ci=ci, functions=timer, extensions="csproj"))


# Container


@pytest.mark.parametrize("build", ["remote", "custom"])
def test_the_dockerfile_has_no_findings(build: str, render: Render) -> None:
    project = render(container=True, build=build, python_version="3.12")

    run("hadolint", "Dockerfile", cwd=project.path)
    assert project.text("Dockerfile").startswith("FROM mcr.microsoft.com/azure-functions/python:4-python3.12\n")


def test_the_image_builds_the_extensions_that_are_not_in_a_bundle(render: Render) -> None:
    project = render(container=True, extensions="csproj", functions=[{"name": "on_message", "trigger": "queue"}])

    run("hadolint", "Dockerfile", cwd=project.path)
    lines = project.text("Dockerfile").splitlines()
    (builder,) = (line.removeprefix("FROM ").split(" AS ") for line in lines if " AS " in line)
    assert f"net{builder[0].split(':')[1]}" in project.text("__app__/extensions.csproj")
    assert lines.index("RUN dotnet build extensions.csproj --output bin") < lines.index(
        "FROM mcr.microsoft.com/azure-functions/python:4-python3.13"
    )
    assert lines[-1] == f"COPY --from={builder[1]} /app/bin /home/site/wwwroot/bin"
    assert {"__app__/bin", "__app__/obj"} <= set(project.text(".dockerignore").splitlines())
    assert "dotnet" not in render(container=True).text("Dockerfile")


def test_the_image_has_the_app_and_nothing_else(
    render: Render, littered: Callable[[Project], Path], tmp_path: Path
) -> None:
    project = render(container=True)
    app = littered(project)
    context = Path(shutil.copytree(project.path, tmp_path / "context"))
    shutil.copytree(app, context / "__app__", dirs_exist_ok=True)

    sent = docker.utils.build.exclude_paths(context, (context / ".dockerignore").read_text().splitlines()[1:])

    assert {name for name in sent if (context / name).is_file()} - {"Dockerfile", ".dockerignore"} == {
        "__app__/" + name for name in core_tools_package(app)
    }


def test_the_compose_file_is_valid_and_its_app_uses_the_emulator(render: Render) -> None:
    project = render(**ANSWER_SETS["order_service"], container=True)

    check_schema("compose-spec", "compose.yaml", cwd=project.path)
    compose = yaml.safe_load(project.text("compose.yaml"))
    environment = compose["services"]["functions"]["environment"]
    local = project.json("__app__/local.settings.json")["Values"]
    storage = "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite"
    assert environment == {
        {"AzureWebJobs.paused.Disabled": "AzureWebJobs_paused_Disabled"}.get(setting, setting): (
            storage if value == "UseDevelopmentStorage=true" else value
        )
        for setting, value in local.items()
        if value
    } | {"AzureWebJobsSecretStorageType": "files"}
    assert json.loads(compose["configs"]["keys"]["content"])["functionKeys"][0]["value"] == "local"
    assert "code=local" in project.text("README.md")
    unknown = [setting for setting, value in local.items() if not value]
    assert unknown == ["RelayQueue", "PausedSchedule"]
    assert f"`{'`, `'.join(unknown)}`" in project.text("README.md")


def test_the_dev_container_is_valid_and_has_the_tools(render: Render) -> None:
    for answers in ({}, EVERYWHERE):
        project = render(**answers | {"dev_container": True})
        container = project.json(".devcontainer/devcontainer.json")

        jsonschema.validate(container, json.loads((REPOSITORY / "tests/renderers/devcontainer.json").read_text()))
        features = " ".join(container["features"])
        assert container["image"].endswith(":" + project.text(".python-version").strip())
        for word, chosen in {"node": True, "azd": bool(answers), "docker-in-docker": bool(answers)}.items():
            assert (word in features) == chosen
        tools = " ".join(container["onCreateCommand"].values())
        assert all(tool in tools for tool in ("uv sync", "azure-functions-core-tools@4", "azurite@3"))
        editor = project.json(".vscode/extensions.json")["recommendations"]
        assert container["customizations"]["vscode"]["extensions"] == editor


def test_renovate_s_configuration_is_valid(render: Render) -> None:
    project = render(renovate=True)

    check_schema("renovate", "renovate.json", cwd=project.path)


# Kubernetes


def strict(schema: Any) -> Any:
    """Make a schema refuse what it does not name, as the API server does with strict validation."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: strict(part) for key, part in schema.items()}
    return parts | {"additionalProperties": False} if isinstance(parts.get("properties"), dict) else parts


def test_the_manifests_are_valid_for_kubernetes_and_keda(everywhere: Project) -> None:
    keda = json.loads((REPOSITORY / "tests/renderers/keda.json").read_text(encoding="utf-8"))

    kinds = []
    for document in documents(everywhere):
        kinds.append(document["kind"])
        if document["apiVersion"] == "keda.sh/v1alpha1":
            jsonschema.validate(document["spec"], strict(keda[document["kind"]]))
        else:
            kubernetes_validate.validate(document, "1.34", strict=True)
    assert sorted(kinds) == sorted(
        ["ConfigMap", *["Deployment"] * 2, *["ScaledObject"] * 2, "Service", *["TriggerAuthentication"] * 2]
    )


def test_kustomize_knows_every_manifest(everywhere: Project) -> None:
    kustomization = yaml.safe_load(everywhere.text("kubernetes/kustomization.yaml"))

    assert {*kustomization["resources"], "kustomization.yaml"} == {
        path.name for path in (everywhere.path / "kubernetes").iterdir()
    }
    (image,) = kustomization["images"]
    assert {
        document["spec"]["template"]["spec"]["containers"][0]["image"]
        for document in documents(everywhere)
        if document["kind"] == "Deployment"
    } == {image["name"]}


# What each scaler of KEDA cannot do without.
REQUIRED_METADATA = {
    "azure-queue": {"queueName", "connectionFromEnv"},
    "azure-blob": {"blobContainerName", "connectionFromEnv"},
    "azure-servicebus": {"connectionFromEnv"},
    "azure-eventhub": {"eventHubName", "consumerGroup", "connectionFromEnv", "storageConnectionFromEnv"},
    "kafka": {"bootstrapServersFromEnv", "topic", "consumerGroup"},
    "rabbitmq": {"queueName", "mode", "value", "hostFromEnv"},
}


def test_every_trigger_that_keda_knows_has_its_scaler(render: Render) -> None:
    functions = [{"name": f"on_{kind}", "trigger": kind} for kind in SCALED]
    project = render(functions=functions, container=True, kubernetes=True)

    (scaled,) = [document for document in documents(project) if document["kind"] == "ScaledObject"]
    triggers = {trigger["name"]: trigger for trigger in scaled["spec"]["triggers"]}
    assert triggers.keys() == {f"on_{kind}" for kind in SCALED}
    assert {trigger["type"] for trigger in triggers.values()} == REQUIRED_METADATA.keys()
    for trigger in triggers.values():
        assert REQUIRED_METADATA[trigger["type"]] <= trigger["metadata"].keys()
    assert scaled["spec"]["minReplicaCount"] == 0
    environment = project.json("__app__/local.settings.json")["Values"]
    for trigger in triggers.values():
        assert {value for key, value in trigger["metadata"].items() if key.endswith("FromEnv")} <= environment.keys()


def test_scalers_read_the_manifest_and_the_settings(render: Render) -> None:
    functions = [
        {"name": "relay", "trigger": "queue", "queue_name": "%RelayQueue%", "connection": "PartnerStorage"},
        {"name": "image", "trigger": "blob", "path": "images/{name}.png"},
        {"name": "nightly", "trigger": "timer"},
    ]
    project = render(functions=functions, container=True, kubernetes=True, app_settings={"RelayQueue": "relay"})

    (scaled,) = [document["spec"] for document in documents(project) if document["kind"] == "ScaledObject"]
    assert [(trigger["type"], trigger["metadata"]) for trigger in scaled["triggers"]] == [
        ("azure-queue", {"queueName": "relay", "queueLength": "16", "connectionFromEnv": "PartnerStorage"}),
        (
            "azure-blob",
            {"blobContainerName": "images", "connectionFromEnv": "AzureWebJobsStorage", "recursive": "true"},
        ),
    ]
    assert scaled["minReplicaCount"] == 1, "nobody but a running pod fires the timer"


def test_every_function_runs_in_one_deployment_and_durable_ones_where_their_client_is(render: Render) -> None:
    project = render(
        **ANSWER_SETS["order_service"] | {"app_settings": {"RelayQueue": "relay"}}, container=True, kubernetes=True
    )

    deployed = {
        document["metadata"]["name"]: {
            value
            for name, value in settings_of(document).items()
            if name.startswith("AzureFunctionsJobHost__functions__")
        }
        for document in documents(project)
        if document["kind"] == "Deployment"
    }
    assert deployed == {
        "order-service-http": {"greet", "get_item", "submit", "hello", "http_start", "hello_orchestrator", "say_hello"},
        "order-service-events": {"on_order", "relay", "on_image", "nightly"},
    }


def test_secrets_are_in_the_cluster_only(everywhere: Project) -> None:
    given = everywhere.answers["app_settings"]
    (config,) = [document["data"] for document in documents(everywhere) if document["kind"] == "ConfigMap"]
    readme = everywhere.text("README.md")

    assert config.keys() == {*given, "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_WORKER_PROCESS_COUNT"}
    for setting in everywhere.json("__app__/local.settings.json")["Values"].keys() - config.keys():
        assert f"--from-literal={setting}=" in readme


@pytest.mark.parametrize("key", sorted({entry["system_key"] for entry in CATALOGUE.values() if "system_key" in entry}))
def test_the_cluster_has_the_key_of_each_extension_that_is_called(key: str, render: Render) -> None:
    functions = [
        function(kind, kind) if "trigger" in entry else function(kind, "http", inputs=[binding(kind, "input")])
        for kind, entry in CATALOGUE.items()
        if entry.get("system_key") == key
    ]
    others = ANSWER_SETS["durable_patterns"]["functions"] + [{"name": "greet", "trigger": "http"}]
    project = render(functions=functions + others, container=True, kubernetes=True, extensions="csproj")
    made = re.findall(r"--from-literal=host[.]systemKey[.](\w+)_extension=", project.text("README.md"))

    assert made == [key, key]  # in a shell, and in PowerShell


def test_a_setting_that_begins_like_the_host_s_is_a_setting_like_any_other(render: Render) -> None:
    functions = [{"name": "nightly", "trigger": "timer", "schedule": "%FUNCTIONS_WHEN%"}]
    azure = render(functions=functions, infrastructure="azd")
    cluster = render(functions=functions, container=True, kubernetes=True)

    assert "setting_FUNCTIONS_WHEN" in azure.json("infra/main.parameters.json")["parameters"]
    assert "| `FUNCTIONS_WHEN` | `nightly` |" in azure.text("README.md")
    assert "--from-literal=FUNCTIONS_WHEN=" in cluster.text("README.md")
    assert "FUNCTIONS_WHEN" not in cluster.text("kubernetes/settings.yaml")


# Azure


def syntax_errors(source: bytes) -> list[str]:
    """List what the Bicep grammar does not know."""

    def walk(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
        if node.is_error or node.is_missing:
            yield node
        for child in node.children:
            yield from walk(child)

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))
    return [f"line {node.start_point.row + 1}" for node in walk(parser.parse(source).root_node)]


def modules(bicep: str) -> Iterator[tuple[str, str, set[str]]]:
    """Yield the symbol, the file and the given parameters of each module."""
    for symbol, file, body in re.findall(r"^module (\w+) '(.+?)' = \{\n(.*?)^\}", bicep, re.DOTALL | re.MULTILINE):
        yield symbol, file, set(re.findall(r"^    (\w+): ", body, re.MULTILINE))


NASTY = {"quoted": "it's ${not} an \\ expression\n", "a.b": "%plain%", "x:y": 1, "no": "$HOME", "Ext": "${it's}"}


SCHEDULED = ANSWER_SETS["durable_on_scheduler"]
ENDING = {"name": "subscription", "trigger": "blob", "path": "images/{name}$%Ext%"}


@pytest.mark.parametrize(
    "answers",
    [
        EVERYWHERE,
        ANSWER_SETS["order_service"],
        {"functions": []},
        {"app_settings": NASTY, "functions": [ENDING]},
        SCHEDULED,
    ],
    ids=["everywhere", "order_service", "no_functions", "nasty_settings", "scheduler"],
)
def test_bicep_is_well_formed_and_its_files_fit_together(answers: dict[str, Any], render: Render) -> None:
    project = render(**answers | {"infrastructure": "azd"})
    files = {path.name: path.read_text(encoding="utf-8") for path in project.path.glob("infra/*.bicep")}

    assert {name: errors for name, text in files.items() if (errors := syntax_errors(text.encode()))} == {}
    used = {"main.bicep", "events.bicep"}
    for text in files.values():
        for symbol, file, given in modules(text):
            used.add(file)
            params = dict(re.findall(r"^param (\w+) .+?( = .+)?$", files[file], re.MULTILINE))
            assert (
                {name for name, default in params.items() if not default}
                <= given - {"scope", "params"}
                <= params.keys()
            )
            outputs = set(re.findall(rf"\b{symbol}\.outputs\.(\w+)", text))
            assert outputs <= set(re.findall(r"^output (\w+) ", files[file], re.MULTILINE))
    assert files.keys() - {"events.bicep"} == used - {"events.bicep"}
    asked = project.json("infra/main.parameters.json")["parameters"]
    assert asked.keys() == set(re.findall(r"^param (\w+) ", files["main.bicep"], re.MULTILINE))


def test_everything_that_the_bindings_name_is_made_and_reached_without_keys(everywhere: Project) -> None:
    bicep = everywhere.text("infra/function-app.bicep")

    for line in (
        "containers: [packageContainer, 'images', 'samples-output']",
        "queues: ['python-queue-items']",
        "tables: ['outTable']",
        "queues: ['orders']",
        "{ name: 'prices', subscriptions: ['shop'] }",
        "{ name: 'clicks', consumerGroups: ['stats'] }",
        "{ name: 'shop', containers: ['carts', 'leases'] }",
    ):
        assert line in bicep
    settings = set(re.findall(r"^      '?([\w.]+)'?: ", bicep.split("resource settings")[1], re.MULTILINE))
    connections = {
        "AzureWebJobsStorage": ["blobServiceUri", "queueServiceUri", "tableServiceUri"],
        "ServiceBusConnection": ["fullyQualifiedNamespace"],
        "EventHubConnection": ["fullyQualifiedNamespace"],
        "CosmosDBConnection": ["accountEndpoint"],
    }
    local = everywhere.json("__app__/local.settings.json")["Values"]
    assert settings == {
        *("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING"),
        "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY",
        *(f"{name}__{part}" for name, parts in connections.items() for part in [*parts, "credential", "clientId"]),
        *(name for name in local if name not in connections and not name.startswith("FUNCTIONS_")),
    }
    everything = {path.name: path.read_text(encoding="utf-8") for path in everywhere.path.glob("infra/*.bicep")}
    assert [name for name, text in everything.items() if re.search("listKeys|AccountKey|SharedAccess", text)] == [
        "events.bicep"
    ]
    assert "allowSharedKeyAccess: false" in everything["storage.bicep"]
    assert "for item in ['ftp', 'scm']" in bicep
    assert re.search(r"basicPublishingCredentialsPolicies.+?allow: false", bicep, re.DOTALL)
    for service in ("service-bus", "event-hubs", "cosmos-db"):
        assert "disableLocalAuth: true" in everything[f"{service}.bicep"]


PARTNER = {"connection": "Partner"}
SEND = {"binding": "service_bus_queue", "arg_name": "message"}
READ = {"binding": "blob", "arg_name": "page"} | PARTNER
ON_TIMER = {"name": "mirror", "trigger": "timer"}
ON_QUEUE = {"name": "on_order", "trigger": "queue"} | PARTNER
START = {"binding": "durable_client", "connection_name": "Partner"}
DURABLE = [{"name": "o", "trigger": "orchestration", "activity": "a"}, {"name": "a", "trigger": "activity"}]


@pytest.mark.parametrize(
    ("function", "module", "roles"),
    [
        (ON_QUEUE, "storage_Partner", ["Storage Queue Data Contributor"]),
        (ON_TIMER | {"inputs": [READ]}, "storage_Partner", ["Storage Blob Data Reader"]),
        (
            ON_TIMER | {"inputs": [READ], "outputs": [READ | {"arg_name": "copied"}]},
            "storage_Partner",
            ["Storage Blob Data Owner"],
        ),
        (
            {"name": "on_image", "trigger": "blob"} | PARTNER,
            "storage_Partner",
            ["Storage Blob Data Owner", "Storage Queue Data Contributor"],
        ),
        (
            ON_QUEUE | {"inputs": [START]},
            "storage_Partner",
            ["Storage Blob Data Owner", "Storage Queue Data Contributor", "Storage Table Data Contributor"],
        ),
        (
            ON_TIMER,
            "storage",
            ["Storage Blob Data Owner", "Storage Queue Data Contributor", "Storage Table Data Contributor"],
        ),
        (ON_TIMER | {"outputs": [SEND]}, "servicebus_ServiceBusConnection", ["Azure Service Bus Data Sender"]),
        (
            {"name": "on_message", "trigger": "service_bus_queue", "outputs": [SEND]},
            "servicebus_ServiceBusConnection",
            ["Azure Service Bus Data Owner"],
        ),
        (
            {"name": "on_event", "trigger": "event_hub"},
            "eventhubs_EventHubConnection",
            ["Azure Event Hubs Data Receiver"],
        ),
    ],
    ids=[
        "takes_messages",
        "reads",
        "reads_and_writes",
        "takes_blobs",
        "durable",
        "host",
        "sends",
        "forwards",
        "takes_events",
    ],
)
def test_the_app_may_do_what_its_bindings_do_and_no_more(
    function: dict[str, Any], module: str, roles: list[str], render: Render
) -> None:
    bicep = render(infrastructure="azd", functions=[function, *DURABLE]).text("infra/function-app.bicep")

    (body,) = re.findall(rf"^module {module} .+?^\}}", bicep, re.DOTALL | re.MULTILINE)
    assert re.findall(r"^      '[0-9a-f-]+' // (.+)$", body, re.MULTILINE) == roles


def test_in_a_virtual_network_nothing_is_reached_from_outside(render: Render) -> None:
    functions = EVERYWHERE["functions"] + DURABLE
    project = render(**EVERYWHERE | {"functions": functions, "durable_backend": "scheduler", "virtual_network": True})
    files = {path.name: path.read_text(encoding="utf-8") for path in project.path.glob("infra/*.bicep")}
    app = files["function-app.bicep"]

    for service in ("storage", "service-bus", "event-hubs", "cosmos-db", "durable-task"):
        assert "publicNetworkAccess: 'Disabled'" in files[f"{service}.bicep"]
    assert "sku: { name: 'Premium'" in files["service-bus.bicep"]
    assert "virtualNetworkSubnetId: network.outputs.appSubnetId" in app
    services = {symbol for symbol, file, _ in modules(app) if file not in ("network.bicep", "private-endpoints.bicep")}
    endpoints = {symbol for symbol, file, _ in modules(app) if file == "private-endpoints.bicep"}
    assert endpoints == {f"{service}_endpoints" for service in services}
    assert set(re.findall(r"dependsOn: \[(.+)\]", app)[0].split(", ")) == endpoints
    (zones,) = re.findall(r"zones: \[(.+)\]", app)
    used = set(re.findall(r"zone: ('.+') \}", app))
    assert set(zones.split(", ")) == used
    assert len(used) == 6
    assert "serviceName: 'Microsoft.App/environments'" in files["network.bicep"]


def test_a_function_that_is_switched_off_stays_off_in_azure(render: Render) -> None:
    answers = ANSWER_SETS["order_service"] | {"app_settings": {"RelayQueue": "relay", "PausedSchedule": "0 0 0 * * *"}}
    settings = render(**answers, infrastructure="azd").text("infra/function-app.bicep").split("resource settings")[1]

    assert "'AzureWebJobs.paused.Disabled': 'true'" in settings
    assert "RelayQueue: 'relay'" in settings


def test_blob_triggers_on_flex_consumption_listen_to_event_grid(everywhere: Project) -> None:
    (trigger,) = [b for b in everywhere.functions["on_image"]["bindings"] if b["type"] == "blobTrigger"]
    events = everywhere.text("infra/events.bicep")

    assert trigger["source"] == "EventGrid"
    assert "functionName=Host.Functions.on_image&" in events
    assert "subjectBeginsWith: '/blobServices/default/containers/images/blobs/in-'" in events
    assert "subjectEndsWith: '.png'" in events
    hooks = yaml.safe_load(everywhere.text("azure.yaml"))["hooks"]["postdeploy"]
    assert all("infra/events.bicep" in hook["run"] for hook in hooks.values())


@pytest.mark.parametrize("build", ["remote", "local", "custom"])
def test_azd_publishes_the_app_and_builds_where_the_answer_says(build: str, render: Render) -> None:
    azure = yaml.safe_load(render(infrastructure="azd", build=build).text("azure.yaml"))

    service = azure["services"]["app"]
    assert (service["project"], service["language"], service["host"]) == ("__app__", "python", "function")
    assert service.get("remoteBuild", True) == (build == "remote")
    assert ("hooks" in service) == (build == "local")
    assert "hooks" not in azure


def test_azd_checks_what_it_published(render: Render, everywhere: Project) -> None:
    check = "python -m tools.check_deployment"
    queue = {"functions": [{"name": "on_order", "trigger": "queue"}]}
    for project, lines in (
        (render(infrastructure="azd", deployment_check=True, **queue), 1),
        (render(**EVERYWHERE | {"deployment_check": True}), 2),
    ):
        hooks = yaml.safe_load(project.text("azure.yaml"))["hooks"]["postdeploy"]
        assert [hook["run"].strip().splitlines()[-1].endswith(check) for hook in hooks.values()] == [True, True]
        steps = {shell: hook["run"].strip().splitlines() for shell, hook in hooks.items()}
        assert len(steps["posix"]) == lines
        # In PowerShell a command that fails does not end the script.
        assert [
            line for line in steps["windows"][:-1] if not line.startswith(("az ", "if ($LASTEXITCODE) { exit"))
        ] == []
        assert len(steps["windows"]) == 2 * lines - 1
    assert check not in everywhere.text("azure.yaml")


def test_what_a_file_sets_by_itself_is_taken(everywhere: Project) -> None:
    given = everywhere.json("local.settings.example.json")["Values"]
    compose = yaml.safe_load(everywhere.text("compose.yaml"))["services"]["functions"]["environment"]
    pods = [
        variable["name"]
        for document in documents(everywhere)
        if document["kind"] == "Deployment"
        for variable in document["spec"]["template"]["spec"]["containers"][0]["env"]
    ]
    bicep = re.findall(
        r"^      (\w+): ", everywhere.text("infra/function-app.bicep").split("resource settings")[1], re.M
    )
    taken = reserved_names()["settings"]

    assert set(re.findall(r"(\w+)=", everywhere.text("Dockerfile"))) == {*taken["Dockerfile"]}
    assert compose.keys() - given.keys() == {*taken["compose.yaml"]}
    of_a_pod = re.compile(r"AzureFunctionsJobHost__functions__\d+|\w+_(username|password)")
    assert {name for name in pods if not of_a_pod.fullmatch(name)} == {*taken["kubernetes/"]}
    connections = {name.split("__")[0] for name in bicep if name.endswith("__credential")}
    own = {name for name in bicep if name not in given and name.split("__")[0] not in connections}
    assert own == {name for name in taken["infra/"] if not name.startswith("AZURE_")}


# host.json and the editor


def test_host_json_has_the_limits_of_the_triggers_in_use(render: Render) -> None:
    assert render(triggers=["timer"]).json("__app__/host.json").get("extensions") is None
    assert render(triggers=["http"]).json("__app__/host.json")["extensions"].keys() == {"http"}
    queue = render(triggers=["queue"]).json("__app__/host.json")["extensions"]
    assert queue == {"queues": {"batchSize": 16, "maxDequeueCount": 5}}


def test_telemetry_and_timeout_are_in_host_json(render: Render) -> None:
    usual = render().json("__app__/host.json")
    chosen = render(telemetry="opentelemetry", function_timeout="00:10:00")

    sampling = {"isEnabled": True, "excludedTypes": "Request"}
    assert usual["logging"] == {"applicationInsights": {"samplingSettings": sampling}}
    assert "functionTimeout" not in usual
    assert (
        chosen.json("__app__/host.json").items()
        >= {"telemetryMode": "OpenTelemetry", "functionTimeout": "00:10:00"}.items()
    )
    assert "azure-monitor-opentelemetry" in chosen.text("__app__/requirements.txt")


def test_the_editor_starts_tasks_that_exist_and_finds_its_debugger(render: Render) -> None:
    project = render()
    tasks = {task["label"]: task for task in project.json(".vscode/tasks.json")["tasks"]}
    attach = project.json(".vscode/launch.json")["configurations"][0]
    host = tasks[attach["preLaunchTask"]]

    assert host["dependsOn"] in tasks
    assert f"-m debugpy --listen 127.0.0.1:{attach['connect']['port']}" in host["options"]["env"].values()
    assert any(
        name.startswith("debugpy") for name in tomllib.loads(project.text("pyproject.toml"))["dependency-groups"]["dev"]
    )


def test_the_editor_waits_for_azurite(render: Render) -> None:
    """The lines are what Azurite 3.37 prints."""
    output = [
        f"Azurite {service} service is {state} at http://127.0.0.1:{port}"
        for port, service in enumerate(["Blob", "Queue", "Table"], 10000)
        for state in ("starting", "successfully listening")
    ]
    (azurite,) = [task for task in render().json(".vscode/tasks.json")["tasks"] if "azurite" in task["command"]]
    matcher = azurite["problemMatcher"]["background"]

    assert [bool(re.search(matcher["beginsPattern"], line)) for line in output] == [True, *[False] * 5]
    assert [bool(re.search(matcher["endsPattern"], line)) for line in output] == [*[False] * 5, True]
