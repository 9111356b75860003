"""What the template knows: its kinds of triggers and bindings, their options, and its rules for values."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from copier_azure_functions.errors import Problem, RefusalError
from copier_azure_functions.reading import load_own, read_yaml
from copier_azure_functions.source import template_root

Json = dict[str, Any]

# The order in which a person looks for something, and what the groups of the catalogue are called. In docs/bindings.md their anchors
# differ from those of the kinds.
GROUPS = {
    "http": "HTTP requests",
    "schedule": "Timers and start-up",
    "storage": "Storage",
    "messaging": "Messages and events",
    "data": "Databases",
    "durable": "Durable Functions",
    "ai": "Agents",
    "dapr": "Dapr bindings",
    "other": "Others",
}


@dataclass(frozen=True)
class Option:
    """A key that a function or a binding may have."""

    name: str
    rule: str
    expected: str
    default: Any = None
    required: bool = False
    when: Mapping[str, Sequence[Any]] | None = None
    choices: tuple[str, ...] = ()
    is_a: str = "text"
    example: Any = None
    about: str = ""

    @property
    def flag(self) -> str:
        """The option as a flag of the command line."""
        return "--" + self.name.replace("_", "-")

    def value(self, text: str) -> Any:
        """Read what a person typed as the type that the rule has: text stays text."""
        if self.is_a == "list":
            return [item.strip() for item in text.strip("[]").split(",") if item.strip()]
        if self.is_a == "maps":
            try:
                return read_yaml(text, self.flag)
            except RefusalError:
                return text  # for the rule to refuse
        if self.is_a == "boolean" and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if self.is_a in {"integer", "retries"} and re.fullmatch(r"-?[0-9]+", text):
            return int(text)
        return text

    def applies(self, given: Json, options: "Sequence[Option]") -> bool:
        """Tell whether the option goes with what was said before it."""
        defaults = {option.name: option.default for option in options}
        return all(given.get(other, defaults.get(other)) in values for other, values in (self.when or {}).items())


@dataclass(frozen=True)
class Kind:
    """A kind of trigger or binding."""

    name: str
    data: Json

    @property
    def title(self) -> str:
        """What it is called."""
        return self.data["title"]

    @property
    def starts_when(self) -> str:
        """Say what starts a function with this trigger."""
        return self.data["trigger"].get("starts_when", self.title)

    @property
    def group(self) -> str:
        """The key of its group."""
        return self.data["group"]

    @property
    def roles(self) -> list[str]:
        """Which of trigger, input and output it may be."""
        return [role for role in ("trigger", "input", "output") if role in self.data]


@dataclass(frozen=True)
class Pattern:
    """Several functions that belong together, or one that is for something of its own."""

    name: str
    title: str
    entries: list[Json]
    group: str = "Several functions at once"


def environment(root: Path) -> Any:
    """Make the Jinja environment in which a template's files are read as Copier reads them."""
    import jinja2

    from copier_azure_functions import compiled

    compiled.once()
    # The first document of copier.yml has the settings, and no `!include`.
    settings = load_own((root / "copier.yml").read_text(encoding="utf-8").split("\n---\n")[0])
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(root),
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        autoescape=False,
        **settings["_envops"] | {"undefined": jinja2.StrictUndefined},
    )


