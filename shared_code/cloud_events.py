"""CloudEvents, as Dapr delivers them."""

import json


def event_data(event: str | bytes) -> str:
    """Return the data of an event: text as it is, bytes in Base64, all else as JSON."""
    content = json.loads(event)
    data = content.get("data", content.get("data_base64"))
    return data if isinstance(data, str) else json.dumps(data)
