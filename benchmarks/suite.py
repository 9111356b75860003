"""Our own tests: how long they take, and which of them the longest."""

import re
import subprocess
import sys

from tools.working_tree import REPOSITORY


def section() -> list[str]:
    """Run them, and write a table of the slowest."""
    command = [sys.executable, "-m", "pytest", "-q", "--durations=10"]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    slowest = re.findall(r"^(\d+\.\d+)s \w+ +(\S+)$", run.stdout, re.MULTILINE)
    return [
        "## Our own tests",
        "",
        f"{run.stdout.splitlines()[-1].strip('= ')}. The slowest:",
        "",
        "| Test | Time |",
        "| --- | ---: |",
        *[f"| `{test}` | {float(seconds):.1f} s |" for seconds, test in slowest],
        "",
    ]
