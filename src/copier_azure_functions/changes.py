"""The verbs that change a project: each is one call of Copier, or for a rename two renders and Git's three-way merge."""

import difflib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from copier_azure_functions import engine, owned_text, sparing
from copier_azure_functions.catalogue import Catalogue
from copier_azure_functions.errors import RefusalError
from copier_azure_functions.project import ANSWERS, Json, Project, git, listed, tracked
from copier_azure_functions.reading import read_yaml

BESIDE = ".rej"  # what Git could not merge into a file stays beside it


@dataclass
class Outcome:
    """What a verb did: Git's letter for each changed path, the paths with conflicts, and what is left to know.

    Of a conflict, both sides are in the file, or what its owner wrote is beside it, in a file ending in `.rej`.
    """

    changed: dict[str, str] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    diff: str = ""

    @classmethod
    def of(cls, project: Project, notes: list[str]) -> "Outcome":
        """Look at what differs from the last commit."""
        parts = git(project.path, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".")
        lines = [line for line in parts.split("\0") if line]
        top = git(project.path, "rev-parse", "--show-prefix").strip()
        changed = {line[3:].removeprefix(top): line[:2].strip()[:1].replace("?", "A") for line in lines}
        conflicts = {
            line[3:].removeprefix(top) for line in lines if line[:2] in {"UU", "AA", "DU", "UD", "AU", "UA", "DD"}
        } | {path.removesuffix(BESIDE) for path, letter in changed.items() if path.endswith(BESIDE) and letter == "A"}
        return cls(changed, sorted(conflicts), notes)


Verb = Callable[[Project], Outcome]


def add(entries: list[Json]) -> Verb:
    """Add functions to a project, on the version of the template that it has."""
    return lambda project: _update(project, {"add": entries})


def remove(names: list[str]) -> Verb:
    """Remove functions with their tests."""
    return lambda project: _update(project, {"remove": names})


def update(ref: str | None, answers: Json) -> Verb:
    """Bring in a version of the template, the newest one without `ref`."""
    to = engine.CURRENT if ref == engine.CURRENT.value else ref
    return lambda project: _update(project, answers | _read_all(project, answers), to)


def _read_all(project: Project, answers: Json) -> Json:
    """Before a move to the v2 model, refuse what was edited in a function.json that Copier cannot read; say that nothing was.

    The move takes these files away. Copier reads a fixed number of files of a project, and those the template compares itself.
    """
    if answers.get("programming_model") != "v2" or project.data.get("programming_model", "v1") != "v1":
        return {}
    catalogue = Catalogue()
    for name in project.names[: catalogue.compared_by_copier]:
        _require_yaml(project.path / "__app__" / name / "function.json")
    names = project.names[catalogue.compared_by_copier :]
    said = {"functions": project.functions} | answers
    lists = {key: said[key] if isinstance(said.get(key), list) else [] for key in ("functions", "add", "remove")}
    functions = [
        it for it in lists["functions"] + lists["add"] if isinstance(it, dict) and it.get("name") not in lists["remove"]
    ]
    if not names or catalogue.problems(functions, "v2"):
        return {}  # which the template says
    given = project.data | answers | {"functions": functions}
    edits: list[str] = []
    for name in names:
        path = project.path / "__app__" / name / "function.json"
        if path.exists():
            edits += catalogue.edited(name, _load(path), project.data, given)
    if edits:
        raise RefusalError(*edits, hint=catalogue.what_to_do_with_edits)
    return {"move": True}


def _load(path: Path) -> Json:
    from copier_azure_functions.adoption import load

    try:
        return load(path)
    except ValueError as error:
        raise RefusalError(f"{path} is not JSON: {error}") from error


def _require_yaml(path: Path) -> None:
    """Refuse a function.json that the host can read, and Copier cannot, which takes it for YAML."""
    try:
        if path.exists():
            read_yaml(path.read_text(encoding="utf-8-sig"), path)
    except RefusalError as error:
        _load(path)
        raise RefusalError(
            f"{path} has comments, tabs or a comma too many, so Copier cannot read it. Take them out, and commit."
        ) from error


