"""The Functions host's side of the worker protocol: load the functions of an app, and invoke them.

The worker runtime (azure-functions-runtime-v1) is written against the message classes of FunctionRpc.proto, which
only the worker's own packages provide. It uses them as plain records, so one record class stands in for them all.
A worker process serves one app, because the runtime keeps its functions in a global registry.
"""

import asyncio
import json
import os
import sys
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import azure_functions_runtime_v1 as runtime

from . import extensions

Json = dict[str, Any]


class Message(SimpleNamespace):
    """Any message of FunctionRpc.proto, with the values of its enumerations."""

    Failure, Success = 0, 1  # StatusResult.Status
    out, inout, undefined = 1, 2, 0  # BindingInfo.Direction, BindingInfo.DataType
    SameSite = SimpleNamespace(**{"None": 0, "Lax": 1, "Strict": 2, "ExplicitNone": 3})

    def WhichOneof(self, field: str) -> str | None:  # noqa: N802
        """Name the field that is set; `rpc_data` is always `data`, never shared memory."""
        return "data" if field == "rpc_data" else next(iter(vars(self)), None)


class Protos:
    """The module of message classes."""

    def __getattr__(self, name: str) -> type[Message]:
        return Message


def typed_data(value: Any) -> Message:
    """Wrap a value as TypedData: None, bytes, str, {"http": …} for a request, anything else as JSON."""
    if value is None:
        return Message()
    if isinstance(value, bytes):
        return Message(bytes=value)
    if isinstance(value, str):
        return Message(string=value)
    if isinstance(value, dict) and value.keys() == {"http"}:
        return Message(http=_http_request(**value["http"]))
    return Message(json=json.dumps(value))


def _http_request(
    method: str = "GET",
    url: str = "http://localhost/api/function",
    query: Json | None = None,
    headers: Json | None = None,
    params: Json | None = None,
    body: str = "",
) -> Message:
    return Message(
        method=method, url=url, query=query or {}, headers=headers or {}, params=params or {}, body=typed_data(body)
    )


def plain(value: Any) -> Any:
    """Turn what the runtime answers into JSON: bytes as text, messages as maps without unset fields."""
    if isinstance(value, Message):
        return {key: plain(item) for key, item in vars(value).items() if item is not None}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


class Worker:
    """One worker process with the app in a folder."""

    def __init__(self, app: Path) -> None:
        self.app = app.resolve()
        os.environ |= json.loads((app / "local.settings.json").read_text(encoding="utf-8"))[
            "Values"
        ]  # as Core Tools do
        os.environ["AzureWebJobsScriptRoot"] = str(self.app)  # noqa: SIM112
        if os.environ.get("PYTHON_ENABLE_WORKER_EXTENSIONS") == "1":
            extensions.enable()
        sys.path.append(str(self.app))  # as the platform does, for bare imports of the app's modules
        runtime.start_threadpool_executor()
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self._request("worker_init_request", capabilities={})

    def _request(self, kind: str, /, **fields: Any) -> Message:
        message = Message(request=Message(**{kind: Message(**fields)}), properties={"host": "", "protos": Protos()})
        return self.loop.run_until_complete(getattr(runtime, kind)(message))

    def config(self, function: str) -> Json:
        """Read the function.json of a function."""
        return json.loads((self.app / function / "function.json").read_text(encoding="utf-8"))

    def load(self, function: str) -> str | None:
        """Load a function; return the worker's error, or None."""
        config, folder = self.config(function), self.app / function
        directions = {"in": 0, "out": 1, "inout": 2}
        response = self._request(
            "function_load_request",
            function_id=function,
            metadata=Message(
                name=function,
                directory=str(folder),
                script_file=str((folder / config.get("scriptFile", "__init__.py")).resolve()),
                entry_point=config.get("entryPoint", ""),
                bindings={
                    binding["name"]: Message(
                        type=binding["type"], direction=directions[binding["direction"]], data_type=0
                    )
                    for binding in config["bindings"]
                },
            ),
        )
        return None if response.result.status == Message.Success else response.result.exception.message

    def load_all(self) -> dict[str, str | None]:
        """Load every function of the app; map its name to the worker's error, or None."""
        return {path.parent.name: self.load(path.parent.name) for path in sorted(self.app.glob("*/function.json"))}

    def invoke(self, function: str, inputs: Json, metadata: Json | None = None) -> Json:
        """Invoke a loaded function.

        `inputs` maps binding names to data, `metadata` is the trigger's. The answer has `outputs` and, where the
        function returns something, `returned`; or `error`.
        """
        response = self._request(
            "invocation_request",
            invocation_id=str(uuid.uuid4()),
            function_id=function,
            trace_context=Message(trace_parent="", trace_state="", attributes={}),
            retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
            input_data=[Message(name=name, data=typed_data(value)) for name, value in inputs.items()],
            trigger_metadata={key: typed_data(value) for key, value in (metadata or {}).items()},
        )
        if response.result.status != Message.Success:
            return {"error": response.result.exception.message}
        answer: Json = {"outputs": {output.name: plain(output.data) for output in response.output_data}}
        if response.return_value is not None:
            answer["returned"] = plain(response.return_value)
        return answer
