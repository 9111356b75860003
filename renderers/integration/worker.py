"""The Python worker of Azure Functions, with the app in a process of its own."""

import asyncio
import logging
import multiprocessing
import os
import sys
import uuid
from collections.abc import Awaitable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.integration.protocol import Message, check, typed, untyped, wrap

APP = Path(__file__).parents[2] / "__app__"


class Worker:
    """Runs functions in a process that has the app's settings as its environment."""

    def __init__(self, settings: dict[str, str]) -> None:
        process = multiprocessing.get_context("spawn")
        self._connection, other = process.Pipe()
        self._process = process.Process(
            target=serve, args=(other, settings), daemon=True
        )
        self._process.start()
        other.close()
        self.functions: dict[str, Any] = self._receive()

    def invoke(
        self, function: str, inputs: dict[str, Any], metadata: dict[str, Any]
    ) -> dict[str, Any]:
        """Run a function; return its `outputs` by name, and its `log`."""
        self._connection.send((function, inputs, metadata))
        answer: dict[str, Any] = self._receive()
        return answer

    def stop(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join(timeout=5)
        self._process.kill()

    def _receive(self) -> Any:
        if not self._connection.poll(60):
            raise TimeoutError("the worker did not answer for a minute")
        answer = self._connection.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def serve(connection: Connection, settings: dict[str, str]) -> None:
    """Load the app and run its functions until the connection is closed."""
    from tests.integration.runtime import load, runtime

    os.environ.update(settings)
    os.environ["AzureWebJobsScriptRoot"] = str(APP)
    apart = ("", str(APP), str(APP.parent))
    sys.path[:] = [folder for folder in sys.path if folder not in apart] + [str(APP)]
    log = Log()
    logging.basicConfig(handlers=[log], level=logging.INFO, force=True)

    async def invoke(
        function: str, inputs: dict[str, Any], metadata: dict[str, Any]
    ) -> dict[str, Any]:
        log.lines.clear()
        request = Message(
            invocation_id=str(uuid.uuid4()),
            function_id=functions[function]["id"],
            trace_context=Message(trace_parent="", trace_state="", attributes={}),
            retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
            input_data=[
                Message(name=name, data=typed(value)) for name, value in inputs.items()
            ],
            trigger_metadata={key: typed(value) for key, value in metadata.items()},
        )
        response = check(
            await runtime.invocation_request(wrap(invocation_request=request))
        )
        outputs = {output.name: untyped(output.data) for output in response.output_data}
        outputs["$return"] = untyped(response.return_value)
        return {"outputs": outputs, "log": "\n".join(log.lines)}

    with asyncio.Runner() as runner:
        runtime.start_threadpool_executor()
        functions = runner.run(answer(connection, load(APP)))
        while functions:
            try:
                task = connection.recv()
            except EOFError:
                break
            runner.run(answer(connection, invoke(*task)))


async def answer(
    connection: Connection, work: Awaitable[dict[str, Any]]
) -> dict[str, Any]:
    """Do some work, and send what comes of it or why it failed."""
    try:
        result = await work
    except Exception as error:
        connection.send(RuntimeError(str(error)))
        return {}
    connection.send(result)
    return result


class Log(logging.Handler):
    """Keeps what the functions log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the text of one call, but not what the worker and Azure's clients log."""
        if not record.name.startswith("azure"):
            self.lines.append(record.getMessage())
