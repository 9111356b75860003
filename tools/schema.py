"""The JSON Schema of manifests, for editors, from the data that the template checks by.

It accepts every manifest that the template accepts. What only a look at other functions or other keys can tell (names and
routes that two have, references, {expressions}) is left to the template.
"""

import re
from typing import Any

from tools.catalogue import CATALOGUE, ROLES, kinds, spec
from tools.manifest import FUNCTION_KEYS, RELATIONS, RETRY_POLICIES, RULES, reserved_names
from tools.questions import all_questions

Json = dict[str, Any]

# Characters that no text may have: see manifest/rules.jinja.
INVISIBLE = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
    r"|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]"
)

# What Copier records beside the answers.
BY_COPIER = {"_src_path": "Where the template is.", "_commit": "The version of the template that the project has."}

AT_THE_END = r"(?![\s\S])"


def any_case(text: str) -> str:
    """Spell out a pattern's letters in both cases."""
    return re.sub(r"\\.|[a-z]", lambda it: it[0] if it[0][0] == "\\" else f"[{it[0]}{it[0].upper()}]", text.lower())


def ecma(pattern: str) -> str:
    """Write a whole pattern of Python's as ECMAScript has it: without flags inside, and with its own anchors."""
    while "(?i:" in pattern:
        start = pattern.index("(?i:")
        end, depth = start + 4, 1
        while depth:
            depth += {"(": 1, ")": -1}.get(pattern[end], 0)
            end += 1
        pattern = f"{pattern[:start]}(?:{any_case(pattern[start + 4 : end - 1])}){pattern[end:]}"
    return f"^(?:{pattern})\\Z".replace(r"\Z", AT_THE_END)


def text(*patterns: str) -> Json:
    """Take a line of text that one of the patterns fits."""
    fits = [{"pattern": pattern} for pattern in patterns]
    return {"type": "string", "not": {"pattern": INVISIBLE}, **(fits[0] if len(fits) == 1 else {"anyOf": fits})}


def one_of(choices: list[str]) -> Json:
    """Propose the choices, and take them in any case."""
    return {"anyOf": [{"enum": choices}, {"type": "string", "pattern": ecma(f"(?i:{'|'.join(choices)})")}]}


def methods(choices: list[str]) -> Json:
    """Take `any`, or each method once."""
    once = [{"contains": one_of([method]), "minContains": 0, "maxContains": 1} for method in choices]
    return {"anyOf": [{"const": "any"}, {"type": "array", "items": one_of(choices), "allOf": once}]}


def by_rule(name: str) -> Json:
    """Describe the values that a rule takes."""
    rule = RULES[name]
    if "choices" in rule:
        return one_of(rule["choices"])
    if "each" in rule:
        return {"type": "array", "items": text(ecma(rule["each"]))}
    if "entry" in rule:
        keys = rule["entry"]
        return {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {key: by_rule(data["rule"]) for key, data in keys.items()},
                "required": [key for key, data in keys.items() if data.get("required")],
                "additionalProperties": False,
            },
        }
    match name:
        case "boolean" | "integer":
            return {"type": name}
        case "disabled":
            return {"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/connection"}]}
        case "retries":
            return {"anyOf": [{"type": "integer", "minimum": -1}, text(ecma(r"-1|-?0+|[0-9]+"))]}
        case "methods":
            return methods(rule["of"])
        case "route":
            return text(ecma(rule["whole"])) | {"maxLength": 2048}
    plain = ecma(rule["pattern"])
    if not rule.get("expressions") and "settings" not in rule:
        return text(plain)
    setting, expression = (RULES[name]["pattern"] for name in ("setting", "expression"))
    some = setting if "settings" in rule else f"{setting}|{expression}"
    rest = rule["expressions"] if isinstance(rule.get("expressions"), str) else r"[\s\S]*"
    grammar = {"pattern": ecma(rf"(?:[^%{{}}]|\{{\{{|\}}\}}|{some})*")}
    return text(plain, rf"(?={ecma(rest)})[\s\S]*(?:{ecma(some)[1:].removesuffix(AT_THE_END)})") | {"allOf": [grammar]}


def option(data: Json) -> Json:
    """Describe an option: what it is, what it takes, and what it is when left out."""
    rule = RULES[data["rule"]]
    said = f"{data['about']} " if "about" in data else ""
    schema = {
        "$ref": f"#/$defs/{data['rule']}",
        "description": f"{said}{'Expected: ' if said else ''}{rule['expected']}",
    }
    if data.get("optional"):
        schema = {"anyOf": [{"$ref": schema.pop("$ref")}, {"type": "null"}], **schema}
    return schema | ({"default": data["default"]} if "default" in data else {})


