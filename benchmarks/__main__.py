"""Measure how fast the template is; `python -m benchmarks` writes docs/benchmarks.md and its chart anew.

`TMPDIR=/dev/shm` keeps a busy disk out of the measurement.
"""

import argparse
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks import copying, figures, first_test, fleet, fleet_update, loading, many, profile, suite, updating
from benchmarks.workplace import Workplace
from tools.working_tree import REPOSITORY


def machine() -> str:
    """Describe the machine, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    tools = [f"{name} {version(name)}" for name in ("copier", "cookiecutter", "azure-functions-scaffold")]
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}, Python {platform.python_version()}, "
        + ", ".join(tools)
        + (", files in memory" if tempfile.gettempdir().startswith("/dev/shm") else "")
    )


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="of which the medians are taken")
    parser.add_argument(
        "--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[1, 10, 50, 100, 200]
    )
    parser.add_argument("--quick", action="store_true", help="run once, for one function, and only Copier and its like")
    parser.add_argument(
        "--many", action="store_true", help="update a fleet, and make apps of thousands of functions, too"
    )
    parser.add_argument("--suite", action="store_true", help="run and time the tests of the template, too")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "docs", help="the folder to write to")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.sizes = 1, [1]

    os.environ["COPIER_SETTINGS_PATH"] = os.devnull
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": "Benchmark", f"GIT_{role}_EMAIL": "benchmark@example.com"}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COPIER_AZURE_FUNCTIONS_CACHE"] = f"{folder}/cache"
        place = Workplace(Path(folder), options.runs, options.sizes, options.quick)
        copied = copying.measure(place)
        sections = [
            figures.section(copied),
            copying.section(copied, place.typical),
            updating.section(copied),
            profile.section(profile.measure(place)),
        ]
        if not options.quick:
            sections.append(fleet.section(fleet.measure(place)))
            sections.append(loading.section(loading.measure(place), place.typical))
            sections.append(first_test.section(first_test.measure(place)))
        if options.many:
            sections.append(fleet_update.section(fleet_update.measure(place)))
            sections.append(many.section(many.measure(place)))
    if options.suite:
        sections.append(suite.section())
    runs = f"Medians of {options.runs} runs" if options.runs > 1 else "One run"
    head = f"# Benchmarks\n\n{runs} on a machine with {machine()}. `python -m benchmarks` measures anew.\n\n"
    page = head + "\n".join(line for section in sections for line in section)
    (options.output / "benchmarks.md").write_text(page)
    (options.output / "benchmarks.svg").write_text(figures.chart(copied) + "\n")


if __name__ == "__main__":
    main()
