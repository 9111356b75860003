"""The tool knows the template it belongs to: where it is, in which version, and what is in it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from copier_azure_functions.errors import RefusalError
from copier_azure_functions.source import Source, from_direct_url, from_metadata, template_root, uvx_address
from hatch_build import TEMPLATE
from tests.support.project import REPOSITORY, environment

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GIT = {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"}


@pytest.mark.parametrize(
    ("direct_url", "source"),
    [
        ({"url": "https://example.com/t.git", "vcs_info": GIT}, Source("https://example.com/t.git", COMMIT)),
        ({"url": "https://example.com/t", "vcs_info": GIT}, Source("git+https://example.com/t", COMMIT)),
        ({"url": "ssh://git@example.com/t", "vcs_info": GIT}, Source("git+ssh://git@example.com/t", COMMIT)),
        ({"url": "file:///home/ada/a%20clone", "vcs_info": GIT}, Source("/home/ada/a clone", COMMIT)),
        ({"url": "file:///nowhere/folder", "dir_info": {}}, Source("/nowhere/folder", None)),
        ({"url": "https://example.com/t.whl", "archive_info": {}}, None),
    ],
    ids=["git", "git without .git", "ssh", "clone", "folder", "archive"],
)
@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
def test_an_installation_tells_where_the_template_is(direct_url: dict[str, object], source: Source | None) -> None:
    assert from_direct_url(direct_url) == source


@pytest.mark.parametrize(
    ("address", "of_uvx"),
    [
        ("/home/ada/clone", "/home/ada/clone"),
        ("git+https://example.com/t", "git+https://example.com/t"),
        ("https://example.com/t.git", "git+https://example.com/t.git"),
        ("gh:ada/t", "git+https://github.com/ada/t"),
        ("gl:/ada/t.git", "git+https://gitlab.com/ada/t.git"),
        ("git@example.com:ada/t.git", "git+ssh://git@example.com/ada/t.git"),
    ],
)
def test_an_address_that_a_project_records_is_told_as_uvx_takes_it(address: str, of_uvx: str) -> None:
    assert uvx_address(address) == of_uvx


def test_a_clone_is_taken_as_it_is_checked_out() -> None:
    assert from_direct_url({"url": REPOSITORY.as_uri(), "dir_info": {"editable": True}}) == Source(
        str(REPOSITORY), "HEAD"
    )


def test_a_released_wheel_names_the_address_and_its_version_is_the_tag() -> None:
    urls = ["Documentation, https://example.com", "Template, git+https://example.com/t"]

    assert from_metadata(urls, "1.2.0") == Source("git+https://example.com/t", "v1.2.0")


def test_an_installation_that_does_not_know_says_what_to_do() -> None:
    with pytest.raises(RefusalError, match="--template"):
        from_metadata([], "1.2.0")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is installed, in a folder."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    zipfile.ZipFile(file).extractall(folder / "installed")
    return folder / "installed"


def test_the_wheel_has_the_whole_template(wheel: Path, template: Path) -> None:
    packed = wheel / "copier_azure_functions/template"
    names = [name for name in TEMPLATE if (template / name).exists()]
    needed = [path for name in names for path in [template / name, *(template / name).rglob("*")] if path.is_file()]

    assert len(needed) > 150
    assert {
        path.relative_to(packed) for path in packed.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    } == {path.relative_to(template) for path in needed}


def test_the_wheel_checks_and_explains_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "functions.yml").write_text("- {name: on_order, trigger: queue, queue_name: A}\n")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "copier_azure_functions", *words]
        env = environment() | {"PYTHONPATH": str(wheel), "GIT_ALLOW_PROTOCOL": "none"}
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=env)

    refused = run("check", "functions.yml")
    assert refused.returncode == 2, refused.stderr
    assert "queue_name: got 'A'" in refused.stderr
    assert "queue_name" in run("kinds", "queue").stdout


def test_in_the_repository_the_template_is_the_repository() -> None:
    assert template_root() == REPOSITORY
