"""YAML has more types than a project can be made from: what came is named with its question, before anything is written."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import copier
import pytest
import yaml

from tools.questions import all_questions

Refusal = Callable[..., list[str]]


def project_type(name: str) -> str:
    """Name the type of project that is asked a question."""
    return "worker_extension" if "worker_extension" in str(all_questions()[name].get("when")) else "function_app"


def nested(depth: int) -> list[Any]:
    """A list in a list in a list, and so on."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def growing(depth: int) -> list[Any]:
    """What a few aliases make of YAML: two to the power of `depth` values."""
    value: list[Any] = ["x"]
    for _ in range(depth):
        value = [value, value]
    return value


VALUES = {
    "a date": (date(2026, 11, 26), "the date or time 2026-11-26"),
    "a time stamp": (datetime(2026, 11, 26, 1, 2, 3), "the date or time 2026-11-26T01:02:03"),
    "a set": ({"a"}, "{'a'}"),
    "bytes": (b"a", "bytes"),
    "not a number": (float("nan"), "the number nan"),
    "infinity": (float("inf"), "the number inf"),
    "a deep list": (nested(900), "too deep"),
    "a list that grows": (growing(24), "too deep or too large"),
    "a number that fills a page": (10**5000, "a number of more than 64 bits"),
    "half a character": ("\ud83d\ude00", "half a character"),
}


@pytest.mark.parametrize("name", ["app_settings", "functions", "worker_extensions", "add", "helpers"])
@pytest.mark.parametrize("kind", VALUES)
def test_a_value_that_json_does_not_have_is_named(name: str, kind: str, refusal: Refusal) -> None:
    value, expected = VALUES[kind]
    inside: dict[str, Any] = {"app_settings": {"SETTING": value}}

    said = "\n".join(refusal(**{name: inside.get(name, [{"name": value}])}))

    assert f"'answers': {name}: got" in said or f"\n{name}: got" in said
    assert expected in said


@pytest.mark.parametrize("value", [None, ["a"], {"a": "b"}, date(2026, 11, 26), True])
@pytest.mark.parametrize("name", ["project_name", "python_version", "ci", "function_timeout"])
def test_a_text_is_a_text(name: str, value: Any, refusal: Refusal) -> None:
    assert any(f"{name}: got" in line and "expected text" in line for line in refusal(**{name: value}))


@pytest.mark.parametrize("name", [name for name, question in all_questions().items() if question["type"] != "yaml"])
def test_nothing_is_no_answer(name: str, refusal: Refusal) -> None:
    """A question of YAML says itself what it wants in place of nothing."""
    (line,) = refusal(**{name: None, "project_type": None if name == "project_type" else project_type(name)})

    assert re.fullmatch(f"Validation error for question 'answers': {name}: got nothing, expected .+", line)


@pytest.mark.parametrize("triggers", [1, {"http": True}, None, [None], ["http", ["timer"]], "http", "12:30:00"])
def test_the_boxes_are_a_list(triggers: Any, refusal: Refusal) -> None:
    assert refusal(triggers=triggers)[0].startswith("Validation error for question 'answers': triggers: got ")


DEEP = {
    "brackets": "[" * 900 + "]" * 900,
    "brackets with others between": "[" + "{a: [], b: [" * 300 + "]}" * 300 + "]",
    "dashes": "- " * 900 + "x",
    "lines": "\n".join(" " * level + "a:" for level in range(900)),
}


@pytest.mark.parametrize("name", ["functions", "app_settings"])
@pytest.mark.parametrize("way", DEEP)
def test_text_that_python_could_not_read_as_yaml_is_named(way: str, name: str, refusal: Refusal) -> None:
    assert refusal(**{name: DEEP[way]}) == [
        f"Validation error for question 'answers': {name}: got lists or maps that are too deep, expected at most 16 levels"
    ]


SLIPS = [
    "[{name: a, trigger: http]",
    "- {name: a\n- x: : y",
    "{a: b: c}",
    "*x",
    "!!python/name:os.system",
    "? [a]\n: b",
    "2026-13-45",
]


@pytest.mark.parametrize("name", ["functions", "add", "app_settings", "triggers"])
@pytest.mark.parametrize("text", SLIPS)
def test_text_that_is_not_yaml_is_named(text: str, name: str, refusal: Refusal) -> None:
    (line,) = refusal(**{name: text})

    shown = text.replace("\n", "\\n")
    assert line == (
        f"Validation error for question 'answers': {name}: got '{shown}', "
        "expected YAML: look at its brackets, quotes and colons"
    )


def test_many_brackets_beside_each_other_are_not_deep(template: Path, tmp_path: Path) -> None:
    functions = ", ".join(f"{{name: f{n}, trigger: timer, outputs: [{{binding: queue}}]}}" for n in range(60))

    copier.run_copy(
        str(template), tmp_path, data={"functions": f"[{functions}]"}, defaults=True, quiet=True, pretend=True
    )


def test_what_the_command_line_says_in_yaml_is_looked_at_too(refusal: Refusal) -> None:
    (line,) = refusal(app_settings="{SINCE: 2026-11-26}")

    assert "app_settings: got the date or time 2026-11-26 (quote it if you mean text)" in line


def test_a_data_file_of_json_dump_is_told_how_to_write_characters(refusal: Refusal) -> None:
    answers = yaml.safe_load(json.dumps({"project_name": "Party 🎉"}))

    (line,) = refusal(**answers)

    assert "project_name: got half a character" in line
    assert "ensure_ascii=False" in line


def test_a_recorded_answer_of_another_shape_is_refused(template: Path, tmp_path: Path) -> None:
    copier.run_copy(str(template), tmp_path, data={"app_settings": {"SINCE": "x"}}, defaults=True, quiet=True)
    answers = tmp_path / ".copier-answers.yml"
    answers.write_text(answers.read_text().replace("SINCE: x", "SINCE: 2026-11-26"))

    with pytest.raises(ValueError, match=r"app_settings: got the date or time 2026-11-26 .*copier-answers"):
        copier.run_copy(str(template), tmp_path, defaults=True, quiet=True, overwrite=True)


def test_five_thousand_functions_are_looked_at_in_time(refusal: Refusal) -> None:
    """One level of all of them after the other, and not each of them with all others."""
    functions = [{"name": f"f{n}", "trigger": "http", "outputs": [{"binding": "queue"}]} for n in range(5000)]
    functions[-1]["since"] = date(2026, 11, 26)

    started = monotonic()
    said = refusal(functions=functions, pyton_version="3.13")

    assert any("functions: got the date or time" in line for line in said)
    assert monotonic() - started < 10
