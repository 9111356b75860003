"""Events for Event Grid."""

import uuid
from datetime import UTC, datetime

import azure.functions as func


def new_event(text: str) -> func.EventGridOutputEvent:
    """Return an event that carries a text."""
    return func.EventGridOutputEvent(
        id=str(uuid.uuid4()),
        data={"text": text},
        subject="texts",
        event_type="textCreated",
        event_time=datetime.now(UTC),
        data_version="1.0",
    )
