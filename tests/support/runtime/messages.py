"""The messages of FunctionRpc.proto, which the Functions host and a worker exchange.

The worker runtimes are written against message classes that only the worker's own packages provide. They use them as
plain records, so one record class stands in for them all: that of the tests which a generated project has on Azurite.
"""

import json
from typing import Any

from renderers.integration.protocol import Message

Json = dict[str, Any]


def typed_data(value: Any) -> Message:
    """Wrap a value as TypedData.

    None, bytes (in JSON {"hex": …}), str, {"collection": […]} of these or of numbers, {"http": …} for a request, anything else as JSON.
    What an SDK's client is made from is {"model_binding_data": …}.
    """
    if value is None:
        return Message()
    if isinstance(value, bytes):
        return Message(bytes=value)
    if isinstance(value, str):
        return Message(string=value)
    if isinstance(value, dict) and value.keys() == {"hex"}:
        return Message(bytes=bytes.fromhex(value["hex"]))
    if isinstance(value, dict) and value.keys() == {"collection"}:
        return _collection(value["collection"])
    if isinstance(value, dict) and value.keys() == {"http"}:
        return Message(http=_http_request(**value["http"]))
    if isinstance(value, dict) and value.keys() == {"model_binding_data"}:
        return Message(model_binding_data=Message(**value["model_binding_data"]))
    return Message(json=json.dumps(value))


def _collection(items: list[Any]) -> Message:
    if isinstance(items[0], int):
        return Message(collection_sint64=Message(sint64=items))
    ((kind, _),) = vars(typed_data(items[0])).items()
    return Message(**{f"collection_{kind}": Message(**{kind: [getattr(typed_data(item), kind) for item in items]})})


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
    """Turn what the runtime answers into JSON: bytes as text (what is not UTF-8 as half a surrogate), messages as maps without unset fields."""
    if isinstance(value, Message):
        return {key: plain(item) for key, item in vars(value).items() if item is not None}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.decode(errors="surrogateescape") if isinstance(value, bytes) else value
