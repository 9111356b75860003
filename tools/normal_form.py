"""The normal form, from manifest/normal_form.yml: as a JSON Schema, which tests hold every app against, and as tables for docs/design.md."""

from tools.catalogue import Json, load
from tools.manifest import MANIFEST

SHAPES: dict[str, Json] = load(MANIFEST / "normal_form.yml")

# A shape that has what another one has, too.
LIKE = {"input": "binding", "output": "binding"}


def keys(shape: str) -> Json:
    """List all keys of a shape."""
    return SHAPES.get(LIKE.get(shape, ""), {}) | SHAPES[shape]


def described(what: str) -> Json:
    """Describe what a value is."""
    if what.endswith(" or nothing"):
        return {"anyOf": [described(what.removesuffix(" or nothing")), {"type": "null"}]}
    kind, _, of = what.partition(" of ")
    match kind:
        case "text":
            return {"type": "string"}
        case "flag":
            return {"type": "boolean"}
        case "value":
            return {}
        case "list":
            return {"type": "array", "items": described(of)}
        case "map":
            return {"type": "object", "additionalProperties": described(of)}
    return {"$ref": f"#/$defs/{kind}"}


def schema(shape: str) -> Json:
    """Describe a shape: it has each of its keys, and no others."""
    shapes = {
        name: {
            "type": "object",
            "properties": {key: described(entry["is"]) for key, entry in keys(name).items()},
            "required": [*keys(name)],
            "additionalProperties": False,
        }
        for name in SHAPES
    }
    return {"$defs": shapes, "$ref": f"#/$defs/{shape}"}
