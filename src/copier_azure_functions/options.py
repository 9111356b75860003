"""The command line of functions: flags that the catalogue gives, read into entries of the manifest and written from them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import click
import yaml

from copier_azure_functions.catalogue import Catalogue, Json, Option
from copier_azure_functions.errors import RefusalError
from copier_azure_functions.reading import read_yaml

ARG_NAME = Option("arg_name", "identifier", "a Python name", about="What the argument of the function is called")


class Value(click.ParamType):
    """A value of an option. Whether it is right is for the template to say; here it gets its type, and completion."""

    def __init__(self, option: Option) -> None:
        self.option = option
        self.name = {"integer": "number", "list": "list"}.get(option.is_a, "text")

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> Any:
        """Read the text."""
        return self.option.value(value) if isinstance(value, str) else value

    def shell_complete(self, _ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Any]:
        """Complete the choices of the rule."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(choice) for choice in self.option.choices if choice.startswith(incomplete)]


class Binding(click.ParamType):
    """An input or output: KIND, or KIND,option=value,option=value."""

    name = "KIND[,k=v]…"

    def __init__(self, role: str, catalogue: Catalogue) -> None:
        self.role = role
        self.catalogue = catalogue

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> Json:
        """Read the text as an entry of the manifest."""
        if isinstance(value, dict):
            return value
        kind, comma, rest = value.partition(",")
        known = self.catalogue.kinds.get(kind)
        options = (
            {option.name: option for option in self.catalogue.options(kind, self.role)}
            if known and self.role in known.data
            else {}
        )
        return {"binding": kind} | dict(pair(text, options) for text in split(rest) if comma)

    def shell_complete(self, _ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Any]:
        """Complete the kinds that have the role, then their options."""
        from click.shell_completion import CompletionItem

        kind, comma, _ = incomplete.partition(",")
        if not comma:
            return [
                CompletionItem(kind.name, help=kind.title)
                for kind in self.catalogue.having(self.role)
                if kind.name.startswith(incomplete)
            ]
        if kind not in self.catalogue.kinds or self.role not in self.catalogue.kinds[kind].data:
            return []
        start = incomplete[: incomplete.rindex(",") + 1]
        names = [start + option.name + "=" for option in self.catalogue.options(kind, self.role)]
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


class Pairs(click.ParamType):
    """A map: key=value,key=value."""

    name = "k=v,…"

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> Json:
        """Read the text as a map."""
        return dict(pair(text, {}) for text in split(value)) if isinstance(value, str) else value


def split(text: str) -> list[str]:
    """Split at the commas before `key=`: a value may have commas of its own."""
    return re.split(r",(?=[a-z][A-Za-z0-9_]*=)", text)


def pair(text: str, options: dict[str, Option]) -> tuple[str, Any]:
    """Read `key=value`."""
    key, equals, value = text.partition("=")
    key = key.strip().replace("-", "_")
    if not equals:
        raise click.BadParameter(
            f"'{text}' has no value; expected option=value, such as path=receipts/{{rand-guid}}.txt"
        )
    if key in options:
        return key, options[key].value(value)
    return key, yaml.safe_load(value) if re.fullmatch(r"true|false|-?[0-9]+", value) else value


def help_text(option: Option) -> str:
    """Say what a flag takes: the rule, the default, an example."""
    facts = []
    if option.default is not None:
        facts.append(f"default: {value_text(option.default)}")
    if option.example is not None and option.example != option.default:
        facts.append(f"example: {value_text(option.example)}")
    for other, values in (option.when or {}).items():
        facts.append(f"with {other.replace('_', '-')} {' or '.join(map(str, values))}")
    is_said = option.is_a == "boolean" or option.expected in option.about  # a flag is true or false
    expected = "" if option.about and is_said else option.expected
    parts = [f"{part[:1].upper()}{part[1:].removesuffix('.')}." for part in (option.about, expected) if part]
    return " ".join(parts) + (f"  [{'; '.join(facts)}]" if facts else "")


class Flag(click.Option):
    """A flag in a section of the help."""

    def __init__(self, *names: str, section: str = "", **settings: Any) -> None:
        super().__init__(names, **settings)
        self.section = section


def flag(option: Option, section: str) -> Flag:
    """Make a flag of an option."""
    if option.is_a == "boolean":
        return Flag(
            f"{option.flag}/--no-{option.name.replace('_', '-')}",
            option.name,
            section=section,
            default=None,
            help=help_text(option),
        )
    return Flag(
        option.flag,
        option.name,
        section=section,
        type=Value(option),
        help=help_text(option),
        metavar=option.is_a.upper(),
    )


