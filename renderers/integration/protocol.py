"""The messages of the Functions host and its worker, which the worker only reads."""

import json
from types import SimpleNamespace
from typing import Any


class Message(SimpleNamespace):
    """Any message, with the values of the enumerations that the worker asks for."""

    Failure, Success = 0, 1
    undefined, out, inout = 0, 1, 2
    SameSite = SimpleNamespace(**{"None": 0, "Lax": 1, "Strict": 2, "ExplicitNone": 3})

    def WhichOneof(self, field: str) -> str | None:
        """Name the field that is set; data is never in shared memory."""
        return "data" if field == "rpc_data" else next(iter(vars(self)), None)


class Protos:
    """The module of all classes of messages."""

    def __getattr__(self, name: str) -> type[Message]:
        return Message


def wrap(**fields: Any) -> Message:
    """Make the message that a function of the runtime takes: one of its requests."""
    return Message(
        request=Message(**fields), properties={"host": "", "protos": Protos()}
    )


def check(response: Any) -> Any:
    """Return a response; raise the error that is in it."""
    if response.result.status != Message.Success:
        raise RuntimeError(response.result.exception.message)
    return response


def typed(value: Any) -> Message:
    """Say which type a value has: None, bytes, text, a request, or JSON for the rest."""
    if value is None:
        return Message()
    if isinstance(value, bytes):
        return Message(bytes=value)
    if isinstance(value, str):
        return Message(string=value)
    if isinstance(value, dict) and value.keys() == {"http"}:
        request = value["http"]
        return Message(http=Message(**{**request, "body": typed(request["body"])}))
    return Message(json=json.dumps(value))


def untyped(data: Any) -> Any:
    """Return the value of what a function answers with: bytes, text, or a response."""
    if data is None or not vars(data):
        return None
    ((kind, value),) = vars(data).items()
    if kind != "http":
        return value
    return {"status": int(value.status_code), "body": untyped(value.body)}
