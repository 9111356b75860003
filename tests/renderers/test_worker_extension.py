"""A worker extension is a package that builds and installs, and that a generated app uses as it is told to."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml

from tests.conftest import once
from tests.support.powershell import shell_only
from tests.support.project import REPOSITORY, Json, Project, environment, greeting, in_model

PYTHON = "3.12"  # the newest whose worker calls extensions
TIME_ELAPSED = re.compile(r" \(TimeElapsed: \d+\.\d{6} sec\)$")

HOSTILE = {
    "extension_name": "Acme__x2_" + "of_a_very_long_name_" * 2 + "x",
    "description": '"Zeit" \'messen\' \\n {{ 7 * 7 }} {% raw %} {# %s 100 % <b>*_`[x](y)`_*</b> Ünïcödé 😀 """ \\',
    "author_name": 'Jean-Luc "JL" O\'Neill-Müller, Dr. 😀 \\',
    "author_email": "jean.luc+ext@müller-o.example.com",
    "license": "BSD-3-Clause",
    "repository_url": "https://git.example.com:8443/~jl/a.b-c%20d/ext.git",
}
EXTENSIONS = {
    "app": {"extension_scope": "app"},
    "function": {"extension_scope": "function"},
    "app_hostile": {"extension_scope": "app"} | HOSTILE,
    "function_hostile": {"extension_scope": "function"} | HOSTILE | {"license": "proprietary"},
}
# Which Python each is used on: each scope on both whose workers call extensions.
USED_ON = dict(zip(EXTENSIONS, ["3.11", PYTHON, PYTHON, "3.11"], strict=True))
USE = {
    "requirement": "python-worker-extension-timer==1.0.0",
    "package": "python_worker_extension_timer",
    "class": "TimerExtension",
}
HTTP = {"name": "hello", "trigger": "http"}


class Extension(Project):
    """A generated worker extension, and the Python on which it is used."""

    python = PYTHON

    @property
    def package(self) -> str:
        return self.answers["extension_name"]

    @property
    def class_name(self) -> str:
        return re.search(r"^class (\w+)\(", self.text(f"{self.package}/__init__.py"), re.MULTILINE)[1]

    @property
    def distribution(self) -> str:
        return re.search(r'name="(.+)"', self.text("setup.py"))[1]

    def use(self, **more: Any) -> Json:
        """Say how an app uses this extension."""
        use = {"requirement": f"{self.distribution}==1.0.0", "package": self.package, "class": self.class_name}
        return use | {"configure": {"append_to_http_response": True}} | more


@pytest.fixture(scope="module", params=EXTENSIONS)
def extension(request: pytest.FixtureRequest, render: Callable[..., Project]) -> Extension:
    extension = Extension(render(project_type="worker_extension", **EXTENSIONS[request.param]).path)
    extension.python = USED_ON[request.param]
    return extension


@pytest.fixture(scope="module")
def dist(extension: Extension) -> Path:
    """What `python -m build`, of which its readme tells, or the quicker `uv build` makes of a copy of the extension."""

    def build(to: Path) -> None:
        shutil.copytree(extension.path, to / "source")
        tool = (
            ["build", "--installer", "uv", "--outdir"]
            if extension.answers["license"] == "MIT"
            else ["uv", "build", "--out-dir"]
        )
        command = [sys.executable, "-m", *tool, to, to / "source"]
        variables = environment() | {"PATH": uv_on_path(), "UV_COMPILE_BYTECODE": "0"}  # what builds is used once
        subprocess.run(command, check=True, capture_output=True, env=variables)

    return once(extension.path.with_name(extension.path.name + "-dist"), build)


def uv_on_path() -> str:
    """The search path with this environment's programs first."""
    return f"{Path(sys.executable).parent}:{environment()['PATH']}"


@pytest.fixture(scope="module")
def python(extension: Extension, dist: Path, interpreter: Callable[..., str]) -> str:
    """An interpreter with the wheel installed."""
    return interpreter(extension.python, *map(str, dist.glob("*.whl")))


@pytest.fixture
def app(extension: Extension, render: Callable[..., Project], model: str) -> Project:
    """An app that uses the extension: for all its functions, or for two of three."""
    return in_model(render, model)(
        python_version=extension.python,
        functions=[
            {"name": "waits", "trigger": "http", "async": True},
            {"name": "other", "trigger": "http", "cors_origin": "*"},
            {"name": "greet", "trigger": "http"},
        ],
        worker_extensions=[extension.use(**{} if for_all(extension) else {"functions": ["greet", "waits"]})],
    )


