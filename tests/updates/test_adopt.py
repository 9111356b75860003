"""An app that was not made with the template is brought in without losing a line."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from copier_azure_functions import changes
from copier_azure_functions.project import Project as OpenedProject
from tests.conftest import once
from tests.support import flat_app, v2_app
from tests.support.forked_program import run_forked
from tests.support.models import differences
from tests.support.owned_project import OwnedProject, git, settle
from tests.support.project import Project

ADDED = {"name": "restock", "trigger": "http", "outputs": [{"binding": "queue", "queue_name": "restock"}]}


def flat_project(folder: Path) -> OwnedProject:
    """Write and commit an app in the flat layout."""
    flat_app.write(folder)
    git(folder, "init", "--quiet")
    project = OwnedProject(folder)
    project.commit()
    return project


@pytest.fixture
def project(tmp_path: Path) -> OwnedProject:
    """A committed app in the flat layout."""
    return flat_project(tmp_path / "warehouse")


def adopt(project: OwnedProject, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return run_forked(project.path, "copier_azure_functions", "adopt", *options)


@pytest.fixture
def adopted(released_template: Path, shared_dir: Path, tmp_path: Path) -> OwnedProject:
    """The same app after all steps of docs/adopt.md."""

    def make(folder: Path) -> None:
        project = flat_project(folder)
        run = adopt(project, "--template", str(released_template))
        assert run.returncode == 0, run.stderr
        assert "5 of 5 functions are in the manifest." in run.stderr

    return OwnedProject(shutil.copytree(once(shared_dir / "adopted-project", make), tmp_path / "adopted"))


def test_a_flat_app_is_described_and_nothing_is_changed(project: OwnedProject) -> None:
    before = project.files

    run = adopt(project, "--describe")

    assert run.returncode == 0, run.stderr
    assert "5 of 5 functions are in the manifest." in run.stderr
    assert project.files == before
    functions = {function.pop("name"): function for function in yaml.safe_load(run.stdout)["functions"]}
    assert {function.pop("code") for function in functions.values()} == {"mine"}
    assert functions == {
        "GetStock": {"trigger": "http", "auth_level": "anonymous", "methods": ["get"], "route": "stock/{item}"},
        "Nightly": {"trigger": "timer", "arg_name": "mytimer", "schedule": "0 0 3 * * *", "async": True},
        "Notify": {
            "trigger": "queue",
            "queue_name": "packed",
            "outputs": [
                {
                    "binding": "sendgrid",
                    "arg_name": "mail",
                    "api_key": "SendGridKey",
                    "to": "ada@contoso.com",
                    "from": None,
                    "subject": None,
                },
            ],
        },
        "OnOrder": {
            "trigger": "queue",
            "arg_name": "order",
            "queue_name": "orders",
            "retry": {"strategy": "fixed_delay", "max_retry_count": 3, "delay_interval": "00:00:10"},
            "outputs": [
                {"binding": "queue", "arg_name": "$return", "queue_name": "packed", "connection": "PartnerStorage"},
            ],
        },
        "ResizeImage": {
            "trigger": "blob",
            "arg_name": "myblob",
            "path": "images/{name}",
            "source": None,
            "script_file": "resize.py",
            "entry_point": "resize",
            "context": True,
        },
    }


def test_what_the_template_refuses_is_left_out_with_the_reason(project: OwnedProject) -> None:
    (project.path / "Nightly").rename(project.path / "night ly")
    project.edit("OnOrder/function.json", lambda text: text.replace('"orders"', '"Orders!"'))
    project.edit(
        "GetStock/function.json", lambda text: text.replace('"methods"', '"webHookType": "",\n      "methods"')
    )

    run = adopt(project, "--describe")

    assert "3 of 5 functions are in the manifest." in run.stderr
    assert "Left out: night ly: name: got 'night ly', expected letters" in run.stderr
    assert "Left out: OnOrder: queue_name: got 'Orders!'" in run.stderr
    assert "Kept as it is" not in run.stderr
    assert [function["name"] for function in yaml.safe_load(run.stdout)["functions"]] == [
        "GetStock",
        "Notify",
        "ResizeImage",
    ]


def test_nothing_is_moved_in_a_project_with_uncommitted_changes(project: OwnedProject) -> None:
    (project.path / "new.py").touch()
    before = project.files

    run = adopt(project)

    assert run.returncode == 2
    assert "Commit them first" in run.stderr
    assert project.files == before


def test_no_line_of_the_app_is_lost(adopted: OwnedProject) -> None:
    stayed = {".gitignore", "README.md", "tests/test_stock.py"}
    for name, text in flat_app.FILES.items():
        assert adopted.text(name if name in stayed else f"__app__/{name}") == text


def test_its_functions_load_and_its_tests_pass(adopted: OwnedProject) -> None:
    assert adopted.load_errors() == {}
    run = adopted.run_tests()
    assert run.returncode == 0, run.stdout
    assert "6 passed" in run.stdout


def test_it_is_updated_like_any_other_project(adopted: OwnedProject) -> None:
    adopted.commit()
    before = adopted.files

    adopted.update(add=[ADDED], remove=["Nightly"])

    after = adopted.files
    assert before.keys() - after.keys() == {"__app__/Nightly/function.json"}  # the code is the owner's
    assert (
        after.keys() - before.keys()
        == {
            "__app__/restock/__init__.py",
            "__app__/restock/function.json",
            "tests/functions/test_restock.py",
            "tests/stand_ins.py",
        }
        | {name for name in after if name.startswith("__app__/shared_code/")} - before.keys()
    )
    assert {name for name in before.keys() & after.keys() if before[name] != after[name]} <= {
        ".copier-answers.yml",
        "README.md",
        "tests/stand_ins.py",
    }
    assert all(line.startswith("README.md:") for line in adopted.conflicts)
    assert "Ask Ada before you deploy." in adopted.text("README.md")
    assert adopted.load_errors() == {}
    assert adopted.run_tests().returncode == 0


def test_a_declaration_that_is_only_laid_out_otherwise_follows_without_a_conflict(adopted: OwnedProject) -> None:
    laid_out = "__app__/OnOrder/function.json"
    adopted.edit(laid_out, lambda text: json.dumps(json.loads(text)))
    commented = "__app__/Notify/function.json"
    adopted.edit(commented, lambda text: "// Ask Ada.\n" + json.dumps(json.loads(text)))
    adopted.commit()
    functions = [
        entry | {"queue_name": "moved"} if entry["trigger"] == "queue" else entry
        for entry in adopted.answers["functions"]
    ]

    outcome = changes.update(":current:", {"functions": functions})(OpenedProject.at(adopted.path))

    assert [path for path in outcome.conflicts if path.endswith(".json")] == [commented]
    assert adopted.json(laid_out)["bindings"][0]["queueName"] == "moved"
    assert "Ask Ada" in adopted.text(commented)
    assert [note.split()[1] for note in outcome.notes if note.startswith("Settle")] == [commented]


def test_files_that_were_put_together_once_merge_from_then_on(
    adopted: OwnedProject, released_template: Path, tmp_path: Path
) -> None:
    fresh = OwnedProject.copy(released_template, tmp_path / "fresh", functions=adopted.answers["functions"])
    for name in ("README.md", "pyproject.toml"):
        adopted.edit(name, lambda mine, name=name: fresh.text(name) + mine)
    adopted.commit()

    adopted.update(
        add=[
            ADDED,
            {"name": "chain", "trigger": "orchestration", "activity": "step"},
            {"name": "step", "trigger": "activity"},
        ]
    )

    assert adopted.conflicts == []
    assert "[restock]" in adopted.text("README.md")
    assert "Ask Ada" in adopted.text("README.md")
    assert '  "azure-functions-durable>=1.7,<2",' in adopted.text("pyproject.toml").splitlines()
    assert "typing-extensions" in adopted.text("__app__/requirements.txt").splitlines()


def test_an_adopted_app_moves_to_the_v2_model(adopted: OwnedProject) -> None:
    adopted.commit()
    of_template = [{key: it for key, it in entry.items() if key != "code"} for entry in adopted.answers["functions"]]
    code = [name for name in adopted.files if name.endswith((".py", "function.json")) and "contract" not in name]
    own = {name: adopted.text(name) for name in code}
    changes.update(":current:", {"functions": of_template})(OpenedProject.at(adopted.path))
    assert {name: adopted.text(name) for name in own} == own
    adopted.commit()
    bindings = adopted.functions
    before = {name: adopted.text(name).splitlines() for name in adopted.files if name.startswith("__app__/")}

    adopted.update(programming_model="v2")

    modules = {f"__app__/{name}" for name in ("GetStock/__init__.py", "Notify/__init__.py", "ResizeImage/resize.py")}
    for name in before.keys() & adopted.files.keys():
        assert name.endswith("host.json") or {*before[name]} <= {*adopted.text(name).splitlines()}, name
    assert modules < adopted.files.keys()
    for name in {line.split(":")[0] for line in adopted.conflicts}:
        adopted.edit(name, settle)
    moved = Project(adopted.path)
    assert moved.load_errors() == {}
    assert differences(bindings, moved.functions) == []
    assert (
        moved.invoke("GetStock", req={"http": {"params": {"item": "pen"}}})["returned"]["http"]["body"]["bytes"] == "3"
    )
    assert moved.run_tests("tests/test_contract.py").returncode == 0


@pytest.fixture
def decorated(tmp_path: Path) -> OwnedProject:
    """A committed app of the v2 model that was written by hand."""
    v2_app.write(tmp_path / "decorated")
    git(tmp_path / "decorated", "init", "--quiet")
    project = OwnedProject(tmp_path / "decorated")
    project.commit()
    return project


def test_an_app_with_decorators_is_described_and_makes_a_project_with_the_same_bindings(
    decorated: OwnedProject, released_template: Path, tmp_path: Path
) -> None:
    run = adopt(decorated, "--describe")

    assert run.returncode == 0, run.stderr
    assert "7 of 7 functions are in the manifest." in run.stderr
    made = OwnedProject.copy(released_template, tmp_path / "made", **yaml.safe_load(run.stdout))
    assert made.load_errors() == {}
    assert differences(decorated.functions, made.functions) == []
    assert decorated.changes == {}
    for path in [*decorated.app.iterdir()]:  # as Microsoft's tools make it
        path.rename(decorated.path / path.name)
    decorated.app.rmdir()
    assert adopt(decorated, "--describe").stdout == run.stdout


def test_constants_of_the_app_are_read_in_decorators(decorated: OwnedProject) -> None:
    literal = adopt(decorated, "--describe").stdout
    app = decorated.text("__app__/function_app.py")
    assert app.count('"incoming"') == app.count('"0 0 3 * * *"') == 1
    app = app.replace('"incoming"', "INCOMING").replace('"0 0 3 * * *"', "names.NIGHTLY")
    app = app.replace("\n\n", '\n\nfrom shared_code import names\n\nINCOMING = "incoming"\n', 1)
    (decorated.app / "function_app.py").write_text(app)
    (decorated.app / "shared_code").mkdir(exist_ok=True)
    (decorated.app / "shared_code/names.py").write_text('NIGHTLY = "0 0 3 * * *"\n')

    assert adopt(decorated, "--describe").stdout == literal


@pytest.mark.parametrize(
    ("said", "means"), [('methods=["GET", "POST"]', None), ('methods=["POST"]', ["POST"]), ("", "any")]
)
def test_methods_are_those_that_a_decorator_says(said: str, means: object, decorated: OwnedProject) -> None:
    text = decorated.text("__app__/function_app.py")
    assert ', methods=["GET"]' in text
    (decorated.app / "function_app.py").write_text(text.replace(', methods=["GET"]', said and ", " + said))

    described = yaml.safe_load(adopt(decorated, "--describe").stdout)["functions"]

    (get_item,) = [function for function in described if function["name"] == "get_item"]
    assert get_item.get("methods") == means  # get and post are those of the manifest


def test_a_name_with_several_values_is_no_constant(decorated: OwnedProject) -> None:
    text = decorated.text("__app__/function_app.py").replace('"incoming"', "INCOMING")
    (decorated.app / "function_app.py").write_text(
        text.replace("\n\n", '\n\nINCOMING = "incoming"\nif df:\n    INCOMING = "other"\n', 1)
    )

    assert "relay: queue_name is INCOMING, which only a run tells" in adopt(decorated, "--describe").stderr


def test_what_is_no_utf_8_in_an_app_stops_nothing(
    project: OwnedProject, decorated: OwnedProject, released_template: Path
) -> None:
    (decorated.app / "prices.py").write_bytes(b"# caf\xe9\n")
    assert adopt(decorated, "--describe").returncode == 0
    (project.path / "SharedCode/menu.py").write_bytes(b"# -*- coding: latin-1 -*-\nDRINK = 'caf\xe9'\n")
    (project.path / "GetStock/old.py").write_bytes(b"# caf\xe9\n")
    (project.path / "requirements.txt").write_bytes("azure-functions\r\n".encode("utf-16"))
    (project.path / "setup.cfg").write_bytes(b"[metadata]\nauthor = Ren\xe9\n")
    project.commit()

    run = adopt(project, "--template", str(released_template))

    assert run.returncode == 0, run.stderr
    assert "5 of 5 functions are in the manifest" in run.stderr


def test_a_pyproject_that_is_torn_is_refused_and_leaves_no_folder(
    project: OwnedProject, released_template: Path
) -> None:
    (project.path / "pyproject.toml").write_text("[project\n")
    project.commit()

    run = adopt(project, "--template", str(released_template))

    assert run.returncode == 2
    assert "pyproject.toml is not TOML: " in run.stderr
    assert project.changes == {}
    assert not project.app.exists()


def test_a_level_of_access_that_only_a_run_tells_is_refused(decorated: OwnedProject) -> None:
    text = decorated.text("__app__/function_app.py")
    (decorated.app / "function_app.py").write_text(text.replace("func.AuthLevel.ANONYMOUS", "level()"))

    run = adopt(decorated, "--describe")

    assert run.returncode == 2
    assert "http_auth_level is level() in function_app.py, which only a run tells" in run.stderr


def test_what_only_a_run_of_an_app_with_decorators_tells_is_left_out_with_the_reason(decorated: OwnedProject) -> None:
    app = decorated.text("__app__/function_app.py")
    for old, new in {
        'path="items/{id}.txt"': 'path=f"items/{NAME}.txt"',
        'queue_name="incoming"': "**INCOMING",
        'schedule="0 0 3 * * *"': 'schedule=os.environ["NIGHTLY"]',
        '@app.activity_trigger(input_name="name")': '@app.connector_trigger(arg_name="name")',
    }.items():
        assert old in app
        app = app.replace(old, new)
    (decorated.app / "function_app.py").write_text(app)

    run = adopt(decorated, "--describe")

    assert [line for line in run.stderr.splitlines() if line.startswith("Left out: ")][:4] == [
        """Left out: get_item: path is f'items/{NAME}.txt', which only a run tells""",
        """Left out: relay: queue_trigger has arguments that only a run tells: INCOMING""",
        """Left out: nightly: schedule is os.environ['NIGHTLY'], which only a run tells""",
        """Left out: greet: the catalogue has no decorator connector_trigger""",
    ]
    described = {function["name"] for function in yaml.safe_load(run.stdout)["functions"]}
    assert not described & {"get_item", "relay", "nightly", "greet"}


def test_an_app_with_decorators_is_described_only(decorated: OwnedProject) -> None:
    run = adopt(decorated)

    assert run.returncode == 2
    assert "it can be described, not adopted" in run.stderr
    assert decorated.changes == {}
