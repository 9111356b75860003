"""What is kept between runs makes them quick; nobody needs it, and nobody else may have written it."""

import io
import json
import os
import subprocess
import sys
from collections import ChainMap
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import copier
import plumbum
import pytest
import yaml
from copier._jinja_ext import SandboxedEnvironment, YieldExtension, get_yield_context
from jinja2 import Environment, StrictUndefined
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, TemplateNotFound
from jinja2.runtime import Macro

from copier_azure_functions import cache, engine
from tests.front_door.conftest import Command
from tests.support.answer_sets import ANSWER_SETS
from tests.support.owned_project import OwnedProject
from tests.support.project import Project, environment


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_kept_is_read_again(folder: Path) -> None:
    assert cache.read("things", "one") is None

    cache.write("things", "one", b"first")
    cache.write("things", "one", b"second")

    assert cache.read("things", "one") == b"second"
    assert [path.name for path in (folder / "things").iterdir()] == ["one"]


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def written_over(path: Path) -> None:
    path.write_bytes(b"something else")


def open_to_others(path: Path) -> None:
    path.chmod(0o666)


@pytest.mark.parametrize("spoil", [torn, written_over, open_to_others])
def test_what_is_torn_or_open_to_others_is_not_read(folder: Path, spoil: Callable[[Path], None]) -> None:
    cache.write("things", "one", b"first")
    spoil(folder / "things/one")

    assert cache.read("things", "one") is None


def test_what_somebody_else_owns_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write("things", "one", b"first")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    assert cache.read("things", "one") is None


def test_only_the_user_can_look_into_it(folder: Path) -> None:
    cache.write("things", "one", b"first")

    assert [path.stat().st_mode & 0o077 for path in (folder / "things", folder / "things/one")] == [0, 0]


def test_where_nothing_can_be_kept_everything_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write_text("a file")
    cache.write("things", "one", b"first")
    assert cache.read("things", "one") is None
    cache.forget("things")

    monkeypatch.setenv(cache.FOLDER, "")
    cache.write("things", "one", b"first")
    assert cache.read("things", "one") is None


def test_what_nobody_asks_for_is_deleted(folder: Path) -> None:
    for name in ("old", "asked for", "new"):
        cache.write("things", name, b"")
        os.utime(folder / "things" / name, (0, 0) if name != "new" else None)
    cache.read("things", "asked for")

    cache.forget("things")

    assert sorted(path.name for path in (folder / "things").iterdir()) == ["asked for", "new"]


COUNT_COMPILED = """
import sys, tempfile, jinja2
from pathlib import Path
from copier_azure_functions import engine
from copier_azure_functions.source import Source

compiled = []
generate = jinja2.Environment._generate
jinja2.Environment._generate = lambda *arguments, **options: compiled.append(1) or generate(*arguments, **options)
for template in sys.argv[1:]:
    compiled.clear()
    with tempfile.TemporaryDirectory() as folder:
        engine.copy(Source(template), Path(folder) / "app", {})
    print(len(compiled))
"""


def test_a_text_is_compiled_once_wherever_it_lies_and_in_whatever_run(tmp_path: Path, folder: Path) -> None:
    """Compiling is most of what Copier does, and an update renders three times, each time from another clone."""
    for name in ("template", "clone"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "copier.yml").write_text("name: {type: '{{ \"str\" }}', default: '{{ \"ada\" }}'}\n")
        (tmp_path / name / "greeting to {{ name }}.txt.jinja").write_text("Hello, {{ name | upper }}\n")
        (tmp_path / name / "files.txt.jinja").write_text("{{ '/*' | fileglob | length }}\n")

    def count() -> list[int]:
        command = [sys.executable, "-c", COUNT_COMPILED, tmp_path / "template", tmp_path / "clone"]
        run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
        return [int(number) for number in run.stdout.split()]

    first, again = count()
    assert first > again + 4  # single expressions are not compiled from their text
    assert len([*(folder / "compiled").iterdir()]) == first - again - 1
    assert count() == [again + 1, again]  # what a filter says of the files of this machine is looked up in each run


