"""What is said by chance is refused in a sentence, or works: it is parsed, formatted, linted, loaded, invoked and tested.

Many functions are one app, so that each costs little. `HYPOTHESIS_PROFILE=nightly` takes new seeds, which the names of the tests show;
`FUZZ_SEEDS=7,8` takes those.
"""

import json
import os
import re
import tomllib
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import copier
import pytest
import tree_sitter
import tree_sitter_bicep
import yaml

from tests.fuzz.chance import CHECKS, Chance, accepted
from tests.support.project import REPOSITORY, Json, Project
from tests.support.ruff import ENDS, ruff
from tests.support.sent import invoke_all
from tools.catalogue import JINJA, spec

RECORDED = yaml.safe_load((REPOSITORY / "tests/fuzz/seeds.yml").read_text(encoding="utf-8"))

INVISIBLE = str(JINJA.get_template("manifest/rules.jinja").module.invisible)


def seeds(new: int) -> list[int]:
    """Choose the seeds: those that are recorded, at night with as many new ones."""
    if chosen := os.environ.get("FUZZ_SEEDS"):
        return [int(seed) for seed in chosen.split(",")]
    if os.environ.get("HYPOTHESIS_PROFILE") != "nightly":
        return RECORDED["always"]
    today = date.today().toordinal() * 1000
    return [*RECORDED["always"], *RECORDED["found"], *range(today, today + new)]


@pytest.mark.parametrize("model", ["v1", "v2"])
@pytest.mark.parametrize("seed", seeds(50))
def test_what_is_wrong_is_said_in_a_sentence(seed: int, model: str) -> None:
    for problem in CHECKS.problems(Chance(seed, in_ten=3).functions(40), model):
        assert not re.search(INVISIBLE, problem.message), problem.message
        assert re.match(r"([^ ].*: )?(got |unknown key)", problem.message), problem.message
        assert re.search(r", (expected|which|but|as|so|did you mean) ", problem.message), problem.message
        assert len(problem.message) < 2000, problem.message


def bicep(text: str) -> None:
    """Parse Bicep."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))
    if parser.parse(text.encode()).root_node.has_error:
        raise ValueError("this is not Bicep")


PARSERS: dict[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".toml": tomllib.loads,
    ".yml": lambda text: list(yaml.safe_load_all(text)),
    ".yaml": lambda text: list(yaml.safe_load_all(text)),
    ".py": partial(compile, filename="", mode="exec"),
    ".bicep": bicep,
}


# Ways to deliver an app that write every other language, with the Pythons at both ends: a formatter writes some things otherwise for each.
DELIVERY: dict[str, Json] = {
    "kubernetes": {
        "python_version": "3.11",
        "container": True,
        "kubernetes": True,
        "extensions": "csproj",
        "ci": "azure_pipelines",
        "renovate": True,
    },
    "azd": {
        "python_version": "3.14",
        "programming_model": "v2",
        "infrastructure": "azd",
        "ci": "github",
        "telemetry": "opentelemetry",
    },
}


def copy(template: Path, to: Path, functions: list[Json], answers: Json) -> list[Json]:
    """Render an app of those functions that, together and delivered like this, are not refused."""
    for _ in range(20):
        data = answers | {"functions": functions}
        try:
            copier.run_copy(str(template), to, data=data, defaults=True, unsafe=False, quiet=True)
        except ValueError as error:
            refused = re.findall(r" \((?:[a-z]+\[\d+\][^ ]*, )?(\w+)\)", str(error))
            if not refused:
                raise
            functions = accepted(
                [function for function in functions if function["name"] not in refused], model(answers)
            )
        else:
            return functions
    raise AssertionError("every app is refused")


def model(answers: Json) -> str:
    """Name the programming model."""
    return answers.get("programming_model", "v1")


@pytest.mark.parametrize("delivery", DELIVERY)
@pytest.mark.parametrize("seed", seeds(5))
def test_what_is_accepted_works(seed: int, delivery: str, template: Path, tmp_path: Path) -> None:
    answers = DELIVERY[delivery]
    with_code = [function for function in Chance(seed).functions(40) if function.get("code") != "mine"]
    functions = copy(template, tmp_path, accepted(with_code, model(answers)), answers)
    names = {function["name"] for function in functions}
    assert len(names) > 5

    project = Project(tmp_path)
    for name, content in project.files.items():
        try:
            PARSERS.get(Path(name).suffix, len)(content.decode())
        except Exception as error:
            raise AssertionError(f"{name}: {error}") from error
    for end in ENDS:
        for command in (("format", "--diff"), ("check",)):
            run = ruff(end, *command, ".", cwd=tmp_path)
            assert run.returncode == 0, f"{end}: {run.stdout}{run.stderr}"
    did = invoke_all(project, functions)
    assert did["loaded"].keys() == names
    assert {name: error for name, error in did["loaded"].items() if error} == {}
    assert did["failed"] == {}
    tested = project.run_tests()
    assert tested.returncode == 0, tested.stdout
    assert {path.stem.removeprefix("test_") for path in tmp_path.glob("tests/functions/test_*.py")} == names
    if project.model == "v1":
        for function in functions:
            told = [*map(folded, project.functions[function["name"]]["bindings"][0].values())]
            assert [value for value in said(function) if value not in told] == [], function


def said(function: Json) -> list[Any]:
    """List the texts and numbers of a trigger that the host is told."""
    options = spec(function["trigger"], "trigger")["options"]
    given = [function[name] for name in options if name in function and options[name].get("json", "") is not None]
    return [folded(value) for value in given if not isinstance(value, list)]


def folded(value: Any) -> Any:
    """Fold upper case, which the host does not tell from lower case."""
    return value.lower() if isinstance(value, str) else value
