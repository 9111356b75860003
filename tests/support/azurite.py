"""Azurite, installed once for all runs of the tests on a machine."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "copier-azure-functions"


def azurite() -> Path:
    """Return a folder with Azurite in its node_modules; skip the test where nothing can install or run it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("Azurite needs Node.js and npm, which are not here")
    folder = CACHE / "azurite-3"
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / "azurite.lock"):
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            command = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(unfinished), "azurite@3"]
            subprocess.run(command, check=True)
            unfinished.rename(folder)
    return folder