def test_an_update_clones_a_version_of_the_template_once(
    command: Command, project: OwnedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_clones", {})
    with plumbum.local.env(GIT_TRACE=tmp_path / "trace"):
        assert command("add", "timer", "nightly", folder=project.path).status == 0

    assert (tmp_path / "trace").read_text().count(" git clone ") == 1
    assert "nightly" in project.functions


def test_git_is_asked_for_submodules_where_there_are_some(tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = []
    git = engine._git_without_submodules(lambda: lambda *arguments: asked.append(arguments))()
    with plumbum.local.cwd(tmp_path):
        for arguments in ("submodule", "update"), ("status",):
            git(*arguments)
        (tmp_path / ".gitmodules").touch()
        git("submodule", "update")

    assert asked == [("status",), ("submodule", "update")]


def test_a_version_is_worked_out_once_where_it_is_a_clone_that_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    number = engine._numbered_once(lambda **_how: asked.append(Path.cwd()))
    monkeypatch.setattr(engine, "_clones", {("template", "v1.0.0"): SimpleNamespace(name=str(tmp_path))})
    for folder in (tmp_path, tmp_path.parent) * 2:
        monkeypatch.chdir(folder)
        number(pattern="v")

    assert asked == [tmp_path, tmp_path.parent, tmp_path.parent]


def test_git_is_asked_once_about_a_clone_that_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Path]] = []

    def commit(template: SimpleNamespace) -> str:
        asked.append(("commit", template.local_abspath))
        return "v1.0.0"

    def git_index_modes(template: SimpleNamespace) -> dict[str, int]:
        asked.append(("modes", template.local_abspath))
        return {"run": 0o100755}

    monkeypatch.setattr(engine, "_clones", {("template", "v1.0.0"): SimpleNamespace(name=str(tmp_path))})
    templates = [SimpleNamespace(local_abspath=folder) for folder in (tmp_path, tmp_path.parent)]

    assert [engine._asked_once(commit)(template) for template in templates * 2] == ["v1.0.0"] * 4
    assert [engine._asked_once(git_index_modes)(template) for template in templates * 2] == [{"run": 0o100755}] * 4
    assert asked == [(fact, path) for fact in ("commit", "modes") for path in (tmp_path, *[tmp_path.parent] * 2)]


def test_answers_come_together_as_in_a_chain() -> None:
    maps = {"b": 1, "a": 1}, {"c": 2, "a": 2}, {"d": 3}

    assert [*engine._merged(ChainMap)(*maps).items()] == [*dict(ChainMap(*maps)).items()]


def test_what_a_question_says_is_rendered_once_and_its_validator_for_each_answer() -> None:
    rendered: list[tuple[Any, Any]] = []
    render = engine._rendered_once(lambda _question, value, extra: rendered.append((value, extra)) or len(rendered))
    question = SimpleNamespace(jinja_env=SandboxedEnvironment())

    said = [render(question, text) for text in ("{{ type }}", "{{ when }}", "{{ type }}")]
    defaults = [render(question, "{{ type }}", {"UNSET": StrictUndefined("UNSET")}) for _ in range(2)]
    validated = [render(question, "{{ answer }}", {"answer": answer}) for answer in (1, 1, True, "1")]

    assert (said, defaults, validated) == ([1, 2, 1], [3, 3], [4, 4, 5, 6])
    assert render(SimpleNamespace(jinja_env=question.jinja_env), "{{ type }}") == 7


def test_a_text_with_nothing_to_render_is_left_as_it_is_whatever_marks_the_template_has() -> None:
    worker = SimpleNamespace(jinja_env=SandboxedEnvironment(line_statement_prefix="%"))
    other = SimpleNamespace(jinja_env=SandboxedEnvironment(variable_start_string="[[", variable_end_string="]]"))
    spare = engine._rendered_unless_plain(lambda worker, text, _extra: worker.jinja_env.from_string(text).render(x=1))

    assert [spare(worker, text) for text in ("a {b}", "{{ x }}", "{# no #}", "% set y = 2", "a\r\nb")] == [
        *("a {b}", "1", "", "", "a\nb"),
    ]
    assert [spare(other, text) for text in ("{{ x }", "[[ x ]]")] == ["{{ x }", "1"]
    path = engine._unless_plain(lambda worker: Path(worker.jinja_env.from_string(worker.answers_file).render(x=1)))
    for worker.answers_file in (".answers.yml", ".answers-{{ x }}.yml"):
        assert path(worker) == Path(worker.answers_file.replace("{{ x }}", "1"))
    assert engine._is_plain(other.jinja_env, "{{ x }}")
    assert not engine._is_plain(worker.jinja_env, "{{ x }}")


