"""In a function that its owner has edited, an update changes the declaration, and nothing else."""

import ast
import contextlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import copier
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copier_azure_functions import changes, engine
from copier_azure_functions.project import Project as Opened
from copier_azure_functions.sparing import Merge, Module, declared_by_hand, spare
from tests.support.owned_project import OwnedProject, Template, git
from tests.support.project import Project

BEFORE = [
    {"name": "greet", "trigger": "http"},
    {"name": "on_order", "trigger": "queue", "outputs": [{"binding": "blob"}]},
    {"name": "nightly", "trigger": "timer"},
    {"name": "saga", "trigger": "orchestration", "activity": "step", "pattern": "external_event"},
    {"name": "step", "trigger": "activity"},
    {"name": "counter", "trigger": "entity"},
    {"name": "measure", "trigger": "event_hub", "cardinality": "one"},
]
AFTER = [
    {"name": "greet", "trigger": "http", "async": True, "route": "hello", "outputs": [{"binding": "queue"}]},
    {"name": "on_order", "trigger": "queue", "context": True, "queue_name": "orders", "inputs": [{"binding": "table"}]},
    {
        "name": "nightly",
        "trigger": "timer",
        "schedule": "0 0 3 * * *",
        "outputs": [{"binding": "queue", "arg_name": "$return"}],
    },
    {"name": "saga", "trigger": "orchestration", "activity": "step", "pattern": "chaining"},
    {"name": "step", "trigger": "activity", "async": True},
    {"name": "counter", "trigger": "entity", "arg_name": "context"},
    {"name": "measure", "trigger": "event_hub"},
]


Change = Callable[[str], str]


class Apps(NamedTuple):
    """The same functions before and after a change of the manifest, in one model."""

    before: Project
    after: Project

    def spare(self, name: str, edits: dict[str, Change], version: Change = str) -> dict[str, Merge]:
        """Merge a function of which its owner has edited files; `version` is what a new version makes of what is generated."""
        paths = [f"__app__/{name}/__init__.py", f"tests/functions/test_{name}.py"]
        before = {path: self.before.text(path) for path in paths}
        mine = {path: edits.get(path, str)(text) for path, text in before.items()}
        after = {path: version(self.after.text(path)) for path in paths}
        return spare(*({path: text.encode() for path, text in side.items()} for side in (mine, before, after)))[0]


@pytest.fixture
def apps(render: Callable[..., Project], model: str) -> Apps:
    """Rendered once in each model."""
    return Apps(*(render(functions=functions, programming_model=model) for functions in (BEFORE, AFTER)))


def new_sample(text: str) -> str:
    """Write every body anew, with other imports, as a new version of the template may."""
    module = Module(text)
    bodies = {body: "    raise NotImplementedError(pformat({}))\n" for _, body in module.functions.values()}
    text = module.replaced(bodies)
    kept = [
        line
        for line in text.splitlines()
        if not (found := re.match(r"(?:from .* )?import (\w+)$", line)) or len(re.findall(rf"\b{found[1]}\b", text)) > 1
    ]
    return "from pprint import pformat\n" + "\n".join(kept) + "\n"


def imported(module: Module) -> set[str]:
    """The names that imports bind."""
    return {(it.asname or it.name).split(".")[0] for node in module.imports for it in node.names}


def names(module: Module) -> set[str]:
    """The names that code uses."""
    return {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}


class Edit(NamedTuple):
    """What an owner does to the line at a place, from 0 (the first) to 1 (the last), of a body."""

    action: str
    where: float

    def __call__(self, text: str) -> str:
        """Edit the first function of a module; keep it a module."""
        module = Module(text)
        _, body = next(iter(module.functions.values()))
        lines = text.splitlines(keepends=True)
        place = body.start + int(self.where * (len(body) - 1))
        if self.action == "rewrite":
            lines[body.start : body.stop] = ["    # mine\n", "    return mine()\n"]
        elif self.action == "remove" and len(body) > 1:
            del lines[place]
        else:
            indent = re.match(r" *", lines[place])[0]
            lines.insert(place + (self.where == 1), f"{indent}# mine\n")
        return "".join(lines) + "\n\ndef mine():\n    pass\n"


