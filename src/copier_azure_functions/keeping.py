"""What files that a project had before lack of those of the template, as lists that their owner can add."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copier_azure_functions.adoption import load
from copier_azure_functions.errors import RefusalError

NAMED_BY = ("label", "name", "id")


def lacking(project: Path, generated: Path) -> Iterator[str]:
    """Compare a project's own files with those that the template would make."""
    yield from _pytest(project, generated)
    yield from _tests_elsewhere(project)
    yield from _last_on_the_path(project, generated)
    yield from _requirements(project)
    for file in sorted((generated / ".vscode").glob("*.json")):
        name = f".vscode/{file.name}"
        if (project / name).is_file():
            try:
                lines = list(_differences(load(project / name), load(file)))
            except (ValueError, AttributeError):
                lines = ["all of it: yours is no JSON"]
            yield from _to_add(f"{name} is yours; the editor needs in it", lines)
    if (project / ".gitignore").is_file():
        mine = {line.strip().strip("/") for line in _text(project / ".gitignore").splitlines()}
        lines = [line for line in _text(generated / ".gitignore").splitlines() if not line.startswith("#")]
        yield from _to_add(
            ".gitignore is yours; Git should ignore", [it for it in lines if it and it.strip("/") not in mine]
        )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig", errors="replace")


def _to_add(what: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield "\n  ".join([what, *lines])


def _differences(mine: Any, theirs: Any) -> Iterator[str]:
    """Tell which settings, or entries of lists, the owner's file does not have."""
    for key, value in theirs.items():
        there = mine.get(key)
        if isinstance(value, list):
            there = there if isinstance(there, list) else []
            known = {_name(item) for item in there}
            for item in value:
                if item not in there:
                    instead = " (in place of yours)" if _name(item) in known else ""
                    yield f"{json.dumps(key)}, in its list: {json.dumps(item)}{instead}"
        elif there != value and key != "version":
            yield f"{json.dumps(key)}: {json.dumps(value)}"


def _name(item: Any) -> Any:
    return next((item[key] for key in NAMED_BY if key in item), None) if isinstance(item, dict) else item


def _pytest(project: Path, generated: Path) -> Iterator[str]:
    """Say what the project's settings of pytest and uv lack, so that its tests and those of the template run."""
    ini = next(
        (name for name in ("pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg") if _has_pytest(project / name)), ""
    )
    own = project / "pyproject.toml"
    theirs = tomllib.loads(_text(generated / own.name))
    needed = theirs["tool"]["pytest"]["ini_options"]
    if ini and (ini.endswith("pytest.ini") or not own.exists()):
        lines = [f"{key} = {' '.join(value)}" for key, value in needed.items()]
        yield from _to_add(f"{ini}: pytest reads its settings there and nowhere else; it needs", lines)
        return
    if not own.exists():
        return
    try:
        said = tomllib.loads(_text(own))
    except tomllib.TOMLDecodeError as error:
        raise RefusalError(f"pyproject.toml is not TOML: {error}") from error
    settings = said.get("tool", {}).get("pytest", {}).get("ini_options", {})
    wanted = []
    if "project" not in said:  # uv adds packages to no other
        keys = ("name", "version", "requires-python")
        wanted += ["[project]", *(f"{key} = {json.dumps(theirs['project'][key])}" for key in keys)]
    lacks = []
    for key, value in needed.items():
        has = settings.get(key, [])
        has = has.split() if isinstance(has, str) else has
        if missing := [it for it in value if it not in has]:
            lacks.append(f"{key} = {json.dumps([*has, *missing])}")
    wanted += ["[tool.pytest.ini_options]", *lacks] if lacks else []
    if said.get("tool", {}).get("uv", {}).get("package") is not False:
        wanted += ["[tool.uv]", "package = false"]
    if "pytest" not in json.dumps(said.get("dependency-groups", {})):
        wanted += ["[dependency-groups]", 'dev = ["pytest>=8.3"]']
    yield from _to_add("pyproject.toml is yours; the tests need in it", wanted)


def _has_pytest(path: Path) -> bool:
    return path.is_file() and (
        path.name.endswith("pytest.ini")
        or re.search(r"^\[(tool:)?pytest\]", path.read_text("utf-8", "replace"), re.MULTILINE) is not None
    )


def _tests_elsewhere(project: Path) -> Iterator[str]:
    """Name the folders with tests in which pytest would not look."""
    found = {path.relative_to(project).parts[0] for path in project.glob("*/**/test_*.py")}
    hidden = {name for name in found if name.startswith(".")}
    for name in sorted(found - hidden - {"tests", "__app__", "node_modules", "venv", "env"}):
        yield f"{name} has tests, and pytest looks in tests/ only: git mv them, or name the folder in testpaths"


def _last_on_the_path(project: Path, generated: Path) -> Iterator[str]:
    """A function that is called like a module of Python needs what the template's conftest.py does."""
    theirs = _text(generated / "tests/conftest.py")
    if (project / "tests/conftest.py").is_file() and "sys.path.sort" in theirs:
        lines = [line for line in theirs.splitlines() if re.match(r"APP =|sys\.path|import sys|from pathlib", line)]
        yield from _to_add("tests/conftest.py is yours; the tests need in it", lines)


def _requirements(project: Path) -> Iterator[str]:
    """Tell which lines of requirements.txt are for pip alone, and what uv reads in their place."""
    path = project / "requirements.txt"
    for line in _text(path).splitlines() if path.is_file() else []:
        found = re.match(r"\s*(-i|--index-url|--extra-index-url|-f|--find-links)[ =]+(\S+)", line)
        if found and found[1] in ("-f", "--find-links"):
            yield f"requirements.txt: {line.strip()} is lost when uv writes it anew; pyproject.toml needs\n  [tool.uv]\n  find-links = [{json.dumps(found[2])}]"
        elif found:
            default = "" if found[1].startswith("--extra") else "\n  default = true"
            yield f"requirements.txt: {line.strip()} is lost when uv writes it anew; pyproject.toml needs\n  [[tool.uv.index]]\n  url = {json.dumps(found[2])}{default}"
        elif re.match(r"\s*--(?!requirement|constraint|editable)", line):
            yield f"requirements.txt: {line.strip()} is lost when uv writes it anew: https://docs.astral.sh/uv/reference/settings/ has its options"
