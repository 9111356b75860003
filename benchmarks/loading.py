"""Loading an app on the worker runtime."""

import shutil
import sys
from pathlib import Path

from benchmarks.measure import Cost, in_turns, run
from benchmarks.workplace import Workplace
from tools.working_tree import REPOSITORY

SHORTEST = """import azure.functions as func


def main(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello")
"""


def measure(place: Workplace) -> dict[str, Cost]:
    """Load HTTP functions: generated ones, and the shortest that can be written by hand."""
    generated, shortest = place.app(place.typical, ("http",)) / "__app__", place.folder / "shortest"
    shutil.copytree(generated, shortest)
    shutil.rmtree(shortest / "shared_code")
    for path in shortest.glob("*/__init__.py"):
        path.write_text(SHORTEST)

    def load(app: Path) -> Cost:
        return run("sh", "-c", f"echo '{{}}' | '{sys.executable}' -m tests.support.runtime '{app}'", cwd=REPOSITORY)

    return in_turns(place.runs, {"generated": lambda: load(generated), "shortest": lambda: load(shortest)})


def section(loaded: dict[str, Cost], typical: int) -> list[str]:
    """Write a table of the times."""
    return [
        "## Load on the worker runtime",
        "",
        f"HTTP functions, {typical} of them, from the start of the process.",
        "",
        "| | Time |",
        "| --- | ---: |",
        f"| Generated | {loaded['generated'].seconds:.2f} s |",
        f"| The shortest functions that can be written by hand | {loaded['shortest'].seconds:.2f} s |",
        "",
    ]
