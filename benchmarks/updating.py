"""`copier update` that adds one function, beside the copy of the same app."""

import shutil
from pathlib import Path

from benchmarks.measure import Cost, run
from benchmarks.workplace import BIN, Workplace, commit, git

ADD = ["--vcs-ref", ":current:", "--data", "add=[{name: one_more, trigger: http}]"]


def project(place: Workplace, size: int) -> Path:
    """Make a project of so many functions under Git, or bring it back to that."""
    folder = place.folder / f"updating-{size}"
    if not folder.exists():
        shutil.copytree(place.app(size), folder)
        commit(folder)
    git(folder, "reset", "--hard")
    git(folder, "clean", "-d", "--force")
    return folder


def add_one(place: Workplace, size: int) -> Cost:
    """Add a function to an app of so many."""
    folder = project(place, size)
    return run(BIN / "copier", "update", "--quiet", "--defaults", *ADD, cwd=folder)


def add_one_by_our_command(place: Workplace, size: int) -> Cost:
    """Add a function to an app of so many, by the command that spares Copier what it does several times."""
    return run(BIN / "copier-azure-functions", "add", "http", "one_more", cwd=project(place, size))


def section(copied: dict[int, dict[str, Cost]]) -> list[str]:
    """Write a table of the times."""
    return [
        "## Add a function",
        "",
        "`copier update` of a project under Git, `copier-azure-functions add`, and the copy of the app that it is added to, in the same",
        "runs. The command keeps what Jinja compiles from one run to the next.",
        "",
        "| Functions | Update | `add` | Copy | Update of copy |",
        "| ---: | ---: | ---: | ---: | ---: |",
        *[
            f"| {size} | {costs['update'].seconds:.2f} s | {costs['add'].seconds:.2f} s | {costs['template'].seconds:.2f} s "
            f"| {costs['update'].seconds / costs['template'].seconds:.2f} |"
            for size, costs in copied.items()
            if "update" in costs
        ],
        "",
    ]
