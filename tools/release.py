"""Makes a release of this template.

`python -m tools.release 1.2.0` gives what is in the change log under Unreleased a heading with the version and the date, sets the version,
commits and tags; nothing is pushed. `--notes v1.2.0` prints what the change log says of a tag, and fails when the tag does not fit.
"""

import argparse
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
UNRELEASED = "## [Unreleased]\n"


def main(arguments: list[str] | None = None, root: Path = REPOSITORY) -> None:
    """Make a release, or print the notes of one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("version", nargs="?", help="such as 1.2.0")
    parser.add_argument("--notes", metavar="TAG", help="print the notes of a tag such as v1.2.0")
    options = parser.parse_args(arguments)
    if options.notes:
        print(notes(root, options.notes))
    elif options.version:
        release(root, options.version)
    else:
        parser.error("say which version, or which notes")


def release(root: Path, version: str) -> None:
    """Make the commit and the tag of a version."""
    if problem := "; ".join(problems(root, version)):
        sys.exit(problem)
    today = datetime.now(UTC).date().isoformat()
    replace(root / "CHANGELOG.md", UNRELEASED, f"{UNRELEASED}\n## [{version}] - {today}\n")
    replace(root / "pyproject.toml", f'version = "{declared(root)}"', f'version = "{version}"')
    lock = root / "uv.lock"
    own = re.compile(r'(name = "copier-azure-functions"\nversion = ")[^"]+')
    lock.write_text(own.sub(rf"\g<1>{version}", lock.read_text(encoding="utf-8")), encoding="utf-8")
    git(root, "commit", "--all", "--quiet", "--message", f"chore: release v{version}")
    git(root, "tag", "--annotate", f"v{version}", "--message", f"v{version}")
    print(f"v{version} is made. To publish it: git push origin HEAD v{version}")


def problems(root: Path, version: str) -> list[str]:
    """List what keeps a version from being released."""
    if not VERSION.fullmatch(version):
        return [f"got {version}, expected a version such as 1.2.0"]
    found = []
    released = [tag.removeprefix("v") for tag in git(root, "tag", "--list", "v*").split()]
    newest = max(filter(VERSION.fullmatch, released), key=numbers, default=None)
    if newest and numbers(version) <= numbers(newest):
        found.append(f"got {version}, but {newest} is released: expected a newer one")
    if git(root, "status", "--porcelain"):
        found.append("commit your changes first")
    if not section(root, "Unreleased"):
        found.append("the change log has nothing under Unreleased")
    return found


def notes(root: Path, tag: str) -> str:
    """Return what the change log says of a tag that fits the version of the package."""
    version = tag.removeprefix("v")
    if tag != f"v{declared(root)}":
        sys.exit(f"the tag is {tag}, but the version in pyproject.toml is {declared(root)}")
    text = section(root, version)
    if not text:
        sys.exit(f"the change log has no section {version}")
    return text


def section(root: Path, name: str) -> str:
    """Return the text of a section of the change log."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(rf"^## \[{re.escape(name)}\][^\n]*\n(.*?)(?=^## \[|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def declared(root: Path) -> str:
    """Read the version of the package."""
    found = re.search(r'^version = "(.+)"$', (root / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def numbers(version: str) -> tuple[int, ...]:
    """Make versions comparable."""
    return tuple(map(int, version.split(".")))


def replace(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file."""
    text = path.read_text(encoding="utf-8")
    if old not in text:
        sys.exit(f"{path.name} has no {old.strip()}")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def git(root: Path, *arguments: str) -> str:
    """Run Git, and return what it prints."""
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
