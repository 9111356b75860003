"""What a worker process does for a test."""

import json
import logging
from pathlib import Path
from typing import Any

import azure.durable_functions  # noqa: F401 # a worker of many apps loads it

from .durable import DurableExtension, OrchestrationError
from .v1 import V1Worker
from .v2 import V2Worker


def run(app: Path, task: dict[str, Any]) -> dict[str, Any]:
    """Load the functions of an app, then do what the task says: see __main__.py."""
    logging.disable(logging.CRITICAL)
    worker = V2Worker(app) if (app / "function_app.py").exists() else V1Worker(app)
    result = {"loaded": worker.loaded, "functions": worker.functions, "invoked": [], "orchestrated": []}
    for invocation in task.get("invoke", []):
        result["invoked"].append(worker.invoke(**invocation))
    for orchestration in task.get("orchestrate", []):
        extension = DurableExtension(worker, orchestration.get("events"), orchestration.get("inputs"))
        try:
            output = extension.run(orchestration["function"], orchestration.get("input"))
            result["orchestrated"].append({"output": output})
        except OrchestrationError as error:
            result["orchestrated"].append({"error": str(error)})
    return result


def run_for_a_test(app: Path, task: dict[str, Any]) -> dict[str, Any]:
    """Do the same as `python -m tests.support.runtime`."""
    return json.loads(json.dumps(run(app, json.loads(json.dumps(task)))))
