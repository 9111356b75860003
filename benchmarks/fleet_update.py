"""A fleet is updated to a new version of the template: by one command, and by Copier in each project of a part of it."""

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from benchmarks import fleet
from benchmarks.measure import Cost, one_after_another, run
from benchmarks.workplace import BIN, Workplace, commit, git

IGNORED = ("# Python\n", "# Python, tests and coverage\n")  # what the new version changes in every project
PART = slice(0, 180, 9)  # of the projects, with each shape and each trouble: Copier alone takes longer


class Update(NamedTuple):
    """What an update of many projects took, and how it ended for how many."""

    cost: Cost
    ends: Counter[str]


def edit(path: Path, old: str, new: str) -> None:
    """Put a text in place of another one that is there."""
    text = path.read_text()
    assert old in text, path
    path.write_text(text.replace(old, new))


def trouble(number: int, project: Path) -> str:
    """Give some projects what stops an update, and put each under Git; return how the update of it has to end."""
    match number % 20:
        case 3:
            edit(project / ".gitignore", IGNORED[0], "# Python and ours\n")
            end = "conflicts"
        case 10:
            edit(project / ".copier-answers.yml", "programming_model: v1", "programming_model: v3")
            end = "refused"
        case 17:
            end = "refused"
        case _:
            end = "updated"
    commit(project)
    if number % 20 == 17:
        (project / "notes.txt").write_text("not committed")
    return end


def release(template: Path) -> None:
    """Release a version of the template that changes a line of each project."""
    edit(template / "template/.gitignore", *IGNORED)
    git(template, "commit", "--all", "--message", "Next")
    git(template, "tag", "v1.1.0")


def measure(place: Workplace) -> dict[str, Update]:
    """Update a fleet, and with Copier alone a part of it; see that each project ended as it had to."""
    projects = sorted(fleet.made(place).iterdir())
    expected = [trouble(number, project) for number, project in enumerate(projects)]
    part = [Path(shutil.copytree(path, place.folder / "loop" / path.name)) for path in projects[PART]]
    release(place.template)
    updates = {"command": by_our_command(projects[0].parent, place.folder / "ended.json"), "Copier": by_copier(part)}
    for update, ends in zip(updates.values(), (expected, expected[PART]), strict=True):
        assert update.ends == Counter(ends), (update.ends, Counter(ends))
    return updates


def by_our_command(folder: Path, output: Path) -> Update:
    """Update all projects below a folder in one process."""
    cost = run(BIN / "copier-azure-functions", "update", "--json", folder, to=output, fails=True)
    return Update(
        cost,
        Counter(
            "refused" if one["error"] else "conflicts" if one["conflicts"] else "updated"
            for one in json.loads(output.read_text())
        ),
    )


def by_copier(projects: list[Path]) -> Update:
    """Update one project after another, with a process for each, and look in each for conflicts."""
    costs = [run(BIN / "copier", "update", "--quiet", "--defaults", cwd=path, fails=True) for path in projects]
    return Update(one_after_another(costs), Counter(map(end, projects)))


def end(project: Path) -> str:
    """Tell how an update ended for a project."""
    if "_commit: v1.1.0" not in (project / ".copier-answers.yml").read_text():
        return "refused"
    check = subprocess.run(["git", "diff", "--check"], cwd=project, capture_output=True, check=False)
    return "conflicts" if check.returncode else "updated"


def section(updates: dict[str, Update]) -> list[str]:
    """Write a table of the times, and of how it ended."""
    names = {"command": "`copier-azure-functions update`, once", "Copier": "`copier update`, in each"}
    return [
        "## Update a fleet",
        "",
        "Projects like those of the table above, under Git, to a version of the template that changes a line of each. Some have edited that very line,",
        "have changes that are not committed, or record an answer that the template refuses. None holds up the next.",
        "",
        "| | Projects | Time | Each | Memory | Updated | Conflicts | Refused |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *[
            f"| {names[by]} | {(count := update.ends.total())} | {update.cost.seconds:.0f} s | {update.cost.seconds / count:.1f} s "
            f"| {update.cost.mebibytes:.0f} MiB | {' | '.join(str(update.ends[end]) for end in ('updated', 'conflicts', 'refused'))} |"
            for by, update in updates.items()
        ],
        "",
    ]
