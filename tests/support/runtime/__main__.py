"""`python -m tests.support.runtime APP` loads the app's functions, then does what the JSON on standard input says.

Input: {"invoke": [{"function": …, "inputs": {…}, "metadata": {…}}], "orchestrate": [{"function": …, "input": …}],
"events": {…}}, each part optional. Output, as JSON: {"loaded": {…}, "functions": {…}, "invoked": […], "orchestrated": […]}.
"""

import json
import sys
from pathlib import Path

from .task import run

json.dump(run(Path(sys.argv[1]), json.load(sys.stdin)), sys.stdout)
