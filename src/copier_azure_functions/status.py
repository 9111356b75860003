"""Where the projects of a fleet or a monorepo stand: version, functions, and what no longer is as the template makes it.

Drift is in what is generated and not the owner's to write: a generated line that was changed or taken out, or a file that is missing.
Lines that were added, the functions' own code and tests, and the README are not drift.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from copier_azure_functions import cache, engine
from copier_azure_functions.changes import files, is_of
from copier_azure_functions.errors import RefusalError, sentence
from copier_azure_functions.project import ANSWERS, Json, Project, git
from copier_azure_functions.source import Source, in_full

RENDERS = "renders"  # the kind of what is kept
DEPTH = 3  # how far below a folder projects are looked for
OWNED = {ANSWERS, "README.md", "__app__/local.settings.json", "__app__/requirements.txt"}  # uv writes the last one


@dataclass
class Status:
    """What is known about one project; `error` says why it is no more than that."""

    project: str
    version: str = ""
    newest: str = ""
    model: str = ""
    functions: int = 0
    drift: list[str] = field(default_factory=list)
    error: str = ""

    def as_json(self) -> Json:
        """Return what `--json` prints."""
        return asdict(self)


def find(folders: Iterable[Path]) -> list[Path]:
    """Find the projects in folders, or not far below them."""
    found = []
    for folder in map(Path.expanduser, folders):  # as not every shell does
        if not folder.is_dir():
            raise RefusalError(f"There is no folder {folder}.")
        below = [path.parent for depth in range(DEPTH + 1) for path in sorted(folder.glob("*/" * depth + ANSWERS))]
        if not below:
            raise RefusalError(f"There is no project of the template in {folder.resolve()}, or below it.")
        found += below
    return list(dict.fromkeys(found))


def look(paths: Sequence[Path], done: Callable[[int], None] = lambda _: None) -> list[Status]:
    """Look at projects; `done` is called with how many more have been rendered."""
    known = {path: _known(path) for path in paths}
    projects = {path: what for path, what in known.items() if isinstance(what, Project)}
    newest = {address: _newest(address) for address in {project.source.address for project in projects.values()}}
    renders = _renders(list(projects.values()), done)
    return [
        _status(path, what, newest[what.source.address], renders[_key(what)])
        if isinstance(what, Project)
        else Status(str(path), error=what)
        for path, what in known.items()
    ]


def _known(path: Path) -> Project | str:
    try:
        project = Project.at(path)
        if project.answers.get("project_type") != "function_app":
            return "not a function app of this template"
        if not project.source.ref:
            return "the version of the template is not recorded"
        _ = project.functions  # which may be no list of functions
    except RefusalError as error:
        return error.sentences[0]
    return project


def _status(path: Path, project: Project, newest: str, render: dict[str, str] | str) -> Status:
    status = Status(
        str(path),
        version=project.source.ref or "",
        newest=newest,
        model=project.answers.get("programming_model", "v1"),
        functions=len(project.functions),
    )
    if isinstance(render, str):
        status.error = render
    else:
        status.drift = [name for name, text in render.items() if _drifts(project, name, text)]
    return status


def _drifts(project: Project, name: str, text: str) -> bool:
    if name in OWNED or (name.endswith(".py") and any(is_of(function, name) for function in project.names)):
        return False
    try:
        there = (project.path / name).read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return True
    if there == text:
        return False
    lines = iter([line.rstrip(" ,\t") for line in there.splitlines()])
    return not all(line.rstrip(" ,\t") in lines for line in text.splitlines())  # `in` goes on where it stopped


def _newest(address: str) -> str:
    """Ask a repository for its newest version; nothing if it cannot be reached."""
    url = in_full(address.removeprefix("git+"))
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    run = subprocess.run(
        ["git", "ls-remote", "--tags", "--refs", url], capture_output=True, text=True, check=False, env=environment
    )
    versions = re.findall(r"refs/tags/(v?(\d+)\.(\d+)\.(\d+))$", run.stdout, re.MULTILINE)
    return max(versions, key=lambda version: tuple(map(int, version[1:])))[0] if versions else ""


def _key(project: Project) -> str:
    told = [project.source.address, project.source.ref, project.data]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _renders(projects: list[Project], done: Callable[[int], None]) -> dict[str, dict[str, str] | str]:
    """Map keys to what the template makes of the recorded answers, or to why it does not."""
    renders: dict[str, dict[str, str] | str] = {}
    missing: dict[str, Project] = {}
    for key, project in {_key(project): project for project in projects}.items():
        kept = cache.read(RENDERS, key)
        if kept is None:
            missing[key] = project
        else:
            renders[key] = json.loads(kept)
    done(len(projects) - len(missing))
    with tempfile.TemporaryDirectory(prefix="copier-azure-functions-") as folder:
        templates = {project.source: Path(folder) / str(number) for number, project in enumerate(missing.values())}
        for source, template in templates.items():
            problem = _fetch(source, template)
            for key in [key for key, project in missing.items() if project.source == source and problem]:
                renders[key] = problem
                del missing[key]
        jobs = [(templates[project.source], project.data) for project in missing.values()]
        for key, render in zip(missing, _render_all(jobs, done), strict=True):
            renders[key] = render
            if isinstance(render, dict):
                cache.write(RENDERS, key, json.dumps(render).encode())
    cache.forget(RENDERS)
    return renders


def _fetch(source: Source, to: Path) -> str:
    """Bring a version of a template here, as the plain folder that renders fastest; return what hinders."""
    url = source.address.removeprefix("git+")
    try:
        git(Path.cwd(), "clone", "--quiet", "--no-checkout", url, str(to))
        git(to, "checkout", "--quiet", str(source.ref))
    except RefusalError as error:
        return sentence(error.sentences[0]) or error.sentences[0].splitlines()[-1]
    shutil.rmtree(to / ".git", ignore_errors=True)
    return ""


def _render_all(jobs: list[tuple[Path, Json]], done: Callable[[int], None]) -> list[dict[str, str] | str]:
    made = []
    if len(jobs) < 4 * (os.cpu_count() or 1):
        for job in jobs:
            made.append(_render(job))
            done(1)
        return made
    with ProcessPoolExecutor() as processes:
        for render in processes.map(_render, jobs, chunksize=4):
            made.append(render)
            done(1)
    return made


def _render(job: tuple[Path, Json]) -> dict[str, str] | str:
    template, data = job
    with tempfile.TemporaryDirectory(prefix="copier-azure-functions-") as folder:
        try:
            engine.copy(Source(str(template)), Path(folder) / "app", data)
        except RefusalError as error:
            return f"this version of the template refuses the recorded answers: {error.sentences[0]}"
        return {name: content.decode() for name, content in files(Path(folder) / "app").items()}
