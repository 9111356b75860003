"""Each rule says what it expects, whose it is and where that is written, and the documentation has all of them."""

import re

import pytest

from tests.support.project import REPOSITORY
from tools.manifest import RULES

WHOSE = {"Azure", "host", "SDK", "Python", "pytest", "uv", "Windows", "browsers", "MCP", "ours"}
PAGE = (REPOSITORY / "docs/rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_it_expects_and_whose_it_is(name: str) -> None:
    source = RULES[name]["source"]

    assert RULES[name]["expected"]
    assert source["whose"] in WHOSE
    assert source["whose"] == "ours" or source["url"].startswith("https://")


def test_every_row_of_the_documentation_says_whose_the_rule_is() -> None:
    tables = re.findall(r"((?:^\|.+\n)+)", PAGE, re.MULTILINE)

    assert len(tables) == 4
    for table in tables:
        head, _, *rows = [re.split(r" ?(?<!\\)\| ?", line)[1:-1] for line in table.splitlines()]
        column = head.index("Whose")
        assert {row[column] for row in rows} <= WHOSE
