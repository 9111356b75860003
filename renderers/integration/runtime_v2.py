"""Loads the app as Azure does: the worker tells the host which functions there are."""

import json
from pathlib import Path
from typing import Any

import azure_functions_runtime as runtime

from tests.integration.protocol import Message, check, wrap

__all__ = ["load", "runtime"]


async def load(app: Path) -> dict[str, Any]:
    """Load every function; return their bindings and what the worker calls them."""
    start = Message(capabilities={}, function_app_directory=str(app))
    check(await runtime.worker_init_request(wrap(worker_init_request=start)))
    request = Message(function_app_directory=str(app))
    response = check(
        await runtime.functions_metadata_request(
            wrap(functions_metadata_request=request)
        )
    )
    return {
        found.name: {
            "id": found.function_id,
            "bindings": [json.loads(text) for text in found.raw_bindings],
        }
        for found in response.function_metadata_results
    }
