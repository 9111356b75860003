"""The contract test in a generated project refuses exactly what the worker refuses."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.answer_sets import ANSWER_SETS, sayable
from tests.support.project import Json, Project, in_model


def binding(name: str, key: str, value: str) -> Callable[[Json], None]:
    """Change a property of a binding in function.json."""

    def change(config: Json) -> None:
        next(b for b in config["bindings"] if b["name"] == name)[key] = value

    return change


def without(name: str) -> Callable[[Json], None]:
    """Drop a binding from function.json."""

    def change(config: Json) -> None:
        config["bindings"] = [b for b in config["bindings"] if b["name"] != name]

    return change


CONFIG_CHANGES = {
    "parameter-renamed": ("get_item", binding("obj", "name", "other")),
    "binding-dropped": ("get_item", without("obj")),
    "return-dropped-of-a-function-that-returns": ("relay", binding("$return", "direction", "in")),
    "input-made-output": ("get_item", binding("obj", "direction", "out")),
    "output-made-input": ("submit", binding("msg", "direction", "in")),
    "inout": ("get_item", binding("obj", "direction", "inout")),
    "other-trigger": ("on_order", binding("msg", "type", "blobTrigger")),
    "another-trigger": ("nightly", binding("timer", "type", "queueTrigger")),
    "entry-point-missing": ("on_image", lambda config: config.update(entryPoint="missing")),
    "script-missing": ("on_image", lambda config: config.update(scriptFile="missing.py")),
    "script-of-another-kind": ("on_image", lambda config: config.update(scriptFile="main.txt")),
}
CODE_CHANGES = {
    "parameter-without-binding": ("on_order", "msg: func.QueueMessage", "msg: func.QueueMessage, more: str"),
    "annotation-of-another-type": ("on_order", "msg: func.QueueMessage", "msg: func.TimerRequest"),
    "annotation-that-is-no-type": ("on_order", "msg: func.QueueMessage", "msg: 5"),
    "out-without-type": ("submit", "msg: func.Out[str]", "msg: func.Out"),
    "out-of-a-wrong-type": ("submit", "msg: func.Out[str]", "msg: func.Out[int]"),
    "not-out": ("submit", "msg: func.Out[str]", "msg: str"),
    "out-on-an-input": ("get_item", "obj: func.InputStream", "obj: func.Out[func.InputStream]"),
    "return-annotation": ("greet", "-> func.HttpResponse", "-> int"),
    "return-annotation-out": ("relay", "-> str", "-> func.Out[str]"),
    "context-of-a-wrong-type": ("submit", "context: func.Context", "context: str"),
    "import-error": ("on_order", "import logging", "import logging_"),
    "entry-point-renamed": ("on_order", "async def main", "async def other"),
    # What the worker accepts:
    "without-annotation": ("on_order", "msg: func.QueueMessage", "msg"),
    "text-in-place-of-a-message": ("on_order", "msg: func.QueueMessage", "msg: str"),
    "bytes-for-a-blob": ("get_item", "obj: func.InputStream", "obj: bytes"),
    "list-of-messages": ("submit", "msg: func.Out[str]", "msg: func.Out[list[str]]"),
    "default-value": ("on_order", "msg: func.QueueMessage", "msg: func.QueueMessage = None"),
    "text-as-a-response": ("greet", "-> func.HttpResponse", "-> str"),
    "context-without-annotation": ("submit", "context: func.Context", "context"),
}


DECORATOR_CHANGES = {
    "parameter-renamed": ("get_item", 'arg_name="obj"', 'arg_name="other"'),
    "binding-dropped": ("get_item", r"@bp\.blob_input\(.*\)\n", ""),
    "input-made-output": ("get_item", "blob_input", "blob_output"),
    "output-made-input": ("submit", r"queue_output\(.*queue_name=", "table_input(arg_name='msg', table_name="),
    "other-trigger": ("on_order", "queue_trigger(.*)queue_name=", r"blob_trigger\1path="),
    "another-trigger": ("nightly", "(?=@bp.timer_trigger)", "@bp.timer_trigger(arg_name='timer', schedule='1')\n"),
    "trigger-dropped": ("nightly", r"@bp\.timer_trigger\(.*\)\n", ""),
    "name-of-another-function": ("greet", r'function_name\("greet"\)', 'function_name("hello")'),
    "name-of-another-function-but-for-its-case": ("greet", r'function_name\("greet"\)', 'function_name("Hello")'),
}


def verdicts(project: Project, function: str) -> tuple[bool, bool]:
    """Whether the worker loads a function, and whether the project's contract test passes."""
    loaded = project.run_on_worker()["loaded"]
    if project.model == "v2":  # one function that the worker refuses takes all with it
        run = project.run_tests("tests/test_contract.py", "--tb=no")
        return {*loaded.values()} == {None}, run.returncode == 0
    run = project.run_tests("tests/test_contract.py", "--tb=no", "-k", f"code[{function}]")
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return loaded[function] is None, run.returncode == 0


