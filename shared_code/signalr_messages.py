"""Messages for SignalR Service."""

import json


def new_signalr_message(text: str) -> str:
    """Return a message for all clients of the hub, which listen to `newMessage`."""
    return json.dumps({"target": "newMessage", "arguments": [text]})
