"""Say, mean, render: the parts of the template import each other in one direction."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.support.project import REPOSITORY

# What a file in this part may import: the longest prefix counts.
LAW = {
    "copier.yml": ["questions/"],
    "questions/": ["questions/", "manifest/", "kinds/data.jinja"],
    "manifest/": ["manifest/", "kinds/", "shared_code/"],
    "kinds/": ["kinds/", "renderers/python/"],
    "renderers/": ["renderers/", "kinds/", "manifest/", "shared_code/"],
    "shared_code/": ["shared_code/"],
    "template/": ["renderers/", "shared_code/"],
    "extensions-template/": ["renderers/"],
}

# What does otherwise, each for a reason.
EXCEPTIONS = {
    (
        "questions/derived.yml",
        "renderers/v2/move.jinja",
    ): "a move compares the owner's files with what would be written",
    (
        "questions/messages/after_update.jinja",
        "renderers/v2/declare.jinja",
    ): "after a move, the owner of a function's code is told what would be written",
    ("renderers/answers/", "questions/answers.jinja"): "the answers file records what was asked",
}

FILES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for part in LAW
    for path in ([REPOSITORY / part] if part.endswith(".yml") else (REPOSITORY / part).rglob("*"))
    if path.is_file() and path.suffix in {".jinja", ".yml", ".json", ".py"}
)


def pattern(expression: nodes.Expr) -> str:
    """The path that an import names, with `*` for what only a run knows."""
    if isinstance(expression, nodes.Const):
        return expression.value
    if isinstance(expression, nodes.Concat):
        return "".join(map(pattern, expression.nodes))
    return "*"


@cache
def targets(file: str, by_full_name: bool = False) -> frozenset[str]:
    """The files that a file may import or include; those `by_full_name` are the same in every run."""
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    wanted = re.findall(r"^!include (\S+)$", text, re.MULTILINE)
    is_data = Path(file).name == "kind.yml"  # with braces in its texts
    if Path(file).suffix in {".jinja", ".yml"} and not is_data:
        tree = Environment().parse(text)
        wanted += [pattern(it.template) for it in tree.find_all((nodes.Import, nodes.FromImport, nodes.Include))]
    found = {path: {other for other in FILES if fnmatch(other, path)} for path in wanted}
    assert all(found.values()), f"{file} imports what is not there: {[path for path in found if not found[path]]}"
    return frozenset().union(*(found[path] for path in found if not (by_full_name and "*" in path)))


def violations() -> Iterator[tuple[str, str]]:
    """The imports that the law does not allow, exceptions among them."""
    for file in FILES:
        part = next(part for part in LAW if file.startswith(part))
        yield from ((file, it) for it in targets(file) if not it.startswith(tuple(LAW[part])))


def test_parts_import_in_one_direction() -> None:
    excused = {
        (file, it)
        for file, it in violations()
        for importer, imported in EXCEPTIONS
        if file.startswith(importer) and it.startswith(imported)
    }

    assert sorted(set(violations()) - excused) == []


@pytest.mark.parametrize(("importer", "imported"), EXCEPTIONS)
def test_an_exception_is_still_needed(importer: str, imported: str) -> None:
    assert [it for it in violations() if it[0].startswith(importer) and it[1].startswith(imported)]


def is_thin(text: str) -> bool:
    """Tell whether a file is plain text, or one include or one expression below what it imports."""
    body = Environment(trim_blocks=True).parse(text).body
    rest = [it for it in body if not isinstance(it, (nodes.FromImport, nodes.Import))]
    shown = [it for node in rest for it in (node.nodes if isinstance(node, nodes.Output) else [node])]
    said = [it for it in shown if not (isinstance(it, nodes.TemplateData) and len(shown) > 1 and it.data.isspace())]
    return len(said) <= 1


@pytest.mark.parametrize(
    ("text", "thin"),
    [
        ("", True),
        ("plain\ntext\n", True),
        ("{{ version }}\n", True),
        ("{% include 'a.jinja' %}\n", True),
        ("{% from 'a.jinja' import a %}\n{{ a(app) -}}\n", True),
        ("{{ version }} and text\n", False),
        ("{% if ci %}\ntext\n{% endif %}\n{{ version }}", False),
        ("{% set a = 1 %}\n{{ a }}\n", False),
        ("{% include 'a.jinja' %}\n{% include 'b.jinja' %}\n", False),
    ],
)
def test_a_thin_file_is_told_from_others(text: str, thin: bool) -> None:
    assert is_thin(text) is thin


def test_products_are_thin() -> None:
    """The path of a file is in its product, and what the file says is in a renderer."""
    thick = [
        file
        for file in FILES
        if file.startswith(("template/", "extensions-template/")) and file.endswith(".jinja")
        if not is_thin((REPOSITORY / file).read_text(encoding="utf-8"))
    ]

    assert thick == []


def test_no_file_imports_itself_by_way_of_others() -> None:
    """Renderers call a kind by the name that the manifest gives: that is no import by full name."""
    try:
        TopologicalSorter({file: targets(file, by_full_name=True) for file in FILES}).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_every_file_of_the_template_is_used() -> None:
    used = set().union(*map(targets, FILES))
    products = {file for file in FILES if file.startswith(("template/", "extensions-template/", "copier.yml"))}
    for_editors = {"manifest/schema.json"}
    sources = {
        file
        for file in FILES
        if (REPOSITORY / file).with_suffix(".json") != REPOSITORY / file and file.endswith(".yml")
    }

    assert sorted(set(FILES) - used - products - sources - for_editors) == []