@pytest.fixture
def project(render: Callable[..., Project], model: str, tmp_path: Path) -> Project:
    """A copy of the example app, to be broken."""
    original = in_model(render, model)(**ANSWER_SETS["order_service"])
    return Project(Path(shutil.copytree(original.path, tmp_path / "broken")))


@pytest.mark.parametrize("model", ["v1"])
@pytest.mark.parametrize(("function", "change"), CONFIG_CHANGES.values(), ids=CONFIG_CHANGES)
def test_a_function_json_that_the_worker_refuses_fails_the_contract(
    project: Project, function: str, change: Callable[[Json], None]
) -> None:
    config = project.json(f"__app__/{function}/function.json")
    change(config)
    (project.app / function / "function.json").write_text(json.dumps(config))

    loads, passes = verdicts(project, function)

    assert not loads
    assert not passes


@pytest.mark.parametrize(("function", "old", "new"), CODE_CHANGES.values(), ids=CODE_CHANGES)
def test_the_contract_and_the_worker_agree_about_code(project: Project, function: str, old: str, new: str) -> None:
    module = project.app / function / "__init__.py"
    code = module.read_text()
    assert old in code
    module.write_text(code.replace(old, new))

    loads, passes = verdicts(project, function)

    assert loads == passes


@pytest.mark.parametrize("model", ["v2"])
@pytest.mark.parametrize(("function", "old", "new"), DECORATOR_CHANGES.values(), ids=DECORATOR_CHANGES)
def test_decorators_that_the_worker_or_the_host_refuses_fail_the_contract(
    project: Project, function: str, old: str, new: str
) -> None:
    module = project.app / function / "__init__.py"
    code, changes = re.subn(old, new, module.read_text(), count=1)
    assert changes == 1
    module.write_text(code)

    loads, passes = verdicts(project, function)

    assert not loads
    assert not passes


@pytest.mark.parametrize("model", ["v2"])
def test_an_app_beside_the_app_fails_the_contract(project: Project) -> None:
    (project.app / "function_app.py").open("a").write("\nother = func.FunctionApp()\n")

    assert verdicts(project, "greet") == (False, False)


@pytest.mark.parametrize("model", ["v2"])
def test_a_function_json_that_no_worker_reads_fails_the_contract(project: Project) -> None:
    (project.app / "greet/function.json").write_text('{"bindings": []}')

    assert verdicts(project, "greet") == (False, False)


EVERY = ANSWER_SETS["every_trigger_with_every_input_and_output"]
EVERY_KIND = {
    "every_kind": EVERY
    | {
        "functions": [
            entry if entry["trigger"] == "timer" else entry | {"inputs": [], "outputs": []}
            for entry in EVERY["functions"]
        ]
    },
    "many_messages_and_bytes": ANSWER_SETS["many_messages_and_bytes"],
}


@pytest.mark.parametrize("model", ["v2"])
@pytest.mark.parametrize("name", EVERY_KIND)
def test_decorators_of_the_template_are_what_the_manifest_says(
    render: Callable[..., Project], model: str, name: str, tmp_path: Path
) -> None:
    answers = sayable(EVERY_KIND[name], model)
    mine = [entry | {"code": "mine"} for entry in answers["functions"]]
    own = Project(
        Path(shutil.copytree(render(**answers | {"functions": mine}, programming_model=model).path, tmp_path / "own"))
    )
    shutil.copytree(render(**answers, programming_model=model).app, own.app, dirs_exist_ok=True)

    run = own.run_tests("tests/test_contract.py")

    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_declaration_stays_as_it_is_when_its_owner_takes_the_code_over(
    render: Callable[..., Project], name: str
) -> None:
    answers = EVERY_KIND[name]
    mine = [entry | {"code": "mine"} for entry in answers["functions"]]

    assert render(**answers | {"functions": mine}).functions == render(**answers).functions


