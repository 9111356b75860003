"""What Azure installs is what the tests run with."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1]
WRITE = "uv export --no-dev --no-hashes --output-file __app__/requirements.txt"


def for_azure() -> list[Requirement]:
    """Read the packages of requirements.txt; lines without a name are left to pip."""
    found = []
    text = (PROJECT / "__app__/requirements.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        try:
            found.append(Requirement(line.split(" #")[0].split(" --")[0].rstrip(" \\")))
        except InvalidRequirement:
            continue
    return found


def test_azure_installs_what_is_installed_here() -> None:
    different = []
    for requirement in for_azure():
        if requirement.marker and not requirement.marker.evaluate():
            continue
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            different.append(f"{requirement} is not installed here")
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            different.append(f"{requirement}, but {installed} is installed here")
    assert not different, f"uv add what the app needs, then {WRITE}"


def test_azure_installs_what_is_declared() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = map(Requirement, project["project"]["dependencies"])
    sources = project.get("tool", {}).get("uv", {}).get("sources", {})
    beside = {canonicalize_name(name) for name in sources if "path" in sources[name]}
    installed = {canonicalize_name(requirement.name) for requirement in for_azure()}
    missing = {canonicalize_name(requirement.name) for requirement in declared}
    assert not missing - installed - beside, f"write it anew: {WRITE}"
