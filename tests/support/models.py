"""What a v1 app and a v2 app of the same manifest have in common."""

import json
from typing import Any

from tests.support.project import Json

# What the SDK's decorators write and function.json does not have, by the type of the binding: always the host's default.
WRITTEN_BY_THE_SDK = {
    "httpTrigger": {"route"},  # the name of the function
    "daprTopicTrigger": {"route"},  # the topic
    "mcpToolTrigger": {"useResultSchema"},
    "mcpResourceTrigger": {"useResultSchema"},
    "assistantPost": {"maxTokens", "temperature", "isReasoningModel"},
    "embeddings": {"maxChunkLength", "maxOverlap"},
    "embeddingsStore": {"maxChunkLength", "maxOverlap"},
    "semanticSearch": {"isReasoningModel", "maxKnowledgeCount", "maxTokens", "systemPrompt", "temperature"},
    "textCompletion": {"maxTokens", "temperature", "isReasoningModel"},
    "kafkaTrigger": {"cardinality", "keyDataType", "lagThreshold"},
    "kafka": {
        "batchSize",
        "enableIdempotence",
        "keyDataType",
        "lingerMs",
        "maxMessageBytes",
        "maxRetries",
        "messageTimeoutMs",
        "requestTimeoutMs",
    },
}


def differences(v1: dict[str, Json], v2: dict[str, Json]) -> list[str]:
    """Say in which functions, bindings and properties two apps differ; the host reads all in any case of letters."""
    found = [f"{name}: in {model} only" for name, model in _alone(v1, v2)]
    for name in v1.keys() & v2.keys():
        if v1[name].get("retry") != v2[name].get("retry"):
            found.append(f"{name}: the retry policies differ")
        ones, others = _bindings(v1[name]), _bindings(v2[name])
        found += [f"{name}: {binding} in {model} only" for binding, model in _alone(ones, others)]
        for binding in ones.keys() & others.keys():
            one, other = ones[binding], others[binding]
            for key in sorted(one.keys() | other.keys()):
                if one.get(key) != other.get(key) and (key in one or not _is_default(one["type"], key)):
                    found.append(f"{name}: {binding}: {key} is {one.get(key)!r} in v1 and {other.get(key)!r} in v2")
    return sorted(found)


def _alone(ones: Json, others: Json) -> list[tuple[str, str]]:
    return [(name, "v1" if name in ones else "v2") for name in sorted(ones.keys() ^ others.keys())]


def _bindings(config: Json) -> dict[str, Json]:
    return {
        "durable client" if binding["type"] == "durableClient" else binding["name"]: {
            key.lower(): value if key == "name" else _folded(value)
            for key, value in binding.items()
            if not (key == "name" and binding["type"] == "durableClient")
        }
        for binding in config["bindings"]
    }


def _folded(value: Any) -> Any:
    """Leave out what makes no difference: the case of letters, how JSON is written, and what is false in it."""
    if isinstance(value, list):
        return [_folded(item) for item in value]
    if isinstance(value, str) and value.startswith("[{"):
        return [{key: item for key, item in entry.items() if item} for entry in json.loads(value)]
    return value.lower() if isinstance(value, str) else value


def _is_default(binding_type: str, key: str) -> bool:
    written = {kind.lower(): {key.lower() for key in keys} for kind, keys in WRITTEN_BY_THE_SDK.items()}
    return key in written.get(binding_type, ())
