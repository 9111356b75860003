"""What of a flat project belongs to the app, and so to `__app__/`: decided by what the app imports and the host reads."""

import ast
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from copier_azure_functions.adoption import load, normal
from copier_azure_functions.calls import parsed
from copier_azure_functions.project import git, tracked

# What the Functions host and its tools read beside host.json, in the folder of the app.
HOSTS_FILES = (
    "host.json",
    "local.settings.json",
    "requirements.txt",
    ".funcignore",
    "extensions.csproj",
    "proxies.json",
)


def imported(path: Path, root: Path) -> Iterator[str]:
    """Name what a module may import from the top of the app: the first part of each name, as a function's folder sees it."""
    depth = len(path.relative_to(root).parts) - 1
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
            if node.module == "__app__":
                names = [f"__app__.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == depth + 1:  # from .. in a function's folder is the top
            names = [node.module] if node.module else [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            yield name.removeprefix("__app__.").split(".")[0]


@dataclass
class Move:
    """What of a flat project goes to `__app__/`, and what its owner should know about the rest."""

    goes: list[str]
    notes: list[str]


def plan(project: Path) -> Move:
    """Tell what belongs to the app: its functions, the modules that they import, and what the host reads."""
    files = tracked(project)
    tops = {name.split("/")[0] for name in files}
    functions = {Path(name).parts[0] for name in files if re.fullmatch(r"[^/]+/function\.json", name)}
    beside = {
        script.relative_to(project.resolve()).parts[0]
        for name in functions
        if (script := _script(project / name)) and script.is_relative_to(project.resolve())
    }
    goes, waiting = set(), functions | (beside & tops)
    while waiting:
        top = waiting.pop()
        goes.add(top)
        for name in files:
            if (
                name.split("/")[0] == top
                and name.endswith(".py")
                and not re.search(r"(^|/)(test_|conftest\.py$)", name)
            ):
                found = set(imported(project / name, project))
                waiting |= {it for it in found | {f"{module}.py" for module in found} if it in tops} - goes
    goes |= {name for name in HOSTS_FILES if name in tops}
    return Move(sorted(goes), [*_named(project, files, goes), *_included(project)])


def _script(folder: Path) -> Path | None:
    try:
        config = normal(load(folder / "function.json"))
    except (ValueError, TypeError, AttributeError):  # it is left out
        return None
    return (folder / (config.get("scriptFile") or "__init__.py")).resolve()


def _named(project: Path, files: list[str], goes: set[str]) -> Iterator[str]:
    """Tell which files stay although the app's code has their name in a text: it may open them."""
    stay = {name.split("/")[0] for name in files} - goes
    for name in files:
        if name.split("/")[0] in goes and name.endswith(".py"):
            tree = parsed(project / name)
            texts = {it.value for it in ast.walk(tree) if isinstance(it, ast.Constant) and isinstance(it.value, str)}
            firsts = {re.split(r"[/\\]", text.removeprefix("./").removeprefix("../"))[0] for text in texts}
            for top in sorted(firsts & stay):
                yield f"{top} stays where it is, but {name} has its name in a text: if the app opens it, git mv {top} __app__/"


def _included(project: Path) -> Iterator[str]:
    """Tell which lines of requirements.txt name a file, which is one folder further up then."""
    path = project / "requirements.txt"
    for line in path.read_text("utf-8-sig", "replace").splitlines() if path.is_file() else []:
        found = re.match(r"\s*(?:-r|--requirement|-c|--constraint|-e|--editable)[ =]\s*([^\s:]+)\s*$", line)
        if found and not Path(found[1]).is_absolute():
            yield (
                f"requirements.txt: {line.strip()} names a file that stays where it is, and what is published is __app__/: "
                "put its lines into __app__/requirements.txt"
            )


def shown(changed: dict[str, str], goes: list[str]) -> dict[str, str]:
    """Show a file that was moved once, where it is now, with Git's letter for that."""
    gone = {path for path, letter in changed.items() if letter == "D" and path.split("/")[0] in goes}
    return {
        path: "R" if path.removeprefix("__app__/") in gone else letter
        for path, letter in changed.items()
        if path not in gone
    }


@contextmanager
def moved(project: Path, planned: Move) -> Iterator[None]:
    """Move the app of a flat project to __app__/ in the index of Git; back it goes, with what Git ignores, when something stops the rest."""
    app, settings, goes = project / "__app__", "local.settings.json", [*planned.goes]
    app.mkdir()
    try:
        git(project, "mv", *planned.goes, "__app__/")
        if (project / settings).exists():  # ignored by Git
            (project / settings).rename(app / settings)
            goes.append(settings)
        yield
    except BaseException:
        for name in filter(lambda name: (app / name).exists(), goes):
            (app / name).rename(project / name)
        (app / settings).unlink(missing_ok=True)  # the template's, which Git does not see
        with suppress(OSError):
            app.rmdir()
        raise


def ignore_settings(project: Path) -> None:
    """See that Git ignores the values of this machine where they are now: secrets are among them."""
    if (project / ".gitignore").exists() and not _is_ignored(project, "__app__/local.settings.json"):
        with (project / ".gitignore").open("a", encoding="utf-8") as file:
            file.write("\n# Local settings may hold secrets.\n/__app__/local.settings.json\n")


def _is_ignored(project: Path, name: str) -> bool:
    run = subprocess.run(["git", "check-ignore", "--quiet", name], cwd=project, check=False)
    return run.returncode == 0
