"""`python -m tests.runtime APP` loads the app's functions, then does what the JSON on standard input says.

Input: {"invoke": [{"function": …, "inputs": {…}, "metadata": {…}}], "orchestrate": [{"function": …, "input": …}],
"events": {…}}, each part optional. Output, as JSON: {"loaded": {…}, "invoked": […], "orchestrated": […]}.
"""

import json
import logging
import sys
from pathlib import Path

from .durable import DurableExtension, OrchestrationError
from .worker import Worker

logging.disable(logging.CRITICAL)
task = json.load(sys.stdin)
worker = Worker(Path(sys.argv[1]))
result = {"loaded": worker.load_all(), "invoked": [], "orchestrated": []}
for invocation in task.get("invoke", []):
    result["invoked"].append(worker.invoke(**invocation))
for orchestration in task.get("orchestrate", []):
    extension = DurableExtension(worker, orchestration.get("events"))
    try:
        output = extension.run(orchestration["function"], orchestration.get("input"))
        result["orchestrated"].append({"output": output})
    except OrchestrationError as error:
        result["orchestrated"].append({"error": str(error)})
json.dump(result, sys.stdout)
