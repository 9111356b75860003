"""Apps of the v1 programming model: the host reads each function.json, and the worker loads what it names."""

import json

import azure_functions_runtime_v1

from renderers.integration.protocol import Message

from .worker import Worker, failure

DIRECTIONS = {"in": 0, "out": 1, "inout": 2}


class V1Worker(Worker):
    """A worker process with an app of the v1 model."""

    runtime = azure_functions_runtime_v1

    def load(self) -> None:
        self.request("worker_init_request", capabilities={})
        for path in sorted(self.app.glob("*/function.json")):
            name = path.parent.name
            self.functions[name] = json.loads(path.read_text(encoding="utf-8"))
            self.loaded[name] = self._load(name)

    def _load(self, function: str) -> str | None:
        config, folder = self.functions[function], self.app / function
        bindings = {
            binding["name"]: Message(type=binding["type"], direction=DIRECTIONS[binding["direction"]], data_type=0)
            for binding in config["bindings"]
        }
        response = self.request(
            "function_load_request",
            function_id=function,
            metadata=Message(
                name=function,
                directory=str(folder),
                script_file=str((folder / config.get("scriptFile", "__init__.py")).resolve()),
                entry_point=config.get("entryPoint", ""),
                bindings=bindings,
            ),
        )
        return failure(response)
