"""The benchmarks run, and write what the documentation shows."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import profile
from tests.support.project import REPOSITORY, environment


def test_what_would_remain_if_our_files_cost_nothing_is_worked_out() -> None:
    ours = {"compile files": 1.0, "render answers": 0.5, "render files": 0.5}
    spent = {
        "Copy 1": ours | {"all": 3.0},
        "Copy 1, as they are": {"all": 1.0},
        "Copy 9": ours | {"all": 4.0},
        "Copy 9, as they are": {"all": 2.0},
        "Add one to 9": ours | {"all": 8.0},
    }
    profiles = {name: {"seconds": Counter(seconds)} for name, seconds in spent.items()}

    assert profile.limit(profiles)[-4:-1] == [
        "| Copy 1 | Copy 1, as they are | 1.00 | 3.00 |",
        "| Copy 9 | Copy 9, as they are | 1.00 | 2.00 |",
        "| Add one to 9 | Copy 9 | 3.00 | 2.00 |",
    ]
    assert profile.limit({"Copy 1": profiles["Copy 1"]}) == []


def headings(page: Path) -> list[str]:
    """List the sections of a page."""
    return re.findall(r"^## (.*)$", page.read_text(), re.MULTILINE)


def test_a_quick_benchmark_writes_its_tables_and_chart(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--output", tmp_path],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        env=environment(),
    )

    page = (tmp_path / "benchmarks.md").read_text()
    left_out = {
        "Look at a fleet",
        "Update a fleet",
        "Load on the worker runtime",
        "From an empty folder to passing tests",
        "Thousands of functions",
        "Our own tests",
    }
    assert headings(tmp_path / "benchmarks.md") == [
        heading for heading in headings(REPOSITORY / "docs/benchmarks.md") if heading not in left_out
    ]
    made, profiled = page.split("## Make an app")[1].split("## Where the time goes")
    times = [float(time) for time in re.findall(r"(?<=\| )[\d.]+(?= s \|)", made)]
    assert len(times) == 11  # five ways to one function, three ways to type it, two to add one, and the copy beside it
    assert min(times) > 0
    parts = re.findall(r"^\| .+ \| ([\d.]+) s(?: \(\d+ calls\))? \|$", profiled, re.MULTILINE)
    *parts, total = map(float, parts)
    assert len(parts) == 7
    assert sum(parts) == pytest.approx(total, abs=0.05)
    assert "<svg" in (tmp_path / "benchmarks.svg").read_text()
