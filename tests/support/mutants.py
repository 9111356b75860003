"""Makes mutants of an app and tells which of them its tests let pass.

A mutant lacks one statement or one condition of a function, or has another constant in its module.
Of each function, `tested` counts the mutants, and `survived` lists what was taken out and no test missed. The tests run in this
process, on the few fixtures that they use.
"""

import ast
import importlib
import inspect
import io
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Self

import pytest

from tests.support.forks import in_a_fork
from tests.support.project import Project, environment

MUTANT = "_mutant"  # a global of the module

# What no test asks for.
EXCEPTIONS = (
    r"logging\.info\('Processing a %s request'",  # tells whoever reads the log what the host's own line says, too
    r"logging\.info\('Invocation %s'",  # the same
)


class _Log(logging.StreamHandler[io.StringIO]):
    """Stands in for `caplog`."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())

    @property
    def text(self) -> str:
        return self.stream.getvalue()


def mutants(source: str) -> tuple[list[str], ast.Module]:
    """Say what each mutant has changed, and give the module of all of them, which is compiled once: MUTANT tells which of them it is."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [node for function in functions for statement in function.body for node in ast.walk(statement)]
    changes: list[str] = []
    for node in [*functions, *inside]:  # decorators declare a function: that is what the contract test is for
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                _take_out_statements(block, changes)
        if isinstance(node, ast.If):
            kept = _kept(changes, f"always {ast.unparse(node.test)}")
            node.test = ast.BoolOp(ast.Or(), [ast.UnaryOp(ast.Not(), kept), node.test])
        if isinstance(node, ast.Call):
            whole = ast.unparse(node)
            _replace_values(node, whole, changes)
            _take_out_keywords(node, whole, changes)
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            statement.value = _OtherConstants(changes).visit(statement.value)
    return changes, ast.fix_missing_locations(tree)


class _OtherConstants(ast.NodeTransformer):
    """Makes another number, or another text, of each constant of the module."""

    def __init__(self, changes: list[str]) -> None:
        self.changes = changes

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        other = ast.Constant(node.value + 1 if isinstance(node.value, int) else "another text")
        return ast.IfExp(_kept(self.changes, f"{ast.unparse(other)} for {ast.unparse(node)}"), node, other)


def _kept(changes: list[str], change: str) -> ast.expr:
    """Name one more mutant; give the expression that is true in all others."""
    changes.append(change)
    return ast.parse(f"{MUTANT} != {len(changes) - 1}", mode="eval").body


def _take_out_statements(block: list[ast.stmt], changes: list[str]) -> None:
    for index, statement in enumerate(list(block)):
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not docstring and not isinstance(statement, ast.Pass):
            block[index] = ast.If(_kept(changes, f"without {ast.unparse(statement)}"), [statement], [])


def _replace_values(call: ast.Call, whole: str, changes: list[str]) -> None:
    """Replace what an output is given, or what a log line tells."""
    match call.func:
        case ast.Attribute(attr="set"):
            first = 0
        case ast.Attribute(value=ast.Name("logging")):
            first = 1
        case _:
            return
    for index, value in list(enumerate(call.args))[first:]:
        kept = _kept(changes, f"0 for {ast.unparse(value)} in {whole}")
        call.args[index] = ast.IfExp(kept, value, ast.Constant(0))


def _take_out_keywords(call: ast.Call, whole: str, changes: list[str]) -> None:
    for index, keyword in enumerate(call.keywords):
        kept = _kept(changes, f"without {ast.unparse(keyword)} in {whole}")
        given = keyword.value if keyword.arg is None else ast.Dict([ast.Constant(keyword.arg)], [keyword.value])
        call.keywords[index] = ast.keyword(None, ast.IfExp(kept, given, ast.Dict([], [])))


