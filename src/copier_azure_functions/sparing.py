"""What an update spares: in a function that its owner has edited, it changes the declaration, and nothing else.

Copier has merged line by line before. Here the same three texts, of the version before, the owner and the version after, are taken
apart as Python: a declaration is what the manifest says, so its decorators, its signature and what they import follow. Bodies,
docstrings, constants and the rest of a module are a sample, which an owner has for good once they have edited it.
"""

import ast
import difflib
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from copier_azure_functions import owned_text

# Names that a module gives to what declares it: its blueprint, and an entry point that is made of another function.
DECLARING = {"bp", "main"}


@dataclass(frozen=True)
class Module:
    """A module as lines, and where its parts are in them."""

    text: str

    @classmethod
    def of(cls, content: bytes) -> "Module | None":
        """Read a module; there is none if it is not Python."""
        try:
            text = owned_text.read(content)
            module = cls(text if text.endswith("\n") else text + "\n")
            _ = module.tree  # which is kept
        except (SyntaxError, ValueError, RecursionError):  # what cannot be decoded is a ValueError, too
            return None
        return module

    @cached_property
    def lines(self) -> list[str]:
        """The lines, as Python counts them."""
        return re.split(r"(?<=\n)", self.text)

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self.text)

    def part(self, where: range) -> str:
        """Return the text of lines."""
        return "".join(self.lines[where.start : where.stop])

    def replaced(self, parts: dict[range, str]) -> str:
        """Return the text with other lines in some places."""
        lines = self.lines.copy()
        for where in sorted(parts, key=lambda part: part.start, reverse=True):
            lines[where.start : where.stop] = [parts[where]]
        return "".join(lines)

    @cached_property
    def functions(self) -> dict[str, tuple[range, range]]:
        """Map the functions to where their declaration, and where their body is; not those on one line."""
        found = {}
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
                start, end = node.body[0].lineno - 1, node.end_lineno or node.lineno
                while start > first and self.lines[start - 1].lstrip().startswith("#"):
                    start -= 1
                if self.lines[start - 1].split("#")[0].rstrip().endswith(":") and start >= node.lineno:
                    found[node.name] = (range(first, start), range(start, self._with_comments(end)))
        return found

    def _with_comments(self, end: int) -> int:
        """Return where a body ends, with the comments below its last statement that are indented as it is."""
        for number, line in enumerate(self.lines[end:], end):
            if line.startswith((" ", "\t")) and line.lstrip().startswith("#"):
                end = number + 1
            elif line.strip():
                break
        return end

    @cached_property
    def assigned(self) -> dict[str, range]:
        """Map the names that declare something to where they get their value."""
        return {
            target.id: range(node.lineno - 1, node.end_lineno or node.lineno)
            for node in self.tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in DECLARING
        }

    @cached_property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """The imports at the top."""
        return [node for node in self.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]

    def body(self, name: str) -> str:
        """Return the body of a function, its docstring with it; nothing when there is no such function."""
        return self.part(self.functions[name][1]) if name in self.functions else ""

    @property
    def declarations(self) -> dict[str, str]:
        """Map names to what declares them."""
        headers = {name: self.part(header) for name, (header, _) in self.functions.items()}
        return {name: self.part(where) for name, where in self.assigned.items()} | headers

    def differs(self, other: "Module") -> bool:
        """Tell whether another module has another body in a function of this one, or lacks it."""
        return any(self.body(name) != other.body(name) for name in self.functions)


def redeclared(before: Module, after: Module, mine: Module) -> Module:
    """Return the module of before with the declarations of after, and what those and the owner's lines import."""
    parts = {}
    for name, (header, _) in before.functions.items():
        if name in after.functions:
            parts[header] = after.part(after.functions[name][0])
    for name, where in before.assigned.items():
        if name in after.assigned:
            parts[where] = after.part(after.assigned[name])
    declared = Module(before.replaced(parts))
    if not (declared.imports and after.imports):
        return declared
    used = words([part for name, part in after.declarations.items() if name in before.declarations])
    used |= words([mine.replaced({_lines(node): "" for node in mine.imports})])
    first, last = declared.imports[0], declared.imports[-1]
    where = range(first.lineno - 1, last.end_lineno or last.lineno)
    return Module(declared.replaced({where: merged_imports(declared, after, used)}))


def words(texts: Iterable[str]) -> set[str]:
    """Find the names that texts of Python may use."""
    return set(re.findall(r"\w+", "\n".join(texts)))


def _lines(node: ast.stmt) -> range:
    return range(node.lineno - 1, node.end_lineno or node.lineno)


def merged_imports(before: Module, after: Module, used: set[str]) -> str:
    """Return the imports of both where they differ in what is used, in the order of the template."""
    sides = [_statements(before), _statements(after)]
    keys = [list(side) for side in sides]
    lines: dict[str, str] = {}
    for tag, one, end, other, its_end in difflib.SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        for key in keys[0][one:end] if tag == "equal" else keys[0][one:end] + keys[1][other:its_end]:
            texts = [side[key] for side in sides if key in side]
            lines[key] = texts[0] if len({*texts}) == 1 < len(texts) else _joined(texts, used)
    return re.sub(r"\n{3,}", "\n\n", "".join(lines.values())).strip("\n") + "\n"