def for_all(extension: Extension) -> bool:
    return extension.answers["extension_scope"] == "app"


def test_the_package_builds_and_its_metadata_reads_back(extension: Extension, dist: Path, python: str) -> None:
    code = (
        "import json, sys; from importlib.metadata import distribution; found = distribution(sys.argv[1]);"
        "print(json.dumps([found.metadata.json, [str(path) for path in found.files]]))"
    )
    output = subprocess.check_output([python, "-c", code, extension.distribution], text=True, env=environment())
    metadata, files = json.loads(output)
    answers = extension.answers

    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *dist.glob("*-1.0.0*")], check=True)
    assert sorted(path.suffix for path in dist.glob("*-1.0.0*")) == [".gz", ".whl"]
    assert metadata["version"] == "1.0.0"
    assert metadata["summary"] == answers["description"]
    assert metadata["author"] == answers["author_name"]
    assert metadata.get("author_email", "") == answers["author_email"]
    assert metadata.get("home_page", "") == answers["repository_url"]
    assert metadata["license_expression"].removeprefix("LicenseRef-").lower() == answers["license"].lower()
    assert metadata["requires_python"] == ">=3.11,<3.13"
    assert metadata["requires_dist"] == ["azure-functions<2.0.0,>=1.7.0"]
    assert metadata["description"].strip() == extension.text("readme.md").strip()
    assert {f"{extension.package}/__init__.py", f"{extension.package}/py.typed"} <= set(files)
    assert any(name.endswith("/licenses/LICENSE") for name in files)


def test_the_package_passes_its_own_tests_where_only_the_wheel_is(
    extension: Extension, python: str, tmp_path: Path
) -> None:
    shutil.copytree(extension.path / "tests", tmp_path / "tests")

    run = Project(tmp_path).run_tests(python=python)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "16 passed" in run.stdout


def test_the_package_is_what_a_formatter_and_a_linter_expect(extension: Extension) -> None:
    for arguments in (["format", "--diff"], ["check"]):
        run = extension.ruff(*arguments, ".")
        assert run.returncode == 0, run.stdout + run.stderr


def test_each_command_of_its_readme_is_one_that_powershell_takes_or_has_its_form(extension: Extension) -> None:
    assert shell_only(extension.text("readme.md")) == []


def test_an_app_that_uses_the_extension_answers_with_the_time(extension: Extension, app: Project, python: str) -> None:
    invocations = [{"function": name, "inputs": {"req": greeting("Ada")}} for name in ("greet", "other", "waits")]

    result = app.run_on_worker(python, invoke=invocations)
    greet, other, waits = (answer["returned"]["http"]["body"]["bytes"] for answer in result["invoked"])

    assert set(result["loaded"].values()) == {None}
    assert TIME_ELAPSED.sub("", greet) == TIME_ELAPSED.sub("", other) == TIME_ELAPSED.sub("", waits) == "Hello, Ada"
    assert TIME_ELAPSED.search(greet)
    assert TIME_ELAPSED.search(waits)
    assert bool(TIME_ELAPSED.search(other)) == for_all(extension)


def test_an_app_that_uses_the_extension_is_as_tidy_as_any_other(app: Project, python: str) -> None:
    for arguments in (["format", "--diff"], ["check"]):
        run = app.ruff(*arguments, ".")
        assert run.returncode == 0, run.stdout + run.stderr
    tests = app.run_tests(python=python)
    assert tests.returncode == 0, tests.stdout + tests.stderr


def test_an_app_imports_and_configures_the_extension_before_its_entry_points(
    extension: Extension, app: Project
) -> None:
    configure = f"{extension.class_name}{'' if for_all(extension) else '(__file__)'}.configure("
    modules = {name: text.decode() for name, text in app.files.items() if name.startswith("__app__/")}

    users = {name.removeprefix("__app__/"): code for name, code in modules.items() if configure in code}

    of_the_app = "function_app.py" if app.model == "v2" else "greet/__init__.py"  # the host loads `greet` first
    assert users.keys() == ({of_the_app} if for_all(extension) else {"greet/__init__.py", "waits/__init__.py"})
    for code in users.values():
        assert code.index(f"from {extension.package} import") < code.index(configure)
        assert code.index(configure) < code.index("\napp = " if "\napp = " in code else "def main(")
    assert app.json("__app__/local.settings.json")["Values"]["PYTHON_ENABLE_WORKER_EXTENSIONS"] == "1"
    assert f"{extension.distribution}==1.0.0" in app.text("__app__/requirements.txt").splitlines()
    assert f"| `{extension.class_name}` |" in app.text("README.md")


