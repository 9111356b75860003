"""The benchmarks run, and write what the documentation shows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import REPOSITORY, environment


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
    made, profile = page.split("## Make an app")[1].split("## Where the time goes")
    times = [float(time) for time in re.findall(r"(?<=\| )[\d.]+(?= s \|)", made)]
    assert len(times) == 9  # four ways to one function, two ways to type it, two to add one, and the copy beside it
    assert min(times) > 0
    parts = re.findall(r"^\| .+ \| ([\d.]+) s(?: \(\d+ calls\))? \|$", profile, re.MULTILINE)
    *parts, total = map(float, parts)
    assert len(parts) == 7
    assert sum(parts) == pytest.approx(total, abs=0.05)
    assert "<svg" in (tmp_path / "benchmarks.svg").read_text()
