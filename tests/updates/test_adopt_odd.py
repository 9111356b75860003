"""What function.json can say, the manifest can say, in every shape that people have."""

import json
from pathlib import Path

import pytest
import yaml

from copier_azure_functions import adoption, changes, engine
from copier_azure_functions.catalogue import Catalogue
from copier_azure_functions.errors import RefusalError
from copier_azure_functions.project import Project as OpenedProject
from copier_azure_functions.source import Source
from tests.support.owned_project import OwnedProject, Template
from tests.support.project import REPOSITORY, Project

# A module as its owner may write it in the v2 model.
BLUEPRINT = """import azure.functions as func

bp = func.Blueprint()


@bp.function_name("{name}")
@bp.timer_trigger(arg_name="timer", schedule="0 0 3 * * *")
def run(timer: func.TimerRequest) -> None:
    print("mine")
"""

SHAPES: dict[str, str] = yaml.safe_load((Path(__file__).parent / "odd_declarations.yml").read_text(encoding="utf-8"))


def write(app: Path, shapes: dict[str, str]) -> Path:
    """Write an app with these declarations."""
    app.mkdir()
    (app / "host.json").write_text('{"version": "2.0"}\n')
    for name, text in shapes.items():
        (app / name).mkdir()
        (app / name / "function.json").write_text(text, encoding="utf-8")
    return app


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> adoption.Description:
    """All shapes in one app, and one that cannot be read."""
    app = write(tmp_path_factory.mktemp("odd") / "app", SHAPES | {"Torn": '{"bindings": [{"type"'})
    return adoption.describe_app(app, Catalogue())


@pytest.mark.parametrize("name", SHAPES)
def test_a_declaration_is_accepted_and_means_the_same_in_the_manifest(
    name: str, described: adoption.Description
) -> None:
    assert name not in described.left_out
    assert name in [function["name"] for function in described.functions]
    kept = [line for line in described.kept if line.startswith(f"{name}/")]
    assert kept == (
        ['KeyOfAProperty/function.json: event: password is "KafkaPassword", the template would write "%KafkaPassword%"']
        if name == "KeyOfAProperty"
        else []
    )


def test_one_that_cannot_be_read_is_left_out_alone(described: adoption.Description) -> None:
    assert described.left_out.keys() == {"Torn"}
    assert "cannot be read" in described.left_out["Torn"]
    assert described.total == len(SHAPES) + 1


def test_only_what_nobody_knows_is_generic(described: adoption.Description) -> None:
    parts = {
        function["name"]: [function["trigger"]]
        + [part["binding"] for role in ("inputs", "outputs") for part in function.get(role, [])]
        for function in described.functions
    }
    assert [name for name, kinds in parts.items() if "generic" in kinds] == ["UnknownToAll"]


def test_a_binding_called_context_is_not_taken_for_the_context_of_an_invocation(tmp_path: Path) -> None:
    timer = '{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "%s", "schedule": "0 0 3 * * *"}]}'
    app = write(tmp_path / "app", {"Bound": timer % "context", "Given": timer % "mytimer"})
    (app / "Bound/__init__.py").write_text("def main(context):\n    pass\n")
    (app / "Given/__init__.py").write_text("def main(mytimer, context):\n    pass\n")

    described = adoption.describe_app(app, Catalogue())

    assert described.left_out == {}
    assert {function["name"]: function.get("context") for function in described.functions} == {
        "Bound": None,
        "Given": True,
    }


def test_comments_are_no_part_of_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "function.json"
    path.write_text('{"a": "// \\"b, ]", /* c */ "d": [1, 2,], // e\n}', encoding="utf-8")
    assert adoption.load(path) == {"a": '// "b, ]', "d": [1, 2]}


def test_a_folder_without_host_json_is_no_app(tmp_path: Path) -> None:
    app = write(tmp_path / "app", {"AnyMethod": SHAPES["AnyMethod"]})
    (app / "host.json").unlink()
    with pytest.raises(RefusalError, match=r"There is no host\.json"):
        adoption.describe_app(app, Catalogue())


