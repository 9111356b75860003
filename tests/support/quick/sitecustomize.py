"""A quick Copier for the tests, which run it some thousand times: what it renders is the same.

Python imports a module of this name when it starts, so that command lines are quick, too. They are spared what the front door spares Copier, and
what the sandbox says of an attribute, which depends on a type and a name, is remembered. A test compares what comes out with an untouched Copier.
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
    """Ask the sandbox once about each attribute of a type, and never about what it lets all do with Python's containers and Jinja's own objects."""
    from copier._jinja_ext import SandboxedEnvironment
    from jinja2.environment import TemplateModule
    from jinja2.runtime import Context, LoopContext, Macro
    from jinja2.utils import Namespace, _PassArg, missing

    asked, got, called = SandboxedEnvironment.is_safe_attribute, SandboxedEnvironment.getattr, SandboxedEnvironment.call
    tested = SandboxedEnvironment.call_test
    answers: dict[tuple[type, str], bool] = {}
    replaced = {"format", "format_map"}  # by the sandbox's own
    public = {kind: {name for name in dir(kind) if name[0] != "_"} - replaced for kind in (dict, list, str)}
    no_keys = frozenset(dir(dict))
    of_jinja = {LoopContext, Namespace, TemplateModule}
    made = {dict, Namespace}

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
        if kind in of_jinja and attribute[0] != "_":
            value = getattr(obj, attribute, missing)
            if value is not missing:
                return value
        return got(self, obj, attribute)

    def call(self: SandboxedEnvironment, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = type(obj)
        is_method = kind is BuiltinMethodType and type(obj.__self__) in public
        if not (kind is Macro or is_method or (kind is type and obj in made)):
            return called(self, context, obj, *args, **kwargs)
        if kwargs:
            kwargs.pop("_loop_vars", None)  # both are for what wants the context
            kwargs.pop("_block_vars", None)
        if kind is not Macro:
            return obj(*args, **kwargs)
        takes_more = kwargs or len(args) != obj._argument_count or obj.caller or obj.catch_kwargs or obj.catch_varargs
        if takes_more or context.eval_ctx.autoescape:
            return obj(context.eval_ctx, *args, **kwargs)
        return obj._func(*args)

    def call_test(
        self: SandboxedEnvironment, name: str, value: Any, args: Any = (), kwargs: Any = None, *rest: Any, **more: Any
    ) -> Any:
        test = self.tests.get(name)
        if test is None or kwargs or _PassArg.from_obj(test):  # which wants the context, say
            return tested(self, name, value, args, kwargs, *rest, **more)
        return test(value, *(args or ()))

    spared = {"is_safe_attribute": is_safe_attribute, "getattr": get, "call": call, "call_test": call_test}
    for name, instead in spared.items():
        setattr(SandboxedEnvironment, name, instead)


if any(Path(word).name.startswith("copier") for word in sys.orig_argv[1:3]):
    with contextlib.suppress(ImportError):  # a Copier of another environment
        install()
