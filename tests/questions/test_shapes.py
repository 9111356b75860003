"""YAML has more types than a project can be made from: what came is named with its question, before anything is written."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import copier
import pytest
import yaml

Refusal = Callable[..., list[str]]


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
