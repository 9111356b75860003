"""What a person sees: trees, tables, diffs and sentences, in at most the width of the terminal."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import click
from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from copier_azure_functions import options
from copier_azure_functions.catalogue import GROUPS, Catalogue, Json
from copier_azure_functions.changes import BESIDE, Outcome
from copier_azure_functions.engine import TO_COPY
from copier_azure_functions.errors import Problem, RefusalError
from copier_azure_functions.project import is_under_git
from copier_azure_functions.source import uvx_address
from copier_azure_functions.status import Status

LETTERS = {"A": "new", "M": "changed", "D": "removed", "R": "moved", "U": "conflict"}


def console(*, stderr: bool = False) -> Console:
    """Make a console for what is written now: tests and pipes change where that goes. A pipe has lines of any length."""
    is_seen = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, soft_wrap=not is_seen, width=None if is_seen else 10_000)


def as_json(value: Any) -> None:
    """Print for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def refusal(error: RefusalError) -> None:
    """Print one sentence for each problem, those of one function together."""
    out = console(stderr=True)
    problems = [problem for problem in error.problems if problem.at]
    if not problems:
        for text in error.sentences:
            out.print(Text(text))
    for at in dict.fromkeys(place(problem) for problem in problems):
        out.print(Text(at, style="bold"))
        for problem in problems:
            if place(problem) == at:
                out.print(Text(f"  {wording(problem)}"))
    if error.hint:
        out.print(Text(error.hint, style="dim"))


def place(problem: Problem) -> str:
    """Name the function of a problem, else the answer that it is in."""
    return problem.function or problem.at


def wording(problem: Problem) -> str:
    """Say a problem without its function, which stands above it."""
    whole = rf" \((?:{re.escape(problem.at)}, )?{re.escape(problem.function)}\)(?=, )"
    inner = problem.at.partition(".")[2]
    return (
        re.sub(whole, f" ({inner})" if inner else "", problem.message, count=1) if problem.function else problem.message
    )


def tree(title: str, paths: Iterable[str], marks: dict[str, str] | None = None, *, plain: bool = False) -> None:
    """Print paths as a tree, or one a line."""
    if plain:
        click.echo(f"{title}:")
        for path in sorted(paths):
            click.echo(f"  {path} {(marks or {}).get(path, '')}".rstrip())
        return
    top = Tree(Text(title, style="bold"))
    branches = {PurePosixPath("."): top}

    def branch(path: PurePosixPath) -> Tree:
        if path not in branches:
            branches[path] = branch(path.parent).add(Text(path.name + "/"))
        return branches[path]

    for leaf in sorted(
        map(PurePosixPath, paths), key=lambda path: ([part.lower() for part in path.parts[:-1]], path.name)
    ):
        mark = (marks or {}).get(str(leaf), "")
        branch(leaf.parent).add(Text.assemble(leaf.name, ("  " + mark if mark else "", "dim")))
    console().print(top)


EXPORT = "uv export --quiet --no-dev --no-hashes --output-file __app__/requirements.txt"
NEXT = "Nothing is committed. Next: uv run pytest, then git add --all && git commit"
ADOPTED = [
    "uv add --requirements __app__/requirements.txt",
    f"{EXPORT} --locked",  # not when `uv add` finds no versions that go together
    "uv run pytest",
    "git add .",
    'git commit --message "Adopt copier-azure-functions"',
]


def outcome(result: Outcome, done: str, *, plain: bool = False, following: str = NEXT) -> None:
    """Print what a verb did, and what follows when nothing is to be settled."""
    out = console()
    if result.diff:
        if out.is_terminal and not out.no_color:
            out.print(Syntax(result.diff, "diff", background_color="default", word_wrap=True))
        else:
            click.echo(result.diff, nl=False)
        return
    if not result.changed:
        out.print("Nothing changed.")
        return
    marks = {path: LETTERS.get(letter, letter) for path, letter in result.changed.items()}
    tree(done, result.changed, marks, plain=plain)
    _notes(result.notes)
    if result.conflicts:
        out.print(
            Text(f"\nIn {len(result.conflicts)} of them your lines meet the template's. Settle them, then git add:")
        )
        for path in result.conflicts:
            shown = ("cat", path + BESIDE) if path + BESIDE in result.changed else ("git", "diff", "--", path)
            click.echo("  " + command(*shown))  # not wrapped: to be copied
    elif following:
        out.print(Text("\n" + following))


def _notes(notes: Sequence[str]) -> None:
    """Print texts of the template; what is to be copied is not wrapped."""
    for text in (text for note in notes for text in note.split("\n\n")):
        if text.startswith(TO_COPY):
            click.echo("\n" + text)
        else:
            console().print(Text("\n" + text))


