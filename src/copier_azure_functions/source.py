"""Where the template is: beside this package for what it has to know now, and at an address for the projects it makes."""

import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from copier_azure_functions.errors import RefusalError

DISTRIBUTION = "copier-azure-functions"
PROJECT_URL = "Template"  # the label of the template's address in the metadata of a released wheel


@dataclass(frozen=True)
class Source:
    """A template as Copier takes it: the address that a project records, and a version, commit or branch of it."""

    address: str
    ref: str | None = None


def template_root() -> Path:
    """Find the template that this package was built with, or is being developed in."""
    packed = Path(__file__).parent / "template"
    return packed if packed.is_dir() else Path(__file__).parents[2]


def installed_from() -> Source:
    """Tell where this package was installed from (PEP 610), so that it and the template of new projects fit."""
    distribution = metadata.distribution(DISTRIBUTION)
    direct_url = distribution.read_text("direct_url.json")
    source = from_direct_url(json.loads(direct_url)) if direct_url else None
    return source or from_metadata(distribution.metadata.get_all("Project-URL") or [], distribution.version)


def from_direct_url(direct_url: dict[str, Any]) -> Source | None:
    """Read PEP 610's description of an installation; None for an archive, whose metadata tells."""
    from urllib.request import url2pathname  # takes long to load

    url = direct_url["url"]
    if urlsplit(url).scheme == "file":
        url = url2pathname(urlsplit(url).path)
    if "vcs_info" in direct_url:
        # Copier takes what ends in .git or begins with git+ for a repository, and any folder that is one.
        is_plain = re.match(r"https?://|ssh://", url) and not url.endswith(".git")
        return Source(f"git+{url}" if is_plain else url, direct_url["vcs_info"]["commit_id"])
    if "dir_info" in direct_url:
        return Source(url, "HEAD" if (Path(url) / ".git").exists() else None)
    return None


def in_full(address: str) -> str:
    """Spell out the host that Copier has a short name for."""
    for short, host in {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}.items():
        if address.startswith(short):
            return host + address.removeprefix(short).lstrip("/")
    return address


def uvx_address(address: str) -> str:
    """Say an address of Copier's as `uvx --from` takes it."""
    address = re.sub(r"^git@([^:/]+):", r"ssh://git@\1/", in_full(address))
    return f"git+{address}" if re.match(r"(?:https?|ssh|git)://", address) else address


def from_metadata(project_urls: list[str], version: str) -> Source:
    """Read the address that a released wheel names; the version of the package is a tag of the template."""
    for line in project_urls:
        label, _, address = line.partition(", ")
        if label == PROJECT_URL:
            return Source(address, f"v{version}")
    raise RefusalError(
        "This installation does not say where its template is. "
        "Give the address with --template, or install from the repository: uvx --from git+<address> copier-azure-functions"
    )
