"""The files of a function app that come by answers: an update in which such an answer goes takes them away."""

import re
from pathlib import PurePosixPath
from typing import Any

from tools.catalogue import REPOSITORY

TEMPLATE = REPOSITORY / "template"

# A part of a path that is there when an answer is yes, or has a value.
CONDITION = re.compile(r"\{% if (\w+)(?: == '(\w+)')? %\}(.*?)\{% endif %\}")

# Folders in which a project has files of its own, too: those of the template are named one by one.
SHARED = {".github", "tools"}


def optional_files() -> dict[str, dict[str, Any]]:
    """Map each file or folder that comes by answers to these."""
    found = {}
    for path in TEMPLATE.rglob("*"):
        name, whole, answers = PurePosixPath(), PurePosixPath(), {}
        for part in path.relative_to(TEMPLATE).parts:
            name /= CONDITION.sub(r"\3", part).removesuffix(".jinja")
            if conditions := CONDITION.findall(part):
                answers |= {answer: value or True for answer, value, _ in conditions}
                whole = name
        if answers and path.is_file():
            found[str(name if name.parts[0] in SHARED else whole)] = answers
    return dict(sorted(found.items()))
