"""Worker extensions, which the worker calls on Python 3.12 and older.

The worker runtimes under test are made for newer Pythons and leave them out: here the functions that they run an app's
functions with get the hooks around them.
"""

import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from azure.functions import Context, ExtensionMeta

logger = logging.getLogger(__name__)
current_context: ContextVar[Context] = ContextVar("current_context")


def call_hooks(when: str, context: Context, *values: Any) -> None:
    """Call the hooks `pre` or `post` an invocation: those of the app outside, those of the function inside."""
    app_hooks = getattr(ExtensionMeta.get_application_hooks(), f"{when}_invocation_app_level", [])
    function_hooks = getattr(ExtensionMeta.get_function_hooks(context.function_name), f"{when}_invocation", [])
    for hook in app_hooks + function_hooks if when == "pre" else function_hooks + app_hooks:
        hook.ext_impl(logger, context, *values)


def enable(handle_event: ModuleType) -> None:
    """Let a worker runtime, by its module of this name, call extensions in this process."""
    run_sync, run_async, get_context = handle_event.run_sync_func, handle_event.execute_async, handle_event.get_context

    def remember_context(*arguments: Any) -> Context:
        context = get_context(*arguments)
        current_context.set(context)
        return context

    def run_sync_with_hooks(invocation_id: str, context: Context, function: Callable[..., Any], arguments: Any) -> Any:
        call_hooks("pre", context, arguments)
        result = run_sync(invocation_id, context, function, arguments)
        call_hooks("post", context, arguments, result)
        return result

    async def run_async_with_hooks(function: Callable[..., Awaitable[Any]], arguments: Any) -> Any:
        context = current_context.get()
        call_hooks("pre", context, arguments)
        result = await run_async(function, arguments)
        call_hooks("post", context, arguments, result)
        return result

    handle_event.get_context = remember_context
    handle_event.run_sync_func = run_sync_with_hooks
    handle_event.execute_async = run_async_with_hooks