def test_nothing_is_rendered_for_code_of_the_owner_but_its_declaration(tmp_path: Path) -> None:
    functions = [
        {"name": "hyphens-in-it", "trigger": "http", "code": "mine", "methods": "any", "response": "answer"},
        {"name": "queue", "trigger": "queue", "code": "mine", "queue_name": "letters", "connection": None},
    ]
    functions[1]["description"] = "Read a letter."
    engine.copy(Source(str(REPOSITORY)), tmp_path / "app", {"project_name": "App", "functions": functions})

    app = tmp_path / "app"
    found = {path.relative_to(app).as_posix() for path in app.rglob("*") if path.is_file()}
    assert {path for path in found if path.startswith(("__app__/hyphens", "__app__/queue", "tests/functions"))} == {
        "__app__/hyphens-in-it/function.json",
        "__app__/queue/function.json",
    }
    assert not {path for path in found if path.startswith("__app__/shared_code/") and "__init__" not in path}
    bindings = json.loads((app / "__app__/hyphens-in-it/function.json").read_text())["bindings"]
    assert bindings == [
        {"name": "req", "type": "httpTrigger", "direction": "in", "authLevel": "function"},
        {"type": "http", "direction": "out", "name": "answer"},
    ]
    assert json.loads((app / "__app__/queue/function.json").read_text())["bindings"] == [
        {"name": "msg", "type": "queueTrigger", "direction": "in", "queueName": "letters"}
    ]


def test_in_the_v2_model_code_of_the_owner_is_registered_wherever_it_is(tmp_path: Path) -> None:
    files = {"hyphens-in-it": "__init__.py", "queue": "steps/from-queue.py", "shared": "../CommonCode/main.py"}
    functions = [
        {"name": name, "trigger": "timer", "code": "mine", "schedule": "0 0 3 * * *", "script_file": file}
        for name, file in files.items()
    ]
    answers = {"project_name": "App", "programming_model": "v2", "functions": functions}
    engine.copy(Source(str(REPOSITORY)), tmp_path / "app", answers)
    project = Project(tmp_path / "app")
    assert [path.parent.name for path in project.app.rglob("*.py")].count("__app__") == 1
    for name, file in files.items():
        path = project.app / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(BLUEPRINT.format(name=name))

    assert project.load_errors() == {}
    assert project.functions.keys() == files.keys()
    assert project.run_tests("tests/test_contract.py").returncode == 0

    path.write_text(BLUEPRINT.format(name="shared").replace("0 0 3", "0 0 4"))

    run = project.run_tests("tests/test_contract.py")
    assert run.returncode == 1
    assert "shared, timer: schedule is '0 0 4 * * *' in its decorators, '0 0 3 * * *' in the manifest" in run.stdout


@pytest.mark.parametrize(
    ("model", "mine", "declared_in"),
    [
        ("v1", "def main(timer):\n    print('mine')\n", "__app__/nightly/function.json"),
        ("v2", BLUEPRINT.format(name="nightly"), "tests/test_contract.py"),
    ],
    ids=["v1", "v2"],
)
def test_a_function_that_its_owner_took_over_is_never_touched_again(
    model: str, mine: str, declared_in: str, released_template: Path, tmp_path: Path
) -> None:
    nightly = {"name": "nightly", "trigger": "timer", "schedule": "0 0 3 * * *"}
    project = OwnedProject.copy(
        released_template,
        tmp_path / "app",
        programming_model=model,
        functions=[nightly, {"name": "b", "trigger": "http"}],
    )
    (project.app / "nightly/__init__.py").write_text(mine)
    project.commit()
    taken_over = [nightly | {"code": "mine"}, {"name": "b", "trigger": "http"}]

    outcome = changes.update(":current:", {"functions": taken_over})(OpenedProject.at(project.path))

    assert project.conflicts == outcome.notes == []
    assert project.changes.keys() == {".copier-answers.yml", "tests/test_contract.py"}
    project.commit()

    project.update(functions=[taken_over[0] | {"schedule": "0 0 4 * * *", "context": True}, taken_over[1]])

    assert project.conflicts == []
    assert project.text("__app__/nightly/__init__.py") == mine
    assert '"0 0 4 * * *"' in project.text(declared_in)
    assert project.changes.keys() == {".copier-answers.yml", declared_in, "README.md"}
    project.commit()

    template = Template(tmp_path / "template", released_template)
    (test_module,) = (template.path / "template/tests/functions").glob("*.jinja")
    for path in (template.path / f"renderers/{model}/module.jinja", test_module):
        path.write_text("# Better.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    template.release("v1.1.0")
    project.follow(template)
    project.commit()

    project.update("v1.1.0")

    assert project.conflicts == []
    assert project.text("__app__/nightly/__init__.py") == mine
    assert "# Better." in project.text("__app__/b/__init__.py")
    assert "# Better." in project.text("tests/functions/test_b.py")
    assert not [path for path in project.changes if "nightly" in path]
