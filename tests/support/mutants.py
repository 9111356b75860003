"""Takes each statement out of the functions of an app in turn, and tells which of those mutants their tests let pass.

`python -m tests.support.mutants PROJECT` prints JSON: `tested` counts the mutants of each function, `survived` lists of each
function what was taken out and no test missed. The tests run in this process, on the few fixtures that they use.
"""

import ast
import importlib
import inspect
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest


class _Log(logging.StreamHandler[io.StringIO]):
    """Stands in for `caplog`."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())

    @property
    def text(self) -> str:
        return self.stream.getvalue()


def mutants(source: str) -> Iterator[tuple[str, ast.Module]]:
    """Say what is changed, and give the module that has it changed."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [node for function in functions for statement in function.body for node in ast.walk(statement)]
    for node in [*functions, *inside]:  # decorators declare a function: that is what the contract test is for
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield from ((f"without {label}", tree) for label in _statements_taken_out(block))
        if isinstance(node, ast.Call):
            yield from ((f"0 for {label}", tree) for label in _values_replaced(node))
            yield from ((f"without {label}", tree) for label in _keywords_taken_out(node))


def _statements_taken_out(block: list[ast.stmt]) -> Iterator[str]:
    for index, statement in enumerate(list(block)):
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not docstring and not isinstance(statement, ast.Pass):
            block[index] = ast.copy_location(ast.Pass(), statement)
            yield ast.unparse(statement)
            block[index] = statement


def _values_replaced(call: ast.Call) -> Iterator[str]:
    """Replace what an output is given, or what a log line tells."""
    match call.func:
        case ast.Attribute(attr="set"):
            first = 0
        case ast.Attribute(value=ast.Name("logging")):
            first = 1
        case _:
            return
    for index, value in list(enumerate(call.args))[first:]:
        label = f"{ast.unparse(value)} in {ast.unparse(call)}"
        call.args[index] = ast.copy_location(ast.Constant(0), value)
        yield label
        call.args[index] = value


def _keywords_taken_out(call: ast.Call) -> Iterator[str]:
    keywords = call.keywords
    for keyword in keywords:
        label = f"{ast.unparse(keyword)} in {ast.unparse(call)}"
        call.keywords = [other for other in keywords if other is not keyword]
        yield label
        call.keywords = keywords


def _load(name: str, code: CodeType, path: Path) -> ModuleType:
    """Make a module of a name from code, also for those that import it from now on."""
    module = ModuleType(name)
    module.__file__ = str(path)
    module.__package__ = name if path.stem == "__init__" else name.rpartition(".")[0]
    if path.stem == "__init__":
        module.__path__ = [str(path.parent)]
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    setattr(importlib.import_module(parent), child, module)
    exec(code, module.__dict__)
    return module


def _cases(test: Callable[..., None]) -> list[dict[str, Any]]:
    """List the arguments of each run of a test that `pytest.mark.parametrize` asks for."""
    cases: list[dict[str, Any]] = [{}]
    for mark in getattr(test, "pytestmark", []):
        names, rows = mark.args[:2]
        names = [name.strip() for name in names.split(",")] if isinstance(names, str) else names
        rows = [row if len(names) > 1 else (row,) for row in rows]
        cases = [case | dict(zip(names, row, strict=True)) for case in cases for row in rows]
    return cases


@contextmanager
def _fixtures() -> Iterator[dict[str, Any]]:
    log = _Log()
    logging.root.addHandler(log)
    try:
        with pytest.MonkeyPatch.context() as monkeypatch:
            yield {"caplog": log, "monkeypatch": monkeypatch}
    finally:
        logging.root.removeHandler(log)


def run_tests(module: ModuleType) -> int:
    """Run the tests of a module until one fails, and count them."""
    cases = [(test, case) for name, test in vars(module).items() if name.startswith("test_") for case in _cases(test)]
    for test, case in cases:
        with _fixtures() as fixtures:
            parameters = inspect.signature(test).parameters
            test(**case, **{name: value for name, value in fixtures.items() if name in parameters})
    return len(cases)


def _passes(loads: Callable[[], ModuleType]) -> bool:
    try:
        run_tests(loads())
    except (Exception, pytest.fail.Exception):
        return False
    return True


def survivors(project: Path) -> dict[str, Any]:
    """Test every mutant of every function of an app."""
    result: dict[str, Any] = {"tested": {}, "survived": {}}
    for test_file in sorted((project / "tests/functions").glob("test_*.py")):
        function = test_file.stem.removeprefix("test_")
        (file,) = (project / "__app__" / function).glob("*.py")
        name = ".".join(["__app__", function, *([] if file.stem == "__init__" else [file.stem])])
        test_code = compile(test_file.read_text(encoding="utf-8"), test_file, "exec")

        def load(tree: ast.Module) -> ModuleType:
            _load(name, compile(tree, file, "exec"), file)  # noqa: B023 # called before the next turn
            return _load(f"tests.functions.{test_file.stem}", test_code, test_file)  # noqa: B023

        source = file.read_text(encoding="utf-8")
        assert run_tests(load(ast.parse(source))), f"{function} has no test"
        result["tested"][function], result["survived"][function] = 0, []
        for change, tree in mutants(source):
            result["tested"][function] += 1
            if _passes(lambda tree=tree: load(tree)):
                result["survived"][function].append(change)
    return result


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    project = Path(sys.argv[1])
    sys.path.insert(0, str(project))
    for name in [name for name in sys.modules if name == "tests" or name.startswith("tests.")]:
        del sys.modules[name]  # the project's own package has this name
    logging.root.setLevel(logging.INFO)
    logging.raiseExceptions = False
    print(json.dumps(survivors(project)))
