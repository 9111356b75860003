"""What is in the repository, committed or not yet, as a template of its own."""

import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def copy_template(to: Path) -> None:
    """Copy what is, or would be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(command, cwd=REPOSITORY, text=True).split("\0")
    for name in filter(lambda name: (REPOSITORY / name).is_file(), names):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, to / name)
