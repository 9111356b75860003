"""Functions of generated apps run on a real storage service: Azurite has what goes in and what comes out.

The tests are those of the project, `tests/integration`, and some that an owner would write.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.answer_sets import TESTED_ON_STORAGE
from tests.support.azurite import azurite
from tests.support.project import Project, environment

Render = Callable[..., Project]
APP = TESTED_ON_STORAGE

# HTTP → queue → function → blob and table → function → queue, with letters that each encoding has to get through.
CHAIN = """
import json

from tests.integration.host import Host
from tests.integration.storage import Storage


def test_chain(host: Host, storage: Storage) -> None:
    storage.insert("Prices", {"PartitionKey": "tea", "RowKey": "1", "Price": 2})
    storage.insert("Prices", {"PartitionKey": "tea", "RowKey": "2", "Price": 1})

    assert host.request("greet", "POST", body='{"name": "Zoë 茶"}').status == 200
    (queued,) = storage.queues.get_queue_client("orders").peek_messages()
    assert queued.content == "SGVsbG8sIFpvw6sg6Iy2"
    run = host.run("on_order")
    assert "Table input inentities, entities: 1" in run.log
    assert storage.values("outTable", "Text") == ["Hello, Zoë 茶"]
    host.run("on_receipt")
    assert storage.messages("mails") == ["Hello, Zoë 茶"]
    assert storage.texts("receipts-txt") == ["Hello, Zoë 茶"]


def test_what_the_function_learns_of_a_blob_and_a_message(host: Host, storage: Storage) -> None:
    storage.write("receipts/a.txt", b"\\xff\\x00", metadata={"shop": "1"})
    storage.insert("Prices", {"PartitionKey": "tea", "RowKey": "1"})
    storage.send("orders", "hello")

    blob = json.loads(host.run("on_receipt").log.splitlines()[0])
    message = json.loads(host.run("on_order").log.splitlines()[0])

    assert blob["metadata"] == {"shop": "1"}
    assert blob["uri"].endswith("/devstoreaccount1/receipts/a.txt")
    assert storage.messages("mails") == ["\\N{REPLACEMENT CHARACTER}\\0"]
    assert message["dequeued"] == 1
    assert message["inserted"] < message["expires"]
"""
# What an owner adds to the functions.
LEARNS = {
    "on_receipt": """
    logging.info('{"metadata": %s, "uri": "%s"}', json.dumps(blob.metadata), blob.uri)
""",
    "on_order": """
    times = msg.insertion_time.isoformat(), msg.expiration_time.isoformat()
    logging.info('{"dequeued": %d, "inserted": "%s", "expires": "%s"}', msg.dequeue_count, *times)
""",
}


def with_azurite(project: Project, folder: Path) -> Project:
    """Copy a project to change it; it has Azurite where it would install it."""
    copy = Project(Path(shutil.copytree(project.path, folder / "app")))
    (copy.path / ".azurite").symlink_to(azurite())
    return copy


def run_integration_tests(project: Project, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the project's own tests on Azurite."""
    kept = {name: value for name, value in environment().items() if name not in ("AZURITE", "CI")}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rs",
            "-p",
            "no:cacheprovider",
            "--disable-plugin-autoload",
            "tests/integration",
        ],
        cwd=project.path,
        capture_output=True,
        text=True,
        check=False,
        env=kept | variables,
    )


def number_of_modules(project: Project) -> int:
    """Count the modules with a test on Azurite."""
    return len([*project.path.glob("tests/integration/test_*.py")])


def without_outputs(project: Project) -> None:
    """Take out the lines of the functions that set their outputs or log something."""
    for code in project.app.glob("*/__init__.py"):
        text = code.read_text(encoding="utf-8")
        code.write_text(
            re.sub(r"^    (\w+\.set\(.+|return content|logging\.info\(.+\))$", "    pass", text, flags=re.MULTILINE),
            "utf-8",
        )


def test_functions_run_on_azurite_one_by_one_and_in_a_chain(model: str, render: Render, tmp_path: Path) -> None:
    project = with_azurite(render(**APP, programming_model=model), tmp_path)
    (project.path / "tests/integration/test_chain.py").write_text(CHAIN, encoding="utf-8")
    for function, lines in LEARNS.items():
        code = project.app / function / "__init__.py"
        before, summary, after = re.split(r'(\n    """[^"]+"""\n)', code.read_text(encoding="utf-8"))
        code.write_text(before + summary + lines.lstrip("\n") + after, encoding="utf-8")

    done = run_integration_tests(project)

    assert done.returncode == 0, done.stdout
    assert f"{number_of_modules(project) + 1} passed" in done.stdout  # two are in one module


def test_a_function_that_writes_nothing_fails_its_test(render: Render, tmp_path: Path) -> None:
    project = with_azurite(render(**APP), tmp_path)
    without_outputs(project)

    done = run_integration_tests(project)

    assert f"{number_of_modules(project)} failed" in done.stdout
    assert "passed" not in done.stdout


def test_without_node_they_are_skipped_with_a_reason(render: Render) -> None:
    project = render(**APP)

    done = run_integration_tests(project, PATH="/nonexistent")

    assert done.returncode == 0
    assert f"{number_of_modules(project)} skipped" in done.stdout
    assert "Azurite needs Node.js" in done.stdout


def test_in_a_pipeline_they_never_skip_and_they_never_touch_a_real_account(render: Render) -> None:
    account = "DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=a2V5;EndpointSuffix=core.windows.net"

    project = render(**APP)

    done = run_integration_tests(project, AZURITE=account, CI="true")

    assert "AZURITE is not the connection string of an emulator" in done.stdout
    assert f"{number_of_modules(project)} errors" in done.stdout


def test_an_older_python_is_refused(refusal: Callable[..., list[str]]) -> None:
    """The worker runtimes are packages for Python 3.13 and newer."""
    (message,) = refusal(integration_tests=True, python_version="3.12")

    assert message.endswith(
        "got the boolean true, but the worker that runs the functions needs Python 3.13 or newer: give another python_version"
    )
