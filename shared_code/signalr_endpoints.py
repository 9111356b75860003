"""The services of a SignalR hub that has several."""

import json
from typing import Any


def online_endpoints(endpoints: str) -> list[dict[str, Any]]:
    """Return the services that are online."""
    return [endpoint for endpoint in json.loads(endpoints) if endpoint["online"]]
