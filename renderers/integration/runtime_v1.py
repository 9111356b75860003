"""Loads the app as Azure does: the host reads each function.json, the worker the code."""

import json
from pathlib import Path
from typing import Any

import azure_functions_runtime_v1 as runtime

from tests.integration.protocol import Message, check, wrap

__all__ = ["load", "runtime"]

DIRECTIONS = {"in": 0, "out": 1}


async def load(app: Path) -> dict[str, Any]:
    """Load every function; return their bindings and what the worker calls them."""
    check(
        await runtime.worker_init_request(
            wrap(worker_init_request=Message(capabilities={}))
        )
    )
    functions = {}
    for file in sorted(app.glob("*/function.json")):
        name, config = file.parent.name, json.loads(file.read_text(encoding="utf-8"))
        metadata = Message(
            name=name,
            directory=str(file.parent),
            script_file=str((file.parent / config["scriptFile"]).resolve()),
            entry_point=config.get("entryPoint", ""),
            bindings={
                binding["name"]: Message(
                    type=binding["type"],
                    direction=DIRECTIONS[binding["direction"]],
                    data_type=0,
                )
                for binding in config["bindings"]
            },
        )
        request = Message(function_id=name, metadata=metadata)
        check(await runtime.function_load_request(wrap(function_load_request=request)))
        functions[name] = {"id": name, "bindings": config["bindings"]}
    return functions
