"""Every name that somebody else claims, in every place that takes a name: it is refused with the reason, or the project works."""

import ast
import json
import keyword
import os
import re
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import chain

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.answer_sets import USED_NAMES
from tests.support.package import core_tools_package, git_ignore_package
from tests.support.project import REPOSITORY, Json, Project
from tools.catalogue import JINJA
from tools.manifest import listed_names, reserved_names

FUNCTIONS = JINJA.get_template("manifest/validate/functions.jinja").module
EXTENSIONS = JINJA.get_template("questions/checks/worker_extensions.jinja").module

# What pytest looks for in a module, and what it gives to tests.
PYTEST = [
    "test_it",
    "testing",
    "Tests",
    "setup_module",
    "setup_function",
    "setUpModule",
    "teardown_module",
    "tearDownModule",
]
PYTEST += [
    "pytestmark",
    "pytest_generate_tests",
    "caplog",
    "monkeypatch",
    "tmp_path",
    "capsys",
    "request",
    "fixture",
    "record_info_logs",
]
PYTHON = ["__all__", "__path__", "__name__", "__init__", "_", "__pycache__", "self", "cls", "l", "O", "I", "o", "i"]
LAYOUT = [
    "tests",
    "tests_x",
    "testsrunner",
    "obj",
    "objects",
    "bin",
    "binary",
    "shared_code",
    "stand_ins",
    "function_app",
    "host",
    "Host",
    "con",
    "COM1",
]

RESERVED = reserved_names()

RISKY = sorted(
    {
        *RESERVED["generated_code"],
        *RESERVED["generated_tests"],
        *keyword.softkwlist,
        *USED_NAMES,
        *PYTEST,
        *PYTHON,
        *LAYOUT,
        "Exception",
        "Generator",
    }
)
CLAIMED = sorted({*RISKY, *keyword.kwlist})
MODULES = sorted({*listed_names()["standard_library"], *listed_names()["packages"]})

# What only the v2 model refuses.
V1_ONLY = {"self", "function_app"}

# The places in a function that take a name.
PLACES: dict[str, Callable[[str], Json]] = {
    "name": lambda name: {"name": name},
    "trigger": lambda name: {"arg_name": name},
    "input": lambda name: {"inputs": [{"binding": "blob", "arg_name": name}]},
    "output": lambda name: {"outputs": [{"binding": "queue", "arg_name": name}]},
    "entry_point": lambda name: {"entry_point": name},
    "script_file": lambda name: {"script_file": f"{name}.py"},
}


def refusals(place: str, names: list[str]) -> dict[str, Json]:
    """Map the names that are refused in a place to the problems."""
    found: dict[str, Json] = {}
    for start in range(0, len(names), 50):  # the validation compares each function with all others
        some = names[start : start + 50]
        functions = [{"name": f"f_{it}", "trigger": "queue", **PLACES[place](name)} for it, name in enumerate(some)]
        for problem in json.loads(FUNCTIONS.problems_as_data(functions)):
            found.setdefault(some[int(re.match(r"functions\[(\d+)\]", problem["at"])[1])], problem)
    return found


@cache
def refused(place: str) -> dict[str, Json]:
    """Map the names at risk that are refused in a place to the problems."""
    return refusals(place, CLAIMED + MODULES if place == "name" else CLAIMED)


@pytest.mark.parametrize("place", PLACES)
def test_a_refusal_says_which_name_and_why(place: str) -> None:
    assert refused(place)
    for name, problem in refused(place).items():
        assert name in problem["got"]
        assert problem["because"] or problem["expected"]


def test_what_cannot_be_a_name_in_python_is_refused_everywhere() -> None:
    for place in PLACES:
        assert {*keyword.kwlist} <= refused(place).keys(), place
    for place in ("trigger", "input", "output", "entry_point"):
        assert {"l", "O", "I", *RESERVED["generated_code"]} <= refused(place).keys(), place


def accepted(place: str, names: list[str]) -> list[str]:
    """List the names that a place takes."""
    return [name for name in names if name not in refused(place)]


