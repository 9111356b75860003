"""The JSON in the body of a request."""

import json

import azure.functions as func

# What `json.loads` raises, the second one for what is nested too deeply.
UNREADABLE = (ValueError, RecursionError)


def get_json_object(req: func.HttpRequest) -> dict[str, object]:
    """Return the JSON object in the body.

    Raise a `ValueError` that tells the caller what to send when there is none.
    """
    try:
        body = json.loads(req.get_body())
    except UNREADABLE as error:
        raise ValueError("Send a body that is valid JSON.") from error
    if not isinstance(body, dict):
        raise ValueError('Send a JSON object, such as {"name": "Ada"}.')
    return body
