"""`copier-azure-functions status` over a fleet: the first look renders what each project records, later ones find it kept."""

import shutil
from pathlib import Path

from benchmarks.measure import Cost, run
from benchmarks.workplace import BIN, Workplace, files_of

PROJECTS = 200
SHAPES = (1, 2, 3, 5, 10)  # numbers of functions


def made(place: Workplace) -> Path:
    """Make a fleet, unless there is one. The projects of one shape differ in their names, which are equally long."""
    fleet = place.folder / "fleet"
    if fleet.exists():
        return fleet
    for number, size in enumerate(SHAPES):
        names = [f"app-{number}-{n:03}" for n in range(PROJECTS // len(SHAPES))]
        place.copy(place.template, "--data-file", place.answers(size), to=f"fleet/{names[0]}")
        for name in names[1:]:
            shutil.copytree(fleet / names[0], fleet / name)
            for path in files_of(fleet / name):
                path.write_text(path.read_text().replace(names[0], name))
    return fleet


def measure(place: Workplace) -> dict[str, Cost]:
    """Look at a fleet twice."""
    fleet, looks = made(place), ("first", "later")
    return {look: run(BIN / "copier-azure-functions", "status", "--json", fleet) for look in looks}


def section(costs: dict[str, Cost]) -> list[str]:
    """Write a table of the times."""
    return [
        "## Look at a fleet",
        "",
        f"`copier-azure-functions status` over {PROJECTS} projects of {', '.join(map(str, SHAPES[:-1]))} and {SHAPES[-1]} functions, each with",
        "answers of its own. The first look renders what each of them records, on all cores; that is kept.",
        "",
        "| | Time |",
        "| --- | ---: |",
        f"| The first look | {costs['first'].seconds:.1f} s |",
        f"| Each later one | {costs['later'].seconds:.1f} s |",
        "",
    ]