@contextmanager
def _alone(project: Project) -> Iterator[None]:
    """Let one command at a time change a project: another one would take back what it does not know."""
    project.require_git()
    lock = Path(git(project.path, "rev-parse", "--absolute-git-dir").strip(), "copier-azure-functions.lock")
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        raise RefusalError(f"Another command is changing this project. If none is, delete {lock}.") from None
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


@contextmanager
def wholly(project: Project) -> Iterator[None]:
    """Change a project that has been committed, all of it or nothing: whatever stops that, the last commit comes back."""
    with _alone(project):
        project.require_clean()
        try:
            yield
        except BaseException:
            _take_back(project)
            raise


def _take_back(project: Project) -> None:
    git(project.path, "reset", "--quiet", "--", ".")
    git(project.path, "checkout", "--quiet", "HEAD", "--", ".")
    for name in listed(project.path, "ls-files", "--others", "--exclude-standard", "-z"):
        (project.path / name).unlink()
        with suppress(OSError):  # up to the first folder that has more in it
            for number in range(len(PurePosixPath(name).parts) - 1):
                (project.path / name).parents[number].rmdir()


def _update(project: Project, answers: Json, ref: Any = engine.CURRENT) -> Outcome:
    with wholly(project):
        names, mine, ignored = set(project.names), _mine(project), _ignored(project)
        written = {name: _files(project, name) for name in names}
        try:
            with engine.both_renders(git(project.path, "rev-parse", "--show-prefix").strip()) as renders:
                notes = engine.update(project.path, answers, ref)
            updated = Project(project.path)
            _bring_back(project, sorted((mine ^ _mine(updated)) & names & {*updated.names}))
            notes += _spare(project, updated, written, renders)
        finally:
            left = _put_back(project, ignored)
        notes += left
    return Outcome.of(project, notes)


# Where generated files are; what the template's own .gitignore has there, and no update touches; and how large nothing is that is generated.
OURS = re.compile(r"(__app__|infra|kubernetes|tests|tools|[.]devcontainer|[.]github|[.]vscode)/|[^/]+$")
NOT_OURS = re.compile(
    r"(^|/)(__pycache__|[.]venv|[.]python_packages|node_modules|[.]\w+_cache|local[.]settings[.]json)(/|$)"
)
TOO_LARGE = 1_000_000  # bytes


def _ignored(project: Project) -> dict[str, bytes]:
    """Map the files that Git ignores, and so could not bring back, to what is in them."""
    found = {}
    for name in listed(project.path, "ls-files", "--others", "--ignored", "--exclude-standard", "-z"):
        path = project.path / name
        with suppress(OSError):  # what cannot be read cannot be written over
            is_ours = OURS.match(name) and not NOT_OURS.search(name)
            if is_ours and path.is_file() and not path.is_symlink() and path.stat().st_size < TOO_LARGE:
                found[name] = path.read_bytes()
    return found


def _put_back(project: Project, ignored: dict[str, bytes]) -> list[str]:
    """Undo what an update did to files that Git ignores; name them."""
    changed = []
    for name, content in ignored.items():
        path = project.path / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            changed.append(name)
    return [f"Left as they are, as Git ignores them: {', '.join(changed)}."] if changed else []


