"""The modules of shared_code/ are what contents.json says."""

import ast
import json

import pytest

from shared_code.assistants import new_assistant
from shared_code.cloud_events import event_data
from tests.support.project import REPOSITORY
from tests.support.ruff import ENDS, ruff

SHARED_CODE = REPOSITORY / "shared_code"


def test_each_module_has_one_function_for_others_and_it_is_listed() -> None:
    public = {
        path.stem: [
            node.name
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]
        for path in SHARED_CODE.glob("*.py")
    }

    contents = json.loads((SHARED_CODE / "contents.json").read_text(encoding="utf-8"))
    assert public == {module: [name] for module, name in contents.items()}


@pytest.mark.parametrize("python", ["py311", "py314"])
@pytest.mark.parametrize("end", ENDS)
def test_a_formatter_for_any_python_changes_nothing(end: str, python: str) -> None:
    """For 3.14 it takes brackets away that older Pythons need: `except (A, B):`."""
    run = ruff(
        end, "format", "--diff", "--isolated", f"--target-version={python}", "shared_code", "renderers", cwd=REPOSITORY
    )

    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("text", ["Be brief.", "[]", '{"amount": 7}', "[" * 100_000])
def test_a_text_that_describes_no_assistant_is_what_it_is_told(text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    assistant = json.loads(new_assistant(text))

    assert assistant["instructions"] == text
    assert f"The new assistant is {assistant['id']}" in caplog.text


@pytest.mark.parametrize(
    ("content", "data"),
    [({"data": "hello"}, "hello"), ({"data": {"amount": 7}}, '{"amount": 7}'), ({"data_base64": "AAE="}, "AAE=")],
)
def test_the_data_of_an_event_is_text_whatever_it_is(content: dict[str, object], data: str) -> None:
    event = json.dumps({"specversion": "1.0", **content})

    assert event_data(event) == event_data(event.encode()) == data
