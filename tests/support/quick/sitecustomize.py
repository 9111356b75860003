"""A quick Copier for the tests, which run it some thousand times: what it renders is the same.

Python imports a module of this name when it starts, so that command lines are quick, too. Three things are most of what a run takes: each text
of a template is compiled once, and kept for all processes in the folder that the variable COMPILED_TEMPLATES names; copier.yml is read
by the fast one of PyYAML's two loaders; and what the sandbox says of an attribute, which depends on a type and a name, is remembered.
"""

import functools
import hashlib
import marshal
import os
import sys
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

FOLDER = "COMPILED_TEMPLATES"


def install() -> None:
    """Make Copier quick in this process."""
    import copier._template
    import jinja2
    import yaml

    if getattr(jinja2.Environment.compile, "is_cached", False):
        return
    compile_once(Path(os.environ[FOLDER]))
    remember_what_is_safe()
    copier._template.yaml = SimpleNamespace(**vars(yaml) | {"SafeLoader": yaml.CSafeLoader})  # type: ignore[attr-defined]


def compile_once(folder: Path) -> None:
    """Keep what Jinja compiles in a folder. Where the file of a text lies is not in the key: each update clones the template anew."""
    import jinja2

    known: dict[str, CodeType] = {}
    compile_anew = jinja2.Environment.compile

    def compile(self: jinja2.Environment, source: Any, name: Any = None, filename: Any = None, *more: Any) -> Any:  # noqa: A001
        if not isinstance(source, str) or any(more):
            return compile_anew(self, source, name, filename, *more)
        self.preprocess(source, name)  # extensions may wait for it, as the tag `yield` of Copier does
        settings = (
            self.trim_blocks,
            self.lstrip_blocks,
            self.keep_trailing_newline,
            self.optimized,
            sorted(self.extensions),
        )
        key = hashlib.sha256(repr((type(self), settings, name, source)).encode(errors="surrogatepass")).hexdigest()
        if key not in known:
            file = folder / key
            if file.exists():
                known[key] = marshal.loads(file.read_bytes())
            else:
                known[key] = compile_anew(self, source, name, filename)
                unfinished = file.with_suffix(f".{os.getpid()}")
                unfinished.write_bytes(marshal.dumps(known[key]))
                unfinished.replace(file)
        return known[key]

    compile.is_cached = True  # type: ignore[attr-defined]
    jinja2.Environment.compile = compile  # type: ignore[method-assign, assignment]


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


if os.environ.get(FOLDER) and any(Path(word).name.startswith("copier") for word in sys.orig_argv[1:3]):
    install()