def _files(project: Project, name: str) -> dict[str, bytes]:
    """Map the paths of a function's declaration, modules and tests to what is in them."""
    folder = project.path / "__app__" / name
    paths = [folder / "function.json", *folder.rglob("*.py"), *(project.path / "tests").glob(f"*/test_{name}.py")]
    return {path.relative_to(project.path).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def _spare(
    project: Project, updated: Project, written: dict[str, dict[str, bytes]], renders: list[dict[str, bytes]]
) -> list[str]:
    """Take back what an update did to the bodies of functions that their owner has edited; say what is left to them."""
    touched = {
        name: written[name]
        for name in updated.names
        if any(
            not (file := project.path / path).exists() or file.read_bytes() != was
            for path, was in written.get(name, {}).items()
        )
    }
    model = "programming_model"  # a move rewrites all declarations, which merge with the owner's lines
    if not touched or project.answers.get(model, "v1") != updated.answers.get(model, "v1"):
        return []
    unmerged = set(git(project.path, "diff", "--name-only", "--diff-filter=U", "--relative", "-z").split("\0"))
    held: dict[str, list[str]] = {}
    notes = []
    mine = _mine(project) | _mine(updated)
    with ExitStack() as stack:
        before, after = renders or [stack.enter_context(fresh(of)) for of in (project, updated)]
        for name, paths in touched.items():
            declaration = f"__app__/{name}/function.json"
            if declaration in unmerged and _is_only_laid_out(paths.get(declaration), before.get(declaration)):
                _write(project.path / declaration, after[declaration].decode(), like=paths.pop(declaration))
                git(project.path, "reset", "--quiet", "--", declaration)
            notes += sparing.declared_by_hand(name, paths, before, after)
            if name in mine:
                continue
            merges, is_new = sparing.spare(paths, before, after)
            for path, merge in merges.items():
                if path in unmerged or not merge.conflicts:
                    _write(project.path / path, merge.text, like=paths[path])
                if path in unmerged and not merge.conflicts:
                    git(project.path, "reset", "--quiet", "--", path)
            if merges and is_new:
                held[name] = [*merges]
    return [*notes, *([_held_back(held)] if held else [])]


def _write(file: Path, text: str, like: bytes) -> None:
    if not file.is_symlink():  # which may lead out of the project
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(owned_text.write(text, like))


def _held_back(functions: dict[str, list[str]]) -> str:
    """Say which samples an update holds back, and how to see one."""
    name, paths = next(iter(functions.items()))
    return (
        f"Held back: you have edited {', '.join(functions)}, so only what declares {'it' if len(functions) == 1 else 'them'} has changed; "
        "the body is yours to adapt.\nAfter a commit, this puts the template's "
        f"{name} in place of yours, for you to choose from:\n\n"
        f"  git rm --quiet {' '.join(paths)}\n"
        "  uvx copier recopy --defaults --vcs-ref :current: --skip '*'\n"
        "  git reset --quiet\n"
        "  git diff"
    )


def _mine(project: Project) -> set[str]:
    """Name the functions whose code is their owner's."""
    return {function["name"] for function in project.functions if str(function.get("code")).lower() == "mine"}


def _bring_back(project: Project, names: list[str]) -> None:
    """Undo what an update did to the code and the tests of functions that are their owner's now, or no longer."""
    committed = listed(project.path, "ls-tree", "-r", "--name-only", "-z", "HEAD", ".")
    kept = [path for path in committed if path.endswith(".py") and any(is_of(name, path) for name in names)]
    if kept:
        git(project.path, "checkout", "--quiet", "HEAD", "--", *kept)
        git(project.path, "reset", "--quiet", "--", *kept)


def run(verb: Verb, project: Project, *, dry_run: bool) -> Outcome:
    """Do it; in a dry run to a clone of the project, for the diff."""
    if not dry_run:
        return verb(project)
    project.require_clean()
    with tempfile.TemporaryDirectory(prefix="copier-azure-functions-") as folder:
        top = Path(git(project.path, "rev-parse", "--show-toplevel").strip())
        clone = Path(folder) / top.name
        git(top, "clone", "--quiet", "--no-hardlinks", str(top), str(clone))
        outcome = verb(Project((clone / project.path.relative_to(top.resolve())).resolve()))
        git(clone, "add", "--all")
        outcome.diff = git(clone, "diff", "--cached", "--no-color", "--find-renames")
        return outcome


@contextmanager
def fresh(project: Project, **answers: Any) -> Iterator[dict[str, bytes]]:
    """Render what the project's recorded answers, with these in place of some, give: a map of paths to contents."""
    with tempfile.TemporaryDirectory(prefix="copier-azure-functions-") as folder:
        # A folder of the same name, as it is a default.
        to = Path(folder) / project.path.name
        engine.copy(project.source, to, project.data | answers)
        yield files(to)


def files(folder: Path) -> dict[str, bytes]:
    """Map the relative paths of all files to their contents."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def is_of(function: str, path: str) -> bool:
    """Tell whether a generated file belongs to one function."""
    return path.startswith(f"__app__/{function}/") or PurePosixPath(path).name == f"test_{function}.py"


def edited(project: Project, names: list[str]) -> list[str]:
    """List the files of functions that their owner has changed or added, and that a removal would delete or leave alone.

    Of functions whose code is their owner's, it deletes the declaration, which may be written in any way that means the same.
    """
    mine = _mine(project) & {*names}
    with fresh(project) as generated:

        def is_edited(path: str) -> bool:
            content, theirs = (project.path / path).read_bytes(), generated.get(path)
            if any(is_of(name, path) for name in mine):
                return theirs is not None and not _is_only_laid_out(content, theirs)
            return theirs is None or _text(content) != _text(theirs)

        return [
            path
            for path in tracked(project.path)
            if any(is_of(name, path) for name in names) and (project.path / path).is_file() and is_edited(path)
        ]


def _is_only_laid_out(declaration: bytes | None, generated: bytes | None) -> bool:
    """Tell whether a function.json differs from the template's in nothing but its lines. A comment is the owner's."""
    from copier_azure_functions.adoption import differences

    try:
        one, other = json.loads(declaration or b""), json.loads(generated or b"")
    except ValueError:
        return False
    return not [*differences(one, other), *differences(other, one)]


def _text(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def rename(old: str, new: str, catalogue: Catalogue) -> Verb:
    """Rename a function, its folder, its test and what refers to it; nothing of the owner's gets lost."""
    return lambda project: _rename(project, old, new, catalogue)


def _rename(project: Project, old: str, new: str, catalogue: Catalogue) -> Outcome:
    project.require_clean()
    if old not in project.names:
        near = catalogue.nearest(old, project.names)
        raise RefusalError(f"There is no function '{old}'{near}; there are {', '.join(project.names)}.")
    functions = [catalogue.renamed(function, old, new) for function in project.functions]
    extensions = [
        use | ({"functions": [new if name == old else name for name in use["functions"]]} if "functions" in use else {})
        for use in project.answers.get("worker_extensions") or []
    ]
    answers = {"functions": functions} | ({"worker_extensions": extensions} if extensions else {})
    with fresh(project) as before, fresh(project, **answers) as after, wholly(project):
        moved = _moves(before, after, old, new)
        steps = _folders(moved)
        if old in _mine(project):  # none of it is in the renders
            steps |= {path.format(old): path.format(new) for path in ("__app__/{}", "tests/functions/test_{}.py")}
        for source, target in steps.items():
            if (project.path / source).exists():
                _make_room(project.path / source, project.path / target)
                (project.path / target).parent.mkdir(parents=True, exist_ok=True)
                git(project.path, "mv", source, target)
        was = {target: source for source, target in moved.items()}
        for path, theirs in after.items():
            mine = project.path / path
            base = before.get(was.get(path, path))
            if theirs == base or path == ANSWERS:
                continue
            if base is None and not mine.exists():
                mine.parent.mkdir(parents=True, exist_ok=True)
                mine.write_bytes(theirs)
            elif base is not None and mine.exists() and not mine.is_symlink():
                mine.write_bytes(_merge(mine.read_bytes(), base, theirs, old, new))
        (project.path / ANSWERS).write_bytes(after[ANSWERS])
    notes = []
    (entry,) = (function for function in functions if function["name"] == new)
    if entry["trigger"] == "http" and not entry.get("route"):
        notes.append(f"Its address ends in /{new} now; with the key `route: {old}` in its entry it stays /{old}.")
    mentions = _mentions(project, old, after)
    if mentions:
        notes.append(f"Yours still mention {old}: {', '.join(mentions)}.")
    return Outcome.of(project, notes)


def _make_room(source: Path, target: Path) -> None:
    """See that a folder gets a new name, and does not go into another one that has it."""
    if not target.is_dir() or target.samefile(source):
        return
    left = [path.name for path in sorted(target.rglob("*")) if path.is_file() and path.parent.name != "__pycache__"]
    if left:
        raise RefusalError(f"{target} is there, with {', '.join(left)}: nothing is moved into it.")
    shutil.rmtree(target)


def _moves(before: dict[str, bytes], after: dict[str, bytes], old: str, new: str) -> dict[str, str]:
    """Map the paths that a function gives up to those that it gets."""
    moved = {}
    for path in before.keys() - after.keys():
        spots = [match.start() for match in re.finditer(re.escape(old), path)]
        candidates = [path[:spot] + new + path[spot + len(old) :] for spot in spots]
        found = [candidate for candidate in candidates if candidate in after and candidate not in before]
        if found:
            moved[path] = found[0]
    return moved


def _folders(moved: dict[str, str]) -> dict[str, str]:
    """Move whole folders where a folder has the function's name: the owner's own files in it go along."""
    steps = {}
    for source, target in sorted(moved.items()):
        pairs = zip(PurePosixPath(source).parts, PurePosixPath(target).parts, strict=True)
        depth = next(number for number, (one, other) in enumerate(pairs) if one != other) + 1
        steps["/".join(PurePosixPath(source).parts[:depth])] = "/".join(PurePosixPath(target).parts[:depth])
    return steps


def _merge(mine: bytes, base: bytes, theirs: bytes, old: str, new: str) -> bytes:
    """Merge the new name into a file; where its owner changed the very line, into their line."""
    merged = sparing.three_way(*map(owned_text.read, (mine, base, theirs)), "--diff3", "--marker-size=20").text
    return owned_text.write(CONFLICT.sub(lambda hunk: _rewritten(hunk, old, new), merged), like=mine)


CONFLICT = re.compile(
    r"^<{20} [^\n]*\n(?P<mine>.*?)^\|{20} [^\n]*\n(?P<base>.*?)^={20}\n(?P<theirs>.*?)^>{20} [^\n]*\n",
    re.MULTILINE | re.DOTALL,
)


def _rewritten(hunk: re.Match[str], old: str, new: str) -> str:
    """Change in lines that are the template's, as the owner has them, the words that the rename changes there."""
    renamed = {word: word.replace(old, new) for word in re.findall(r"\w+", hunk["base"]) if old in word}
    words = set(re.findall(r"\w+", hunk["theirs"]))
    base = hunk["base"].splitlines(keepends=True)
    return "".join(
        re.sub(r"\w+", lambda word: renamed[word[0]] if renamed.get(word[0]) in words else word[0], line)
        if difflib.get_close_matches(line, base, 1)
        else line
        for line in hunk["mine"].splitlines(keepends=True)
    )


def _mentions(project: Project, old: str, generated: dict[str, bytes]) -> list[str]:
    """Find the owner's files that have the old name in them; what the template writes anew has it on purpose."""
    run = subprocess.run(
        ["git", "grep", "--files-with-matches", "--word-regexp", "--fixed-strings", "-z", "--", old],
        cwd=project.path,
        capture_output=True,
        text=True,
        check=False,
    )
    word = re.compile(rf"\b{re.escape(old)}\b".encode())
    return [path for path in run.stdout.split("\0") if path and not word.search(generated.get(path, b""))]