OWN = """import azure.functions as func

bp = func.Blueprint()


@bp.function_name("on-order")
@bp.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:10")
@bp.queue_trigger(arg_name="msg", queue_name="Orders", connection="AzureWebJobsStorage")
@bp.blob_output(arg_name="$return", path="receipts/{id}", connection="AzureWebJobsStorage")
def receipt(msg: func.QueueMessage) -> str:
    return ""
"""
OWN_CHANGES = {
    "nothing": ("", "", ""),
    "value": ('"Orders"', '"orders-2"', "msg: queueName is 'orders-2' in its decorators, 'orders' in the manifest"),
    "several": (
        'queue_name="Orders", connection="AzureWebJobsStorage")',
        'queue_name="orders-2", connection="Other")',
        "msg: connection is 'Other' in its decorators, 'AzureWebJobsStorage' in the manifest\n"
        "E         on-order, msg: queueName is 'orders-2' in its decorators, 'orders' in the manifest",
    ),
    "more": (
        'queue_name="Orders"',
        'queue_name="Orders", data_type="binary"',
        "msg: dataType is 'BINARY' in its decorators, None in the manifest",
    ),
    "less": (
        ', connection="AzureWebJobsStorage")\n@bp.blob',
        ', connection="")\n@bp.blob',
        "msg: connection is '' in its decorators, 'AzureWebJobsStorage' in the manifest",
    ),
    "binding-less": ("@bp.blob_output", "# ", "$return is not in its decorators"),
    "binding-more": (
        "@bp.blob_output",
        "@bp.queue_output(arg_name='out', queue_name='a', connection='Other')\n@bp.blob_output",
        "out is not in the manifest",
    ),
    "retry": (
        'count="3"',
        'count="4"',
        "the retry policy: max_retry_count is '4' in its decorators, '3' in the manifest",
    ),
    "no-retry": ("@bp.retry", "# ", "the retry policy is not in its decorators"),
    "name": ('name("on-order")', 'name("on-orders")', "no blueprint declares on-order, only ['on-orders', 'hello']"),
}


@pytest.mark.parametrize("model", ["v2"])
@pytest.mark.parametrize(("old", "new", "said"), OWN_CHANGES.values(), ids=OWN_CHANGES)
def test_what_an_owner_s_decorators_say_otherwise_than_the_manifest_is_named(
    render: Callable[..., Project], model: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    on_order = {
        "name": "on-order",
        "trigger": "queue",
        "queue_name": "orders",
        "retry": {"strategy": "fixed_delay", "max_retry_count": 3, "delay_interval": "00:00:10"},
        "outputs": [{"binding": "blob", "arg_name": "$return", "path": "receipts/{id}"}],
        "code": "mine",
    }
    functions = [on_order, {"name": "hello", "trigger": "http"}]
    own = Project(Path(shutil.copytree(render(functions=functions, programming_model=model).path, tmp_path / "own")))
    assert old in OWN
    (own.app / "on-order").mkdir(exist_ok=True)
    (own.app / "on-order/__init__.py").write_text(OWN.replace(old, new, 1))

    run = own.run_tests("tests/test_contract.py", "-k", "your_decorators")

    assert run.returncode == (1 if said else 0), run.stdout
    assert (said if said.startswith("no ") else f"on-order, {said}" if said else "") in run.stdout


@pytest.mark.parametrize("model", ["v2"])
def test_code_that_is_to_be_written_begins_as_the_contract_says(
    render: Callable[..., Project], model: str, tmp_path: Path
) -> None:
    functions = [
        {"name": "on-order", "trigger": "queue", "outputs": [{"binding": "blob", "arg_name": "blob"}], "code": "mine"},
        {"name": "show", "trigger": "http", "auth_level": "anonymous", "route": "orders/{id}", "code": "mine"},
    ]
    rendered = render(functions=functions, programming_model=model).path
    own = Project(Path(shutil.copytree(rendered, tmp_path / "own")))
    contract = own.text("tests/test_contract.py")
    bodies = {"on-order": "def run(msg, blob):\n    pass\n", "show": "def run(req):\n    return 'ok'\n"}
    for name, body in bodies.items():
        decorators = re.search(rf'^(@bp\.function_name\("{name}"\)\n.*?)def _', contract, re.MULTILINE | re.DOTALL)
        assert decorators
        (own.app / name).mkdir(exist_ok=True)
        (own.app / name / "__init__.py").write_text(
            f"import azure.functions as func\n\nbp = func.Blueprint()\n\n\n{decorators[1]}{body}"
        )

    assert own.load_errors() == {}
    assert own.run_tests("tests/test_contract.py").returncode == 0
