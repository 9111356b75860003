"""Thousands of functions take their number times as long as one: nothing looks at all of them for each of them."""

import json
from time import process_time
from typing import Any

from tests.fuzz.chance import CHECKS
from tools.catalogue import JINJA
from tools.names import ANSWERS, Answers

APP = JINJA.get_template("manifest/normalize.jinja").module.app


def functions(number: int) -> list[dict[str, Any]]:
    """Make functions of which each has names, routes and settings of its own."""
    return [
        {
            "name": f"f{n}",
            "trigger": "http",
            "disabled": True,
            "outputs": [{"binding": "queue", "queue_name": f"%Q{n}%"}],
        }
        for n in range(number)
    ]


def seconds(number: int) -> float:
    """Measure how long the checks and the normal form take for so many functions."""
    many = functions(number)
    started = process_time()
    assert CHECKS.problems(many) == ()
    app = json.loads(APP(many, Answers(ANSWERS, programming_model="v1")))
    took = process_time() - started
    assert len(app["functions"]) == number
    assert len(app["settings_table"]) == 2 * number + 1
    return took


def test_ten_times_as_many_functions_take_ten_times_as_long() -> None:
    seconds(10)  # compiles

    # Once is enough: what else a machine does makes the one slower, or the other.
    assert any(seconds(1000) < 15 * seconds(100) for _ in range(3))
