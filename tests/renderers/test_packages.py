"""The packages of an app are declared once, locked, and what Azure installs is what was tested."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import Project, environment

Render = Callable[..., Project]
REQUIREMENTS = "__app__/requirements.txt"


@pytest.fixture
def owned(render: Render, tmp_path: Path) -> Project:
    """A project to change."""
    return Project(Path(shutil.copytree(render(triggers=["http"]).path, tmp_path / "app")))


def run(project: Project, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a project, with the uv of this environment."""
    uv, *arguments = command.split()
    assert uv == "uv"
    return subprocess.run(
        [sys.executable, "-m", "uv", *arguments],
        cwd=project.path,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )


def check_packages(project: Project) -> subprocess.CompletedProcess[str]:
    """Run the project's comparison of its packages, in its environment."""
    return run(project, "uv run pytest -q tests/test_packages.py")


def listed(project: Project) -> list[str]:
    """Read requirements.txt without comments."""
    return [line for line in project.text(REQUIREMENTS).splitlines() if not line.strip().startswith("#")]


@pytest.mark.parametrize("name", ANSWER_SETS)
def test_a_new_project_asks_azure_for_what_it_declares(name: str, render: Render) -> None:
    project = render(**ANSWER_SETS[name])
    declared = tomllib.loads(project.text("pyproject.toml"))["project"]["dependencies"]

    assert declared[0].startswith("azure-functions>=")
    assert listed(project) == declared


def test_the_commands_of_the_readme_add_upgrade_and_remove_a_package(owned: Project) -> None:
    section = owned.text("README.md").split("## Packages")[1].split("\n## ")[0]
    add, write = re.search(r"```sh\n(.*)\n(.*)\n```", section).groups()
    remove, upgrade_one, upgrade_all = re.findall(r"`(uv (?:remove|lock)[^`]*)`", section)

    def succeeds(command: str) -> None:
        done = run(owned, command)
        assert done.returncode == 0, done.stdout + done.stderr

    succeeds(f"{add}>=2.32 --no-sync")
    succeeds("uv lock --upgrade-package requests==2.32.4")
    succeeds(write)
    assert "requests==2.32.4" in listed(owned)
    for change in (upgrade_one, remove):
        succeeds(change)
        told = check_packages(owned)
        assert told.returncode == 1, told.stdout
        assert write.replace(" --quiet", "") in told.stdout
    succeeds(upgrade_all)
    succeeds(write)
    assert check_packages(owned).returncode == 0
    assert all("==" in line and not line.startswith("requests") for line in listed(owned))


def test_the_commands_of_the_audit_list_and_upgrade_the_packages(render: Render, tmp_path: Path) -> None:
    rendered = render(audit=True, ci="github").path
    owned = Project(Path(shutil.copytree(rendered, tmp_path / "app")))
    (upgrade,) = re.findall(r"^uv export --upgrade.+$", owned.text("README.md"), re.MULTILINE)
    (listing,) = re.findall(r"uv export .+cyclonedx.+", owned.text(".github/workflows/test-and-publish.yml"))

    assert run(owned, "uv lock --quiet --upgrade-package werkzeug==3.1.3").returncode == 0
    assert run(owned, upgrade).returncode == 0
    assert run(owned, listing).returncode == 0
    (werkzeug,) = [line for line in listed(owned) if line.startswith("werkzeug==")]
    assert werkzeug != "werkzeug==3.1.3"
    packages = {f"{it['name']}=={it['version']}" for it in owned.json("sbom.cdx.json")["components"]}
    assert packages >= {line for line in listed(owned) if ";" not in line}


def test_every_kind_of_line_that_pip_takes_leaves_the_tests_working(owned: Project) -> None:
    text = """
--extra-index-url https://packages.example.com/simple
-r more.txt
--requirement more.txt
git+https://github.com/contoso/stock@main
stock-on-windows @ git+https://github.com/contoso/stock@main ; sys_platform == "win33"
./wheels/stock-1.0-py3-none-any.whl
pytest>=8 # a comment
packaging==0.1 ; python_version < "3"
pluggy>=1 --hash=sha256:00
"""
    (owned.path / REQUIREMENTS).write_text(owned.text(REQUIREMENTS) + text)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--disable-plugin-autoload"],
        cwd=owned.path,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert done.returncode == 0, done.stdout


def test_lines_of_pip_are_declared_by_one_command(owned: Project) -> None:
    (owned.app / "more.txt").write_text("idna>=3\n")
    (owned.path / REQUIREMENTS).write_text("azure-functions\n-r more.txt\ntyping-extensions>=4 # ours\n")

    added = run(owned, f"uv add --requirements {REQUIREMENTS}")

    assert added.returncode == 0, added.stderr
    declared = tomllib.loads(owned.text("pyproject.toml"))["project"]["dependencies"]
    assert declared == ["azure-functions>=2.3,<3", "idna>=3", "typing-extensions>=4"]


def test_a_package_of_the_same_repository_is_published_in_the_app_and_not_installed(owned: Project) -> None:
    check = "from tests.test_packages import *; test_azure_installs_what_is_declared()"
    declared = owned.text("pyproject.toml").replace("dependencies = [\n", 'dependencies = [\n  "money",\n', 1)
    ends = []

    for source in ("", '\n[tool.uv.sources]\nmoney = { path = "../money", editable = true }\n'):
        (owned.path / "pyproject.toml").write_text(declared + source)
        ends.append(subprocess.run([sys.executable, "-c", check], cwd=owned.path, capture_output=True, check=False))

    assert [end.returncode for end in ends] == [1, 0]
    assert b"AssertionError: write it anew" in ends[0].stderr


def test_pip_is_in_the_environment_for_core_tools(render: Render) -> None:
    """Core Tools 5 calls the pip of the active environment, and uv makes environments without one."""
    development = tomllib.loads(render().text("pyproject.toml"))["dependency-groups"]["dev"]

    assert [tool for tool in development if tool.startswith("pip>=")]
