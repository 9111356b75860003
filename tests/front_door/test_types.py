"""The package that users install is typed, and says so."""

import subprocess
import sys
from pathlib import Path

from tests.support.project import REPOSITORY


def test_the_types_of_the_package_are_right(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--cache-dir", tmp_path]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    assert (REPOSITORY / "src/copier_azure_functions/py.typed").exists()
