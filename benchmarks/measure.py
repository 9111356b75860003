"""Take the time and the memory of commands."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """What something takes."""

    seconds: float
    mebibytes: float


def run(*command: object, cwd: Path | None = None, to: Path = Path(os.devnull), fails: bool = False) -> Cost:
    """Run a command, which may fail if told so; return its time from the start of the process and its peak memory."""
    started = time.perf_counter()
    with to.open("w") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=cwd,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
        )
    _, status, usage = os.wait4(process.pid, 0)
    if status and not fails:
        raise subprocess.CalledProcessError(status, process.args)
    return Cost(time.perf_counter() - started, usage.ru_maxrss / 1024)


def one_after_another(costs: list[Cost]) -> Cost:
    """Add up the times, and take the highest memory."""
    return Cost(sum(cost.seconds for cost in costs), max(cost.mebibytes for cost in costs))


def in_turns(runs: int, measures: dict[str, Callable[[], Cost]]) -> dict[str, Cost]:
    """Take the medians of several measures, run in turns, so that a busy moment of the machine meets all alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in measures}
    for _ in range(runs):
        for name, measure in measures.items():
            costs[name].append(measure())
    return {name: Cost(*map(statistics.median, zip(*taken, strict=True))) for name, taken in costs.items()}
