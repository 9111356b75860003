"""`copier copy`, beside other ways to the same files and to an app of the same size."""

import json
import shutil
import sys
from pathlib import Path

from benchmarks import updating
from benchmarks.measure import Cost, in_turns, one_after_another, run
from benchmarks.workplace import BIN, TRIGGERS, Workplace, files_of, release

Copied = dict[int, dict[str, Cost]]

WRITE = """
import json, pathlib, sys
for name, text in json.load(open(sys.argv[1])).items():
    path = pathlib.Path(sys.argv[2], name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
"""


def as_they_are(place: Workplace, size: int) -> Path:
    """Name the folder of the template that has the files of an app of so many functions as they are."""
    return place.folder / f"copying-{size}" / "as-they-are"


def measure(place: Workplace) -> Copied:
    """Copy apps of each size."""
    return {size: measure_one(place, size) for size in place.sizes}


def measure_one(place: Workplace, size: int) -> dict[str, Cost]:
    """Make an app of so many functions, and the same files by other means; add a function to it."""
    folder = place.folder / f"copying-{size}"
    answers, project = place.answers(size), place.app(size)
    texts = {path.relative_to(project).as_posix(): path.read_text() for path in files_of(project)}

    same, cookie, listed = as_they_are(place, size), folder / "cookie", folder / "files.json"
    for name, text in texts.items():
        for path, content in (
            (same / name, text),
            (cookie / "{{ cookiecutter.project }}" / name, "{% raw %}" + text + "{% endraw %}"),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    release(same)
    in_a_folder = folder / "in-a-folder"
    shutil.copytree(project, in_a_folder / "project")
    (in_a_folder / "copier.yml").write_text("_subdirectory: project\n")
    release(in_a_folder)
    (cookie / "cookiecutter.json").write_text('{"project": "cookies"}')
    listed.write_text(json.dumps(texts))

    def scaffold() -> Cost:
        """Run what a user of azure-functions-scaffold types: a command for the project, one for each further function."""
        shutil.rmtree(folder / "scaffold", ignore_errors=True)
        afs = BIN / "azure-functions-scaffold"
        new = run(afs, "advanced", "new", "scaffold", cwd=folder)
        return one_after_another(
            [new]
            + [
                run(afs, "advanced", "add", TRIGGERS[n % len(TRIGGERS)], f"function_{n}", cwd=folder / "scaffold")
                for n in range(1, size)
            ]
        )

    return in_turns(
        place.runs,
        {
            "template": lambda: place.copy(place.template, "--data-file", answers),
            "new": lambda: place.new("--data-file", answers),
            "as they are": lambda: place.copy(same),
            "cookiecutter": lambda: run(
                BIN / "cookiecutter", "--no-input", "--overwrite-if-exists", "--output-dir", folder, cookie
            ),
            "write": lambda: run(sys.executable, "-c", WRITE, listed, folder / "written"),
            **({"scaffold": scaffold} if size == place.typical else {}),
            **(
                {
                    "update": lambda: updating.add_one(place, size),
                    "add": lambda: updating.add_one_by_our_command(place, size),
                }
                if size >= place.typical
                else {}
            ),
            **({} if place.quick else {"in a folder": lambda: place.copy(in_a_folder)}),
        },
    )


def one_more(copied: Copied) -> dict[int, float]:
    """Tell the seconds that each further function takes, from one size to the next."""
    return {
        size: (copied[size]["template"].seconds - copied[smaller]["template"].seconds) / (size - smaller)
        for smaller, size in zip(copied, list(copied)[1:], strict=False)
    }


def section(copied: Copied, typical: int) -> list[str]:
    """Write tables of the times."""
    steps = one_more(copied)
    rows = [
        f"| {size} | {costs['template'].seconds:.2f} s | {costs['template'].mebibytes:.0f} MiB | {costs['new'].seconds:.2f} s "
        f"| {costs['as they are'].seconds:.2f} s | {costs['cookiecutter'].seconds:.2f} s | {costs['write'].seconds:.2f} s "
        f"| {f'{steps[size] * 1000:.1f} ms' if size in steps else ''} |"
        for size, costs in copied.items()
    ]
    costs = copied[typical]
    return [
        "## Make an app",
        "",
        "`copier copy` and `copier-azure-functions new` with this template, and the very same files by other means: Copier and",
        "cookiecutter copy them as they are, from a template without a question, and a Python script writes them. Each process",
        "is counted from its start; `new` keeps what Jinja compiles from one run to the next.",
        "The first function is HTTP; queues, blobs and timers come in with more of them.",
        "",
        "| Functions | This template | Memory | `new` | Copier | cookiecutter | Written | One more function |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        "",
        "![Seconds by the number of functions, and those of the same files by Copier and cookiecutter](benchmarks.svg)",
        "",
        "What a person types instead is one command for the project and one for each further function:",
        "",
        f"| {typical} function{'s' if typical > 1 else ''} | Commands | Time |",
        "| --- | ---: | ---: |",
        f"| This template, `copier copy` | 1 | {costs['template'].seconds:.2f} s |",
        f"| This template, `copier-azure-functions new` | 1 | {costs['new'].seconds:.2f} s |",
        f"| azure-functions-scaffold, `new` and `add` | {typical} | {costs['scaffold'].seconds:.2f} s |",
        "",
    ]
