"""Runs the tests of a generated project in a process that has loaded what they import."""

import os
import subprocess
import sys
import unittest.mock  # noqa: F401 # loaded once for all, as the SDK below is
from pathlib import Path

import azure.durable_functions
import azure.functions  # noqa: F401
import pytest

from tests.support.forks import heard


def run(project: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Do the same as `python -m pytest` in a project; this process is of no other use afterwards."""
    os.chdir(project)
    for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
        del sys.modules[name]  # the project has a package of that name
    sys.path[:] = [str(project), *(path for path in sys.path if not _has_our_tests(path))]
    return heard(["pytest", *arguments], lambda: pytest.main(arguments))


def _has_our_tests(path: str) -> bool:
    return (Path(path or ".") / "tests/support").is_dir()
