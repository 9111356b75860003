"""Records for databases."""

import uuid


def new_record(text: str) -> dict[str, str]:
    """Return a document or row with an id of its own."""
    return {"id": str(uuid.uuid4()), "text": text}
