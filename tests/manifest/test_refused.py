"""Every bad answer of the corpus is refused with its message, and nothing is written."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copier
import pytest

from copier_azure_functions.catalogue import Catalogue
from tests.support.project import REPOSITORY, Json, Project
from tools.catalogue import JINJA, load
from tools.manifest import RULES

CORPUS = load(REPOSITORY / "tests/manifest/refused.yml")


def spelled_out(value: Any) -> Any:
    """Replace the short form of a very long text by the text."""
    if isinstance(value, dict):
        return {key: spelled_out(item) for key, item in value.items()}
    if isinstance(value, list):
        return [spelled_out(item) for item in value]
    return "a" * 10_000 if value == "(a * 10000)" else value


def pattern(line: str) -> str:
    """Turn a line of an expected message into a regular expression: at its end, … stands for anything."""
    return re.escape(line).replace("…", ".*") if line.endswith("…") else re.escape(line)


def test_the_corpus_is_large_and_its_names_are_different() -> None:
    assert len(CORPUS) >= 300
    assert len({case["name"] for case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case["name"].encode("ascii", "replace").decode())
def test_it_is_refused_with_this_message(case: Json, refusal: Callable[..., list[str]]) -> None:
    message = refusal(**spelled_out(case["answers"]))

    message[0] = re.sub(r"^Validation error for question '(\w+)': ", r"\1 | ", message[0])
    assert len(message) == len(case["message"]), message
    for came, expected in zip(message, case["message"], strict=True):
        assert re.fullmatch(pattern(expected), came), f"got      {came}\nexpected {expected}"


def test_a_refusal_leaves_an_existing_folder_as_it_was(
    render: Callable[..., Project], template: Path, tmp_path: Path
) -> None:
    project = Project(Path(shutil.copytree(render(triggers=["timer"]).path, tmp_path / "app")))
    (project.app / "timer_trigger/__init__.py").write_text("# mine\n")
    before = project.files

    with pytest.raises(ValueError, match="which is a Python keyword"):
        copier.run_copy(
            str(template),
            project.path,
            data={"functions": [{"name": "import", "trigger": "http"}]},
            defaults=True,
            overwrite=True,
            quiet=True,
        )

    assert project.files == before


def test_what_is_wrong_is_data_before_it_is_a_line() -> None:
    functions = JINJA.get_template("manifest/validate/functions.jinja").module

    found = json.loads(
        functions.problems_as_data(
            [{"name": "on_order", "trigger": "queue", "queue_nam": 5, "outputs": [{"binding": "blob", "path": 1.5}]}]
        )
    )

    assert found == [
        {
            "at": "functions[0]",
            "function": "on_order",
            "key": "queue_nam",
            "got": "unknown key",
            "nearest": "queue_name",
            "expected": found[0]["expected"],
            "because": "",
            "hint": "",
        },
        {
            "at": "functions[0].outputs[0]",
            "function": "on_order",
            "key": "path",
            "got": "the number 1.5",
            "nearest": "",
            "expected": RULES["blob_path"]["expected"],
            "because": "",
            "hint": "quote it if you mean text",
        },
    ]


def test_the_key_and_what_came_survive_a_window_of_80_columns() -> None:
    """Copier puts `Validation error for question 'functions': ` first and cuts a line at the width of the window."""
    for case in CORPUS:
        question, _, line = case["message"][0].partition(" | ")
        if question == "functions":
            assert re.match(r"([\w.\[\]-]+: |the (number|boolean).*: |'[^']*': )?(got |unknown key)", line), line


def test_the_command_knows_what_only_the_v2_model_refuses() -> None:
    functions = [{"name": "tracer", "trigger": "http", "methods": ["trace"]}]

    assert Catalogue().problems(functions) == ()
    (problem,) = Catalogue().problems(functions, "v2")
    assert (problem.at, problem.key) == ("functions[0]", "methods")
