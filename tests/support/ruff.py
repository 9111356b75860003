"""The formatter and linter of generated projects, at both ends of the range of versions that they ask for."""

import re
import subprocess
import sys
from pathlib import Path

from tests.support.project import REPOSITORY

RANGE = re.search(r'"(ruff[^"]+)"', (REPOSITORY / "renderers/python/pyproject.toml.jinja").read_text(encoding="utf-8"))[
    1
]
ENDS = {"oldest": "lowest-direct", "newest": "highest"}


def ruff(end: str, *arguments: str, cwd: Path | None = None, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run the oldest or the newest ruff that a project may get."""
    uv = [sys.executable, "-m", "uv", "tool", "run", "--quiet", "--resolution", ENDS[end], "--from", RANGE]
    command = [*uv, "ruff", *arguments, "--no-cache"]
    return subprocess.run(command, cwd=cwd, input=text, capture_output=True, encoding="utf-8")
