"""Functions whose code is their owner's move to the v2 model, too: what is to be put into their modules is said, and nothing else is touched."""

import re
from pathlib import Path

import pytest
import yaml

from copier_azure_functions import adoption, changes
from copier_azure_functions.catalogue import Catalogue
from copier_azure_functions.project import Project as OpenedProject
from tests.support.models import differences
from tests.support.owned_project import OwnedProject
from tests.support.project import Json, Project, greeting

SHAPES: dict[str, str] = yaml.safe_load((Path(__file__).parent / "odd_declarations.yml").read_text(encoding="utf-8"))

GREETS = """import azure.functions as func

GREETING = "Ahoy"


def main(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"{GREETING}, {req.params['name']}")
"""
STARTS = """import azure.durable_functions as df
import azure.functions as func


async def main(req: func.HttpRequest, starter: str) -> func.HttpResponse:
    client = df.DurableOrchestrationClient(starter)
    return client.create_check_status_response(req, await client.start_new("Sail-Out"))
"""
SAILS = """import azure.durable_functions as df


def sail(context: df.DurableOrchestrationContext):
    return (yield context.call_activity("Say-It", "Oslo"))


main = df.Orchestrator.create(sail)
"""
SAYS = "def say(name: str) -> str:\n    return 'Ahoy, ' + name\n"

FLEET: dict[str, tuple[Json, str]] = {
    "Http-Trigger": ({"trigger": "http", "methods": ["get"]}, GREETS),
    "Start-It": (
        {"trigger": "http", "route": "sail", "inputs": [{"binding": "durable_client", "orchestrator": "Sail-Out"}]},
        STARTS,
    ),
    "Sail-Out": ({"trigger": "orchestration"}, SAILS),
    "Say-It": ({"trigger": "activity", "entry_point": "say"}, SAYS),
}


def move(project: OwnedProject) -> dict[str, tuple[str, str]]:
    """Move a project by the command; map each module that is named to the function in it, and to the code that belongs there."""
    outcome = changes.update(":current:", {"programming_model": "v2"})(OpenedProject.at(project.path))
    assert outcome.conflicts == []
    (note,) = [note for note in outcome.notes if note.startswith("Yours to declare")]
    parts = re.split(r"^# (__app__/\S+): (.*)\n", note, flags=re.MULTILINE)[1:]
    return {path: (what, code) for path, what, code in zip(*[iter(parts)] * 3, strict=True)}


def put_in(module: str, what: str, code: str) -> str:
    """Put the code into a module, as the note says."""
    imports, decorators = code.strip().split("\n\n", 1)
    function = what
    if wrapped := re.fullmatch("what (.*) is made of", what):
        (function,) = re.findall(rf"^{wrapped[1]} = df\.\w+\.create\((\w+)\)$", module, re.MULTILINE)
        module = re.sub(rf"^{wrapped[1]} = .*\n", "", module, flags=re.MULTILINE)
    decorated = re.sub(rf"^(?=(?:async )?def {function}\()", lambda _: decorators + "\n", module, flags=re.MULTILINE)
    assert decorated != module
    return f"{imports}\n{decorated}"


@pytest.fixture
def fleet(released_template: Path, tmp_path: Path) -> OwnedProject:
    """A committed app of the v1 model in which all code is the owner's."""
    functions = [{"name": name, "code": "mine"} | entry for name, (entry, _) in FLEET.items()]
    project = OwnedProject.copy(released_template, tmp_path / "fleet", functions=functions)
    for name, (_, code) in FLEET.items():
        (project.app / name / "__init__.py").write_text(code)
    project.commit()
    return project


