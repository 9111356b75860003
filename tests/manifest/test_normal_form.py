"""The normal form of an app has the shape that manifest/normal_form.yml documents, and nothing that a renderer writes."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from tests.support.answer_sets import ANSWER_SETS
from tests.support.project import REPOSITORY, Json, Project, in_model
from tools.catalogue import JINJA
from tools.manifest import NORMAL_FORM
from tools.questions import all_questions

DERIVED = yaml.safe_load((REPOSITORY / "questions/derived.yml").read_text(encoding="utf-8"))
VALIDATORS = {shape: jsonschema.Draft202012Validator(NORMAL_FORM.schema(shape)) for shape in ("app", "azure")}
SETS = [name for name in ANSWER_SETS if "names" not in name and name != "sixty_functions"]  # the same again
FUNCTION_JSON = {"bindings", "direction", "scriptFile", "entryPoint"}


def computed(given: Json) -> Json:
    """All answers, with what follows from them, as Copier works it out."""
    known: Json = {"previous": {}, "_folder_name": "Test app"}
    for name, question in all_questions().items():
        known[name] = given.get(name, question["default"])
        if isinstance(known[name], str) and name not in given:
            text = JINJA.from_string(known[name]).render(**known)
            known[name] = text if question["type"] == "str" else yaml.safe_load(text)
    known["manifest"] = known["functions"]
    for name in VALIDATORS:
        known[name] = json.loads(JINJA.from_string(DERIVED[name]["default"]).render(**known))
    return known


def inside(value: Any) -> Iterator[str]:
    """All keys and texts in a value."""
    if isinstance(value, dict):
        yield from value
        value = [*value.values()]
    if isinstance(value, list):
        for item in value:
            yield from inside(item)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("name", SETS)
def test_an_app_has_the_documented_shape(name: str) -> None:
    known = computed(ANSWER_SETS[name])

    for shape, validator in VALIDATORS.items():
        wrong = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(known[shape])]
        assert wrong == [] or not known[shape], shape


def test_there_is_no_line_of_code_in_it(render: Callable[..., Project], model: str) -> None:
    project = in_model(render, model)(**ANSWER_SETS["order_service"])

    app = computed(ANSWER_SETS["order_service"] | {"programming_model": model})["app"]

    said = {line.strip() for text in inside(app) for line in text.splitlines()}
    code = {line.strip() for path in project.app.glob("*/*.py") for line in path.read_text("utf-8").splitlines()}
    assert app["functions"]
    assert said & {line for line in code if re.search(r"\W", line)} == set()
    assert said & FUNCTION_JSON == set()


def test_every_documented_key_is_read() -> None:
    text = "\n".join(
        str(path) + path.read_text(encoding="utf-8")
        for part in ("questions", "manifest", "kinds", "renderers", "template")
        for path in (REPOSITORY / part).rglob("*")
        if path.is_file() and path.suffix in {".jinja", ".yml"} and path.name not in {"normal_form.yml", "keys.yml"}
    )

    keys = {key for shape in NORMAL_FORM.shapes.values() for key in shape}
    assert [key for key in keys if not re.search(rf"\.{key}\b|['\[]{key}'(?!:)", text)] == []