def app_of(names: list[str], model: str) -> list[Json]:
    """Make an app in which each of these names is in each place that takes it."""
    taken = {
        place: accepted(place, [name for name in names if model == "v1" or name not in V1_ONLY]) for place in PLACES
    }
    seen: set[str] = set()
    taken["name"] = [name for name in taken["name"] if name.lower() not in seen and not seen.add(name.lower())]
    functions = []
    for number in range(max(map(len, taken.values()))):
        # The places take turns, so that no function has one name twice.
        given = {place: names[(number + 3 * turn) % len(names)] for turn, (place, names) in enumerate(taken.items())}
        function: Json = {"name": f"f_{number}", "trigger": "queue", "cache": number % 3 == 0}
        used: set[str] = set()
        for place, name in given.items():
            if place in ("name", "script_file") or name.lower() not in used:
                used |= {name.lower()} if place not in ("name", "script_file") else set()
                function |= PLACES[place](name) if place != "name" or number < len(taken["name"]) else {}
        functions.append(function)
    return functions


@pytest.fixture(scope="module", params=["v1", "v2"])
def project(render: Callable[..., Project], request: pytest.FixtureRequest) -> Project:
    """One app with the names that are at risk, in all places; a short run takes half of them for each model."""
    model: str = request.param
    step, first = (1, 0) if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else (2, int(model == "v2"))
    return render(functions=app_of(RISKY[first::step], model), project_name="pytest", programming_model=model)


def test_what_is_accepted_compiles_and_the_linter_agrees(project: Project) -> None:
    for name, text in project.files.items():
        if name.endswith(".py"):
            ast.parse(text)
    for command in (["check", "."], ["format", "--check", "."]):
        run = project.ruff(*command)
        assert run.returncode == 0, run.stdout


def test_what_is_accepted_passes_its_tests(project: Project) -> None:
    run = project.run_tests()

    assert run.returncode == 0, run.stdout[-3000:]


def test_what_is_accepted_is_published(project: Project) -> None:
    for package in (core_tools_package(project.app), git_ignore_package(project.app)):
        for function in project.answers["functions"]:
            script = function.get("script_file", "__init__.py")
            assert f"{function['name']}/{script}" in package
            assert project.model == "v2" or f"{function['name']}/function.json" in package


# Packages


def needed() -> set[str]:
    """Name the distributions that an app needs, as far as they are installed here, with what they bring along."""
    found: set[str] = set()
    todo = ["azure-functions", "azure-functions-durable", "azure-storage-blob", "pytest", "ruff"]
    while todo:
        name = canonicalize_name(todo.pop())
        if name in found:
            continue
        try:
            requirements = map(Requirement, distribution(name).requires or [])
        except PackageNotFoundError:
            continue
        found.add(name)
        todo += [it.name for it in requirements if not it.marker or it.marker.evaluate({"extra": ""})]
    return found


def test_no_function_hides_a_module_that_the_app_needs() -> None:
    files = chain.from_iterable(distribution(name).files or [] for name in needed())
    top = {file.parts[0].removesuffix(".py") for file in files if file.suffix == ".py"}
    modules = {module for module in top if module.isidentifier() and module[0] != "_"}

    assert modules - {"tests"} <= {*listed_names()["packages"]}
    assert modules <= refused("name").keys() | refusals("name", sorted(modules)).keys()


def test_no_project_is_called_like_a_package_that_it_needs(project: Project) -> None:
    declared = (REPOSITORY / "renderers/python/pyproject.toml.jinja").read_text(encoding="utf-8")
    tools = {canonicalize_name(name) for name in re.findall(r'^  "([\w-]+)[>=]', declared, re.MULTILINE)}

    assert needed() | tools <= {*listed_names()["distributions"]}
    assert 'name = "pytest-app"' in project.text("pyproject.toml")


@pytest.mark.parametrize(
    "name", sorted({"azure_functions", "pytest", "Build", "con", "class", "tests", "json", "Typing_Extensions"})
)
def test_no_worker_extension_is_called_like_what_it_needs(name: str) -> None:
    assert f"got '{name}', which" in EXTENSIONS.name_problem(name)


def test_names_are_not_listed_for_nothing() -> None:
    """What generated code claims is read from it, so a name that it claims no more is free again."""
    assert {"bp", "func", "CORS_HEADERS", "get_name"} <= {*RESERVED["generated_code"]}
    assert {"caplog", "response", "Mock", "pytest"} <= {*RESERVED["generated_tests"]}
    assert not {"main", "outmsg", "msg"} & {*RESERVED["generated_code"], *RESERVED["generated_tests"]}