edits = st.builds(Edit, st.sampled_from(["add", "remove", "rewrite"]), st.floats(0, 1))


@settings(max_examples=max(120, settings.default.max_examples))
@given(data=st.data())
def test_a_body_that_its_owner_edited_is_never_touched_and_what_declares_it_follows(
    apps: Apps, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([function["name"] for function in BEFORE]), label="function")
    edit = data.draw(edits, label="edit")
    again = data.draw(st.sampled_from([str, new_sample]), label="version")
    path = f"__app__/{name}/__init__.py"
    before, after = Module(apps.before.text(path)), Module(again(apps.after.text(path)))
    mine = Module.of(edit(before.text).encode())
    if not mine:
        return  # the edit left no Python, so Git merges lines
    assert before.differs(mine)

    merge = apps.spare(name, {path: edit}, again)[path]

    assert not merge.conflicts
    merged = Module(merge.text)
    assert {name: merged.body(name) for name in mine.functions} == {name: mine.body(name) for name in mine.functions}
    shared = before.declarations.keys() & after.declarations.keys()
    assert {name: merged.declarations[name] for name in shared} == {name: after.declarations[name] for name in shared}
    assert names(merged) & (imported(mine) | imported(after)) <= imported(merged)
    assert not imported(merged) - imported(mine) - names(merged), "an import that nothing uses has come in"


@pytest.mark.parametrize("name", [function["name"] for function in BEFORE])
def test_a_function_as_it_was_generated_is_left_to_the_merge(apps: Apps, name: str) -> None:
    def below(text: str) -> str:
        return text + "\n\ndef mine():\n    pass\n"

    edits = {f"__app__/{name}/__init__.py": below, f"tests/functions/test_{name}.py": below}
    assert apps.spare(name, edits, new_sample) == {}


def test_tests_stay_with_a_body_that_stays_unless_what_they_call_has_changed(apps: Apps) -> None:
    module, test = "__app__/greet/__init__.py", "tests/functions/test_greet.py"
    edit = Edit("rewrite", 0)
    same = Apps(apps.before, apps.before)

    assert same.spare("greet", {module: edit}, new_sample)[test].text == apps.before.text(test)
    assert same.spare("greet", {test: edit}, new_sample)[module].text == apps.before.text(module)
    assert apps.spare("greet", {module: edit})[test].text == apps.after.text(test)


def test_an_edited_test_gets_the_new_call_unless_its_owner_has_changed_that(apps: Apps) -> None:
    module, test = "__app__/on_order/__init__.py", "tests/functions/test_on_order.py"
    rewritten = {module: Edit("rewrite", 0)}

    def merged(edit: Change) -> Module:
        return Module(apps.spare("on_order", rewritten | {test: edit})[test].text)

    sent = merged(lambda text: text.replace('outblob.get() == "hello"', 'outblob.get() == "mine"'))
    called = merged(lambda text: re.sub(r"^    main\(", "    mine = 1\n    main(", text, count=1, flags=re.M))

    assert 'outblob.get() == "mine"' in sent.text
    assert "context=InvocationContext()" in sent.text
    assert imported(sent) <= names(sent)
    assert "mine = 1" in called.text


def test_a_signature_that_both_sides_changed_is_a_conflict_above_the_body(apps: Apps) -> None:
    def edit(text: str) -> str:
        return Edit("rewrite", 0)(text).replace(
            "def main(req: func.HttpRequest)", "def main(req: func.HttpRequest, mine: int = 0)"
        )

    path = "__app__/greet/__init__.py"
    merge = apps.spare("greet", {path: edit})[path]

    assert merge.conflicts
    above, body = merge.text.split("    # mine\n")
    assert "mine: int = 0" in above
    assert body.startswith("    return mine()\n")


