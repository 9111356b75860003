"""The benchmarks run, and write what the documentation shows."""

import subprocess
import sys
from pathlib import Path

from tests.support.project import REPOSITORY, environment


def test_a_short_benchmark_writes_its_tables_and_chart(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "benchmarks", "--runs", "1", "--sizes", "1,2", "--output", tmp_path],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        env=environment(),
    )

    page = (tmp_path / "benchmarks.md").read_text()
    assert "| 2 | " in page
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        line
        for line in (REPOSITORY / "docs/benchmarks.md").read_text().splitlines()
        if line.startswith("## ") and line != "## Our own tests"
    ]
    assert "<svg" in (tmp_path / "benchmarks.svg").read_text()