class Catalogue:
    """The catalogue of one template; it is read from the template's files, and the rules are run as the template has them."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or template_root()

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """All kinds by name, in the order of the groups."""
        data = self._json("kinds/kinds.json")
        order = list(GROUPS)
        kinds = [Kind(name, entry) for name, entry in data.items()]
        kinds.sort(key=lambda kind: (order.index(kind.group), kind.title))
        return {kind.name: kind for kind in kinds}

    def having(self, role: str) -> list[Kind]:
        """List the kinds that have a role."""
        return [kind for kind in self.kinds.values() if role in kind.data]

    @cached_property
    def patterns(self) -> dict[str, Pattern]:
        """What is made without being asked for its parts, by name."""
        several = {
            choice: Pattern(choice, titles.get(choice, kind.title).rpartition(": ")[2], entries, GROUPS[kind.group])
            for kind in self.kinds.values()
            for titles in [kind.data.get("sample_titles", {})]
            for choice, entries in kind.data.get("samples", {}).items()
            if len(entries) > 1 or choice in titles
        }
        return several | PATTERNS

    @cached_property
    def rules(self) -> dict[str, Json]:
        """The rules for values by name."""
        return self._json("manifest/rules.json")

    @cached_property
    def common(self) -> list[Option]:
        """The options of every function beside those of its trigger."""
        return [self._option(name, data) for name, data in self._json("manifest/function.json").items()]

    @property
    def schema(self) -> str:
        """The JSON Schema of a file of answers."""
        return (self.root / "manifest/schema.json").read_text(encoding="utf-8")

    def options(self, kind: str, role: str) -> list[Option]:
        """List the options of a kind in a role: those that must be given first."""
        entry = self.kinds[kind].data[role]
        samples = [
            sample
            for samples in self.kinds[kind].data.get("samples", {}).values()
            for sample in samples
            if sample.get("trigger") == kind and role == "trigger"
        ]
        options = [
            self._option(name, data, next((sample[name] for sample in samples if name in sample), None))
            for name, data in entry["options"].items()
        ]
        return sorted(options, key=lambda option: not option.required or bool(option.when))

    def asked(self, kind: str, role: str) -> list[Option]:
        """List the options that one thinks about: what must be given, and what has a suggestion and is no connection."""
        options = self.options(kind, role)
        asks = self.kinds[kind].data[role].get("asks")
        if asks:
            return sorted(
                (option for option in options if option.name in asks), key=lambda option: asks.index(option.name)
            )
        return [
            option
            for option in options
            if option.required or (option.default is not None and option.rule != "connection")
        ]

    def sample(self, kind: str) -> Json:
        """Return the entry that a check box for a trigger stands for."""
        for entries in self.kinds[kind].data.get("samples", {}).values():
            for entry in entries:
                if entry.get("trigger") == kind:
                    return entry
        return {"name": f"{kind}_trigger", "trigger": kind}

    def entry(self, kind: str, role: str, given: Json) -> Json:
        """Complete what was given of a binding with what its sample has for options that must be given."""
        sample = self.sample(kind) if role == "trigger" else {}
        wanted = [
            option
            for option in self.options(kind, role)
            if option.required and option.applies(given, self.options(kind, role))
        ]
        return {option.name: sample[option.name] for option in wanted if option.name in sample} | given

    def arg_names_with(self, kind: str) -> dict[str, dict[str, str]]:
        """Map options of a trigger and their values to what the argument of a new function is called then, as the usual name does not fit."""
        return self.kinds[kind].data["trigger"].get("arg_name_with", {})

    def arg_name(self, entry: Json) -> str | None:
        """Suggest such a name; it stands in the entry, as the default is that of functions that are there."""
        suggested = [
            names.get(str(entry.get(option)).lower()) for option, names in self.arg_names_with(entry["trigger"]).items()
        ]
        bindings = [*entry.get("inputs", []), *entry.get("outputs", [])]
        taken = {binding.get("arg_name") for binding in bindings}
        return next((name for name in suggested if name and name not in taken), None)

    def _option(self, name: str, data: Json, example: Any = None) -> Option:
        rule = self.rules.get(data["rule"], {})
        return Option(
            name=name,
            rule=data["rule"],
            expected=rule.get("expected", ""),
            default=data.get("default"),
            required=data.get("required", False),
            when=data.get("when"),
            choices=tuple(rule.get("choices", ()) or rule.get("of", ())),
            is_a="list" if "each" in rule else rule.get("is", "text"),
            example=example if example is not None else data.get("default"),
            about=data.get("about", ""),
        )

    def references(self, entry: Json) -> Iterator[tuple[Json, str]]:
        """List where an entry names other functions: the part of it, and the option."""
        parts = [(entry, entry.get("trigger"), "trigger")]
        parts += [
            (part, part.get("binding"), role) for role in ("input", "output") for part in entry.get(f"{role}s", [])
        ]
        for part, kind, role in parts:
            options = self.kinds[kind].data.get(role, {}).get("options", {}) if kind in self.kinds else {}
            for name, data in options.items():
                if name in part and "trigger" in self.rules.get(data["rule"], {}):
                    yield part, name

    def renamed(self, entry: Json, old: str, new: str) -> Json:
        """Rename a function in an entry of the manifest: in its name and where it names another function."""
        entry = json.loads(json.dumps(entry))
        if entry["name"] == old:
            entry["name"] = new
        for part, option in list(self.references(entry)):
            if part[option] == old:
                part[option] = new
        return entry

    # The template's own macros.

    @cached_property
    def _jinja(self) -> Any:
        return environment(self.root)

    @cached_property
    def questions(self) -> dict[str, dict[str, Json]]:
        """The files with questions that copier.yml lists, in its order."""
        lines = (self.root / "copier.yml").read_text(encoding="utf-8").splitlines()
        files = [self.root / line.removeprefix("!include ") for line in lines if line.startswith("!include ")]
        return {file.stem: load_own(file.read_text(encoding="utf-8")) for file in files}

    def render(self, text: str, context: Json) -> str:
        """Render a text as Copier does."""
        return self._jinja.from_string(text).render(**context)

    def _macros(self, name: str) -> Any:
        return self._jinja.get_template(name).module

    def problem(self, rule: str, value: Any) -> str:
        """Say what is wrong with a value by a rule; nothing when it is right."""
        return str(self._macros("manifest/rules.jinja").problem(rule, value)).strip()

    def problems(self, functions: Any, model: str = "v1") -> tuple[Problem, ...]:
        """Say what is wrong with a manifest in a programming model."""
        found = json.loads(self._macros("manifest/validate/functions.jinja").problems_as_data(functions, model))
        lines = self._macros("manifest/problems.jinja").lines
        return tuple(
            Problem(
                one["at"] or one["key"],
                one["key"] or "functions",
                one["got"],
                one["expected"] or one["because"],
                str(lines([one])).strip(),
                one["function"],
            )
            for one in found
        )

    @property
    def compared_by_copier(self) -> int:
        """How many of a project's function.json files the template reads before a move to the v2 model."""
        return int(self._macros("renderers/v2/edits.jinja").readable)

    @property
    def what_to_do_with_edits(self) -> str:
        """Say what becomes of edits in a function.json."""
        return str(self._macros("renderers/v2/edits.jinja").advice).strip()

    def edited(self, name: str, file: Json, recorded: Json, given: Json) -> list[str]:
        """Say where the function.json of a function is neither what the recorded answers give nor what those given now do."""
        return str(self._macros("renderers/v2/edits.jinja").edited(name, file, recorded, given)).strip().splitlines()

    def name_problem(self, name: Any) -> str:
        """Say what is wrong with the name of a function."""
        return str(self._macros("manifest/validate/functions.jinja").name_problem(name)).strip()

    def schema_line(self, address: str, ref: str | None) -> str:
        """Name the schema of a template for editors, in the first line of a file of answers; nothing where it cannot be read."""
        return str(self._macros("renderers/answers/schema.jinja").schema_line(address, ref))

    def camel(self, option: str) -> str:
        """Name the property of function.json that an option becomes."""
        return str(self._macros("renderers/v1/function_json.jinja").camel(option)).strip()

    def nearest(self, word: str, candidates: Sequence[str]) -> str:
        """Ask whether another word was meant: `, did you mean x?`, or nothing."""
        return str(self._macros("manifest/nearest.jinja").nearest(word, list(candidates)))

    def _json(self, name: str) -> Json:
        try:
            return json.loads((self.root / name).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RefusalError(f"The template at {self.root} has no {name}: this installation is broken.") from error


# Beside the patterns that the kinds' samples are.
PATTERNS = {
    "http_queue_worker": Pattern(
        "http_queue_worker",
        "an HTTP function that fills a queue, and a worker",
        [
            {"name": "submit", "trigger": "http", "outputs": [{"binding": "queue", "queue_name": "work"}]},
            {"name": "worker", "trigger": "queue", "queue_name": "work"},
        ],
    ),
}
