"""Every path, of this repository and of what it renders, is one that Git checks out on Linux, macOS and Windows."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import copier
import pytest

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import REPOSITORY, Project

FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')
DEVICE = re.compile(r"(?:aux|con|nul|prn|com[0-9¹²³]|lpt[0-9¹²³]|conin[$]|conout[$])\s*(?:[.].*)?", re.IGNORECASE)


def problems(path: str) -> list[str]:
    """List what keeps Windows from making a file with this path, relative to the root of a repository."""
    found = [f"{path}: {character!r}" for character in FORBIDDEN.findall(path)]
    for part in PurePosixPath(path).parts:
        if part.endswith((".", " ")) or part.startswith(" "):
            found.append(f"{path}: {part!r} has a dot or a space at its end")
        if DEVICE.fullmatch(part):
            found.append(f"{path}: {part!r} is a device")
    if len(path) > 150:
        found.append(f"{path}: {len(path)} characters")
    return found


def differ_in_case_only(paths: list[str]) -> list[str]:
    """List the paths that are the same file where upper and lower case are the same."""
    first = {path.lower(): path for path in reversed(paths)}
    return [path for path in paths if first[path.lower()] != path]


@pytest.fixture(scope="module")
def tracked() -> list[list[str]]:
    """Every tracked file, as its mode and its path."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--format=%(objectmode) %(path)"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [line.split(" ", 1) for line in listing.split("\0") if line]


@pytest.mark.parametrize(
    "path",
    ["a|b", "a:b", "what?", "a*", "con", "Aux/a.py", "lpt1.txt", "nul.tar.gz", "a./b", "a /b", "tab\t", "x" * 151],
)
def test_a_path_that_windows_refuses_is_found(path: str) -> None:
    assert problems(path)


def test_windows_checks_this_repository_out(tracked: list[list[str]]) -> None:
    paths = [path for _, path in tracked]

    assert len(paths) > 100
    assert [problem for path in paths for problem in problems(path)] == []
    assert differ_in_case_only(paths) == []


def test_this_repository_has_no_symbolic_links(tracked: list[list[str]]) -> None:
    """Windows makes them for administrators and developers only."""
    assert [path for mode, path in tracked if mode == "120000"] == []


@pytest.mark.parametrize("name", ANSWER_SETS)
def test_windows_checks_a_project_out(name: str, render: Callable[..., Project]) -> None:
    paths = [*render(**ANSWER_SETS[name]).files]

    assert [problem for path in paths for problem in problems(path)] == []
    assert differ_in_case_only(paths) == []


@pytest.mark.parametrize("length", [69, 126])
def test_the_longest_names_make_no_path_that_is_too_long(length: int, render: Callable[..., Project]) -> None:
    script = {"script_file": "s" * 69 + ".py"} if length == 69 else {}
    paths = [*render(functions=[{"name": "f" * length, "trigger": "http", **script}]).files]

    assert max(map(len, paths)) == 150
    assert [problem for path in paths for problem in problems(path)] == []


def test_windows_checks_a_worker_extension_out(template: Path, tmp_path: Path) -> None:
    answers = {"project_type": "worker_extension", "renovate": True, "extension_name": "x" * 50}
    copier.run_copy(str(template), tmp_path / "extension", data=answers, defaults=True, quiet=True)

    paths = [*Project(tmp_path / "extension").files]
    assert len(paths) > 5
    assert [problem for path in paths for problem in problems(path)] == []