def test_a_file_of_a_template_is_read_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(engine, "_files", {})
    load = engine._loaded_once(
        lambda _loader, _environment, name: read.append((tmp_path / name).read_text()) or read[-1]
    )
    loader = SimpleNamespace(searchpath=[str(tmp_path)])

    def written(text: str) -> str:
        (tmp_path / "greeting.txt.jinja").write_text(text)
        return load(loader, None, "greeting.txt.jinja")

    assert written("Hello") == load(loader, None, "greeting.txt.jinja") == "Hello"
    assert written("Hallo") == "Hallo"
    assert read == ["Hello", "Hallo"]


def test_an_environment_is_used_again_until_a_file_that_it_has_changes(tmp_path: Path) -> None:
    for name, text in {
        "copier.yml": "_subdirectory: template\n_envops: {auto_reload: false}\n",
        "greetings.jinja": "{% set greeting = 'Hello' %}",
        "template/letter.txt.jinja": "{% import 'greetings.jinja' as greetings %}{{ greetings.greeting }}",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    def letter(to: str) -> tuple[Any, str]:
        worker = copier._main.Worker(str(tmp_path), tmp_path / to, quiet=True)
        worker.run_copy()
        return worker.jinja_env, (tmp_path / to / "letter.txt").read_text()

    first, second = letter("one"), letter("two")
    assert first == second == (first[0], "Hello")

    (tmp_path / "greetings.jinja").write_text("{% set greeting = 'Welcome' %}")
    assert letter("three")[1] == "Welcome"
    (tmp_path / "greetings.jinja").unlink()
    with pytest.raises(TemplateNotFound):
        letter("four")


def test_a_text_is_made_a_template_once_and_shown_to_extensions_each_time() -> None:
    made: list[str] = []
    environment = SandboxedEnvironment(extensions=[YieldExtension])
    template = engine._template_once(lambda *how: made.append(how[1]) or Environment.from_string(*how))

    for _ in range(2):
        get_yield_context(environment).yield_name = "left"  # by another text
        assert template(environment, "{{ 1 + 1 }}").render() == "2"
        assert get_yield_context(environment).yield_name is None
    assert [template(environment, "{{ x }}", {"x": x}).render() for x in (3, 4)] == ["3", "4"]
    assert made == ["{{ 1 + 1 }}", "{{ x }}", "{{ x }}"]


def test_no_render_changes_what_the_template_knows(template: Path, tmp_path: Path) -> None:
    """The next one goes on with it. `known` is what the normal form has worked out, beside all that it depends on."""
    for name in ("every_trigger_with_every_input_and_output", "everything_chosen"):
        copier.run_copy(str(template), tmp_path / name, data=ANSWER_SETS[name], defaults=True, quiet=True)
    used = copier._main.Worker(str(template)).jinja_env
    modules = {made.name: made._module for made in used.cache.values() if made._module}

    def knows(module: TemplateModule) -> dict[str, str]:
        values = {name: value for name, value in vars(module).items() if name[0] != "_" and name != "known"}
        return {name: repr(value) for name, value in values.items() if not isinstance(value, Macro)}

    assert {"kinds/data.jinja", "manifest/data.jinja"} < modules.keys()
    engine._environments.clear()
    fresh = copier._main.Worker(str(template)).jinja_env
    for name, module in modules.items():
        assert knows(module) == knows(fresh.get_template(name).module), name


def test_what_a_project_records_is_read_by_the_fast_loader_and_what_is_typed_by_the_one_that_takes_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "fast_loader", lambda: yaml.BaseLoader)  # which leaves numbers texts
    quick = engine._with_the_fast_loader_of_files(yaml)

    assert (quick.safe_load(io.BytesIO(b"1")), quick.safe_load("1")) == ("1", 1)
    assert quick.safe_dump is yaml.safe_dump


