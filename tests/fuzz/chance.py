"""What anybody might say, by chance: manifests over every key of the catalogue, with hostile text in every place.

Nothing here is a list of kinds or keys: those come from kinds/, manifest/ and the SDK, so that what is added is attacked, too. A seed says
all of it: the same seed gives the same manifest, as long as the catalogue is the same.
"""

import builtins
import keyword
import random
from copy import deepcopy
from functools import cache
from typing import Any

import azure.functions as func
import yaml

from copier_azure_functions.catalogue import Catalogue
from tools.catalogue import CATALOGUE, REPOSITORY, ROLES, kinds, spec
from tools.manifest import FUNCTION_KEYS, RULES, reserved_names

Json = dict[str, Any]
CHECKS = Catalogue()

# What ends, opens or means something in one of the languages that are written, and what is wide, narrow or not there at all.
HOSTILE = [
    *"\"'`\\#$%&*!|>@?:-~,;=^<()[]{}/ .",
    *(
        "'''",
        '"""',
        "\\n",
        "\\",
        "\\'",
        '\\"',
        "x\\",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "{#",
        "#}",
        "${x}",
        "$(x)",
        "$[x]",
        "%%",
        "%s",
        "%(x)s",
    ),
    *(
        "{0}",
        "{}",
        "{x",
        "x}",
        "{x!r}",
        "<%= x %>",
        "<!--",
        "-->",
        "]]>",
        "</b>",
        "&amp;",
        "a & b",
        "a | b",
        "a || b",
        "**x**",
        "[x](y)",
    ),
    *(
        "# x",
        "- x",
        "? x",
        ": x",
        "x: y",
        "x #y",
        "&a",
        "*a",
        "!tag",
        "@x",
        "---",
        "...",
        "null",
        "~",
        "true",
        "yes",
        "on",
        "1",
        "1.5",
        "1e3",
    ),
    *(
        "0x1F",
        "1_000",
        "12:30:00",
        "2026-11-26",
        ".inf",
        ".nan",
        "=",
        "<<",
        "",
        " ",
        " x",
        "x ",
        "  ",
        "import os",
        "json.loads(",
        "df.",
    ),
    *(
        "List[",
        "Any[",
        "greet(",
        "GetOutput",
        "caplog",
        "monkeypatch",
        "async def f():",
        "return",
        "lambda: 0",
        "class",
        "None",
        "..",
        "../x",
    ),
    *(
        "a/b",
        "a\\b",
        "C:\\x",
        "/x",
        "//x",
        "x/",
        "~/x",
        "con",
        "nul.txt",
        "aux",
        ".git",
        "a b",
        "a.b",
        "a:b",
        "a__b",
        "a%b",
        "é",
        "ß",
        "İ",
        "ﬁ",
    ),
    *(
        "日本語",
        "漢字" * 40,
        "😀",
        "👩‍👩‍👧",
        "e\u0301",
        "\u200b",
        "\u00a0",
        "\u3000",
        "שלום",
        "x\ty",
        "x\ny",
        "x\r\ny",
        "x\x00y",
        "x\x1by",
        "x\x85y",
    ),
    *(
        "\u2028",
        "\u202e",
        "\ufeff",
        "\ud800",
        "\U0010ffff",
        "a" * 88,
        "a " * 60,
        "a" * 2048,
        "a" * 2049,
        "1" * 300,
        "x" * 10_001,
    ),
]

# Values of YAML that are no text.
OTHERS: list[Any] = [None, True, False, 0, -1, 5, 1.5, 2**62, [], ["x"], {}, {"x": 1}, [None], [[]], {1: 2}]

# Names that something else has: the languages, what is built in, the SDK, pytest, and what the generated code calls its own.
NAMES = sorted(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
        *dir(func),
        *(name for names in reserved_names().values() for name in names),
        *(
            "main",
            "test",
            "test_main",
            "pytest",
            "request",
            "tmp_path",
            "caplog",
            "response",
            "result",
            "client",
            "context",
            "req",
            "msg",
        ),
        *(
            "fixture",
            "mark",
            "Mock",
            "AsyncMock",
            "Output",
            "self",
            "cls",
            "args",
            "kwargs",
            "l",
            "O",
            "I",
            "_",
            "__",
            "_x",
            "x_",
            "a__b",
        ),
        *(
            "function_json",
            "http_request",
            "name",
            "greeting",
            "body",
            "logging",
            "uuid",
            "host",
            "storage",
            "run",
            "text",
            "app",
            "bp",
        ),
    }
)


# The functions and bindings of tests/manifest/accepted.yml, for the values in them; and some for rules that have none there.
ENTRIES = [
    entry
    for function in yaml.safe_load((REPOSITORY / "tests/manifest/accepted.yml").read_text(encoding="utf-8")).values()
    for entry in (function, *function.get("inputs", ()), *function.get("outputs", ()))
]
EXAMPLES = {
    "trigger_type": ["redisListTrigger"],
    "binding_type": ["redis"],
    "script_file": ["main.py", "x" * 60 + ".py"],
}