def test_an_app_with_hyphens_runs_after_the_move_when_its_owner_has_done_what_is_said(fleet: OwnedProject) -> None:
    assert fleet.load_errors() == {}
    before = fleet.functions

    said = move(fleet)

    modules = {f"__app__/{name}/__init__.py": code for name, (_, code) in FLEET.items()}
    assert {path: fleet.text(path) for path in modules} == modules
    assert said.keys() == modules.keys()
    run = fleet.run_tests("tests/test_contract.py")
    assert run.returncode != 0
    assert "module '__app__.Http-Trigger' has no attribute 'bp'" in run.stdout

    for path, (what, code) in said.items():
        (fleet.path / path).write_text(put_in(fleet.text(path), what, code))
    client = "    client = df.DurableOrchestrationClient(starter)\n"
    fleet.edit("__app__/Start-It/__init__.py", lambda text: text.replace(client, "").replace("starter: str", "client"))

    moved = Project(fleet.path)
    assert moved.load_errors() == {}
    assert differences(before, moved.functions) == []
    answer = moved.invoke("Http-Trigger", req=greeting("Ada"))
    assert answer["returned"]["http"]["body"]["bytes"] == "Ahoy, Ada"
    (result,) = moved.run_on_worker(orchestrate=[{"function": "Sail-Out"}])["orchestrated"]
    assert result == {"output": "Ahoy, Oslo"}
    assert moved.run_tests("tests/test_contract.py").returncode == 0


def test_what_is_said_declares_what_any_function_json_did(released_template: Path, tmp_path: Path) -> None:
    shapes = {name: text.replace('"ctx"', '"context"') for name, text in SHAPES.items() if name != "OldStarter"}
    configs = {name: adoption.normal(adoption.load(write(tmp_path / name, text))) for name, text in shapes.items()}
    catalogue = Catalogue()
    functions, left_out, _ = adoption.describe(tmp_path, configs, adoption.Translator(catalogue))
    assert left_out == {}
    assert catalogue.problems(functions, "v2") == ()
    project = OwnedProject.copy(released_template, tmp_path / "app", functions=functions)
    before = project.functions

    said = move(project)

    assert len(said) == len(functions)
    for function, (path, (what, code)) in zip(functions, said.items(), strict=True):
        names = [it["name"] for it in configs[function["name"]]["bindings"] if it["name"] != "$return"]
        entry_point = "main" if function["trigger"] == "orchestration" else what
        file = project.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{code.strip()}\ndef {entry_point}({', '.join(names)}): ...\n")
    moved = Project(project.path)
    assert moved.load_errors() == {}
    assert differences(before, moved.functions) == []
    assert moved.run_tests("tests/test_contract.py").returncode == 0


@pytest.mark.parametrize("name", SHAPES)
def test_a_declaration_that_its_owner_wrote_in_another_way_is_no_edit(name: str, tmp_path: Path) -> None:
    catalogue, file = Catalogue(), adoption.load(write(tmp_path / name, SHAPES[name]))
    (function,), _, _ = adoption.describe(tmp_path, {name: file}, adoption.Translator(catalogue))
    recorded = {"functions": [function]}

    edits = catalogue.edited(name, file, recorded, recorded)

    setting = '"KafkaPassword", the manifest gives "%KafkaPassword%"'  # the template says it by another rule
    assert edits == (
        [f"__app__/{name}/function.json, event: password is {setting}"] if name == "KeyOfAProperty" else []
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"orders"', '"Orders"'),
        ('"direction": "in"', '"direction": "inout"'),
        ('"authLevel": "anonymous"', '"x": 1'),
        ('"get"]', '"get", "put"]'),
        ('"maxRetryCount": 3', '"maxRetryCount": 4'),
    ],
)
def test_one_that_says_something_else_is(old: str, new: str, tmp_path: Path) -> None:
    text = """{"retry": {"strategy": "fixedDelay", "maxRetryCount": 3, "delayInterval": "00:00:10"}, "bindings": [
        {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "methods": ["get"]},
        {"type": "http", "direction": "out", "name": "$return"},
        {"type": "cosmosDB", "direction": "in", "name": "doc", "databaseName": "shop", "containerName": "orders", "connection": "Cosmos"}
    ]}"""
    catalogue, file = Catalogue(), adoption.load(write(tmp_path / "shop", text))
    (function,), _, _ = adoption.describe(tmp_path, {"shop": file}, adoption.Translator(catalogue))
    recorded = {"functions": [function]}
    assert catalogue.edited("shop", file, recorded, recorded) == []

    edited = adoption.load(write(tmp_path / "edited", text.replace(old, new)))

    assert text.replace(old, new) != text
    assert catalogue.edited("shop", edited, recorded, recorded)


def write(folder: Path, text: str) -> Path:
    """Write the declaration of a function into its folder."""
    folder.mkdir()
    (folder / "function.json").write_text(text, encoding="utf-8")
    return folder / "function.json"
