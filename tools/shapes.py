"""Shapes of data, as manifest/normal_form.yml and kinds/keys.yml say them: which keys a map has, and what each is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from copier_azure_functions.reading import load_own

Json = dict[str, Any]
BY_CASE = " by case"
SIMPLE: dict[str, Json] = {
    "text": {"type": "string"},
    "number": {"type": "integer"},
    "flag": {"type": "boolean"},
    "nothing": {"type": "null"},
    "value": {},
}


@dataclass(frozen=True)
class Shapes:
    """The shapes of one file, by their names."""

    shapes: dict[str, dict[str, Json]]
    like: dict[str, str] = field(default_factory=dict)  # those that have what another one has, too
    complete: bool = True  # a map has all keys, required or not

    def keys(self, shape: str) -> dict[str, Json]:
        """List all keys of a shape."""
        return self.shapes.get(self.like.get(shape, ""), {}) | self.shapes[shape]

    def said(self, shape: str, data: Json, place: str = "") -> Iterator[tuple[str, str, str]]:
        """List the keys in a map of this shape and in those below: the shape, the key, and the place of the map."""
        for key, value in data.items():
            yield shape, key, place
            below = f"{place}.{key}".lstrip(".")
            match self.keys(shape).get(key, {"is": ""})["is"].split(" of "):
                case [other] if other in self.shapes:
                    yield from self.said(other, value, below)
                case ["map", other] if other in self.shapes:
                    for name, item in value.items():
                        yield from self.said(other, item, f"{below}.{name}")

    def described(self, what: str) -> Json:
        """Describe what a value is, as a JSON Schema."""
        if what.endswith(BY_CASE):
            cases = {"type": "object", "required": ["default"], "additionalProperties": {"$ref": f"#/$defs/{what}"}}
            return {"anyOf": [self.described(what.removesuffix(BY_CASE)), cases]}
        one, _, other = what.rpartition(" or ")
        if one:
            return {"anyOf": [self.described(one), self.described(other)]}
        if what.startswith("`"):
            return {"const": load_own(what.strip("`"))}
        kind, _, of = what.partition(" of ")
        match kind:
            case "list":
                return {"type": "array", "items": self.described(of)}
            case "map":
                return {"type": "object", "additionalProperties": self.described(of)}
        return SIMPLE.get(kind, {"$ref": f"#/$defs/{kind}"})

    def schema(self, shape: str) -> Json:
        """Describe a shape: it has its keys, and no others."""
        maps = {
            name: {
                "type": "object",
                "properties": {key: self.described(entry["is"]) for key, entry in self.keys(name).items()},
                "required": [key for key, entry in self.keys(name).items() if self.complete or "required" in entry],
                "additionalProperties": False,
            }
            for name in self.shapes
        }
        said = {entry["is"] for entries in self.shapes.values() for entry in entries.values()}
        cases = {what: self.described(what) for what in said if what.endswith(BY_CASE)}
        return {"$defs": maps | cases, "$ref": f"#/$defs/{shape}"}
