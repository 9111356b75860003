"""What a publish uploads: the files of an app that its .funcignore lets through, as two kinds of tools read it."""

import re
from pathlib import Path

import pathspec

# What Azure Functions Core Tools never upload, whatever .funcignore says.
IGNORED_FOLDERS = {".git", ".vscode"}
IGNORED_FILES = {".funcignore", ".gitignore", "local.settings.json", "project.lock.json"}


def core_tools_package(app: Path) -> set[str]:
    """List what Core Tools put into the package."""
    ignored = _core_tools_pattern((app / ".funcignore").read_text(encoding="utf-8"))
    return {
        name
        for name in _files(app)
        if not IGNORED_FOLDERS & set(name.split("/")[:-1])
        and name.split("/")[-1] not in IGNORED_FILES
        and not ignored.match(name)
    }


def git_ignore_package(app: Path) -> set[str]:
    """List what a tool puts into the package that reads the file as git-ignore patterns."""
    lines = (app / ".funcignore").read_text(encoding="utf-8").splitlines()
    return _files(app) - set(pathspec.GitIgnoreSpec.from_lines(lines).match_files(_files(app)))


def _core_tools_pattern(text: str) -> re.Pattern[str]:
    """Turn .funcignore into the regular expression of Core Tools: from the start of a path to the end of a word."""
    lines = [line.strip() for line in text.splitlines()]
    patterns = [line.removeprefix("/") for line in lines if line and not line.startswith("#")]
    assert not any(pattern.startswith("!") for pattern in patterns), "exceptions are not computed here"
    expressions = [re.escape(pattern).replace(r"\*\*", "(.+)").replace(r"\*", "([^/]+)") for pattern in patterns]
    return re.compile(rf"(?:{'|'.join(expressions)})\b", re.ASCII)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
