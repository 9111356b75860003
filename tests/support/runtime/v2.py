"""Apps of the v2 programming model: the worker indexes function_app.py, and the host checks what it is told."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import azure_functions_runtime

from renderers.integration.protocol import Message

from .messages import Json
from .worker import Worker, failure

NAME = re.compile(r"(?!host\Z)[A-Za-z][A-Za-z0-9_-]{0,127}", re.IGNORECASE)

# Properties whose values the SDK sends in upper case. The host reads them in any.
ENUMERATIONS = {"accessRights", "authLevel", "cardinality", "dataType", "direction", "methods"}


class V2Worker(Worker):
    """A worker process with an app of the v2 model."""

    runtime = azure_functions_runtime

    def load(self) -> None:
        self._ids: dict[str, str] = {}
        response = self.request("worker_init_request", capabilities={}, function_app_directory=str(self.app))
        if error := failure(response):
            self.loaded["function_app.py"] = error
            return
        self.address = response.capabilities.get("HttpUri", "")
        response = self.request("functions_metadata_request", function_app_directory=str(self.app))
        for found in response.function_metadata_results or []:
            self._ids[found.name] = found.function_id
            self.functions[found.name] = _config(found)
        taken = Counter(name.lower() for name in self.functions)
        for name in self.functions:
            problems = list(self._problems(name))
            if taken[name.lower()] > 1:
                problems.append("another function has the same name but for upper and lower case")
            self.loaded[name] = "; ".join(problems) or None
        for path in sorted(self.app.glob("*/function.json")):
            self.loaded[f"{path.parent.name}/function.json"] = "a worker that indexes does not load it"

    def _problems(self, name: str) -> Iterator[str]:
        """Say what the host refuses about a function after the worker has indexed it."""
        bindings = self.functions[name]["bindings"]
        if NAME.fullmatch(name) is None:
            yield "this is no name for a function"
        if sum(binding["type"].lower().endswith("trigger") for binding in bindings) != 1:
            yield "there is not exactly one trigger"
        if len({binding["name"].lower() for binding in bindings}) != len(bindings):
            yield "two bindings have the same name"

    def function_id(self, function: str) -> str:
        return self._ids[function]


def _config(found: Message) -> Json:
    """Spell what the worker tells of a function as function.json would."""
    bindings = [_binding(json.loads(text)) for text in reversed(found.raw_bindings)]  # the last decorator comes first
    config: Json = {"bindings": sorted(bindings, key=_place)}
    if found.retry_options:
        config["retry"] = {_camel(key): _retry(value) for key, value in vars(found.retry_options).items()}
        config["retry"]["strategy"] = _camel(config["retry"].pop("retryStrategy"))
    return config


def _place(binding: Json) -> int:
    """The trigger is first, the response of an HTTP function last."""
    return 0 if binding["type"].lower().endswith("trigger") else 2 if binding["type"] == "http" else 1


def _binding(sent: Json) -> Json:
    return {key: _in_lower_case(value) if key in ENUMERATIONS else value for key, value in sent.items()}


def _in_lower_case(value: Any) -> Any:
    return [item.lower() for item in value] if isinstance(value, list) else value.lower()


def _retry(value: Any) -> Any:
    return f"0{value}"[-8:] if isinstance(value, timedelta) else value


def _camel(words: str) -> str:
    first, *others = words.split("_")
    return first + "".join(map(str.capitalize, others))
