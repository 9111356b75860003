"""Measure how fast the template is; `python -m benchmarks` writes docs/benchmarks.md and its chart anew.

Times are medians of several runs. What is compared is run in turns, so that a busy moment of the machine meets all of it alike.
`TMPDIR=/dev/shm` keeps a busy disk out of the measurement.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import copier
import jinja2
import pygal
import yaml

REPOSITORY = Path(__file__).parents[1]
TRIGGERS = ("http", "queue", "blob", "timer")
BIN = Path(sys.executable).parent


class Cost(NamedTuple):
    """What a command takes."""

    seconds: float
    mebibytes: float


def run(*command: object, cwd: Path | None = None) -> Cost:
    """Run a command; return its time and its peak memory."""
    started = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, process.args)
    return Cost(time.perf_counter() - started, usage.ru_maxrss / 1024)


def in_turns(runs: int, **measures: Callable[[], Cost]) -> dict[str, Cost]:
    """Take the medians of several measures, run in turns."""
    costs: dict[str, list[Cost]] = {name: [] for name in measures}
    for _ in range(runs):
        for name, measure in measures.items():
            costs[name].append(measure())
    return {name: Cost(*map(statistics.median, zip(*taken, strict=True))) for name, taken in costs.items()}


def functions(count: int) -> list[dict[str, str]]:
    """Describe so many functions, of the commonest kinds."""
    return [{"name": f"function_{n}", "trigger": TRIGGERS[n % len(TRIGGERS)]} for n in range(count)]


def files_of(folder: Path) -> Iterable[Path]:
    """List the files of a project, without those of Git."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)


