"""From an empty folder to passing tests, with packages in the caches of uv and pip."""

import shutil
import sys

from benchmarks.measure import Cost, in_turns, one_after_another, run
from benchmarks.workplace import BIN, Workplace

BY_HAND = {
    "function_app.py": "import azure.functions as func\n\napp = func.FunctionApp()\n",
    "requirements.txt": "azure-functions\n",
    "test_app.py": "from function_app import app\n\n\ndef test_app():\n    assert app\n",
}


def measure(place: Workplace) -> dict[str, Cost]:
    """Take the way with the template, and with a flat project as `func init` lays it out."""

    def with_template() -> Cost:
        copied = place.copy(place.template)
        return one_after_another([copied, run(BIN / "uv", "run", "--quiet", "pytest", cwd=place.folder / "project")])

    def by_hand() -> Cost:
        flat = place.folder / "flat"
        shutil.rmtree(flat, ignore_errors=True)
        flat.mkdir()
        for name, text in BY_HAND.items():
            (flat / name).write_text(text)
        pip = [".venv/bin/pip", "install", "--quiet", "-r", "requirements.txt", "pytest"]
        commands = [[sys.executable, "-m", "venv", ".venv"], pip, [".venv/bin/pytest"]]
        return one_after_another([run(*command, cwd=flat) for command in commands])

    return in_turns(place.runs, {"template": with_template, "by hand": by_hand})


def section(first: dict[str, Cost]) -> list[str]:
    """Write a table of the times."""
    return [
        "## From an empty folder to passing tests",
        "",
        "With the packages in the caches of uv and pip. By hand: a flat project with one file, one test that imports",
        "it, `venv`, `pip install` and `pytest`.",
        "",
        "| | Time |",
        "| --- | ---: |",
        f"| This template, `uv run pytest` | {first['template'].seconds:.1f} s |",
        f"| By hand | {first['by hand'].seconds:.1f} s |",
        "",
    ]
