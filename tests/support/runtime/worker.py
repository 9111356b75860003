"""The Functions host's side of the worker protocol: index or load the functions of an app, and invoke them.

A worker process serves one app, because the runtime keeps its functions in a global registry.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from http.client import HTTPConnection
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar
from urllib.parse import SplitResult, urlsplit

from renderers.integration.protocol import Message, Protos

from . import extensions
from .messages import Json, plain, typed_data

REPOSITORY = Path(__file__).parents[3]


class Worker(ABC):
    """One worker process with the app in a folder.

    `functions` maps names to what the host knows of them, spelled as in function.json. `loaded` maps them to why they
    do not run, or None; in a v2 app what stops all of them is under the name of the file, function_app.py.
    """

    runtime: ClassVar[ModuleType]
    address: str = ""  # where the worker itself takes HTTP requests

    def __init__(self, app: Path) -> None:
        self.app = app.resolve()
        settings = json.loads((app / "local.settings.json").read_text(encoding="utf-8"))
        os.environ |= settings["Values"]  # as Core Tools do
        os.environ["AzureWebJobsScriptRoot"] = str(self.app)  # noqa: SIM112
        if os.environ.get("PYTHON_ENABLE_WORKER_EXTENSIONS") == "1":
            extensions.enable(self.runtime.handle_event)
        # As the platform does, for bare imports of the app's modules: what is installed comes first.
        sys.path[:] = [entry for entry in sys.path if entry not in ("", str(REPOSITORY))] + [str(self.app)]
        self.runtime.start_threadpool_executor()
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.functions: dict[str, Json] = {}
        self.loaded: dict[str, str | None] = {}
        self.load()

    @abstractmethod
    def load(self) -> None:
        """Load every function of the app."""

    def send(self, kind: str, /, **fields: Any) -> Coroutine[Any, Any, Message]:
        """Send a message to the worker."""
        message = Message(
            request=Message(**{kind: Message(**fields)}), properties={"host": "127.0.0.1", "protos": Protos()}
        )
        return getattr(self.runtime, kind)(message)

    def request(self, kind: str, /, **fields: Any) -> Message:
        """Send a message to the worker and return its response."""
        return self.loop.run_until_complete(self.send(kind, **fields))

    def function_id(self, function: str) -> str:
        """Tell what the worker knows a function by."""
        return function

    def trigger(self, function: str) -> str:
        """Name the parameter that a function's trigger is."""
        bindings = self.functions[function]["bindings"]
        return next(binding["name"] for binding in bindings if binding["type"].lower().endswith("trigger"))

    def invoke(self, function: str, inputs: Json, metadata: Json | None = None) -> Json:
        """Invoke a loaded function.

        `inputs` maps binding names to data, `metadata` is the trigger's. The answer has `outputs` and, where the
        function returns something, `returned`; or `error`. Where the worker itself serves HTTP, `streamed` is what it answered.
        """
        invocation_id = str(uuid.uuid4())
        invocation = self.send(
            "invocation_request",
            invocation_id=invocation_id,
            function_id=self.function_id(function),
            trace_context=Message(trace_parent="", trace_state="", attributes={}),
            retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
            input_data=[Message(name=name, data=typed_data(value)) for name, value in inputs.items()],
            trigger_metadata={key: typed_data(value) for key, value in (metadata or {}).items()},
        )
        requests = [value["http"] for value in inputs.values() if isinstance(value, dict) and value.keys() == {"http"}]
        response, streamed = self.loop.run_until_complete(self._exchange(invocation, invocation_id, requests))
        if error := failure(response):
            return {"error": error}
        answer: Json = {"outputs": {output.name: plain(output.data) for output in response.output_data}}
        if streamed:
            answer["streamed"] = streamed
        if response.return_value is not None:
            answer["returned"] = plain(response.return_value)
        return answer

    async def _exchange(
        self, invocation: Coroutine[Any, Any, Message], invocation_id: str, requests: list[Json]
    ) -> tuple[Message, Json | None]:
        """Invoke a function, and pass it its request by HTTP where the worker has asked for that."""
        if not (self.address and requests):
            return await invocation, None
        return await asyncio.gather(
            invocation, asyncio.to_thread(_call, urlsplit(self.address), invocation_id, **requests[0])
        )


def _call(address: SplitResult, invocation_id: str, method: str = "GET", body: str = "", **_: Any) -> Json:
    """Call the worker as the host does; it may only begin to listen."""
    for _ in range(100):
        connection = HTTPConnection(str(address.hostname), address.port, timeout=10)
        try:
            connection.request(method, "/api", body.encode(), {"x-ms-invocation-id": invocation_id})
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    response = connection.getresponse()
    type_ = response.getheader("content-type")
    return {"status": response.status, "type": type_, "body": response.read().decode()}


def failure(response: Message) -> str | None:
    """Return the error in a response, None where there is none."""
    return None if response.result.status == Message.Success else response.result.exception.message
