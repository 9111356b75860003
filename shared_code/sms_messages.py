"""Text messages for Twilio."""

import json


def new_sms(text: str) -> str:
    """Return a text message as JSON; the binding says from whom and to whom."""
    return json.dumps({"body": text})