BY_HAND = {
    "v1": ("function.json", '"schedule": "0 */5 * * * *"', '"schedule": "0 */5 * * * *", "useMonitor": true'),
    "v2": ("__init__.py", 'schedule="0 */5 * * * *"', 'schedule="0 */5 * * * *", use_monitor=True'),
}


def test_what_was_written_into_a_declaration_is_named_when_the_manifest_changes_it(apps: Apps, model: str) -> None:
    file, old, new = BY_HAND[model]
    path = f"__app__/nightly/{file}"
    before, after = ({path: app.text(path).encode() for path in [path]} for app in apps)
    mine = {path: before[path].replace(old.encode(), new.encode())}

    (note,) = declared_by_hand("nightly", mine, before, after)

    assert note.startswith(f"Settle: {path} declares other things now")
    assert f"  - {'@bp.timer_trigger(arg_name="timer", ' if model == 'v2' else ''}{old}" in note
    assert new in note
    assert declared_by_hand("nightly", mine, before, before) == []
    assert declared_by_hand("nightly", before, before, after) == []


NEW_SAMPLE = (
    "renderers/python/function.jinja",
    "    {{ body(function, entry)",
    "    # Version 2\n    {{ body(function, entry)",
)


def test_an_update_brings_a_new_sample_only_where_nobody_edited_the_old_one(
    owned: Callable[..., OwnedProject],
    released_template: Path,
    model: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    functions = [{"name": name, "trigger": "queue"} for name in ("left", "edited", "rewritten")]
    goes = {"name": "goes", "trigger": "timer"}
    project = owned(tmp_path / "project", functions=[*functions, goes], programming_model=model)
    if model == "v1":  # in a larger repository
        shutil.rmtree(project.path / ".git")
        git(tmp_path, "init", "--quiet")
        (tmp_path / ".gitignore").write_text("/template\n")
    else:  # with a Copier that compares otherwise what it renders
        monkeypatch.setattr(engine, "both_renders", lambda _: contextlib.nullcontext([]))
    template = Template(tmp_path / "template", released_template)
    template.replace(*NEW_SAMPLE)
    template.release("v1.1.0")
    project.follow(template)
    project.edit("__app__/edited/__init__.py", Edit("add", 0.5))
    project.edit("__app__/rewritten/__init__.py", Edit("rewrite", 0))
    project.edit(f"__app__/edited/{BY_HAND[model][0]}", lambda text: text.replace("python-queue-items", "by-hand"))
    project.commit()
    mine = {name: Module(project.text(f"__app__/{name}/__init__.py")) for name in ("edited", "rewritten")}

    answer = [function | {"outputs": [{"binding": "table"}]} for function in functions]
    outcome = changes.run(changes.update(None, {"functions": answer}), Opened.at(project.path), dry_run=False)

    assert outcome.conflicts == project.conflicts == []
    for name, as_it_was in mine.items():
        module = Module(project.text(f"__app__/{name}/__init__.py"))
        assert module.body("main") == as_it_was.body("main")
        assert "func.Out[str]" in module.declarations["main"]
    generated = project.text("__app__/left/__init__.py")
    assert "    # Version 2\n" in generated
    assert project.load_errors() == {}
    (note,) = [note for note in outcome.notes if note.startswith("Held back")]
    assert "edited edited, rewritten," in note
    (settle,) = [note for note in outcome.notes if note.startswith("Settle")]
    assert "by-hand" in settle

    project.commit()
    git(project.path, *re.findall(r"git (rm .*)", note)[0].split())
    copier.run_recopy(
        project.path, defaults=True, vcs_ref=copier.VcsRef.CURRENT, skip_if_exists=["*"], unsafe=False, quiet=True
    )
    git(project.path, "reset", "--quiet")

    assert project.text("__app__/edited/__init__.py") == generated.replace("left", "edited")
    top = "project/" if model == "v1" else ""
    assert project.changes.keys() == {f"{top}__app__/edited/__init__.py"}, (
        "what was made anew is in the diff, and nothing else"
    )
