"""Where the time of one run goes. Each run is a process of its own, in which a stopwatch changes hands.

`python -m benchmarks.profile copy TEMPLATE PROJECT ANSWERS` prints the seconds and calls of each part.
"""

import functools
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import copying, updating
from benchmarks.workplace import REPOSITORY, Workplace

PARTS = {
    "start": "start Python, import Copier",
    "git": "Git",
    "compile texts": "Jinja, compile the texts of questions, and paths",
    "compile files": "Jinja, compile files",
    "render answers": "Jinja, render questions, checks and what follows from answers",
    "render files": "Jinja, render paths and files",
    "copier": "Copier's own",
    "all": "**All**",
}


class Stopwatch:
    """Counts each moment for one part: for the innermost that runs."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.running = ["copier"]
        self.since = time.perf_counter()

    def stop(self) -> None:
        """Give the time that has passed to the part that runs."""
        now = time.perf_counter()
        self.seconds[self.running[-1]] += now - self.since
        self.since = now

    def watch(self, owner: Any, name: str, part: Callable[..., str]) -> None:
        """Give the time in a method to a part, chosen by the arguments of the call."""
        method = getattr(owner, name)

        @functools.wraps(method)
        def watched(*arguments: Any, **options: Any) -> Any:
            self.stop()
            self.running.append(part(*arguments))
            self.calls[self.running[-1]] += 1
            try:
                return method(*arguments, **options)
            finally:
                self.stop()
                self.running.pop()

        setattr(owner, name, watched)


def profile(operation: str, template: str, project: str, answers: str) -> dict[str, Any]:
    """Copy or update in this process, and tell where the time goes."""
    import copier
    import jinja2
    import yaml
    from copier._main import Worker
    from plumbum.commands.base import BaseCommand

    watch = Stopwatch()
    asking = "asking"  # Copier's own, while it asks: what is rendered then is for the answers
    watch.watch(Worker, "_ask", lambda *_: asking)
    watch.watch(BaseCommand, "run", lambda *_: "git")
    watch.watch(
        jinja2.Environment,
        "compile",
        lambda _environment, _source, name=None, *_: "compile files" if name else "compile texts",
    )
    watch.watch(jinja2.Template, "render", lambda *_: "render answers" if asking in watch.running else "render files")

    if operation == "copy":
        data = yaml.safe_load(Path(answers).read_text())
        copier.run_copy(template, project, data=data, defaults=True, quiet=True)
    else:
        name, added = updating.ADD[-1].split("=", 1)
        data = {name: yaml.safe_load(added)}
        copier.run_update(project, data=data, vcs_ref=copier.VcsRef.CURRENT, defaults=True, overwrite=True, quiet=True)
    watch.stop()
    watch.seconds["copier"] += watch.seconds.pop(asking, 0)
    return {"seconds": watch.seconds, "calls": watch.calls}


OURS = ("compile files", "render answers", "render files")  # what a template that is copied as it is has hardly any of

Profile = dict[str, Counter[str]]  # seconds and calls of each part


def measure(place: Workplace) -> dict[str, Profile]:
    """Profile a copy; unless it is to be quick, the copy of the same files as they are and an update, too."""
    answers, size = place.answers(place.typical), place.typical
    runs = {f"Copy {size}": lambda: run("copy", place.template, place.folder / "profiled", answers)}
    if not place.quick:
        same = copying.as_they_are(place, size)
        runs |= {
            f"Copy {size}, as they are": lambda: run("copy", same, place.folder / "profiled", os.devnull),
            f"Add one to {size}": lambda: run("update", place.template, updating.project(place, size), answers),
        }
    taken: dict[str, list[Profile]] = {name: [] for name in runs}
    for _ in range(place.runs):
        for name, one in runs.items():
            taken[name].append(one())
    return {
        name: {
            kind: Counter({part: statistics.median(profile[kind][part] for profile in profiles) for part in PARTS})
            for kind in ("seconds", "calls")
        }
        for name, profiles in taken.items()
    }


def run(operation: str, template: Path, project: Path, answers: Path | str) -> Profile:
    """Profile one run in a process of its own."""
    if operation == "copy":
        shutil.rmtree(project, ignore_errors=True)
    started = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.profile", operation, template, project, answers]
    output = subprocess.check_output(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    total = time.perf_counter() - started
    profile = {kind: Counter(counts) for kind, counts in json.loads(output).items()}
    profile["seconds"] |= {"start": total - profile["seconds"].total(), "all": total}
    return profile


def section(profiles: dict[str, Profile]) -> list[str]:
    """Write a table of the parts."""

    def cell(profile: Profile, part: str) -> str:
        calls = profile["calls"][part]
        return f"{profile['seconds'][part]:.2f} s" + (f" ({calls:.0f} calls)" if calls else "")

    return [
        "## Where the time goes",
        "",
        "Each moment of a run is counted for the innermost of these parts. Taking the time adds a little to it.",
        "",
        f"| | {' | '.join(profiles)} |",
        f"| --- |{' ---: |' * len(profiles)}",
        *[f"| {title} | {' | '.join(cell(it, part) for it in profiles.values())} |" for part, title in PARTS.items()],
        "",
        "Copier keeps nothing that Jinja compiled from one run to the next, and asks Git about each file it writes.",
        "",
        *limit(profiles),
    ]


def limit(profiles: dict[str, Profile]) -> list[str]:
    """Say what would remain if our files cost nothing, when all three runs were measured."""
    if len(profiles) < 3:
        return []
    copy, same, update = (profile["seconds"] for profile in profiles.values())

    def rest(seconds: Counter[str]) -> float:
        return seconds["all"] - sum(seconds[part] for part in OURS)

    return [
        "If to compile and render our files cost nothing, by this table: the copy would take "
        f"{rest(copy) / same['all']:.2f} times as long",
        f"as that of the files as they are, now {copy['all'] / same['all']:.2f}; and the update "
        f"{rest(update) / rest(copy):.2f} times as long as the copy, now {update['all'] / copy['all']:.2f}.",
        "",
    ]


if __name__ == "__main__":
    print(json.dumps(profile(*sys.argv[1:])))
