"""The template as a fixture, and projects rendered from it once per set of answers."""

import gc
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import copier
import plumbum
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, Phase, settings

from copier_azure_functions import cache
from tests.support.owned_project import OwnedProject
from tests.support.project import Project
from tests.support.quick import sitecustomize
from tools.working_tree import copy_template

Answers = dict[str, Any]


def _run(*command: str | Path, cwd: Path) -> None:
    subprocess.run(command, check=True, cwd=cwd)


def pytest_configure(config: pytest.Config) -> None:
    """Write to memory, where there is enough of it: projects are many small files. What the front door keeps has a folder, too."""
    if hasattr(config, "workerinput"):
        return
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > 4 * 2**30 and not os.statvfs(memory).f_flag & os.ST_NOEXEC:
        folder = tempfile.mkdtemp(prefix="copier-azure-functions-", dir=memory)
        os.environ["TMPDIR"] = tempfile.tempdir = _at_the_end_removed(folder)
    os.environ[cache.FOLDER] = _at_the_end_removed(tempfile.mkdtemp(prefix="cache-"))


def _at_the_end_removed(folder: str) -> str:
    Finalize(None, shutil.rmtree, (folder, True), exitpriority=-200)  # after what `multiprocessing` has in there
    return folder


def pytest_collection_finish() -> None:
    """Keep the collector from the modules and tests, which stay, and let it wait for many objects, as a run of Copier makes them."""
    gc.freeze()
    gc.set_threshold(100_000)


def pytest_xdist_auto_num_workers() -> int:
    """Let one process more run than there are cores: some tests wait for what they watch."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _isolated(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the settings of the person who runs the tests out of them, and name the author of their commits."""
    settings = {
        "COPIER_SETTINGS_PATH": "{}",
        "GIT_CONFIG_GLOBAL": "[maintenance]\n\tauto = false\n",  # which each commit would start
    }
    for variable, text in settings.items():
        file = tmp_path_factory.getbasetemp() / variable.lower()
        file.write_text(text)
        os.environ[variable] = str(file)
    for role in ("AUTHOR", "COMMITTER"):
        os.environ[f"GIT_{role}_NAME"] = "Test"
        os.environ[f"GIT_{role}_EMAIL"] = "test@example.com"
    os.environ.setdefault("PYENV_VERSION", "3.13:3.12:3.11")  # uv finds the interpreters behind pyenv's shims
    plumbum.local.env.update(os.environ)  # Copier calls Git with what it was when it was imported


@pytest.fixture(scope="session", autouse=True)
def _quick_copier() -> None:
    """Spare the many runs of Copier in a test process what comes out the same in all of them."""
    sitecustomize.install()


@pytest.fixture(scope="session")
def shared_dir(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that the test processes of one run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Make a folder unless another test process has; an unfinished one is never seen."""
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            unfinished = folder.with_name(folder.name + ".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def template(shared_dir: Path) -> Path:
    """The template as a plain folder: what renders fastest."""
    return once(shared_dir / "template", copy_template)


@pytest.fixture(scope="session")
def released_template(shared_dir: Path) -> Path:
    """The template as a clean repository with a version tag: what updates need. Clone it before you change it."""

    def make(folder: Path) -> None:
        copy_template(folder)
        for command in ("init --quiet", "add --all", "commit --quiet --message=release", "tag v1.0.0"):
            subprocess.run(["git", *command.split()], cwd=folder, check=True)

    return once(shared_dir / "released-template", make)


@pytest.fixture(scope="session")
def render(template: Path, shared_dir: Path) -> Callable[..., Project]:
    """Render a project from answers as `copier copy --defaults` does. Read it only: other tests get the same one."""
    projects: dict[str, Project] = {}  # each knows what it has asked the worker

    def render(**answers: Any) -> Project:
        key = hashlib.sha256(json.dumps(answers).encode()).hexdigest()[:16]
        folder = once(
            shared_dir / f"project-{key}",
            lambda to: copier.run_copy(
                str(template),
                to,
                data=answers | {"project_name": answers.get("project_name", "Test app")},
                defaults=True,
                unsafe=False,
                quiet=True,
            ),
        )
        return projects.setdefault(key, Project(folder))

    return render


@pytest.fixture(params=["v1", "v2"])
def model(request: pytest.FixtureRequest) -> str:
    """Each programming model. Modules whose tests run apps of both have a fixture `render` of their own."""
    return request.param


@pytest.fixture(scope="session")
def owned(released_template: Path, shared_dir: Path) -> Callable[..., OwnedProject]:
    """Put a committed project of the released template into a folder; it is rendered once for a set of answers."""

    def owned(to: Path, **answers: Any) -> OwnedProject:
        key = hashlib.sha256(json.dumps(answers).encode()).hexdigest()[:16]
        original = once(
            shared_dir / f"owned-{key}", lambda folder: OwnedProject.copy(released_template, folder, **answers)
        )
        return OwnedProject(Path(shutil.copytree(original, to)))

    return owned


@pytest.fixture(scope="session")
def interpreter(shared_dir: Path) -> Callable[..., str]:
    """Find a Python of a version, in a virtual environment with what a generated app needs and the worker runtimes.

    The runtimes declare Python 3.13, but also run on 3.11 and 3.12 with the SDK of those.
    """
    uv = partial(_run, sys.executable, "-m", "uv", "--quiet", cwd=shared_dir)
    install = partial(uv, "pip", "install", "--compile-bytecode")

    def make(folder: Path, version: str) -> None:
        python = folder / "bin/python"
        sdk = "azure-functions>=1.26,<2" if version < "3.13" else "azure-functions>=2.3,<3"
        uv("venv", "--python", version, folder)
        install("--python", python, sdk, "azure-functions-durable>=1.7,<2", "pytest")
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        site = subprocess.check_output([python, "-c", code], text=True).strip()
        for runtime in ("azure-functions-runtime-v1>=1.2", "azure-functions-runtime>=1.3"):
            install("--target", site, "--python-version", "3.13", "--no-deps", runtime)

    def plain(version: str) -> Path:
        return once(shared_dir / f"python-{version}", lambda to: make(to, version))

    def extended(version: str, packages: tuple[str, ...]) -> Path:
        def extend(folder: Path) -> None:
            uv("venv", "--python", version, folder)
            (site,) = plain(version).glob("lib/*/site-packages")
            (folder / site.relative_to(plain(version)) / "plain.pth").write_text(f"{site}\n")
            install("--no-deps", "--python", folder / "bin/python", *packages)

        key = hashlib.sha256(json.dumps([version, packages]).encode()).hexdigest()[:16]
        return once(shared_dir / f"python-{key}", extend)

    def interpreter(version: str, *packages: str) -> str:
        return str((extended(version, packages) if packages else plain(version)) / "bin/python")

    return interpreter


@pytest.fixture
def refusal(template: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """Copy with answers that must be refused; return the lines of the message."""

    def refusal(**answers: Any) -> list[str]:
        destination = tmp_path / "project"
        with pytest.raises(ValueError) as caught:
            copier.run_copy(str(template), destination, data=answers, defaults=True, unsafe=False, quiet=True)
        assert not destination.exists()
        return str(caught.value).splitlines()

    return refusal


# In every run a few examples, always the same; at night many, shrunk to the smallest that fails.
_common = {"deadline": None, "suppress_health_check": [*HealthCheck]}
settings.register_profile(
    "default", max_examples=10, derandomize=True, phases=[Phase.explicit, Phase.generate], **_common
)
settings.register_profile("nightly", max_examples=200, **_common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
