"""`copier update` that adds one function, beside the copy of the same app."""

import shutil
from pathlib import Path

from benchmarks.measure import Cost, in_turns, run
from benchmarks.workplace import BIN, Workplace, commit, git

Updated = dict[int, dict[str, Cost]]

ADD = ["--vcs-ref", ":current:", "--data", "add=[{name: one_more, trigger: http}]"]


def measure(place: Workplace) -> Updated:
    """Add a function to apps of each size."""
    return {size: measure_one(place, size) for size in place.sizes if size >= place.typical}


def project(place: Workplace, size: int) -> Path:
    """Make a project of so many functions under Git, or bring it back to that."""
    folder = place.folder / f"updating-{size}"
    if not folder.exists():
        shutil.copytree(place.app(size), folder)
        commit(folder)
    git(folder, "reset", "--hard")
    git(folder, "clean", "-d", "--force")
    return folder


def measure_one(place: Workplace, size: int) -> dict[str, Cost]:
    """Add a function to an app of so many."""
    answers = place.answers(size)
    return in_turns(
        place.runs,
        {
            "copy": lambda: place.copy(place.template, "--data-file", answers),
            "update": lambda: run(BIN / "copier", "update", "--quiet", "--defaults", *ADD, cwd=project(place, size)),
        },
    )


def section(updated: Updated) -> list[str]:
    """Write a table of the times."""
    return [
        "## Add a function",
        "",
        "`copier update` of a project under Git, and the copy of the app that it is added to, in the same runs.",
        "",
        "| Functions | Update | Copy | Update of copy |",
        "| ---: | ---: | ---: | ---: |",
        *[
            f"| {size} | {costs['update'].seconds:.2f} s | {costs['copy'].seconds:.2f} s "
            f"| {costs['update'].seconds / costs['copy'].seconds:.2f} |"
            for size, costs in updated.items()
        ],
        "",
    ]
