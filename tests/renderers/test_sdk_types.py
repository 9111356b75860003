"""With `sdk_types`, a binding is a client of the service's own SDK, which reads when the function tells it to."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import mutants
from tests.support.project import Json, Project
from tests.support.stand_ins import Service, serving

PACKAGES = {"azurefunctions-extensions-bindings-blob>=1.1,<2", "azurefunctions-extensions-bindings-cosmosdb>=1,<2"}
QUEUE = {"binding": "queue"}
CLIENT = {"binding": "blob", "path": "items/{id}.json", "connection": "Pictures", "sdk_types": True}
CONTAINER = {"binding": "cosmos_db", "connection": "Documents", "sdk_types": True}
FUNCTIONS = [
    {"name": "on_blob", "trigger": "blob", "connection": "Pictures", "sdk_types": True},
    {"name": "send_it", "trigger": "blob", "connection": "Pictures", "sdk_types": True, "outputs": [QUEUE]},
    {
        "name": "on_picture",
        "trigger": "blob",
        "path": "pictures/{name}.png",
        "connection": "Pictures",
        "sdk_types": True,
        "outputs": [{"binding": "blob"}, QUEUE],
    },
    {"name": "get_item", "trigger": "http", "methods": ["get"], "route": "items/{id}", "inputs": [CLIENT]},
    {
        "name": "get_and_send",
        "trigger": "http",
        "methods": ["get"],
        "route": "sent/{id}",
        "inputs": [CLIENT],
        "outputs": [QUEUE],
    },
    {"name": "on_order", "trigger": "queue", "inputs": [CLIENT, {"binding": "blob", "arg_name": "text"}]},
    {"name": "list_documents", "trigger": "http", "methods": ["get"], "inputs": [CONTAINER]},
    {"name": "send_documents", "trigger": "http", "methods": ["get"], "inputs": [CONTAINER], "outputs": [QUEUE]},
    {"name": "on_documents", "trigger": "cosmos_db", "inputs": [CONTAINER, CLIENT], "outputs": [QUEUE]},
    {"name": "on_text", "trigger": "blob"},
]


class BlobService(Service):
    """A storage account with one blob, `a.txt`."""

    def do_GET(self) -> None:
        found = self.path.endswith("/a.txt")
        body = b"hello" if found else b""
        headers = {"Content-Range": f"bytes 0-4/{len(body)}", "x-ms-blob-type": "BlockBlob", "ETag": "1"}
        self.answer(200 if found else 404, body, headers)

    do_HEAD = do_GET


class CosmosService(Service):
    """An account of Cosmos DB whose containers have two documents. A client asks for the account before it is asked anything."""

    def do_GET(self) -> None:
        here = [{"name": "Here", "databaseAccountEndpoint": f"http://{self.headers['Host']}/"}]
        answers = {
            "/": {"writableLocations": here, "readableLocations": here},
            "/dbs/inDatabase/colls/MyCollection": {
                "id": "MyCollection",
                "_rid": "1",
                "partitionKey": {"paths": ["/id"]},
            },
            "/dbs/inDatabase/colls/MyCollection/docs": {"Documents": [{"id": "1"}, {"id": "2"}]},
        }
        self.answer(200, json.dumps(answers[self.path.rstrip("/") or "/"]).encode())


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[type, str]]:
    """The addresses of the accounts."""
    with serving(BlobService) as blobs, serving(CosmosService) as documents:
        yield {BlobService: blobs, CosmosService: documents}


@pytest.fixture
def project(render: Callable[..., Project]) -> Project:
    """An app whose blobs and documents come as clients, but for one."""
    return render(functions=FUNCTIONS, programming_model="v2")


def blob(name: str) -> Json:
    """What the host sends of a blob to a client: where it is."""
    content = {"Connection": "Pictures", "ContainerName": "items", "BlobName": name}
    source = {"version": "1.0", "source": "AzureStorageBlobs", "content_type": "application/json"}
    return {"model_binding_data": source | {"content": json.dumps(content)}}


def container() -> Json:
    """What the host sends of documents to a client: where they are."""
    content = {"Connection": "Documents", "DatabaseName": "inDatabase", "ContainerName": "MyCollection"}
    source = {"version": "1.0", "source": "CosmosDB", "content_type": "application/json"}
    return {"model_binding_data": source | {"content": json.dumps(content)}}


def test_the_worker_gives_the_function_a_client_that_reads_from_the_service(
    addresses: dict[type, str], project: Project, tmp_path: Path
) -> None:
    app = Project(shutil.copytree(project.path, tmp_path / "app"))
    settings = app.json("__app__/local.settings.json")
    settings["Values"] |= {
        "Pictures": f"BlobEndpoint={addresses[BlobService]}/account",
        "Documents": f"AccountEndpoint={addresses[CosmosService]}/;AccountKey=a2V5;",
    }
    (app.app / "local.settings.json").write_text(json.dumps(settings), encoding="utf-8")
    request = {"http": {"params": {"id": "7"}}}

    run = app.run_on_worker(
        invoke=[
            {"function": "send_it", "inputs": {"blob": blob("a.txt")}},
            {"function": "get_item", "inputs": {"req": request, "inblob": blob("a.txt")}},
            {"function": "get_item", "inputs": {"req": request, "inblob": blob("none")}},
            {"function": "on_text", "inputs": {"blob": "plain"}, "metadata": {"BlobTrigger": "a/b"}},
            {"function": "list_documents", "inputs": {"req": request, "indocs": container()}},
            {"function": "send_documents", "inputs": {"req": request, "indocs": container()}},
            {
                "function": "on_documents",
                "inputs": {"documents": '[{"id": "3"}]', "indocs": container(), "inblob": blob("a.txt")},
            },
        ]
    )

    sent, found, missing, plain, listed, sent_documents, changed = run["invoked"]
    assert sent["outputs"] == {"outmsg": {"string": "hello"}}
    assert found["returned"]["http"]["body"] == {"bytes": "hello"}
    assert missing["returned"]["http"]["status_code"] == "404"
    assert "error" not in plain
    documents = [{"id": "1"}, {"id": "2"}]
    assert json.loads(listed["returned"]["http"]["body"]["bytes"]) == documents
    assert json.loads(sent_documents["outputs"]["outmsg"]["string"]) == documents
    assert changed["outputs"] == {"outmsg": {"string": "3"}}


def test_the_host_is_told_which_bindings_are_clients(project: Project) -> None:
    functions = project.functions

    assert not project.load_errors()
    deferred = {
        (name, binding["name"])
        for name, config in functions.items()
        for binding in config["bindings"]
        if binding.get("properties", {}).get("SupportsDeferredBinding")
    }
    assert deferred == {
        ("on_blob", "blob"),
        ("send_it", "blob"),
        ("on_picture", "blob"),
        ("get_item", "inblob"),
        ("get_and_send", "inblob"),
        ("on_order", "inblob"),
        ("list_documents", "indocs"),
        ("send_documents", "indocs"),
        ("on_documents", "indocs"),
        ("on_documents", "inblob"),
    }


def test_the_packages_come_with_them_and_only_then(project: Project, render: Callable[..., Project]) -> None:
    without = render(functions=FUNCTIONS[-1:], programming_model="v2")

    assert {*project.text("__app__/requirements.txt").splitlines()} > PACKAGES
    assert "azurefunctions" not in "".join(without.text(name) for name in ("pyproject.toml", "tests/test_contract.py"))


def test_the_code_is_formatted_linted_and_tested(project: Project) -> None:
    tests = project.run_tests()

    assert tests.returncode == 0, tests.stdout
    for check in (("format", "--check", "."), ("check", ".")):
        assert project.ruff(*check).returncode == 0


def test_the_contract_test_sees_a_client_where_the_host_sends_none(project: Project, tmp_path: Path) -> None:
    copy = Project(shutil.copytree(project.path, tmp_path / "app"))
    module = copy.app / "on_order" / "__init__.py"
    module.write_text(module.read_text().replace("msg: func.QueueMessage", "msg: BlobClient"), encoding="utf-8")

    run = copy.run_tests("tests/test_contract.py")

    assert run.returncode == 1
    assert "does not fit queueTrigger" in run.stdout


def test_every_statement_is_missed_by_a_test(project: Project) -> None:
    mutants.assert_none_survives(project)


def test_on_azurite_there_is_a_test_of_what_needs_no_client(render: Callable[..., Project]) -> None:
    functions = [
        {"name": "on_blob", "trigger": "blob", "sdk_types": True},
        {"name": "on_text", "trigger": "blob"},
    ]
    project = render(functions=functions, programming_model="v2", integration_tests=True)

    assert [path.name for path in project.path.glob("tests/integration/test_*.py")] == ["test_on_text.py"]