def _load(name: str, code: CodeType, path: Path, mutant: int | None = None) -> ModuleType:
    """Make a module of a name from code, also for those that import it from now on."""
    module = ModuleType(name)
    module.__file__ = str(path)
    module.__package__ = name if path.stem == "__init__" else name.rpartition(".")[0]
    if path.stem == "__init__":
        module.__path__ = [str(path.parent)]
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    setattr(importlib.import_module(parent), child, module)
    vars(module)[MUTANT] = mutant
    exec(code, vars(module))
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


@dataclass(frozen=True)
class _Function:
    """A function of an app and its test."""

    name: str
    module: str
    file: Path
    test_file: Path

    @classmethod
    def of_test(cls, test_file: Path, project: Path) -> Self:
        name = test_file.stem.removeprefix("test_")
        (file,) = (project / "__app__" / name).glob("*.py")
        return cls(
            name, ".".join(["__app__", name, *([] if file.stem == "__init__" else [file.stem])]), file, test_file
        )

    @cached_property
    def mutants(self) -> tuple[list[str], CodeType]:
        changes, tree = mutants(self.file.read_text(encoding="utf-8"))
        return changes, compile(tree, self.file, "exec")

    def test(self) -> ast.Module:
        return ast.parse(self.test_file.read_text(encoding="utf-8"))

    def run(self, test: CodeType, mutant: int | None = None) -> int:
        _load(self.module, self.mutants[1], self.file, mutant)
        return run_tests(_load(f"tests.functions.{self.test_file.stem}", test, self.test_file))

    def survivors(self, test: ast.Module) -> Iterator[tuple[str, bool]]:
        """Say of each mutant whether a test passes with it."""
        code = compile(test, self.test_file, "exec")
        for mutant, change in enumerate(self.mutants[0]):
            try:
                self.run(code, mutant)
            except (Exception, pytest.fail.Exception):
                yield change, False
            else:
                yield change, True


def _functions(project: Path) -> list[_Function]:
    return [_Function.of_test(path, project) for path in sorted((project / "tests/functions").glob("test_*.py"))]


def survivors(project: Path) -> dict[str, Any]:
    """Test every mutant of every function of an app."""
    result: dict[str, Any] = {"tested": {}, "survived": {}}
    for function in _functions(project):
        test = function.test()
        assert function.run(compile(test, function.test_file, "exec")), f"{function.name} has no test"
        tested = [*function.survivors(test)]
        result["tested"][function.name] = len(tested)
        result["survived"][function.name] = [change for change, survived in tested if survived]
    return result


def assert_none_survives(project: Project) -> None:
    """Fail unless every function of an app has mutants, and its tests miss what each of them lacks."""
    result = in_a_fork(environment(), in_a_process_of_its_own, survivors, project.path)

    assert result["tested"].keys() == project.functions.keys()
    assert all(result["tested"].values())
    survived = [
        f"{function}: {change}"
        for function, changes in result["survived"].items()
        for change in changes
        if not any(re.search(exception, change) for exception in EXCEPTIONS)
    ]
    assert not survived, "\n".join(survived)


def idle_assertions(project: Path) -> list[str]:
    """List the assertions without which the tests of an app miss the same mutants as with them."""
    idle = []
    for function in _functions(project):
        test = function.test()
        missed = [*function.survivors(test)]
        for assertion in [node for node in ast.walk(test) if isinstance(node, ast.Assert)]:
            asked, assertion.test = assertion.test, ast.copy_location(ast.Constant(True), assertion.test)
            if [*function.survivors(test)] == missed:
                idle.append(f"{function.name}: {ast.unparse(asked)}")
            assertion.test = asked
    return idle


def in_a_process_of_its_own[Result](task: Callable[[Path], Result], project: Path) -> Result:
    """Do this with the packages of a project; the process is of no other use afterwards."""
    sys.path.insert(0, str(project))
    for name in [name for name in sys.modules if name == "tests" or name.startswith("tests.")]:
        del sys.modules[name]  # the project's own package has this name
    logging.root.setLevel(logging.INFO)
    logging.raiseExceptions = False
    inspect.signature = cache(inspect.signature)  # type: ignore[assignment] # the SDK asks for that of a decorator at each use
    return task(project)
