"""A quick Copier for the tests, which run it some thousand times: what it renders is the same.

Python imports a module of this name when it starts, so that command lines are quick, too. They are spared what the front door spares Copier, and
what the sandbox says of an attribute, which depends on a type and a name, is remembered.
"""

import contextlib
import sys
from pathlib import Path
from types import BuiltinMethodType
from typing import Any

_quick = contextlib.ExitStack()


def install() -> None:
    """Make Copier quick in this process."""
    from copier_azure_functions import engine

    _quick.enter_context(engine.quick())
    remember_what_is_safe()


def remember_what_is_safe() -> None:
    """Ask the sandbox once about each attribute of a type, and never about what it lets all do with dicts, lists, texts and macros."""
    from copier._jinja_ext import SandboxedEnvironment
    from jinja2.runtime import Context, Macro

    asked, got, called = SandboxedEnvironment.is_safe_attribute, SandboxedEnvironment.getattr, SandboxedEnvironment.call
    answers: dict[tuple[type, str], bool] = {}
    replaced = {"format", "format_map"}  # by the sandbox's own
    public = {kind: {name for name in dir(kind) if name[0] != "_"} - replaced for kind in (dict, list, str)}
    no_keys = frozenset(dir(dict))

    def is_safe_attribute(self: SandboxedEnvironment, obj: Any, attr: str, value: Any) -> bool:
        key = type(obj), attr
        if key not in answers:
            answers[key] = asked(self, obj, attr, value)
        return answers[key]

    def get(self: SandboxedEnvironment, obj: Any, attribute: str) -> Any:
        kind = type(obj)
        if kind is dict and attribute in obj and attribute not in no_keys:
            return obj[attribute]
        if kind in public and attribute in public[kind]:
            return getattr(obj, attribute)
        return got(self, obj, attribute)

    def call(self: SandboxedEnvironment, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        is_macro = type(obj) is Macro
        if is_macro or (type(obj) is BuiltinMethodType and type(obj.__self__) in public):
            kwargs.pop("_loop_vars", None)  # both are for what wants the context
            kwargs.pop("_block_vars", None)
            return obj(context.eval_ctx, *args, **kwargs) if is_macro else obj(*args, **kwargs)
        return called(self, context, obj, *args, **kwargs)

    for name, spared in {"is_safe_attribute": is_safe_attribute, "getattr": get, "call": call}.items():
        setattr(SandboxedEnvironment, name, spared)


if any(Path(word).name.startswith("copier") for word in sys.orig_argv[1:3]):
    with contextlib.suppress(ImportError):  # a Copier of another environment
        install()
