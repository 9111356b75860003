"""E-mails for SendGrid."""

import json


def new_mail(text: str) -> str:
    """Return an e-mail of plain text as JSON; the binding says from whom and to whom."""
    return json.dumps({"content": [{"type": "text/plain", "value": text}]})
