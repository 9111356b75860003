"""Actions for Web PubSub."""

import json


def send_to_all(text: str) -> str:
    """Return the action that sends a text to all clients of the hub as JSON."""
    return json.dumps({"actionName": "sendToAll", "data": text, "dataType": "text"})
