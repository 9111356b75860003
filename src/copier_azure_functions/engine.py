"""Copier's public calls, as this tool makes all of them: without trust, without questions, quick, and with errors as sentences."""

import codecs
import contextlib
import io
import os
import pickle
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import copier
import plumbum
from jinja2.utils import LRUCache

from copier_azure_functions import compiled
from copier_azure_functions.errors import sentences
from copier_azure_functions.reading import fast_loader
from copier_azure_functions.source import Source

CURRENT = copier.VcsRef.CURRENT

# How the texts of questions/messages begin that the command passes on. It says itself which functions went, and how to go on.
NOTES = (
    "New settings",
    "New packages",
    "No longer needed",
    "Decorators declare",
    "Yours to declare",
    "Note:",
    "Removed, as an answer changed",
    "Conflicts:",
    "Changed, with code of yours",
    "Left, as code",
    "Yours to write",
)

# How what goes with such a text begins: commands, and Python with the place where it belongs.
TO_COPY = ("  ", "# __app__/", "@")

_questions: dict[tuple[Any, ...], bytes] = {}  # of a template, with when its files were written
_files: dict[tuple[Any, ...], Any] = {}  # of a template, each with when it was written
_environments = LRUCache(8)  # of templates, each with what its files are rendered by
_clones: dict[tuple[str, str], tempfile.TemporaryDirectory[str]] = {}  # of a template in a version
_facts: dict[tuple[Path, str], Any] = {}  # of a clone, with what was asked


def _if_executable(tell_git: Callable[[Any, Path, int], None]) -> Callable[[Any, Path, int], None]:
    return lambda worker, path, mode: tell_git(worker, path, mode) if mode & 0o111 else None


def _cloned_once(clone: Callable[[str, str, str | None], str]) -> Callable[[str, str, str | None], str]:
    def cloned(url: str, ref: str = "HEAD", location: str | None = None) -> str:
        if ref == "HEAD":  # with what is not committed
            return clone(url, ref, location)
        if (url, ref) not in _clones:
            folder = tempfile.TemporaryDirectory(prefix="copier-azure-functions-", ignore_cleanup_errors=True)
            clone(url, ref, folder.name)
            _clones[url, ref] = folder
        return _clones[url, ref].name

    return cloned


class _WithoutSubmodules:
    """Git, which is not asked for the submodules of a repository that has none: that takes as long as the clone."""

    def __init__(self, git: Any) -> None:
        self._git = git

    def __call__(self, *arguments: Any, **how: Any) -> Any:
        if arguments[:1] == ("submodule",) and not (plumbum.local.cwd / ".gitmodules").exists():
            return ""
        return self._git(*arguments, **how)

    def __getitem__(self, arguments: Any) -> Any:
        return self._git[arguments]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._git, name)


def _git_without_submodules(git: Callable[..., Any]) -> Callable[..., _WithoutSubmodules]:
    return lambda *folder: _WithoutSubmodules(git(*folder))


def _known(folder: Path, what: str, find_out: Callable[[], Any]) -> Any:
    """Find something out about a folder, once where it is a clone that stays."""
    if folder not in {Path(clone.name).resolve() for clone in _clones.values()}:
        return find_out()
    if (folder, what) not in _facts:
        _facts[folder, what] = find_out()
    return _facts[folder, what]