def flags(catalogue: Catalogue, kind: str) -> list[click.Parameter]:
    """Make the flags of a function with a trigger."""
    options = catalogue.options(kind, "trigger")
    names = [
        f"{name} with {option.name.replace('_', '-')} {value}"
        for option in options
        for value, name in catalogue.arg_names_with(kind).get(option.name, {}).items()
    ]
    arg_name = replace(ARG_NAME, about=": ".join([ARG_NAME.about, *names]))
    needed = [flag(option, "Needed") for option in options if option.required and not option.when]
    own = [flag(option, f"Options of {kind}") for option in options if not option.required or option.when]
    every = [
        flag(option, "Options of every function")
        for option in [arg_name, *catalogue.common]
        if option.name not in {one.name for one in options}
    ]
    bindings = [
        Flag(f"--{role}", f"{role}s", section="Bindings", multiple=True, type=Binding(role, catalogue), help=text)
        for role, text in (
            ("input", "Something to read, such as blob,path=samples/{name}. Repeat it for more."),
            ("output", "Something to write, such as queue,queue_name=done. Repeat it for more."),
        )
    ]
    retry = Flag(
        "--retry",
        "retry",
        section="Options of every function",
        type=Pairs(),
        help="When it fails, such as strategy=fixed_delay,max_retry_count=3,delay_interval=00:00:10",
    )
    return [*needed, *own, *bindings, *every, retry]


class FlagCommand(click.Command):
    """A command whose help has its flags in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections in the order of the flags."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record:
                sections.setdefault(getattr(param, "section", "Project"), []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


def entry(catalogue: Catalogue, kind: str, name: str | None, given: Json, taken: Iterable[str]) -> Json:
    """Make an entry of the manifest of what the flags say."""
    given = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in given.items()
        if value not in (None, ())
    }
    sample = catalogue.sample(kind)["name"]
    arg_name = catalogue.arg_name({"trigger": kind, **given})
    given = {"arg_name": arg_name, **given} if arg_name else given
    order = [option.name for option in (*catalogue.options(kind, "trigger"), ARG_NAME, *catalogue.common)]
    ends = ["retry", "inputs", "outputs"]
    keys = [*order, *(key for key in given if key not in order + ends), *ends]
    return {"name": name or free(sample, taken), "trigger": kind} | {key: given[key] for key in keys if key in given}


def value_text(value: Any) -> str:
    """Say a value as a person would type it."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000).strip()
    return (
        ",".join(map(str, value))
        if isinstance(value, list)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )


def free(name: str, taken: Iterable[str]) -> str:
    """Find a name that no function has yet."""
    used = {other.lower() for other in taken}
    numbers = (f"{name}_{number}" for number in range(2, 10_000))
    return name if name.lower() not in used else next(other for other in numbers if other.lower() not in used)


def extra(arguments: list[str]) -> Json:
    """Read the flags of a kind that takes any property: --list-name x or --list-name=x."""
    given: Json = {}
    rest = iter(arguments)
    for word in rest:
        if not word.startswith("--"):
            raise click.UsageError(f"Got unexpected extra argument ({word})")
        key, equals, value = word[2:].partition("=")
        key, value = pair(f"{key}={value if equals else next(rest, '')}", {})
        given[key] = value
    return given


def as_flags(entry: Json) -> list[str]:
    """Say an entry of the manifest in the words of `add`."""
    words = [entry["trigger"], entry["name"]]
    for key, value in entry.items():
        name = "--" + key.replace("_", "-")
        if key in {"inputs", "outputs"}:
            for binding in value:
                options = [f"{option}={value_text(given)}" for option, given in binding.items() if option != "binding"]
                words += [f"--{key[:-1]}", ",".join([binding["binding"], *options])]
        elif isinstance(value, dict):
            words += [name, ",".join(f"{option}={value_text(given)}" for option, given in value.items())]
        elif isinstance(value, bool):
            words.append(name if value else f"--no-{name[2:]}")
        elif key not in {"name", "trigger"}:
            words += [name, value_text(value)]
    return words


def answers(pairs: Iterable[str]) -> Json:
    """Read `KEY=VALUE` answers, the values as YAML, as Copier does."""
    given = {}
    for text in pairs:
        key, equals, value = text.partition("=")
        if not equals:
            raise RefusalError(f"--data {text}: got no value, expected QUESTION=ANSWER such as python_version=3.13.")
        answer = read_yaml(value, f"--data {key}: this")
        given[key] = value.strip() if isinstance(answer, float) else answer  # no answer is one, and 3.10 is not 3.1
    return given