def _statements(module: Module) -> dict[str, str]:
    """Map the imports, and the gaps between them, to their texts; a module from which names are imported is the key of its line."""
    found: dict[str, str] = {}
    end = module.imports[0].lineno - 1
    for node in module.imports:
        where = _lines(node)
        if where.start > end:
            found[f"above {ast.unparse(node).split(' import ')[0]}"] = module.part(range(end, where.start))
        text = module.part(where)
        key = f"from {'.' * node.level}{node.module or ''}" if isinstance(node, ast.ImportFrom) else text
        found[key] = found.get(key, "") + text
        end = where.stop
    return found


def _joined(texts: list[str], used: set[str]) -> str:
    """Return of what one or two statements import that which is used."""
    nodes = [ast.parse(text) for text in texts]
    if not all(node.body for node in nodes):
        return texts[0]  # a gap
    aliases = [{ast.unparse(it): it for it in ast.walk(node) if isinstance(it, ast.alias)} for node in nodes]
    wanted = {
        name for its in aliases for name, alias in its.items() if (alias.asname or alias.name.split(".")[0]) in used
    }
    if not wanted:
        return ""
    for text, its in zip(texts, aliases, strict=True):
        if wanted == its.keys():
            return text
    return f"{ast.unparse(nodes[0]).split(' import ')[0]} import {', '.join(sorted(wanted))}\n"


@dataclass(frozen=True)
class Merge:
    """A merged text, and whether both sides changed the same lines of it."""

    text: str
    conflicts: bool = False


def merged(mine: Module, before: Module, after: Module, bodies: Mapping[str, str]) -> Merge:
    """Merge three modules; these are the bodies of functions, whatever is around them."""
    kept = {
        name: f"    <body of {name}>\n" for name in bodies if all(name in it.functions for it in (mine, before, after))
    }
    texts = [
        module.replaced({module.functions[name][1]: mark for name, mark in kept.items()})
        for module in (mine, before, after)
    ]
    merge = three_way(*texts)
    text = merge.text
    for name, mark in kept.items():
        text = text.replace(mark, bodies[name])
    return Merge(text, merge.conflicts)


def three_way(mine: str, before: str, after: str, *options: str) -> Merge:
    """Merge as `git merge-file` does, with its markers where both sides changed the same lines."""
    if mine == before or before == after:
        return Merge(after if mine == before else mine)
    with tempfile.TemporaryDirectory(prefix="copier-azure-functions-") as folder:
        names = []
        for label, text in (("yours", mine), ("before", before), ("template", after)):
            names.append(str(Path(folder) / label))
            Path(names[-1]).write_bytes(text.encode("utf-8", "surrogateescape"))
        labels = ["-L", "yours", "-L", "before", "-L", "the template's"]
        command = ["git", "merge-file", "-p", *options, *labels, *names]
        run = subprocess.run(command, capture_output=True, check=False)
        return Merge(run.stdout.decode("utf-8", "surrogateescape"), run.returncode != 0)


def spare(
    mine: Mapping[str, bytes], before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> tuple[dict[str, Merge], bool]:
    """Merge the Python of one function, of which `mine` has the owner's files; also tell whether the sample has changed.

    There is nothing to merge where the owner has edited neither the module nor a test: Copier's merge is what they want.
    """
    paths = [path for path in mine if path.endswith(".py") and path in before and path in after]
    sides = {path: [Module.of(side[path]) for side in (mine, before, after)] for path in paths}
    modules = {path: (own, old, new) for path, (own, old, new) in sorted(sides.items()) if own and old and new}
    path = next(iter(modules), "")  # the module comes before its tests
    if not path.startswith("__app__/") or not any(old.differs(own) for own, old, _ in modules.values()):
        return {}, False
    own, old, new = modules.pop(path)
    declared = redeclared(old, new, own)
    merges = {path: merged(own, old, declared, {name: own.body(name) for name in old.functions})}
    is_new = old.differs(new)
    for test, (own, was, becomes) in modules.items():
        is_new |= was.differs(becomes)
        if declared.declarations == old.declarations:  # what the test calls
            merges[test] = Merge(own.text)
        else:
            edited = [name for name in was.functions if was.body(name) != own.body(name)]
            # The new call comes in, unless the owner has changed that very line.
            bodies = {name: three_way(*(it.body(name) for it in (own, was, becomes)), "--ours").text for name in edited}
            merges[test] = merged(own, was, becomes, bodies)
    return merges, is_new


def declared_by_hand(
    name: str, mine: Mapping[str, bytes], before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> list[str]:
    """Say what its owner has written into the declaration of a function, when the update changes that, too."""
    notes = []
    for path in mine:
        if path.startswith(f"__app__/{name}/") and path in before and path in after:
            own, old, new = (_declaration(path, side[path], before[path]) for side in (mine, before, after))
            written = [line for line in difflib.ndiff(old, own) if line.startswith(("- ", "+ "))]
            if written and old != new:
                notes.append(
                    f"Settle: {path} declares other things now, and you had edited that. See that what you did still fits:\n\n"
                    + "\n".join(f"  {line}" for line in written)
                )
    return notes


def _declaration(path: str, content: bytes, generated: bytes) -> list[str]:
    """Return the lines of a file that declare a function, without what only their place in it makes different."""
    text = content.decode(errors="replace")
    if path.endswith(".py"):
        module, names = Module.of(content), Module.of(generated)
        text = "".join(module.declarations.get(name, "") for name in names.declarations) if module and names else ""
    return [line.strip().rstrip(",") for line in text.splitlines() if line.strip()]
