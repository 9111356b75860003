"""The pictures of the documentation, from real runs in a terminal; `python -m tools.pictures` takes them anew."""

import io
import os
import re
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path

from pyte.screens import Char
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tools.terminal import ENTER, ERASE, Terminal
from tools.working_tree import REPOSITORY, copy_template

PICTURES = REPOSITORY / "docs" / "pictures"

# Copier's editor has the colours of a light screen.
THEME = TerminalTheme(
    (250, 250, 250),
    (40, 44, 52),
    [
        (40, 44, 52),
        (190, 40, 40),
        (30, 130, 50),
        (160, 110, 0),
        (30, 90, 200),
        (150, 40, 150),
        (0, 120, 130),
        (90, 95, 105),
    ],
    [
        (90, 95, 105),
        (220, 60, 60),
        (40, 150, 60),
        (190, 130, 0),
        (50, 110, 220),
        (170, 60, 170),
        (0, 140, 150),
        (40, 44, 52),
    ],
)

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "Fira Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px;
  line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def style(cell: Char) -> Style:
    """Translate the looks of one character."""

    def color(name: str) -> str | None:
        if re.fullmatch("[0-9a-f]{6}", name):
            return f"#{name}"
        return {"default": None, "brown": "yellow", "brightbrown": "bright_yellow"}.get(name, name)

    return Style(
        color=color(cell.fg), bgcolor=color(cell.bg), bold=cell.bold, italic=cell.italics, reverse=cell.reverse
    )


def draw(terminal: Terminal) -> str:
    """Draw what a terminal shows, without what differs from run to run.

    That is the list of files in the middle of a copy, which Copier prints in the order of the file system, and how long something took.
    """
    console = Console(record=True, width=terminal.screen.columns, file=io.StringIO(), force_terminal=True)
    lines = terminal.text.removesuffix("\n$").rstrip().splitlines()
    for row, line in enumerate(lines):
        if line.startswith(("Copying from template", "    create  ")) or not (line or lines[row - 1]):
            continue
        cells = [terminal.screen.buffer[row][column] for column in range(terminal.screen.columns)]
        line = Text.assemble(*(("".join(cell.data for cell in same), looks) for looks, same in groupby(cells, style)))
        took = re.search(r"(?<= in )\d+\.\d\ds", line.plain)
        if took:
            line = Text.assemble(
                line[: took.start()], ("0.10s", line.get_style_at_offset(console, took.start())), line[took.end() :]
            )
        line.rstrip()
        console.print(line, no_wrap=True)
    return console.export_svg(title="", theme=THEME, code_format=SVG, unique_id="terminal")


def prepare(folder: Path) -> dict[str, str]:
    """Copy the template beside the project to come; return an environment that looks the same everywhere."""
    copy_template(folder / "copier-azure-functions")
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    # `uvx --from <template> copier-azure-functions new my-app`, with the packages of this environment.
    run = f'template=$2; shift 3; exec "{sys.executable}" -m copier_azure_functions "$@" --template "$template"'
    (bin_folder / "uvx").write_text(f"#!/bin/sh\n{run}\n")
    (bin_folder / "uvx").chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "VIRTUAL_ENV"))}
    return kept | {
        "HOME": str(folder),
        "PATH": f"{bin_folder}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "PS1": "$ ",
        "PYTHONWARNINGS": "ignore",
        "COPIER_SETTINGS_PATH": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


def take() -> dict[str, str]:
    """Go through the dialogue, then look at the project and run its tests; map the names of the pictures to them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        looks = prepare(folder)

        dialogue = Terminal(["sh"], folder, looks, columns=92, rows=100)
        dialogue.answer("$", "uvx --from ~/copier-azure-functions copier-azure-functions new my-app" + ENTER)
        for question in ("What do you want to build?", "What is the project called?", "Which Python", "How does a"):
            dialogue.answer(question, ENTER)
        dialogue.answer("What starts the function?", ENTER)
        for question in ("What is it called?", "Route?", "Methods?", "Auth level?"):
            dialogue.answer(question, ENTER)
        dialogue.answer("What else does http_trigger have?", ENTER)
        dialogue.wait_for("Is this what you want?")
        dialogue.choose("Add another function")
        dialogue.send(ENTER)
        dialogue.answer("What starts the function? (", "storage queue")
        dialogue.answer("/ storage queue", ENTER)
        dialogue.answer("queue ? What is it called?", ERASE * 30 + "on_order" + ENTER)
        dialogue.answer("Queue name?", ERASE * 30 + "orders" + ENTER)
        dialogue.wait_for("What else does on_order have?")
        dialogue.choose("An output")
        dialogue.send(ENTER)
        dialogue.answer("Which output?", "blob")
        dialogue.answer("/ blob", ENTER)
        dialogue.answer("Path?", ERASE * 40 + "done/{rand-guid}" + ENTER)
        dialogue.answer("So far: blob", ENTER)
        dialogue.wait_for("writes blob path=done/{rand-guid} │ └")
        dialogue.choose("That is all: go on")
        dialogue.send(ENTER)
        for question in (
            "advanced questions",
            "Which pipeline",
            "Do you want a Dockerfile",
            "What creates the resources",
        ):
            dialogue.answer(question, ENTER)
        dialogue.wait(lambda: dialogue.text.endswith("\n$"))  # the next prompt

        subprocess.run(["uv", "sync", "--quiet"], cwd=folder / "my-app", env=looks, check=True)
        tests = Terminal(["sh"], folder / "my-app", looks, columns=92)
        tests.answer("$", "git init --quiet && git add --all && git ls-files __app__ tests" + ENTER)
        tests.answer("test_packages.py $", "uv run pytest -q" + ENTER)
        tests.wait_for("s $")  # after the seconds that they took, the next prompt

        return {"dialogue.svg": draw(dialogue), "tests.svg": draw(tests)}


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, picture in take().items():
        (PICTURES / name).write_text(picture)
