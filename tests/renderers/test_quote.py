"""What is written in another language, a parser of that language reads back: no text becomes code or another key."""

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest
import tree_sitter
import tree_sitter_bicep
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tools.catalogue import JINJA
from tools.schema import INVISIBLE

QUOTE = JINJA.get_template("renderers/quote.jinja").module
PYTHON = JINJA.get_template("renderers/python/python.jinja").module
BICEP = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))
MARKDOWN = MarkdownIt("commonmark").enable("table")

# What some language takes for the end of a text, or for the beginning of code.
HOSTILE = [
    "'",
    '"',
    "'''",
    '"""',
    "\\",
    "\\'",
    "${x}",
    "$",
    "{",
    "}",
    "`",
    "``",
    "|",
    "#",
    " #",
    ": ",
    "- ",
    "&amp;",
    "<b>",
]
HOSTILE += [
    "%x%",
    "{{ 1 }}",
    "{% raw %}",
    "\t",
    "no",
    "null",
    "~",
    "*",
    "_",
    "!",
    "[a](b)",
    "]]>",
    "a" * 90,
    "ü",
    "漢字",
    "😀",
]
text = (
    st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), max_size=6)
    .map("".join)
    .filter(lambda it: not re.search(INVISIBLE, it))
)
line = text.map(lambda it: " ".join(it.split()))
KEYS = ["y", "n", "No", "yes", "on", "OFF", "true", "False", "null", "e5", "_1", "x.y", "x:y", "x-y", "it's"]
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.:-]{0,20}", fullmatch=True) | text.filter(bool)
values = st.recursive(
    text | st.booleans() | st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)


def each(argument: str, values: list[str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try these values in every run, beside those by chance."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        for value in values:
            test = example(**{argument: value})(test)
        return test

    return decorate


def nodes(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Walk a syntax tree."""
    yield node
    for child in node.children:
        yield from nodes(child)


def bicep_string(source: str) -> str:
    """Read the one string of a Bicep file."""
    root = BICEP.parse(source.encode()).root_node
    found = list(nodes(root))
    assert not [node for node in found if node.is_error or node.is_missing], source
    kinds = [node.type for node in found]
    assert kinds.count("string") == 1, source
    assert "interpolation" not in kinds, source
    (string,) = [node for node in found if node.type == "string"]
    body = string.text.decode()[1:-1]
    escapes = {"n": "\n", "r": "\r", "t": "\t"}
    return re.sub(r"\\(.)", lambda it: escapes.get(it[1], it[1]), body)


def in_cell(source: str) -> str:
    """Read the code in the one cell of a table."""
    tokens = MARKDOWN.parse(f"| a | b |\n| --- | --- |\n| {source} | end |\n")
    cells = [token for token in tokens if token.type == "inline"]
    assert [cell.content for cell in cells[:2] + cells[3:]] == ["a", "b", "end"], source
    assert [child.type for child in cells[2].children] == ["code_inline"], source
    return cells[2].children[0].content


def shown(source: str) -> str:
    """Read what a heading shows."""
    heading, inline, *_ = MARKDOWN.parse(f"# {source}\n")
    assert heading.type == "heading_open"
    assert {child.type for child in inline.children} <= {"text", "text_special"}, source
    return "".join(child.content for child in inline.children)


@each("value", HOSTILE)
@given(value=text)
def test_a_text_comes_back_from_every_language_that_takes_any_text(value: str) -> None:
    assert ast.literal_eval(PYTHON.quote(value)) == value
    assert yaml.safe_load(f"key: {QUOTE.yaml(value)}\nother: 1\n") == {"key": value, "other": 1}
    assert tomllib.loads(f"key = {QUOTE.toml(value)}\nother = 1\n") == {"key": value, "other": 1}
    assert bicep_string(f"var key = {QUOTE.bicep(value)}\n") == value
    assert shlex.split(f"echo {QUOTE.shell(value)} end") == ["echo", value, "end"]
    assert json.loads(JINJA.from_string("{{ value | to_json(ensure_ascii=false) }}").render(value=value)) == value


@given(value=values)
def test_a_value_of_yaml_comes_back_from_python(value: object) -> None:
    assert ast.literal_eval(PYTHON.literal(value)) == value


@each("value", [" ".join(value.split()) for value in HOSTILE])
@each("value", ["a|b", "a\\|b", "`a`", "``a` b", "C #", "1. a", "- a", "_a_ a_b _"])
@given(value=line)
def test_a_line_comes_back_from_markup(value: str) -> None:
    root = ElementTree.fromstring(f'<a b="{QUOTE.xml(value)}">{QUOTE.xml(value)}</a>')
    assert (root.get("b"), root.text or "") == (value, value)
    if value:
        assert in_cell(QUOTE.markdown_code(value)) == value
        assert shown(QUOTE.markdown(value)) == value


@each("name", KEYS)
@given(name=names)
def test_a_key_comes_back(name: str) -> None:
    assert yaml.safe_load(f"{QUOTE.yaml_key(name)}: 1\n") == {name: 1}
    key = QUOTE.bicep_key(name)
    assert (
        key == name
        if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII)
        else bicep_string(f"var a = {{\n  {key}: 1\n}}\n") == name
    )


@given(first=text, second=text)
def test_texts_that_meet_do_not_become_code(first: str, second: str) -> None:
    """A setting's value comes behind text, in one Bicep string."""
    azure = JINJA.get_template("renderers/azure/azure.jinja").module

    assert bicep_string(
        f"var a = {azure.expression(f'{first.replace(chr(37), str())}%Setting%', {'Setting': second})}\n"
    ) == (first.replace("%", "") + second)


@pytest.mark.parametrize("macro", [QUOTE.yaml, QUOTE.toml, QUOTE.bicep, QUOTE.shell, QUOTE.powershell, PYTHON.quote])
def test_plain_text_is_only_put_in_quotes(macro: Callable[[str], str]) -> None:
    assert macro("Order service, 2 of 3")[1:-1] == "Order service, 2 of 3"


def test_markdown_is_left_as_people_write_it() -> None:
    assert QUOTE.markdown("my_app, version 2.0 (beta)") == "my_app, version 2.0 (beta)"
