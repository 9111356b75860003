"""Requests of Web PubSub to HTTP functions."""

import json

import azure.functions as func


def prepared_answer(context: str) -> func.HttpResponse | None:
    """Return what the extension answers to a preflight or bad request, if it is one."""
    request = json.loads(context)
    if not request["isPreflight"] and not request["hasError"]:
        return None
    answer = request["response"]
    headers = {
        name: ", ".join(values)
        for name, values in (answer.get("headers") or {}).items()
    }
    return func.HttpResponse(
        answer.get("body"), status_code=answer["status"], headers=headers
    )