def test_git_is_asked_once_about_a_repository_that_is_there(tmp_path: Path) -> None:
    asked: list[Path] = []
    is_repository = engine._if_it_has_git(lambda path: not asked.append(path))

    before = is_repository(tmp_path)
    (tmp_path / ".git").mkdir()
    there = [is_repository(tmp_path) for _ in range(2)]
    (tmp_path / ".git").rmdir()

    assert (before, there, is_repository(tmp_path)) == (False, [True, True], False)
    assert asked == [tmp_path]


def test_what_copier_no_longer_has_by_its_name_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [(owner, f"{name}_else", spared) for owner, name, spared in engine.SPARED]
    monkeypatch.setattr(engine, "SPARED", [*others, (None, "clone", engine._cloned_once)])

    with engine.quick():
        assert [name for owner, name, _ in others if hasattr(owner, name)] == []


def test_a_property_that_is_spared_is_still_worked_out_when_it_was() -> None:
    spared = {name: type(vars(owner)[name]) for owner, name, _ in engine.SPARED if isinstance(owner, type)}

    assert spared["answers_relpath"] is property
    assert {spared[name] for name in ("commit", "commit_hash", "git_index_modes")} == {cached_property}


def test_git_is_told_of_the_files_that_are_executable() -> None:
    told: list[Path] = []
    tell = engine._if_executable(lambda _worker, path, _mode: told.append(path))
    for name, mode in (("run", 0o100755), ("read", 0o100644)):
        tell(None, Path(name), mode)

    assert told == [Path("run")]


def test_what_copier_is_spared_changes_nothing_that_it_renders(released_template: Path, tmp_path: Path) -> None:
    """By the command, and by the tests."""
    ways = {"whole": "contextlib.nullcontext()", "quick": "engine.quick()", "tests": "sitecustomize.install()"}
    for way, how in ways.items():
        code = (
            "import contextlib, copier, json, sys; from copier_azure_functions import engine; import sitecustomize\n"
            f"with {how} or contextlib.nullcontext():\n"
            f"    copier.run_copy(sys.argv[1], {way!r}, data=json.loads(sys.argv[2]), defaults=True, quiet=True)"
        )
        answers = json.dumps({"project_name": "Orders", "functions": ANSWER_SETS["order_service"]["functions"][:3]})
        command = [sys.executable, "-c", code, released_template, answers]
        subprocess.run(command, cwd=tmp_path, check=True, env=environment())

    whole, quick, by_tests = (Project(tmp_path / way).files for way in ways)
    assert ".copier-answers.yml" in whole
    assert whole == quick == by_tests


@pytest.mark.parametrize(
    "text",
    [
        "{{ {}.__class__.__mro__ }}",
        "{{ [].__init__.__self__ }}",
        "{{ {'__class__': 1}.__class__.__mro__ }}",
        "{{ '{0.__class__.__mro__}'.format([]) }}",
        "{{ '{x.__class__.__mro__}'.format_map({'x': []}) }}",
        "{% macro own() %}{% endmacro %}{{ own._func.__globals__ }}",
        "{% set its = namespace() %}{{ its.__class__.__mro__ }}",
        "{% set its = namespace(format='{0.__class__.__mro__}'.format) %}{{ its.format([]) }}",
        "{% for one in [1] %}{{ loop.__class__.__mro__ }}{% endfor %}",
        "{{ dict.__base__.__subclasses__() }}",
    ],
)
def test_the_sandbox_that_tests_spare_questions_refuses_what_it_always_does(text: str) -> None:
    with pytest.raises(SecurityError):
        SandboxedEnvironment().from_string(text).render()


def test_a_change_of_what_a_file_is_rendered_from_is_of_that_file_only() -> None:
    """Copier empties the name of the answers file while it renders that name."""
    context = engine._told_once(lambda _: {"_copier_conf": {"answers_file": ".copier-answers.yml"}})
    worker = SimpleNamespace()

    with copier.Phase.use(copier.Phase.RENDER):
        context(worker)["_copier_conf"]["answers_file"] = ""

        assert dict(context(worker)["_copier_conf"]).keys() == {"answers_file"}
        assert context(worker)["_copier_conf"]["answers_file"]
