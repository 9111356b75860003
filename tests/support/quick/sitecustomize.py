"""A quick Copier for the tests, which run it some thousand times: what it renders is the same.

Python imports a module of this name when it starts, so that command lines are quick, too. They are spared what the front door spares Copier, and
what the sandbox says of an attribute, which depends on a type and a name, is remembered.
"""

import contextlib
import functools
import sys
from pathlib import Path
from typing import Any

_quick = contextlib.ExitStack()


def install() -> None:
    """Make Copier quick in this process."""
    from copier_azure_functions import engine

    _quick.enter_context(engine.quick())
    remember_what_is_safe()


def remember_what_is_safe() -> None:
    """Ask the sandbox once about each attribute of a type."""
    from copier._jinja_ext import SandboxedEnvironment

    is_safe = SandboxedEnvironment.is_safe_attribute
    answers: dict[tuple[type, str], bool] = {}

    @functools.wraps(is_safe)
    def is_safe_attribute(self: SandboxedEnvironment, obj: Any, attr: str, value: Any) -> bool:
        key = type(obj), attr
        if key not in answers:
            answers[key] = is_safe(self, obj, attr, value)
        return answers[key]

    SandboxedEnvironment.is_safe_attribute = is_safe_attribute  # type: ignore[method-assign]


if any(Path(word).name.startswith("copier") for word in sys.orig_argv[1:3]):
    with contextlib.suppress(ImportError):  # a Copier of another environment
        install()
