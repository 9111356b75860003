"""The formatter and linter of generated projects, at both ends of the range of versions that they ask for."""

import atexit
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.support.project import REPOSITORY

RANGE = re.search(r'"(ruff[^"]+)"', (REPOSITORY / "renderers/python/pyproject.toml.jinja").read_text(encoding="utf-8"))[
    1
]
ENDS = {"oldest": "lowest-direct", "newest": "highest"}


@cache
def _executable(end: str) -> Path:
    """Install the ruff of one end of the range, once for a process."""
    folder = Path(tempfile.mkdtemp(prefix=f"ruff-{end}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", folder, "--resolution", ENDS[end], RANGE]
    subprocess.run(uv, check=True)
    return next((folder / "bin").glob("ruff*"))


def ruff(end: str, *arguments: str, cwd: Path | None = None, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run the oldest or the newest ruff that a project may get."""
    command = [_executable(end), *arguments, "--no-cache"]
    return subprocess.run(command, cwd=cwd, input=text, capture_output=True, encoding="utf-8", check=False)