def test_an_app_without_extensions_does_not_mention_them(render: Callable[..., Project]) -> None:
    files = render(python_version=PYTHON).files

    assert not [name for name, text in files.items() if b"WORKER_EXTENSIONS" in text]
    assert b"AzureWebJobsScriptRoot" not in files["tests/conftest.py"]
    assert b"Worker extensions" not in files["README.md"]


def test_the_answers_file_of_an_extension_has_only_its_own_answers(extension: Extension) -> None:
    own = {
        "project_type", "extension_name", "extension_scope", "description",
        "author_name", "author_email", "license", "repository_url", "renovate",
    }  # fmt: skip

    assert {name for name in extension.answers if not name.startswith("_")} == own


@pytest.fixture
def released(released_template: Path, tmp_path: Path) -> Callable[..., Project]:
    """Make a project that can be updated."""

    def released(**answers: Any) -> Project:
        project = Project(tmp_path / "project")
        copier.run_copy(str(released_template), project.path, data=answers, defaults=True, quiet=True, vcs_ref="HEAD")
        for command in ("init --quiet", "add --all", "commit --quiet --message=start"):
            subprocess.run(["git", *command.split()], cwd=project.path, check=True)
        return project

    return released


def update(project: Project, **answers: Any) -> None:
    copier.run_update(project.path, data=answers, defaults=True, overwrite=True, quiet=True)


def test_an_update_keeps_whatever_was_answered(released: Callable[..., Project]) -> None:
    package = released(project_type="worker_extension", **HOSTILE)
    before = package.files

    update(package, license="MIT")

    changed = {name for name, content in package.files.items() if content != before[name]}
    assert changed == {".copier-answers.yml", "LICENSE", "readme.md", "setup.py"}
    assert {name: package.answers[name] for name in HOSTILE} == HOSTILE | {"license": "MIT"}


def test_a_newer_python_does_not_drop_the_extensions_of_an_app(released: Callable[..., Project]) -> None:
    app = released(python_version=PYTHON, worker_extensions=[USE])

    with pytest.raises(ValueError, match="take worker_extensions out"):
        update(app, python_version="3.13")
    assert app.answers["python_version"] == PYTHON

    update(app, python_version="3.13", worker_extensions=[])
    assert b"TimerExtension" not in b"".join(app.files.values())


def test_every_licence_that_is_offered_has_a_text() -> None:
    question = yaml.safe_load((REPOSITORY / "questions/worker_extension.yml").read_text())["license"]

    assert {path.stem for path in (REPOSITORY / "renderers/worker_extension/licenses").glob("*.jinja")} == set(
        question["choices"]
    )


def test_a_proprietary_package_cannot_get_on_pypi(render: Callable[..., Project]) -> None:
    package = render(project_type="worker_extension", license="proprietary")

    assert '"Private :: Do Not Upload"' in package.text("setup.py")
    assert "publish" not in package.text(".github/workflows/package.yml")
    assert "From PyPI" not in package.text("readme.md")


