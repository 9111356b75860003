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
    left_out = {"From an empty folder to passing tests", "Our own tests"}  # these take minutes
    assert headings(tmp_path / "benchmarks.md") == [
        heading for heading in headings(REPOSITORY / "docs/benchmarks.md") if heading not in left_out
    ]
    times = [float(time) for time in re.findall(r"(?<=\| )[\d.]+(?= s[ |])", page)]
    assert len(times) == 19
    assert min(times) > 0
    parts = dict(re.findall(r"^\| (.+) \| ([\d.]+) s(?: \(\d+ calls\))? \|$", page.split("## Where")[1], re.MULTILINE))
    total = float(parts.pop("**All**"))
    assert sum(map(float, list(parts.values())[:7])) == pytest.approx(total, abs=0.05)
    assert "<svg" in (tmp_path / "benchmarks.svg").read_text()
