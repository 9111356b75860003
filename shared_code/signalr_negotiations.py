"""Negotiations with SignalR clients about several services."""

import json


def online_connection(negotiation: str) -> str | None:
    """Return how to connect to the first service that is online as JSON, if one is."""
    for endpoint in json.loads(negotiation)["endpoints"]:
        if endpoint["online"]:
            return json.dumps(endpoint["connectionInfo"])
    return None
