"""Assistants of OpenAI."""

import json
import logging
import uuid

# What `json.loads` raises, the second one for what is nested too deeply.
UNREADABLE = (ValueError, RecursionError)


def new_assistant(text: str) -> str:
    """Return an assistant as JSON; the log has the id by which it is asked.

    The text is what it is told to be, or a JSON object with `instructions` and,
    where it has one already, an `id`.
    """
    assistant = {"id": str(uuid.uuid4()), **_described(text)}
    logging.info("The new assistant is %s", assistant["id"])
    return json.dumps(assistant)


def _described(text: str) -> dict[str, object]:
    try:
        given = json.loads(text)
    except UNREADABLE:
        given = None
    if isinstance(given, dict) and "instructions" in given:
        return given
    return {"instructions": text}