class Bench:
    """A folder to measure in, with what is measured and what it is compared with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template"
        files = subprocess.check_output(["git", "ls-files", "-z"], cwd=REPOSITORY, text=True).split("\0")
        for name in filter(lambda name: (REPOSITORY / name).is_file(), files):
            (self.template / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, self.template / name)
        self.commit(self.template, tag="v1.0.0")
        self.one_file = folder / "one-file"
        self.one_file.mkdir()
        (self.one_file / "copier.yml").write_text("greeting: {type: str, default: Hello}\n")
        (self.one_file / "README.md.jinja").write_text("{{ greeting }}\n")
        self.commit(self.one_file, tag="v1.0.0")

    def commit(self, folder: Path, tag: str = "") -> None:
        """Commit everything in a folder."""
        for command in (
            ["init"],
            ["add", "--all"],
            ["commit", "--allow-empty", "--message", "x"],
            *([["tag", tag]] if tag else []),
        ):
            if command != ["init"] or not (folder / ".git").exists():
                subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)

    def copy(self, template: Path, *arguments: object, to: str = "project") -> Cost:
        """Run `copier copy` into an empty folder."""
        shutil.rmtree(self.folder / to, ignore_errors=True)
        return run(BIN / "copier", "copy", "--quiet", "--defaults", *arguments, template, self.folder / to)

    def clone(self, template: Path) -> Cost:
        """Clone a template, as Copier does first."""
        shutil.rmtree(self.folder / "clone", ignore_errors=True)
        return run("git", "clone", "--quiet", template, self.folder / "clone")

    def generation(self, count: int, runs: int) -> dict[str, Cost]:
        """Generate an app of so many functions, and the same files by other means."""
        answers = self.folder / f"{count}.yml"
        answers.write_text(yaml.safe_dump({"functions": functions(count)}))
        self.copy(self.template, "--data-file", answers)
        files = {
            path.relative_to(self.folder / "project").as_posix(): path.read_text()
            for path in files_of(self.folder / "project")
        }

        cookie, same = self.folder / f"cookie-{count}", self.folder / f"same-files-{count}"
        for name, text in files.items():
            (same / name).parent.mkdir(parents=True, exist_ok=True)
            (same / name).write_text(text)
            path = cookie / "{{ cookiecutter.project }}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{% raw %}" + text + "{% endraw %}")
        self.commit(same)
        (cookie / "cookiecutter.json").write_text('{"project": "cookies"}')
        (self.folder / f"{count}.json").write_text(json.dumps(files))
        write = (
            "import json, pathlib, sys\n"
            "for name, text in json.load(open(sys.argv[1])).items():\n"
            "    path = pathlib.Path(sys.argv[2], name)\n"
            "    path.parent.mkdir(parents=True, exist_ok=True)\n"
            "    path.write_text(text)\n"
        )
        return in_turns(
            runs,
            template=lambda: self.copy(self.template, "--data-file", answers),
            one_file=lambda: self.copy(self.one_file),
            same_files=lambda: self.copy(same),
            clone=lambda: self.clone(self.template),
            clone_same_files=lambda: self.clone(same),
            cookiecutter=lambda: run(
                BIN / "cookiecutter", "--no-input", "--overwrite-if-exists", "--output-dir", self.folder, cookie
            ),
            write=lambda: run(sys.executable, "-c", write, self.folder / f"{count}.json", self.folder / "written"),
        )

    def compiling(self, count: int, runs: int) -> float:
        """Return the seconds that Jinja takes to compile the files of the template when it generates an app of so many functions."""
        spent: list[float] = []
        load = jinja2.BaseLoader.load

        def timed(*arguments: Any) -> jinja2.Template:
            started = time.perf_counter()
            template = load(*arguments)
            spent[-1] += time.perf_counter() - started
            return template

        with mock.patch.object(jinja2.BaseLoader, "load", timed):
            for turn in range(runs):
                spent.append(0)
                answers = {"functions": functions(count)}
                project = self.folder / f"compiling-{count}-{turn}"
                copier.run_copy(str(self.template), project, data=answers, defaults=True, quiet=True)
        return statistics.median(spent)

    def update(self, count: int, runs: int) -> Cost:
        """Add one function to an app of so many."""
        answers = self.folder / f"{count}.yml"
        answers.write_text(yaml.safe_dump({"functions": functions(count)}))

        def add() -> Cost:
            self.copy(self.template, "--data-file", answers)
            self.commit(self.folder / "project")
            data = "add=[{name: one_more, trigger: http}]"
            return run(
                BIN / "copier",
                "update",
                "--quiet",
                "--defaults",
                "--vcs-ref",
                ":current:",
                "--data",
                data,
                cwd=self.folder / "project",
            )

        return in_turns(runs, update=add)["update"]

    def first_test(self, runs: int) -> dict[str, Cost]:
        """From an empty folder to passing tests: with the template, and with a flat project as `func init` lays it out."""
        flat = self.folder / "flat"

        def with_template() -> Cost:
            made = self.copy(self.template)
            tested = run(BIN / "uv", "run", "--quiet", "pytest", cwd=self.folder / "project")
            return Cost(made.seconds + tested.seconds, max(made.mebibytes, tested.mebibytes))

        def by_hand() -> Cost:
            shutil.rmtree(flat, ignore_errors=True)
            flat.mkdir()
            (flat / "function_app.py").write_text("import azure.functions as func\n\napp = func.FunctionApp()\n")
            (flat / "requirements.txt").write_text("azure-functions\n")
            (flat / "test_app.py").write_text("from function_app import app\n\n\ndef test_app():\n    assert app\n")
            steps = [
                run(sys.executable, "-m", "venv", ".venv", cwd=flat),
                run(".venv/bin/pip", "install", "--quiet", "-r", "requirements.txt", "pytest", cwd=flat),
                run(".venv/bin/pytest", cwd=flat),
            ]
            return Cost(sum(step.seconds for step in steps), max(step.mebibytes for step in steps))

        return in_turns(runs, template=with_template, by_hand=by_hand)

    def load(self, count: int, runs: int) -> dict[str, Cost]:
        """Load HTTP functions on the worker runtime: generated ones, and the shortest that can be written by hand."""
        answers = self.folder / "http.yml"
        answers.write_text(yaml.safe_dump({"functions": [{"name": f"f{n}", "trigger": "http"} for n in range(count)]}))
        self.copy(self.template, "--data-file", answers)
        generated, minimal = self.folder / "project" / "__app__", self.folder / "minimal"
        shutil.copytree(generated, minimal, dirs_exist_ok=True)
        shutil.rmtree(minimal / "shared_code", ignore_errors=True)
        for path in minimal.glob("*/__init__.py"):
            path.write_text(
                'import azure.functions as func\n\n\ndef main(req: func.HttpRequest) -> func.HttpResponse:\n    return func.HttpResponse("Hello")\n'
            )

        def load(app: Path) -> Cost:
            command = f"echo '{{}}' | '{sys.executable}' -m tests.support.runtime '{app}'"
            return run("sh", "-c", command, cwd=REPOSITORY)

        return in_turns(runs, generated=lambda: load(generated), minimal=lambda: load(minimal))


def suite() -> tuple[str, list[str]]:
    """Run our own tests; return the last line and the ten slowest."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--durations=10"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    slowest = re.findall(r"^(\d+\.\d+)s \w+ +(\S+)$", run.stdout, re.MULTILINE)
    return run.stdout.splitlines()[-1].strip("= "), [
        f"| `{test}` | {float(seconds):.1f} s |" for seconds, test in slowest
    ]


