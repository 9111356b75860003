"""What the HTTP functions read from a request."""

import json

import azure.functions as func

# What `json.loads` raises, the second one for what is nested too deeply.
UNREADABLE = (ValueError, RecursionError)


def get_name(req: func.HttpRequest) -> str:
    """Return the name in the route, the query string or the JSON body.

    Raise a `ValueError` that tells the caller what to send when there is none.
    """
    name = req.route_params.get("name") or req.params.get("name")
    if not name:
        name = _get_json_object(req).get("name")
    if not name or not isinstance(name, str):
        raise ValueError('Pass a name in the query, or a body such as {"name": "Ada"}.')
    return name


def _get_json_object(req: func.HttpRequest) -> dict[str, object]:
    try:
        body = json.loads(req.get_body() or b"{}")
    except UNREADABLE as error:
        raise ValueError("Pass a name, or a body that is valid JSON.") from error
    if not isinstance(body, dict):
        raise ValueError("Pass a name, or a body that is a JSON object.")
    return body
