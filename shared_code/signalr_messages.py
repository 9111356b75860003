"""Messages for SignalR Service."""

import json
from typing import Any


def new_signalr_message(
    text: str, endpoints: list[dict[str, Any]] | None = None
) -> str:
    """Return a message for all clients of the hub, which listen to `newMessage`.

    Of a hub with several services it goes to those that are given.
    """
    message: dict[str, Any] = {"target": "newMessage", "arguments": [text]}
    if endpoints is not None:
        message["endpoints"] = endpoints
    return json.dumps(message)
