"""A generated project, and what a test does with one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from ruff import find_ruff_bin

from copier_azure_functions.reading import load_own
from tests.support import own_tests
from tests.support.forks import in_a_fork
from tests.support.quick import sitecustomize
from tests.support.runtime.task import run_for_a_test

REPOSITORY = Path(__file__).parents[2]
Json = dict[str, Any]


def greeting(name: str, **parts: Any) -> Json:
    """A request with a name in its query, as `Project.run_on_worker` takes it."""
    return {"http": {"query": {"name": name}, **parts}}


class Project:
    """A generated function app in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.app = path / "__app__"

    def text(self, name: str) -> str:
        """Read a file."""
        return (self.path / name).read_text(encoding="utf-8")

    def json(self, name: str) -> Any:
        """Read a JSON file."""
        return json.loads(self.text(name))

    @property
    def model(self) -> str:
        """Name the programming model, as the worker tells it."""
        return "v2" if (self.app / "function_app.py").exists() else "v1"

    @cached_property
    def functions(self) -> dict[str, Json]:
        """Map the names of the functions to their function.json, or in the v2 model to what the worker says of them."""
        if self.model == "v2":
            return self.run_on_worker()["functions"]
        return {path.parent.name: json.loads(path.read_text()) for path in sorted(self.app.glob("*/function.json"))}

    @property
    def files(self) -> dict[str, bytes]:
        """Map the relative paths of all files, version control left out, to their contents."""
        return {
            path.relative_to(self.path).as_posix(): path.read_bytes()
            for path in sorted(self.path.rglob("*"))
            if path.is_file() and not {".git", "__pycache__"} & set(path.relative_to(self.path).parts)
        }

    @property
    def answers(self) -> Json:
        """Read the recorded answers."""
        return load_own(self.text(".copier-answers.yml"))

    def run_on_worker(self, python: str = sys.executable, **task: Any) -> Json:
        """Load all functions on the worker runtime and do a task there (see tests/support/runtime/__main__.py)."""
        if python == sys.executable:
            return in_a_fork(environment(), run_for_a_test, self.app, task)
        process = subprocess.run(
            [python, "-m", "tests.support.runtime", self.app],
            cwd=REPOSITORY,
            input=json.dumps(task),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment(),
        )
        assert process.returncode == 0, process.stderr
        return json.loads(process.stdout)

    def load_errors(self) -> Json:
        """Map the functions that the worker refuses to the reasons."""
        return {name: error for name, error in self.run_on_worker()["loaded"].items() if error}

    def invoke(self, function: str, metadata: Json | None = None, **inputs: Any) -> Json:
        """Invoke one function on the worker runtime; fail the test if that fails."""
        invocation = {"function": function, "inputs": inputs, "metadata": metadata}
        (answer,) = self.run_on_worker(invoke=[invocation])["invoked"]
        assert "error" not in answer, answer["error"]
        return answer

    def run_tests(self, *arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        """Run the project's own tests with an interpreter that has its packages, and without our plugins of pytest.

        Not those that compare this environment with the app's: it has the packages of all apps. And not those on
        Azurite, which tests/renderers/test_integration.py runs.
        """
        left_out = "--ignore=tests/test_packages.py", "--ignore=tests/integration"
        idle = "cacheprovider", "unraisableexception"  # the second looks for garbage five times when all is done
        plain = "-q", *(f"-pno:{plugin}" for plugin in idle), "--disable-plugin-autoload", *left_out
        if python == sys.executable:
            run = partial(in_a_fork, environment(), own_tests.run, self.path)
            quick = run(["--assert=plain", *plain, *arguments])
            is_told = quick.returncode == 0 or "--tb=no" in arguments
            return quick if is_told else run([*plain, *arguments])  # which says what was compared
        return self._run(python, "-m", "pytest", *plain, *arguments)

    def ruff(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ruff with the project's own configuration."""
        return self._run(find_ruff_bin(), *arguments, "--no-cache")

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.path, capture_output=True, text=True, timeout=300, check=False, env=environment()
        )


def in_model(render: Callable[..., Project], model: str) -> Callable[..., Project]:
    """Make the fixture `render` one for apps of a programming model."""
    return render if model == "v1" else partial(render, programming_model=model)


def environment() -> dict[str, str]:
    """This process's environment, without what pytest and uv would pass on, without stray bytecode, and with a quick Copier."""
    dropped = ("PYTEST_", "COV_", "VIRTUAL_ENV", "UV_", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(Path(sitecustomize.__file__).parent)}
