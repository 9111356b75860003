"""Where the time of one run goes. Each run is a process of its own, in which a stopwatch changes hands.

`python -m benchmarks.profile copy TEMPLATE PROJECT ANSWERS` prints the seconds and calls of each part.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any

from benchmarks import copying, updating
from benchmarks.workplace import Workplace
from tools.working_tree import REPOSITORY

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

        @wraps(method)
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
    """Profile copies; unless it is to be quick, copies of the same files as they are and an update, too."""
    size, to = place.typical, place.folder / "profiled"
    runs: dict[str, Callable[[], Profile]] = {}
    for functions in [size] if place.quick else sorted({1, size}):
        runs[f"Copy {functions}"] = partial(run, "copy", place.template, to, place.answers(functions))
        if not place.quick:
            same = copying.as_they_are(place, functions)
            runs[f"Copy {functions}, as they are"] = partial(run, "copy", same, to, os.devnull)
    if not place.quick:
        answers = place.answers(size)
        runs[f"Add one to {size}"] = lambda: run("update", place.template, updating.project(place, size), answers)
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
    """Say what would remain if our files cost nothing, when there is something beside it."""
    now = {name: profile["seconds"]["all"] for name, profile in profiles.items()}
    rest = {name: now[name] - sum(profile["seconds"][part] for part in OURS) for name, profile in profiles.items()}
    *copies, last = profiles
    if not copies:
        return []
    beside = [(copy, same, now[same]) for copy, same in zip(copies[::2], copies[1::2], strict=True)]
    beside.append((last, copies[-2], rest[copies[-2]]))
    return [
        "If to compile and render our files cost nothing, these would take, by this table:",
        "",
        "| | Beside | Times as long | Now |",
        "| --- | --- | ---: | ---: |",
        *[
            f"| {what} | {other} | {rest[what] / seconds:.2f} | {now[what] / now[other]:.2f} |"
            for what, other, seconds in beside
        ],
        "",
    ]


if __name__ == "__main__":
    print(json.dumps(profile(*sys.argv[1:])))
