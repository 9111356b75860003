"""Entities of Table Storage."""

import json
import uuid


def new_entity(text: str) -> str:
    """Return an entity with keys of its own as JSON."""
    keys = {"PartitionKey": "texts", "RowKey": str(uuid.uuid4())}
    return json.dumps({**keys, "Text": text})