@pytest.mark.parametrize(
    ("name", "class_name"),
    {
        "python_worker_extension_timer": "TimerExtension",
        "python_worker_extension_2fast": "PythonWorkerExtension2fastExtension",
        "acme_extension": "AcmeExtension",
        "extension": "Extension",
        "x": "XExtension",
    }.items(),
)
def test_the_class_is_named_after_the_package(name: str, class_name: str, render: Callable[..., Project]) -> None:
    package = Extension(render(project_type="worker_extension", extension_name=name).path)

    assert package.class_name == class_name
    assert package.ruff("format", "--check", ".").returncode == 0


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            {"extension_name": "my-extension"},
            "extension_name': got 'my-extension', expected a name that Python can import",
        ),
        ({"extension_name": "acme.timer"}, "got 'acme.timer', expected a name that Python can import"),
        ({"extension_name": "größe"}, "got 'größe', expected"),
        ({"extension_name": "timer_"}, "got 'timer_', expected"),
        ({"extension_name": "x" * 51}, "at most 50"),
        ({"extension_name": "class"}, "got 'class', which is a Python keyword"),
        ({"extension_name": "logging"}, "got 'logging', which is the name of another Python module"),
        ({"extension_name": "tests"}, "got 'tests', which is the name of another Python module or folder"),
        ({"description": "two\nlines"}, "description': got 'two\\nlines', expected one line"),
        ({"description": "ends with a blank "}, "without spaces at its ends"),
        ({"description": "\u202etxet"}, "direction marks"),
        ({"author_name": ""}, "author_name': got '', expected a name"),
        ({"author_name": "Ada\nRequires-Dist: evil"}, "expected a name"),
        ({"author_name": "broken \ud83d"}, "author_name: got half a character"),
        ({"author_email": "ada"}, "author_email': got 'ada', expected an e-mail address such as ada@example.com"),
        ({"author_email": "Ada <ada@example.com>"}, "expected an e-mail address"),
        ({"repository_url": "github.com/contoso/x"}, "repository_url': got 'github.com/contoso/x', expected a URL"),
        ({"licence": "MIT"}, "licence: no question has this name, did you mean license?"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_extension_that_could_not_be_built_is_refused(
    answers: Json, message: str, refusal: Callable[..., list[str]]
) -> None:
    assert message in "\n".join(refusal(project_type="worker_extension", **answers))


@pytest.mark.parametrize("version", ["3.13", "3.14"])
def test_an_app_for_a_python_without_extensions_is_told_the_way_out(
    version: str, refusal: Callable[..., list[str]]
) -> None:
    (line,) = refusal(python_version=version, worker_extensions=[USE])

    assert line.startswith("Validation error for question 'worker_extensions': got the list [{")
    assert line.endswith(
        f", expected none with python_version {version}: the Functions worker calls extensions on Python 3.12 and older only. "
        "Choose python_version 3.12, or take worker_extensions out"
    )


@pytest.mark.parametrize(
    ("value", "got"),
    [(float("inf"), "the number inf, expected one that JSON has"), (date(2026, 1, 31), "the date or time 2026-01-31")],
    ids=["infinity", "date"],
)
def test_what_only_yaml_knows_is_refused_in_a_use(value: Any, got: str, refusal: Callable[..., list[str]]) -> None:
    uses = [USE | {"configure": {"x": [value]}}]

    (message,) = refusal(python_version=PYTHON, functions=[HTTP], worker_extensions=uses)

    assert f"worker_extensions: got {got}" in message


def test_everything_that_is_wrong_with_the_uses_is_listed_at_once(refusal: Callable[..., list[str]]) -> None:
    wrong = [
        ("timer", "got 'timer', expected a map such as {requirement:"),
        ({"package": "timer"}, "requirement: got nothing, expected a version such as"),
        (
            {"klass": "Timer"},
            "klass: unknown key, did you mean class?, expected one of requirement, package,",
        ),
        ({"requirement": "-r other.txt"}, "requirement: got '-r other.txt', expected a version such as"),
        ({"requirement": "timer==1\nevil"}, "requirement: got 'timer==1\\nevil'"),
        ({"requirement": "timer==new"}, "requirement: got 'timer==new'"),
        ({"requirement": "https://example.com/x"}, "requirement: got 'https://example.com/x'"),
        ({"requirement": 1.0}, "requirement: got the number 1.0"),
        ({"package": "worker-extension-timer"}, "package: got 'worker-extension-timer', expected the name that"),
        ({"package": "a.class"}, "package: got 'a.class', which has a Python keyword in it"),
        ({"package": "logging.x"}, "package: got 'logging.x', but in the app `logging` is another module or folder"),
        ({"package": "Hello"}, "package: got 'Hello', but in the app `Hello` is another module or folder"),
        ({"class": "timer"}, "class: got 'timer', expected the name of a class"),
        ({"class": "ValueError"}, "class: got 'ValueError', which Python or the generated code uses"),
        ({"class": None}, "class: got nothing"),
        ({"configure": True}, "configure: got the boolean true"),
        ({"configure": {"a b": 1}}, "configure: got 'a b', expected a Python name"),
        ({"configure": {"if": 1}}, "configure: got 'if', expected a Python name"),
        ({"configure": {"x": {1: 2}}}, "configure.x: got the number 1"),
        ({"configure": {"x": ["\u202e"]}}, "configure.x[0]: got '\ufffd', expected text without control characters"),
        ({"functions": []}, "functions: got the list [], expected the names of the functions"),
        ({"functions": "hello"}, "functions: got 'hello', expected the names of the functions"),
        (
            {"functions": ["helo"]},
            "functions: got 'helo', did you mean hello?, expected functions of this app: hello",
        ),
        (
            {"functions": [{"name": "hello"}]},
            'functions: got the map {"name": "hello"}, expected functions of this app',
        ),
        ({"functions": ["hello", "hello"]}, 'functions: got the list ["hello", "hello"], expected each name once'),
        ({"functions": ["hello"]}, "class: got 'TimerExtension', which worker_extensions["),
    ]
    uses = [use if isinstance(use, str) or ("package" in use and len(use) == 1) else USE | use for use, _ in wrong]

    message = refusal(python_version=PYTHON, functions=[HTTP], worker_extensions=uses)
    message[0] = message[0].removeprefix("Validation error for question 'worker_extensions': ")

    for number, (_, problem) in enumerate(wrong):
        place = f" (worker_extensions[{number}])"
        assert [line for line in message if place in line and line.replace(place, "").startswith(problem)], problem


@pytest.mark.parametrize("uses", ["timer", {"package": "timer"}, None])
def test_uses_that_are_no_list_are_refused(uses: Any, refusal: Callable[..., list[str]]) -> None:
    (line,) = refusal(python_version=PYTHON, worker_extensions=uses)

    assert "expected a list such as [{requirement:" in line


def test_a_function_that_an_extension_is_for_cannot_be_removed_alone(refusal: Callable[..., list[str]]) -> None:
    uses = [USE | {"functions": ["hello"]}]

    (line,) = refusal(python_version=PYTHON, functions=[HTTP], remove=["hello"], worker_extensions=uses)

    assert "functions: got 'hello' (worker_extensions[0]), expected functions of this app: it has none" in line


def test_a_requirement_is_a_line_that_every_tool_reads(render: Callable[..., Project]) -> None:
    lines = {
        "timer": "timer",
        "timer[all] >= 1.0, < 2": "timer[all] >= 1.0, < 2",
        "timer ~= 1.0": "timer ~= 1.0",
        "timer @ git+https://github.com/a/b@main": "timer @ git+https://github.com/a/b@main",
        "git+https://github.com/a/b@main": "python-worker-extension-timer @ git+https://github.com/a/b@main",
    }
    uses = [USE | {"requirement": requirement, "class": f"Timer{i}"} for i, requirement in enumerate(lines)]

    app = render(python_version=PYTHON, worker_extensions=uses)

    written = app.text("__app__/requirements.txt").splitlines()
    assert written[-len(lines) :] == list(lines.values())


def test_imports_and_arguments_are_written_as_a_person_would(render: Callable[..., Project]) -> None:
    arguments = {
        "texts": ['it\'s "a"', "b\n", '"c" {{ d }} %s'],
        "maximum": None,
        "factor": 1.5,
        "deep": {"a": [True, {}]},
    }
    app = render(
        python_version=PYTHON,
        functions=[HTTP | {"cors_origin": "*", "outputs": [{"binding": "queue"}]}],
        worker_extensions=[
            USE | {"package": "ZZZ.b"},
            USE | {"package": "azz_10", "class": "AExtension", "configure": arguments},
            USE | {"package": "azz_2", "class": "TExtension", "configure": {"long": ["x" * 30] * 4}},
            USE | {"package": "azz_2", "class": "TEXT", "functions": ["hello"]},
            USE | {"package": "azz_2", "class": "Extension_10", "functions": ["hello"], "configure": {"x": "y" * 100}},
            USE | {"package": "azz_2", "class": "Extension_9"},
        ],
    )
    code = app.text("__app__/hello/__init__.py")
    configured: Json = {}
    namespace = {"configure": configured.update}
    statement = code[code.index("AExtension.configure(") :].split("TExtension")[0]
    exec(statement.replace("AExtension.", ""), namespace)

    assert configured == arguments
    for command in ("format", "--diff"), ("check",):
        run = app.ruff(*command, ".")
        assert run.returncode == 0, run.stdout + run.stderr