def typical(sizes: list[int]) -> int:
    """Choose the size to look at closely: the second, 10 unless others were asked for."""
    return sizes[min(1, len(sizes) - 1)]


def machine() -> str:
    """Describe the machine, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}, Python {platform.python_version()}, "
        f"Copier {version('copier')}, cookiecutter {version('cookiecutter')}"
        + (", files in memory" if tempfile.gettempdir().startswith("/dev/shm") else "")
    )


def parts(costs: dict[str, Cost], compiling: float) -> list[str]:
    """Tell what the time of one copy consists of."""
    alone, files, total = (costs[name].seconds for name in ("one_file", "same_files", "template"))
    clone = costs["clone"].seconds - costs["clone_same_files"].seconds
    return [
        "| What Copier does | Time |",
        "| --- | ---: |",
        f"| start, clone a template and copy its one file | {alone:.2f} s |",
        f"| copy all files of the app, if a template has them as they are | {files - alone:.2f} s |",
        f"| clone this repository, which has more files than the app | {clone:.2f} s |",
        f"| let Jinja compile the files of this template | {compiling:.2f} s |",
        f"| ask, validate and render | {total - files - clone - compiling:.2f} s |",
        "",
        f"A template of one file takes {alone / costs['cookiecutter'].seconds:.1f} times as long as cookiecutter takes for the whole app: Copier asks Git for the template and",
        f"its versions. Copying the app's files as they are takes {files / alone:.1f} times as long as copying one, as Copier starts a `git config` for each.",
        *(
            [
                "So no template for Copier that makes these files can be as fast, or stay below 1.4 times the template of one file."
            ]
            if files > 1.4 * alone and alone > costs["cookiecutter"].seconds
            else []
        ),
        "",
        "The rest is this template's. Copier keeps nothing that Jinja has compiled, so the rules that refuse bad answers before a file is written",
        "cost time even if all answers are good. What few apps need is in files of its own for that reason: it is compiled only for them.",
        "",
    ]


def page(
    generated: dict[int, dict[str, Cost]],
    compiling: float,
    updated: dict[int, Cost],
    first: dict[str, Cost],
    loaded: dict[str, Cost],
    runs: int,
) -> str:
    """Write the page."""
    sizes = list(generated)
    lines = [
        "# Benchmarks",
        "",
        f"Medians of {runs} run{'s' if runs > 1 else ''} on a machine with {machine()}. `python -m benchmarks` measures anew.",
        "",
        "## Generate an app",
        "",
        "Seconds, and how many times that is, in the same runs, of `copier copy` of a template of one file, of cookiecutter rendering the very same files,",
        "and of a Python script that writes the same bytes. Each process is counted from its start. The first function is HTTP; queues, blobs and",
        "timers come in with more of them, which is why the first step costs more.",
        "",
        "| Functions | This template | Memory | of one file | of cookiecutter | of writing | One more function |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for smaller, size in zip([None, *sizes], sizes, strict=False):
        costs = generated[size]
        seconds = costs["template"].seconds
        ratios = [f"{seconds / costs[name].seconds:.2f}" for name in ("one_file", "cookiecutter", "write")]
        more = (
            f"{(seconds - generated[smaller]['template'].seconds) / (size - smaller) * 1000:.1f} ms" if smaller else ""
        )
        lines.append(
            f"| {size} | {seconds:.2f} s | {costs['template'].mebibytes:.0f} MiB | {' | '.join(ratios)} | {more} |"
        )
    lines += [
        "",
        "![Seconds by the number of functions, for this template, cookiecutter and a template of one file](benchmarks.svg)",
        "",
    ]
    lines += [
        f"### Where the time goes, with {typical(sizes)} functions",
        "",
        *parts(generated[typical(sizes)], compiling),
        "## Add one function",
        "",
        "`copier update` of a project under Git.",
        "",
        "| Functions | Time |",
        "| ---: | ---: |",
    ]
    lines += [f"| {size} | {cost.seconds:.2f} s |" for size, cost in updated.items()]
    lines += [
        "",
        "## From an empty folder to passing tests",
        "",
        "With the packages in the caches of uv and pip. By hand: a flat project with one file, one test that imports it, `venv`, `pip install` and `pytest`.",
        "",
        "| | Time |",
        "| --- | ---: |",
        f"| This template, `uv run pytest` | {first['template'].seconds:.1f} s |",
        f"| By hand | {first['by_hand'].seconds:.1f} s |",
        "",
        "## Load on the worker runtime",
        "",
        "Ten HTTP functions, from the start of the process.",
        "",
        "| | Time |",
        "| --- | ---: |",
        f"| Generated | {loaded['generated'].seconds:.2f} s |",
        f"| The shortest functions that can be written by hand | {loaded['minimal'].seconds:.2f} s |",
        "",
    ]
    return "\n".join(lines)


def chart(generated: dict[int, dict[str, Cost]]) -> str:
    """Draw the times of generation."""
    picture = pygal.XY(
        width=760,
        height=380,
        x_title="functions",
        y_title="seconds",
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        js=(),
        include_x_axis=True,
        style=pygal.style.CleanStyle(font_family="sans-serif"),
        no_prefix=True,
        disable_xml_declaration=True,
    )
    for title, name in {
        "this template": "template",
        "cookiecutter": "cookiecutter",
        "a template of one file": "one_file",
    }.items():
        picture.add(title, [(size, round(costs[name].seconds, 3)) for size, costs in generated.items()])
    return picture.render()


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[1, 10, 50, 200])
    parser.add_argument("--output", type=Path, default=REPOSITORY / "docs")
    parser.add_argument("--suite", action="store_true", help="run and time the tests of the template, too")
    options = parser.parse_args()

    os.environ.update(
        COPIER_SETTINGS_PATH=os.devnull,
        **{
            f"GIT_{role}_{part}": "benchmark@example.com"
            for role in ("AUTHOR", "COMMITTER")
            for part in ("NAME", "EMAIL")
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        generated = {size: bench.generation(size, options.runs) for size in options.sizes}
        updated = {size: bench.update(size, options.runs) for size in options.sizes if size > 1}
        compiling = bench.compiling(typical(options.sizes), options.runs)
        text = page(
            generated, compiling, updated, bench.first_test(options.runs), bench.load(10, options.runs), options.runs
        )
    if options.suite:
        total, slowest = suite()
        text += "\n".join(
            [
                "",
                "## Our own tests",
                "",
                f"{total}. The slowest:",
                "",
                "| Test | Time |",
                "| --- | ---: |",
                *slowest,
                "",
            ]
        )
    (options.output / "benchmarks.md").write_text(text)
    (options.output / "benchmarks.svg").write_text(chart(generated) + "\n")


if __name__ == "__main__":
    main()