def name_of(owner: Json, *, output: bool) -> Json:
    """Describe the `arg_name` of a binding."""
    if "fixed_arg_name" in owner:
        return {"const": owner["arg_name"]}
    plain = {"$ref": "#/$defs/parameter"}
    schema = {"anyOf": [{"const": "$return"}, plain]} if output and owner.get("returnable", True) else plain
    return schema | {"description": "The name of the function's parameter.", "default": owner["arg_name"]}


def part(owner: Json, key: str, kind: str, others: Json) -> Json:
    """Describe a trigger, an input or an output with its keys."""
    options = owner["options"]
    conditions = []
    for name, data in options.items():
        for other, values in data.get("when", {}).items():
            unless_default = {} if options[other].get("default") in values else {"required": [other]}
            fits = {"properties": {other: {"enum": values}}, **unless_default}
            conditions.append({"if": {"not": fits}, "then": {"properties": {name: False}}})
            if data.get("required"):
                conditions.append({"if": fits, "then": {"required": [name]}})
        conditions += [{"not": {"required": [name, other]}} for other in data.get("unless", [])]
    no_bytes = {"properties": {"data_type": {"not": {"$ref": "#/$defs/bytes"}}}}
    match owner.get("text_only"):
        case True:
            conditions.append(no_bytes)
        case [*names]:
            conditions += [{"if": {"required": [name]}, "then": no_bytes} for name in names]
    required = [name for name, data in options.items() if data.get("required") and "when" not in data]
    return {
        "properties": {
            key: {"const": kind},
            **others,
            **{name: option(data) for name, data in options.items()},
            "data_type": option(
                {
                    "rule": "data_type",
                    "about": "What the worker passes to the function.",
                    "optional": "data_type" in owner,
                }
            ),
        },
        "required": required,
        **({"patternProperties": {ecma(RULES["property"]["pattern"]): {}}} if owner.get("open") else {}),
        "additionalProperties": False,
        **({"allOf": conditions} if conditions else {}),
    }


def chosen(key: str, names: list[str], parts: dict[str, Json], **more: Any) -> Json:
    """Describe a map whose key tells which keys it has."""
    titles = {name: CATALOGUE[name]["title"] for name in names}
    return {
        "type": "object",
        "properties": {key: {"enum": names, "description": "; ".join(f"{n}: {t}" for n, t in titles.items())}},
        "allOf": [
            {"if": {"properties": {key: {"const": name}}, "required": [key]}, "then": parts[name]} for name in names
        ],
        **more,
    }


def function_name() -> Json:
    """Describe the name of a function."""
    taken = reserved_names()
    other = "|".join(["host", *taken["folders"], *taken["devices"]])
    schema = by_rule("function_name") | {"description": "The name of the function, and of its folder."}
    words = {"enum": [*taken["keywords"], *taken["standard_library"], *taken["packages"]]}
    return schema | {"not": {"anyOf": [words, {"pattern": ecma(f"(?i:{other})")}]}}


def trigger(kind: str) -> Json:
    """Describe a function with this trigger."""
    owner = spec(kind, "trigger")
    taken = reserved_names()
    others: Json = {
        "name": {"$ref": "#/$defs/function_name"},
        "arg_name": name_of(owner, output=False),
        "retry": {"$ref": "#/$defs/retry_policy"},
        **{name: option(data) for name, data in FUNCTION_KEYS.items()},
        "inputs": {"type": "array", "items": {"$ref": "#/$defs/input"}},
        "outputs": {"type": "array", "items": {"$ref": "#/$defs/output"}},
    }
    others["entry_point"]["not"] = {
        "anyOf": [
            {"$ref": "#/$defs/taken"},
            {"enum": taken["generated_tests"]},
            {"pattern": ecma(taken["looked_for"])},
        ]
    }
    modules = "|".join(["__pycache__", *taken["keywords"], f"(?i:{'|'.join(taken['devices'])})"])
    others["script_file"]["not"] = {"pattern": ecma(f"(?:{modules})[.]py")}
    if owner.get("alone"):
        others |= {"async": {"const": False}, "context": {"const": False}}
        others |= {name: {"type": "array", "maxItems": 0} for name in ("inputs", "outputs")}
    elif "returns" in owner:
        others["outputs"]["items"] = {
            "$ref": "#/$defs/output",
            "properties": {"arg_name": {"not": {"const": "$return"}}},
        }
    return part(owner, "trigger", kind, others)


