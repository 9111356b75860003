"""Events for Event Grid."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import azure.functions as func


def new_event(content: str | Mapping[str, object]) -> func.EventGridOutputEvent:
    """Return an event that carries a text, or an object as it is."""
    if isinstance(content, str):
        content, noun = {"text": content}, "text"
    else:
        noun = "item"
    return func.EventGridOutputEvent(
        id=str(uuid.uuid4()),
        data=dict(content),
        subject=f"{noun}s",
        event_type=f"{noun}Created",
        event_time=datetime.now(UTC),
        data_version="1.0",
    )
