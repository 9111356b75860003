"""Text messages for Twilio."""

import json


def new_sms(to: str, text: str) -> str:
    """Return a text message to a phone number as JSON; the binding says from which."""
    return json.dumps({"to": to, "body": text})