def function_of_its_owner() -> Json:
    """Describe a function whose code is its owner's: its bindings may have any property, and lack one with null."""
    bindings = {
        role: {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"binding": {"enum": kinds(role)}},
                "required": ["binding"],
            },
        }
        for role in ("input", "output")
    }
    return {
        "type": "object",
        "properties": {
            "name": by_rule("own_function_name"),
            "trigger": {"enum": kinds("trigger")},
            "code": option(FUNCTION_KEYS["code"]),
            "response": {
                "type": ["string", "null"],
                "description": "The parameter with the HTTP response; null has none.",
            },
            "inputs": bindings["input"],
            "outputs": bindings["output"],
        },
        "required": ["name", "trigger"],
        "allOf": related("function"),
    }


def retry() -> Json:
    """Describe a retry policy."""
    policies = {
        strategy: {
            "properties": {"strategy": {"const": strategy}, **{key: option(data) for key, data in entries.items()}},
            "required": [*entries],
            "additionalProperties": False,
        }
        for strategy, entries in RETRY_POLICIES.items()
    }
    return {
        "type": "object",
        "properties": {"strategy": {"enum": [*policies]}},
        "required": ["strategy"],
        "allOf": [
            {"if": {"properties": {"strategy": {"const": strategy}}}, "then": policy}
            for strategy, policy in policies.items()
        ],
    }


def related(of: str) -> list[Json]:
    """Say which of the answers, or of the keys of a function, do not go together; what is not given is left to the template."""
    return [
        {
            "if": {"properties": {name: {"const": it["is"]}} if "is" in it else {}, "required": [name]},
            "then": {
                "properties": {
                    **{other: {"enum": values} for other, values in it.get("needs", {}).items()},
                    **{other: {"not": {"enum": values}} for other, values in it.get("excludes", {}).items()},
                }
            },
        }
        for name, it in RELATIONS[of].items()
    ]


def used_rules() -> list[str]:
    """Name the rules of options and of the keys of functions."""
    options = [
        data
        for entry in CATALOGUE.values()
        for role in ROLES
        if role in entry
        for data in entry[role]["options"].values()
    ]
    return sorted({data["rule"] for data in [*options, *FUNCTION_KEYS.values()]})


def answer(question: Json) -> Json:
    """Describe the answer to a question of Copier's."""
    schema: Json = {"description": " ".join(str(question.get("help", "")).split())}
    choices = question.get("choices")
    if isinstance(choices, (list, dict)) and not question.get("multiselect"):
        schema["enum"] = list(choices.values() if isinstance(choices, dict) else choices)
    elif question["type"] == "bool":
        schema["type"] = "boolean"
    return schema


def schema() -> Json:
    """Make the schema of a file with answers, or of one with the list of functions alone."""
    inputs = {
        kind: part(spec(kind, "input"), "binding", kind, {"arg_name": name_of(spec(kind, "input"), output=False)})
        for kind in kinds("input")
    }
    outputs = {
        kind: part(spec(kind, "output"), "binding", kind, {"arg_name": name_of(spec(kind, "output"), output=True)})
        for kind in kinds("output")
    }
    answers = {name: answer(question) for name, question in all_questions().items()}
    taken = reserved_names()
    functions = {"type": "array", "items": {"$ref": "#/$defs/function"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answers for copier-azure-functions",
        "if": {"type": "array"},
        "then": {"$ref": "#/$defs/functions"},
        "else": {
            "type": "object",
            "properties": {
                **answers,
                **{name: {"type": "string", "description": about} for name, about in BY_COPIER.items()},
                **{name: answers[name] | {"$ref": "#/$defs/functions"} for name in ("functions", "add")},
            },
            "additionalProperties": False,
            "allOf": related("answers"),
        },
        "$defs": {
            **{rule: by_rule(rule) for rule in [*used_rules(), "connection", "data_type", "retries", "time_span"]},
            "bytes": one_of(RULES["data_type"]["bytes"]),
            "functions": functions,
            "function": {
                "if": {"properties": {"code": {"type": "string"}}, "required": ["code"]},
                "then": {"$ref": "#/$defs/function_of_its_owner"},
                "else": {"$ref": "#/$defs/function_of_the_template"},
            },
            "function_of_the_template": chosen(
                "trigger",
                kinds("trigger"),
                {kind: trigger(kind) for kind in kinds("trigger")},
                required=["name", "trigger"],
            ),
            "function_of_its_owner": function_of_its_owner(),
            "function_name": function_name(),
            "parameter": by_rule("parameter") | {"not": {"$ref": "#/$defs/taken"}},
            "taken": {"enum": [*taken["keywords"], *taken["ambiguous"], *taken["generated_code"]]},
            "input": chosen("binding", kinds("input"), inputs, required=["binding"]),
            "output": chosen("binding", kinds("output"), outputs, required=["binding"]),
            "retry_policy": retry(),
        },
    }
