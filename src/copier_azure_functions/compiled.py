"""What Jinja compiles, compiled once: an update renders three times, and without this most of it is Jinja's compiler.

It is kept for the next run, too, as Python keeps its own in `__pycache__`. What a text becomes depends on the text, on how its
environment is set up, and on the versions of Python and of the packages: all of them are in the keys. It may also depend on the
moment and the machine, as Jinja applies filters to constants when it compiles them: a text that could is not kept.
"""

import functools
import hashlib
import marshal
import re
import sys
import weakref
from importlib import metadata
from types import CodeType
from typing import Any

import jinja2

from copier_azure_functions import cache

COMPILED = "compiled"  # the kind of what is kept

# What of an environment shapes the code that a text becomes, beside its filters, tests and extensions.
SETTINGS = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix"),
    *("trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline"),
    *("autoescape", "finalize", "is_async", "optimized"),
)

# Filters whose result is not always the same.
IMPURE = re.compile(r"expanduser|expandvars|fileglob|random|realpath|relpath|shuffle|strftime")

_compile_anew = jinja2.Environment.compile
_code: dict[tuple[str, str | None, str], CodeType] = {}  # of this process
_settings: weakref.WeakKeyDictionary[jinja2.Environment, str] = weakref.WeakKeyDictionary()


def once() -> None:
    """Compile each text once from now on, in this process and in those to come."""
    if jinja2.Environment.compile is not _compile:
        jinja2.Environment.compile = _compile  # type: ignore[method-assign]
        cache.forget(COMPILED)


def _compile(self: jinja2.Environment, source: Any, name: str | None = None, *arguments: Any, **options: Any) -> Any:
    if not isinstance(source, str) or options or arguments[1:]:
        return _compile_anew(self, source, name, *arguments, **options)
    self.preprocess(source, name)  # extensions may wait for it, as the tag `yield` of Copier does
    # Where the file of a text lies is not in the key: an update clones the template for each of its renders.
    key = (_settings_of(self), name, source)
    if key not in _code:
        file = hashlib.sha256(repr(key).encode(errors="surrogatepass")).hexdigest()
        kept = cache.read(COMPILED, file)
        _code[key] = marshal.loads(kept) if kept else _compile_anew(self, source, name, *arguments)
        if not kept and not IMPURE.search(source):
            cache.write(COMPILED, file, marshal.dumps(_code[key]))
    return _code[key]


def _settings_of(environment: jinja2.Environment) -> str:
    if environment not in _settings:
        of_it = [getattr(environment, setting) for setting in SETTINGS]
        names = [sorted(names) for names in (environment.extensions, environment.filters, environment.tests)]
        _settings[environment] = repr((_versions(), type(environment).__qualname__, of_it, names))
    return _settings[environment]


@functools.cache
def _versions() -> list[str]:
    return [sys.version, *(metadata.version(name) for name in ("jinja2", "copier", "jinja2-ansible-filters"))]
