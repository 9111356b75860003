"""Lines of generated Python are broken exactly where `ruff format` breaks them, the oldest and the newest that a project may get."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tests.support.ruff import ENDS, ruff
from tools.catalogue import JINJA

wrap = JINJA.get_template("renderers/python/wrap.jinja").module.wrap


def formatted(code: str, end: str) -> str:
    """Format code with the ruff at one end of the range."""
    run = ruff(end, "format", "--isolated", "--target-version=py311", "-", text=code)
    assert run.returncode == 0, run.stderr
    return run.stdout


lengths = st.one_of(st.integers(1, 20), st.integers(20, 60), st.integers(60, 120))
names = lengths.map(lambda length: ("name_" * 26)[:length] + "0")
texts = st.one_of(
    st.sampled_from(["", "漢字 ", "ü, (a) [b] {c} ", "é́🚀 in x == y ", "back\\\\slash\\n", "it's ", "%s: "]).flatmap(
        lambda text: lengths.map(lambda length: '"' + text * (length // 8) + "a" * (length % 8) + '"')
    ),
    lengths.map(lambda length: '\'{"key": ["' + "v" * length + "\"]}'"),
    lengths.map(lambda length: f"'say \"hi\" and it\\'s {'o' * length}'"),
    names.map('f"Hello, {{{}}}"'.format),
    names.map('b"{}"'.format),
)
attributes = st.builds("{}{}".format, names, st.sampled_from(["", ".id", ".method", ".get_body()", ".event_type"]))


def joined(items: st.SearchStrategy[str], least: int, most: int, form: str = "{1}") -> st.SearchStrategy[str]:
    """Text of several items; `form` takes the number of the item and the item."""
    return st.lists(items, min_size=least, max_size=most).map(
        lambda several: ", ".join(form.format(number, item) for number, item in enumerate(several))
    )


def calls_of(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    callee = st.one_of(names, names.map("{}.set".format), st.sampled_from(["len", "json.loads", "func.HttpRequest"]))
    keywords = st.builds("{}".format, joined(items, 1, 5, "name{0}={1}"))
    return st.builds("{}({})".format, callee, st.one_of(joined(items, 0, 4), keywords))


def compound(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    calls = calls_of(items)
    return st.one_of(
        calls,
        st.builds("{}{}".format, calls, st.sampled_from(['["key"]', '.get("status")', ".encode()", ".get()"])),
        joined(items, 1, 3).map("[{}]".format),
        joined(items, 1, 3, '"key{0}": {1}').map("{{{}}}".format),
        names.map("[dict(row) for row in {}]".format),
        names.map('[{}(body=body) for body in (b"hello", b"world")]'.format),
    )


in_brackets = st.one_of(attributes.map('{} or ""'.format), names.map("context.{0} + {0}".format))
expressions = st.one_of(st.one_of(attributes, texts), compound(st.one_of(attributes, texts, in_brackets)))
expressions = st.one_of(expressions, compound(expressions), compound(compound(expressions)))
calls = calls_of(expressions)
annotations = st.sampled_from(["str", "func.Out[str]", "List[func.KafkaEvent]", "func.HttpRequest"])
parameters = joined(st.builds("{}: {}".format, names, annotations), 1, 4)

statements = st.one_of(
    st.builds("{} = {}".format, st.one_of(st.just("greeting"), names), expressions),
    expressions.map("return {}".format),
    st.builds("{} {}".format, st.sampled_from(["x = await", "x = yield", "yield", "return await"]), calls),
    st.builds("{} = {}".format, names, st.sampled_from(["Output()", "df.Orchestrator.create(orchestrator_function)"])),
    names.map("*steps, output = wrapper({}.orchestrator_function(context))".format),
    st.builds("assert {} in caplog.text".format, st.one_of(texts, attributes, calls)),
    st.builds("assert {} == {}".format, expressions, expressions),
    st.builds("assert {}[{}] == {}".format, calls, texts, texts),
    attributes.map("assert {}.get() is None".format),
    st.builds("logging.info({}, {})".format, texts, joined(expressions, 1, 3)),
    calls,
    expressions.map("for change in json.loads({}):\n        pass".format),
    names.map("for event in {}:\n        pass".format),
    attributes.map("if {}.past_due:\n        pass".format),
    attributes.map('if {}.method == "OPTIONS":\n        pass'.format),
    st.builds(
        "{} {}({}) -> {}:\n        pass".format,
        st.sampled_from(["def", "async def"]),
        names,
        parameters,
        st.sampled_from(["None", "func.HttpResponse", "str"]),
    ),
    st.builds(
        "@blueprint.{}({})\n    def main() -> None:\n        pass".format,
        st.sampled_from(["route", "queue_output"]),
        joined(st.one_of(texts, attributes), 1, 5, "name{0}={1}"),
    ),
    st.builds("from {}.{} import {}".format, st.sampled_from(["__app__", "..shared_code"]), names, joined(names, 1, 3)),
    names.map('monkeypatch.setattr("{}.utc_timestamp", lambda: "2026-01-01")'.format),
)


def distinct(statement: str) -> str:
    """Give parameters and imported names that are the same a number each: Python takes them only once."""
    if not statement.startswith(("def", "async def")):
        return statement
    numbers = iter(range(10))
    return re.sub(r"\w+: ", lambda match: f"{match[0][:-2]}{next(numbers)}: ", statement)


def assert_wrapped_as_formatted(codes: list[str]) -> None:
    """Format all in one run, and compare each by itself."""
    actual = [wrap(code).rstrip() for code in codes]
    for end in ENDS:
        expected = formatted("".join(f"# ----\n{code}\n" for code in codes), end).split("# ----\n")[1:]
        for ours, theirs in zip(actual, expected, strict=True):
            assert ours == theirs.rstrip(), end


@given(st.lists(statements.map(distinct), min_size=4, max_size=8))
def test_wrapped_code_is_what_the_formatter_makes_of_it(body: list[str]) -> None:
    assert_wrapped_as_formatted([f"def f():\n    {statement}" for statement in body])


def test_every_length_of_a_name_is_wrapped_as_the_formatter_does() -> None:
    forms = [
        "{} = Output()",
        "return {}(request)",
        'return func.HttpResponse(f"Hello, {{{}}}", headers=CORS_HEADERS)',
        'logging.info("Blob input {0}, characters: %d", len(read_text({0})))',
        'assert "Blob input {}, characters: 5" in caplog.text',
        'assert json.loads({}.get())["text"] == "hello"',
        'asyncio.run({0}({0}_in=InputStream(data=b"input"), {0}_out={0}))',
        "async def {0}({0}_in: func.InputStream, {0}_out: func.Out[str]) -> None: ...",
        "{} = df.Orchestrator.create(orchestrator_function)",
        "*steps, output = orchestrator_generator_wrapper({}.orchestrator_function(context))",
        "*steps, output = wrapper({}.build().get_user_function().orchestrator_function(context))",
        "from __app__.{0} import {0}",
        '{}.set(json.dumps({{"data": body}}).encode())',
        "rows = json.dumps([dict(row) for row in {}])",
        'assert name == "{}"',
        "for event in {}:\n    pass",
        'body = {} or ""',
        "if {} is None:\n    pass",
    ]
    assert_wrapped_as_formatted([form.format("n" * length) for form in forms for length in range(1, 128)])


def test_every_character_takes_as_many_columns_as_for_the_formatter() -> None:
    invisible = {"Cn", "Co", "Cs", "Cc", "Zl", "Zp"}  # not assigned, or not in a generated string as they are
    characters = [chr(code) for code in range(0xA0, 0x110000) if unicodedata.category(chr(code)) not in invisible]
    columns = JINJA.get_template("renderers/python/columns.jinja").module
    double, zero = re.compile(columns.double), re.compile(columns.zero)

    def broken(filling: int) -> list[bool]:
        lines = "".join(f'# {number}\nf("{20 * each}{filling * "a"}", 1)\n' for number, each in enumerate(characters))
        return ["\n" in code.strip() for code in re.split(r"(?m)^# \d+\n", formatted(lines, "newest"))[1:]]

    for each, is_wide, is_wide_or_usual in zip(characters, broken(60), broken(61), strict=True):
        assert (bool(double.match(each)), not zero.match(each)) == (is_wide, is_wide_or_usual), f"U+{ord(each):04X}"
