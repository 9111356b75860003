"""What stands in braces and between percent signs is what the host can read: nothing else gets in."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.catalogue import JINJA
from tools.manifest import RULES

MODULE = JINJA.get_template("manifest/rules.jinja").module

# How the host takes a text apart (BindingTemplateParser of the WebJobs SDK), after it has put in what is between percent signs.
HOST = re.compile(r"(?P<escape>\{\{|\}\})|\{(?P<expression>[^{}]*)\}|(?P<literal>[^{}]+)|(?P<unbalanced>[{}])")
HOST_EXPRESSION = re.compile(r"(?i:rand-guid|datetime).*|[^\W\d]\w*(?:[.][\w-]+)*(?::.*)?", re.DOTALL)

pieces = st.sampled_from(
    [
        "%",
        "{",
        "}",
        "{{",
        "}}",
        "a",
        "A b",
        "%S%",
        "%S.t:u-v%",
        "%%",
        "% s%",
        "{name}",
        "{Query.id}",
        "{Headers.X-Id}",
        "{rand-guid}",
        "{rand-guid:N}",
        "{DateTime:yyyy-MM-dd}",
        "{sys.utcnow}",
        "{sys.x}",
        "{}",
        "{a b}",
        "{a..b}",
        "{a%S%}",
        "'",
        '"',
        "\\",
        "${",
        "$",
        "\n",
        "#",
        "|",
        "`",
    ]
)


def accepted(text: str, rule: str = "text") -> bool:
    return not MODULE.expected_by(rule, text)


def settings(text: str, rule: str = "text") -> list[str]:
    return json.loads(MODULE.settings_in(rule, text))


def the_host_reads(text: str) -> list[str]:
    """Return the settings that the host looks up, and fail where it does."""
    parts = text.split("%")
    assert len(parts) % 2, "a percent sign is not closed"
    for part in HOST.finditer("x".join(parts[::2])):
        assert not part["unbalanced"]
        assert part["expression"] is None or HOST_EXPRESSION.fullmatch(part["expression"]), part["expression"]
    return parts[1::2]


@given(
    text=st.lists(pieces, min_size=1, max_size=5).map("".join) | st.text("%{}aB.:-_\n'\"$\\", min_size=1, max_size=12)
)
def test_what_is_accepted_is_what_the_host_reads(text: str) -> None:
    if not accepted(text):
        return

    assert the_host_reads(text) == settings(text)
    for name in settings(text):
        assert re.fullmatch(RULES["setting_name"]["pattern"], name)


@pytest.mark.parametrize(
    "text",
    [
        "%Setting%",
        "a-%S.t:u-v%-b",
        "{name}",
        "{Query.id}",
        "{Headers.X-Id}",
        "{message.body.id}",
        "{rand-guid}",
        "{rand-guid:N}",
        "{DateTime}",
        "{DateTime:yyyy-MM-dd}",
        "{datetime:yyyy/MM}",
        "{sys.utcnow:HH:mm}",
        "{sys.methodname}",
        "{{literal}}-{name}",
    ],
)
def test_every_form_that_is_documented_is_accepted(text: str) -> None:
    assert accepted(text)


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "100%",
        "%a b%",
        "%a'b%",
        "%a\nb%",
        "%a${b}%",
        "%1%",
        "%%",
        "{",
        "}",
        "{}",
        "{ name }",
        "{a b}",
        "{a'b}",
        "{1}",
        "{a.}",
        "{.a}",
        "{a..b}",
        "{a:}",
        '{a:x"y}',
        "{%a%}",
        "{a\nb}",
        "{rand-guid:Q}",
        "{rand_guid-x}",
        "{sys.secret}",
        "{{{",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    assert not accepted(text)


def test_text_that_the_host_does_not_read_may_have_any_signs() -> None:
    for text in ("100%", "{a b}", "%x%", '{"type": "record"}'):
        assert accepted(text, "plain_text")
        assert settings(text, "plain_text") == []