def functions(entries: Sequence[Json], *, plain: bool = False) -> None:
    """Print a manifest as a table, or one function a line."""
    if plain:
        for number, entry in enumerate(entries, 1):
            click.echo(f"{number}. " + command(*options.as_flags(entry)))
        return
    rows: list[tuple[str, ...]] = [
        (str(number), entry["name"], entry["trigger"], "\n".join(_more(entry)))
        for number, entry in enumerate(entries, 1)
    ]
    table = Table(expand=False)
    for number, title in enumerate(("", "Function", "Starts with", "Options, what it reads and writes")):
        cells = [row[number] for row in rows]
        if any(cells):
            table.add_column(title, overflow="fold", no_wrap=number < 3 and max(map(len, cells)) < 30)
        else:
            rows = [row[:number] for row in rows]
    for row in rows:
        table.add_row(*row)
    if rows:
        console().print(table)


def _more(entry: Json) -> Iterator[str]:
    """Say what an entry has beside its name and trigger, one thing a line."""
    for key, value in entry.items():
        if key not in {"name", "trigger", "inputs", "outputs"}:
            yield f"{key} {options.value_text(value)}"
    for does, role in {"reads": "inputs", "writes": "outputs"}.items():
        for part in entry.get(role, []):
            yield f"{does} {binding_text(part)}"


def binding_text(entry: Json) -> str:
    """Say a binding in a few words."""
    given = " ".join(f"{key}={options.value_text(value)}" for key, value in entry.items() if key != "binding")
    return f"{entry['binding']} {given}".strip()


def kinds(catalogue: Catalogue) -> None:
    """Print what the catalogue has."""
    table = Table(box=None, pad_edge=False)
    for title in ("Kind", "What it is", "May be"):
        table.add_column(title)
    for group, title in GROUPS.items():
        table.add_row(Text(title, style="bold"))
        for kind in (kind for kind in catalogue.kinds.values() if kind.group == group):
            table.add_row("  " + kind.name, kind.title, ", ".join(kind.roles))
    console().print(table)


def kind(catalogue: Catalogue, name: str) -> None:
    """Print what a kind takes."""
    out = console()
    out.print(Text(f"{name}: {catalogue.kinds[name].title}", style="bold"))
    for role in catalogue.kinds[name].roles:
        table = Table(title=role, title_justify="left", box=None, pad_edge=False)
        for title in ("Option", "Expected", "Default"):
            table.add_column(title, overflow="fold")
        for option in catalogue.options(name, role):
            default = (
                "required" if option.required else "" if option.default is None else options.value_text(option.default)
            )
            table.add_row(option.name, option.expected, default)
        out.print(Group(Text(), table if table.row_count else Text(f"{role}: no options")))


def command(*parts: str) -> str:
    """Join the words of a command for a shell."""
    if os.name == "nt":
        return subprocess.list2cmdline(parts)
    return shlex.join(parts)


def status(found: Sequence[Status]) -> None:
    """Print where projects stand."""
    table = Table(box=None, pad_edge=False)
    for title in ("Project", "Template", "Newest", "Model", "Functions", "Drift"):
        table.add_column(title, overflow="fold", justify="right" if title == "Functions" else "left")
    known = [one for one in found if not one.error]
    for one in known:
        newest = "the same" if one.newest == one.version else one.newest or "no release"
        drift = ", ".join(one.drift[:3]) + (f" and {len(one.drift) - 3} more" if len(one.drift) > 3 else "")
        table.add_row(one.project, one.version, newest, one.model, str(one.functions), drift or "none")
    out = console()
    if known:
        out.print(table)
    for one in found:
        if one.error:
            out.print(Text.assemble((one.project, "bold"), ": ", one.error))


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far something is, where a person is looking."""
    out = console(stderr=True)
    if not out.is_terminal:
        yield lambda _: None
        return
    with Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), console=out, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something takes a moment, where a person is looking."""
    out = console(stderr=True)
    if not out.is_terminal:
        yield
        return
    with out.status(f"{what} …"):
        yield


def same(address: str, commands: Iterable[Sequence[str]]) -> None:
    """Print the commands that do the same without questions; a path below the user's folder as a person would type it."""
    install = uvx_address(address)
    home = str(Path.home()) + os.sep
    if install.startswith(home) and os.name != "nt":
        install = "~/" + command(install.removeprefix(home))
    else:
        install = command(install)
    click.echo("\nThe same without questions:")
    for words in commands:
        click.echo(f"  uvx --from {install} {command('copier-azure-functions', *words)}")


def commands(title: str, lines: Sequence[str]) -> None:
    """Print commands, not wrapped: to be copied."""
    click.echo("\n".join([title, *(f"  {line}" for line in lines)]))


def made(
    folder: Path,
    paths: Sequence[str],
    answers: Json,
    notes: Sequence[str],
    *,
    address: str,
    dialogue: bool,
    plain: bool,
) -> None:
    """Print what was made, what comes next, and how a script does the same."""
    tree(str(folder), paths, plain=plain)
    _notes(notes)
    steps = [
        "uv run pytest",
        EXPORT,
        *(["git add ."] if is_under_git(folder) else ["git init", "git add --all"]),  # another app of a repository
        'git commit --message "Start from copier-azure-functions"',
    ]
    if str(folder) != ".":
        steps.insert(0, command("cd", str(folder)))
    commands("\nNext:", steps)
    if dialogue:
        words = [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in answers.items()]
        data = [word for pair in words for word in ("--data", pair)]
        same(address, [["new", str(folder), "--defaults", *data]])