@cache
def good(rule: str) -> tuple[Any, ...]:
    """Values that a rule takes: those of the catalogue, its choices, and what of the hostile ones it lets in."""
    values: list[Any] = [*RULES[rule].get("choices", ()), *EXAMPLES.get(rule, ())]
    for kind, role in ((kind, role) for kind in CATALOGUE for role in ROLES if role in CATALOGUE[kind]):
        entries = [given for given in ENTRIES if given.get("trigger" if role == "trigger" else "binding") == kind]
        for name, option in spec(kind, role)["options"].items():
            if option["rule"] == rule:
                values += [given[name] for given in [*entries, {name: option.get("default")}] if name in given]
    return tuple(value for value in [*values, *HOSTILE, *OTHERS] if not problem(rule, value))


@cache
def bad(rule: str) -> tuple[Any, ...]:
    """Values that a rule does not take."""
    return tuple(value for value in [*HOSTILE, *OTHERS] if problem(rule, value))


def problem(rule: str, value: Any) -> str:
    """Say what a rule has against a value."""
    return CHECKS.problem(rule, value).strip()


class Chance:
    """Draws functions; one `in_ten` of the values is wrong."""

    def __init__(self, seed: int, in_ten: float = 0.0) -> None:
        self.random = random.Random(seed)
        self.wrong = in_ten / 10

    def often(self, share: float = 0.5) -> bool:
        """Draw yes or no."""
        return self.random.random() < share

    def identifier(self) -> str:
        """Draw a name: one that is taken, or one of any length."""
        if self.often(0.4):
            return self.random.choice(NAMES)
        length = self.random.choice([1, 2, 8, 20, 30, 40, 47, 60, 80, 100, 127])
        letters = "abcxyzABCXYZ_019"
        return (self.random.choice("axAX") + "".join(self.random.choice(letters) for _ in range(length)))[:length]

    def value(self, rule: str) -> Any:
        """Draw a value for a rule."""
        values = bad(rule) if self.often(self.wrong) else good(rule)
        if "identifier" in rule or not values:
            return self.identifier()
        return deepcopy(self.random.choice(values))

    def options(self, kind: str, role: str) -> Json:
        """Draw some of a kind's options, all that it must have, and now and then a key that it does not know."""
        given: Json = {}
        data = spec(kind, role)
        for name, option in data["options"].items():
            share = (
                0.05 if option["rule"] in ("connection", "secret") else 0.35
            )  # one setting for two services is refused
            if option.get("required") or self.often(share):
                given[name] = self.value(option["rule"])
        for name in [name for name, option in data["options"].items() if {*option.get("unless", ())} & {*given}]:
            given.pop(name, None)
        if data.get("open") and self.often():
            given[self.random.choice(["key", "a_b", "aB", "x1"])] = self.random.choice(good("text"))
        if self.often(0.3):
            value = self.value("data_type")
            no_bytes = "text_only" in data and value in RULES["data_type"]["bytes"]
            given["data_type"] = "string" if no_bytes else value
        if self.often(0.3) and not {"fixed_arg_name", "arg_names"} & data.keys():
            given["arg_name"] = self.identifier()
        if self.often(self.wrong / 4):
            given[self.random.choice(HOSTILE)] = "x"
        return given

    def function(self, number: int) -> Json:
        """Draw a function whose name is unlike the others'."""
        trigger = self.random.choice(kinds("trigger"))
        given: Json = {"name": f"f{number}_{self.identifier()}"[: self.random.choice([20, 60, 90])], "trigger": trigger}
        given |= self.options(trigger, "trigger")
        for key, data in FUNCTION_KEYS.items():
            if self.often(0.15):
                given[key] = self.value(data["rule"])
        alone = spec(trigger, "trigger").get("alone", False)
        for role in ("input", "output"):
            if not alone and self.often():
                chosen = self.random.sample(kinds(role), self.random.randint(1, 3))
                given[f"{role}s"] = [{"binding": kind, **self.options(kind, role)} for kind in chosen]
        return given

    def functions(self, number: int) -> list[Json]:
        """Draw functions, and what the durable ones of them refer to: each other, or plain ones that nothing refuses."""
        plain = [{"name": f"plain_{trigger}", "trigger": trigger} for trigger in ("activity", "entity")]
        plain += [{"name": "plain_orchestration", "trigger": "orchestration", "activity": "plain_activity"}]
        drawn = [self.function(index) for index in range(number)]
        names = {
            function["trigger"]: [function["name"], *(f["name"] for f in drawn if f["trigger"] == function["trigger"])]
            for function in plain
        }
        for function in drawn:
            for entry in (function, *function.get("inputs", ())):
                for key, target in {
                    "activity": "activity",
                    "entity": "entity",
                    "orchestrator": "orchestration",
                }.items():
                    if key in entry and entry.get("trigger") != "activity":
                        entry[key] = self.random.choice(names[target])
        return [*drawn, *plain]


def accepted(functions: list[Json], model: str = "v1") -> list[Json]:
    """Leave out what is refused, until an app is left that is not."""
    while refused := {place(problem.at) for problem in CHECKS.problems(functions, model)}:
        functions = [function for number, function in enumerate(functions) if number not in refused]
    return functions


def place(at: str) -> int:
    """Return which function a problem is about."""
    return int(at.removeprefix("functions[").partition("]")[0])