def _numbered_once(number: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **how: _known(Path.cwd(), repr(how), partial(number, **how))


def _asked_once(ask: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda template: _known(template.local_abspath.resolve(), ask.__name__, partial(ask, template))


def _as_written(file: str | Path) -> tuple[str, int, int]:
    found = os.stat(file)  # noqa: PTH116 # which takes a third of the time: it is asked about many files
    return str(file), found.st_mtime_ns, found.st_size


def _is_as_written(file: str, *when: int) -> bool:
    try:
        return _as_written(file) == (file, *when)
    except OSError:
        return False


def _read_once(read: Callable[[Path, bool], Any]) -> Callable[[Path, bool], Any]:
    def reads(path: Path, quiet: bool = False) -> Any:
        included = re.findall(r"^!include\s+(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        files = [path, *(file for pattern in included for file in path.parent.glob(pattern))]
        key = (path, *map(_as_written, files))
        if key not in _questions:
            _questions[key] = pickle.dumps(read(path, quiet))
        return pickle.loads(_questions[key])  # Copier changes it

    return reads


def _loaded_once(load: Callable[..., Any]) -> Callable[..., Any]:
    def loaded(loader: Any, environment: Any, template: str) -> Any:
        try:
            key = _as_written(os.path.join(*loader.searchpath, template))  # noqa: PTH118
        except OSError:
            return load(loader, environment, template)  # which says that it is not there
        if key not in _files:
            _files[key] = load(loader, environment, template)
        vars(loader).setdefault("_loaded", set()).add(key)
        return _files[key]

    return loaded


def _made_once(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def made(worker: Any) -> Any:
        """Return the environment of the render before, with all the modules it has, unless a file that they are from has changed."""
        template = worker.template
        key = repr((template.local_abspath, template.envops, template.jinja_extensions))
        environment = _environments.get(key)
        if not environment or not all(_is_as_written(*file) for file in getattr(environment.loader, "_loaded", ())):
            _environments[key] = environment = make(worker)
        return environment

    return made


def _template_once(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(environment: Any, text: Any, *how: Any, **more: Any) -> Any:
        if how or more or not isinstance(text, str):
            return make(environment, text, *how, **more)
        kept = vars(environment).setdefault("_texts", {})
        if text in kept:
            environment.preprocess(text)  # for Copier's tag `yield`
        else:
            kept[text] = make(environment, text)
        return kept[text]

    return made


def _told_once(tell: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def told(worker: Any) -> Any:
        if copier.Phase.current() != copier.Phase.RENDER:  # answers come in
            return tell(worker)
        if "_told" not in vars(worker):
            context = tell(worker)
            conf = context["_copier_conf"]
            vars(worker)["_told"] = context, type(conf), {name: partial(conf.get, name) for name in conf}
        context, lazy, conf = vars(worker)["_told"]
        return context | {"_copier_conf": lazy(conf)}  # Copier changes it

    return told


@cache
def _any_of(*marks: str | None) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(mark) for mark in marks if mark))


def _is_plain(environment: Any, text: str) -> bool:
    """Tell whether a text of one line comes out of Jinja as it is."""
    blocks = environment.block_start_string, environment.variable_start_string, environment.comment_start_string
    lines = environment.line_statement_prefix, environment.line_comment_prefix, "\n", "\r"
    return not _any_of(*blocks, *lines).search(text)


def _is_plain_path(environment: Any, text: str) -> bool:
    """Tell the same of a path, and show it to extensions, as Jinja does: Copier's tag `yield` waits for each."""
    is_plain = _is_plain(environment, text)
    if is_plain:
        environment.preprocess(text)
    return is_plain


def _rendered_unless_plain(render: Callable[..., str]) -> Callable[..., str]:
    def rendered(worker: Any, text: str, extra_context: dict[str, Any] | None = None) -> str:
        return text if _is_plain_path(worker.jinja_env, text) else render(worker, text, extra_context)

    return rendered


def _unless_plain(tell: Callable[[Any], Path]) -> Callable[[Any], Path]:
    def told(worker: Any) -> Path:
        path = worker.answers_file or worker.template.answers_relpath
        return Path(path) if _is_plain_path(worker.jinja_env, str(path)) else tell(worker)

    return told


def _merged(_chain: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    def merged(*maps: Mapping[str, Any]) -> dict[str, Any]:
        whole: dict[str, Any] = {}
        for values in reversed(maps):
            whole.update(values)
        return whole

    return merged


def _rendered_once(render: Callable[..., Any]) -> Callable[..., Any]:
    def rendered(question: Any, value: Any, extra_answers: dict[str, Any] | None = None) -> Any:
        if not isinstance(value, str):
            return render(question, value, extra_answers)
        if _is_plain(question.jinja_env, value):
            return value
        kept = vars(question).setdefault("_rendered", {})
        key = value, repr(extra_answers)  # with the answer that a validator looks at
        if key not in kept:
            kept[key] = render(question, value, extra_answers)
        return kept[key]

    return rendered


def _if_it_has_git(is_root: Callable[[Any], bool]) -> Callable[[Any], bool]:
    known: set[Path] = set()

    def is_repository(path: Any) -> bool:
        root = Path(path).resolve()
        if not (root / ".git").exists():
            return False
        if root not in known and is_root(path):
            known.add(root)
        return root in known

    return is_repository


def _if_it_is_a_file(is_bundle: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda path: Path(path).is_file() and is_bundle(path)


def _with_the_fast_loader(yaml: Any) -> SimpleNamespace:
    return SimpleNamespace(**vars(yaml) | {"SafeLoader": fast_loader()})


def _with_the_fast_loader_of_files(yaml: Any) -> SimpleNamespace:
    def safe_load(source: Any) -> Any:
        loader = yaml.SafeLoader if isinstance(source, str) else fast_loader()  # a text may be typed: see `read_yaml`
        return yaml.load(source, Loader=loader)

    return SimpleNamespace(**vars(yaml) | {"safe_load": safe_load})


# What Copier does anew for each question, each file or each of the three renders of an update, and what spares it that.
# All this is Copier's own, not for others to rely on: where it is gone, it just takes longer.
SPARED: list[tuple[Any, str, Callable[[Any], Any]]] = [
    (getattr(copier._main, "Worker", None), "_sync_git_index_executable_bit", _if_executable),
    (getattr(copier._main, "Worker", None), "jinja_env", _made_once),
    (getattr(copier._main, "Worker", None), "_render_context", _told_once),
    (getattr(copier._main, "Worker", None), "_render_string", _rendered_unless_plain),
    (getattr(copier._main, "Worker", None), "answers_relpath", _unless_plain),
    (sys.modules.get("copier._user_data"), "ChainMap", _merged),
    (getattr(sys.modules.get("copier._user_data"), "Question", None), "render_value", _rendered_once),
    (sys.modules.get("copier._template"), "load_template_config", _read_once),
    (sys.modules.get("copier._vcs"), "is_git_repo_root", _if_it_has_git),
    (sys.modules.get("copier._vcs"), "is_git_bundle", _if_it_is_a_file),
    (sys.modules.get("copier._vcs"), "get_git", _git_without_submodules),
    (sys.modules.get("copier._vcs"), "get_git_version", cache),
    (sys.modules.get("copier._template"), "clone", _cloned_once),
    (getattr(sys.modules.get("copier._template"), "Template", None), "commit", _asked_once),
    (getattr(sys.modules.get("copier._template"), "Template", None), "commit_hash", _asked_once),
    (getattr(sys.modules.get("copier._template"), "Template", None), "git_index_modes", _asked_once),
    (getattr(sys.modules.get("dunamai"), "Version", None), "from_git", _numbered_once),
    (sys.modules.get("copier._template"), "yaml", _with_the_fast_loader),
    (sys.modules.get("copier._user_data"), "yaml", _with_the_fast_loader_of_files),
    (getattr(sys.modules.get("copier._jinja_ext"), "CopierTemplateLoader", None), "get_source", _loaded_once),
    (getattr(sys.modules.get("copier._jinja_ext"), "SandboxedEnvironment", None), "from_string", _template_once),
]


@contextmanager
def quick() -> Iterator[None]:
    """Spare Copier what comes out the same each time it does it: `compiled` has most of it, and `SPARED` the rest."""
    compiled.once()
    with _replaced(SPARED):
        yield


@contextmanager
def _replaced(replacements: Sequence[tuple[Any, str, Callable[[Any], Any]]]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for owner, name, spared in replacements:
            whole: Any = getattr(owner, name, None)
            function = getattr(whole, "fget", None) or getattr(whole, "func", whole)  # of a property
            if function and not hasattr(function, "spares"):
                sparing: Any = spared(function)
                sparing.spares = function  # once is enough
                if function is not whole:
                    sparing = type(whole)(sparing)
                    sparing.__set_name__(owner, name)
                setattr(owner, name, sparing)
                stack.callback(setattr, owner, name, whole)
        yield


def _git_setting(key: str, value: str) -> dict[str, str]:
    """Return what gives Git one setting more, as variables of the environment."""
    number = int(plumbum.local.env.get("GIT_CONFIG_COUNT") or 0)
    return {
        f"GIT_CONFIG_KEY_{number}": key,
        f"GIT_CONFIG_VALUE_{number}": value,
        "GIT_CONFIG_COUNT": str(number + 1),
    }


def _with_every_file(initialize: Callable[[Any], None]) -> Callable[[Any], None]:
    def initialized(worker: Any) -> None:
        with plumbum.local.env(GIT_TEMPLATE_DIR="", **_git_setting("core.excludesFile", os.devnull)):
            initialize(worker)

    return initialized


def _every_byte(name: str) -> codecs.CodecInfo | None:
    """Find the codec of this name: UTF-8 in which other bytes survive, whatever is asked for."""
    if name != EVERY_BYTE:
        return None
    return codecs.CodecInfo(
        lambda text, _="": codecs.utf_8_encode(text, "surrogateescape"),
        lambda data, _="": codecs.utf_8_decode(data, "surrogateescape", True),
        name=EVERY_BYTE,
    )


EVERY_BYTE = "utf_8_with_every_byte"
codecs.register(_every_byte)

# Copier compares an edited file with the one that was rendered, in repositories of its own: a file that the user's machine ignores everywhere
# is not in those, and its edits would be overwritten.
KEPT = [(getattr(copier._main, "Worker", None), "_git_initialize_repo", _with_every_file)]


@contextmanager
def _git_that_loses_nothing() -> Iterator[None]:
    """Let Git show Copier all that an owner has edited, byte by byte, and what could not be merged, whatever the user's settings hide; in English."""
    machine: Any = type(plumbum.local)
    encoding = machine.custom_encoding
    machine.custom_encoding = EVERY_BYTE  # Copier's own drops what is no UTF-8
    try:
        with _replaced(KEPT), plumbum.local.env(LANGUAGE="en", **_git_setting("status.showUntrackedFiles", "normal")):
            yield
    finally:
        machine.custom_encoding = encoding


def copy(
    source: Source,
    to: Path,
    data: dict[str, Any],
    *,
    pretend: bool = False,
    overwrite: bool = False,
    skip: Sequence[str] = (),
    exclude: Sequence[str] = (),
    quiet: bool = True,
) -> list[str]:
    """Render a project into a folder; with `pretend`, only validate the answers. Unless `quiet`, return what the template has to say."""
    said = io.StringIO()
    with quick(), _git_that_loses_nothing(), sentences(), contextlib.redirect_stderr(said):
        copier.run_copy(
            source.address,
            to,
            data=data,
            vcs_ref=source.ref,
            defaults=True,
            overwrite=overwrite,
            skip_if_exists=skip,
            exclude=exclude,
            pretend=pretend,
            quiet=quiet,
            unsafe=False,
        )
    return notes(said.getvalue())


@contextmanager
def both_renders(prefix: str) -> Iterator[list[dict[str, bytes]]]:
    """Keep the code that an update renders, of the version before and the one after, which Copier throws away.

    `prefix` is where the project is in its repository. There is nothing in the list where Copier does not compare the two any more.
    """
    found: list[dict[str, bytes]] = []

    def code(folder: Path) -> dict[str, bytes]:
        paths = [path for part in ("__app__", "tests") for path in (folder / part).rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    def seen(before: str, after: str, *rest: Any) -> Any:
        if not found:  # Copier compares folders that go one by one, afterwards
            found[:] = [code(Path(folder, prefix)) for folder in (before, after)]
        return compare(before, after, *rest)

    main: Any = copier._main
    compare: Any = getattr(main, "dircmp", None)
    if compare:
        main.dircmp = seen
    try:
        yield found
    finally:
        if compare:
            main.dircmp = compare


def update(project: Path, data: dict[str, Any], ref: str | copier.VcsRef | None) -> list[str]:
    """Update a project; return what the template has to say about it beside what Git shows."""
    said = io.StringIO()
    with quick(), _git_that_loses_nothing(), sentences(), contextlib.redirect_stderr(said):
        copier.run_update(
            project, data=data, vcs_ref=ref, defaults=True, overwrite=True, conflict="inline", quiet=False, unsafe=False
        )
    return notes(said.getvalue())


def notes(said: str) -> list[str]:
    """Take from what Copier prints each text that Git does not show, with the commands or the code that go with it."""
    found: list[str] = []
    kept = False
    for text in re.split(r"\n\s*\n", said):
        if kept and text.startswith(TO_COPY):
            found[-1] += "\n\n" + text.rstrip()
        elif kept := text.strip().startswith(NOTES):
            found.append(text.strip())
    return found
