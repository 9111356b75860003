"""manifest/schema.json says in an editor what the template says in a refusal."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.manifest.test_refused import CORPUS, spelled_out
from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import REPOSITORY, Json
from tools.catalogue import CATALOGUE
from tools.manifest import RELATIONS

SCHEMA = json.loads((REPOSITORY / "manifest/schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
ACCEPTED = yaml.safe_load((REPOSITORY / "tests/manifest/accepted.yml").read_text(encoding="utf-8"))
EXAMPLES = sorted((REPOSITORY / "examples").glob("*.yml"))


def wrong(answers: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:300]}" for error in VALIDATOR.iter_errors(answers)]


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_names_the_schema_and_keeps_it(path: Path) -> None:
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    named = first.removeprefix("# yaml-language-server: $schema=")

    assert (path.parent / named).resolve() == REPOSITORY / "manifest/schema.json"
    assert wrong(yaml.safe_load(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", ANSWER_SETS)
def test_answers_that_the_template_takes_keep_the_schema(name: str) -> None:
    assert wrong(json.loads(json.dumps(ANSWER_SETS[name]))) == []


def test_every_edge_case_keeps_the_schema() -> None:
    assert wrong([{"name": name, **function} for name, function in ACCEPTED.items()]) == []


def test_the_samples_of_every_kind_keep_the_schema() -> None:
    for entry in CATALOGUE.values():
        for sample in entry.get("samples", {}).values():
            assert wrong(sample) == []


@pytest.mark.parametrize(
    "case",
    [case for case in CORPUS if case["answers"].keys() == {"functions"} and "relation" not in case],
    ids=lambda case: case["name"].encode("ascii", "replace").decode(),
)
def test_a_refused_manifest_breaks_the_schema(case: Json) -> None:
    assert not VALIDATOR.is_valid(spelled_out(case["answers"]))


@pytest.mark.parametrize("name", RELATIONS["answers"])
def test_answers_that_do_not_go_together_break_the_schema(name: str) -> None:
    relation = RELATIONS["answers"][name]
    needed = {other: values[0] for other, values in relation.get("needs", {}).items()}
    excluded = {other: values[0] for other, values in relation.get("excludes", {}).items()}

    assert wrong({name: relation["is"], **needed}) == []
    for other, value in {
        **{other: {True: False}.get(value, "none") for other, value in needed.items()},
        **excluded,
    }.items():
        assert wrong({other: value}) == []
        assert wrong({name: relation["is"], **needed, other: value})


def test_what_is_marked_as_a_relation_is_beyond_the_schema() -> None:
    marked = [case for case in CORPUS if "relation" in case]

    assert [case["name"] for case in marked if not VALIDATOR.is_valid(spelled_out(case["answers"]))] == []


def test_its_regular_expressions_are_those_of_editors() -> None:
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(SCHEMA))

    assert len(patterns) > 100
    for pattern in map(json.loads, patterns):
        assert not re.search(r"\\[AZ]|\(\?[a-zA-Z]", pattern), pattern
