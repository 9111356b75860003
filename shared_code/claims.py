"""Answers to Microsoft Entra."""

import json
from collections.abc import Mapping

RESPONSE = "microsoft.graph.onTokenIssuanceStartResponseData"
ACTION = "microsoft.graph.tokenIssuanceStart.provideClaimsForToken"


def provide_claims(claims: Mapping[str, str | list[str]]) -> str:
    """Return the answer that adds claims to a token as JSON."""
    action = {"@odata.type": ACTION, "claims": dict(claims)}
    return json.dumps({"data": {"@odata.type": RESPONSE, "actions": [action]}})
