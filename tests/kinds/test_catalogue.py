"""A binding is one folder in kinds/: questions, validation, code, tests and settings follow from it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import copier
import jsonschema
import pytest

from tests.conftest import once
from tests.support.project import REPOSITORY, Project
from tools import bindings, catalogue
from tools.catalogue import CATALOGUE, KEYS, KINDS, ROLES

# What a kind and a family say, each in a file.
SAID = [catalogue.load(path) for name in ("*/kind.yml", "_families/*.yml") for path in sorted(KINDS.glob(name))]
A_KIND = jsonschema.Draft202012Validator(KEYS.schema("kind"))


def examples_of_contributing(section: str, language: str) -> list[str]:
    """The parts in this language of what a section of CONTRIBUTING.md shows."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = text.split(f"## {section}\n")[1].split("\n## ")[0]
    return [part.split("```")[0] for part in recipe.split(f"```{language}\n")[1:]]


@pytest.fixture
def extended(template: Path, shared_dir: Path) -> Path:
    """The template with a made-up binding: one new folder, and what is generated."""

    def make(folder: Path) -> None:
        shutil.copytree(template, folder)
        kind = folder / "kinds" / "pigeon"
        kind.mkdir()
        for name, language in [("kind.yml", "yaml"), ("sample.jinja", "jinja")]:
            (text,) = examples_of_contributing("Add a binding", language)
            (kind / name).write_text(text, encoding="utf-8")
        subprocess.run([sys.executable, "-m", "tools.build"], check=True, cwd=folder)

    return once(shared_dir / "extended", make)


@pytest.fixture
def extended_further(extended: Path, shared_dir: Path) -> Path:
    """The same with a rule and a helper for the binding."""

    def make(folder: Path) -> None:
        shutil.copytree(extended, folder)
        rule, option = examples_of_contributing("Add a rule and its message", "yaml")
        (module,), (entry,), (uses,) = (
            examples_of_contributing("Add a helper", language) for language in ("python", "json", "yaml")
        )

        def change(name: str, old: str, new: str) -> None:
            text, changes = re.subn(old, lambda _: new, (folder / name).read_text(encoding="utf-8"), count=1)
            assert changes
            (folder / name).write_text(text, encoding="utf-8")

        change("manifest/rules.yml", "\nrules:\n", f"\nrules:\n{rule}")
        change("kinds/pigeon/kind.yml", r" +loft: &loft .*\n", option)
        (folder / "shared_code/lofts.py").write_text(module, encoding="utf-8")
        change("shared_code/contents.json", "{\n", f"{{\n{entry}")
        change("kinds/pigeon/kind.yml", r" +uses: .*\n", uses)
        subprocess.run([sys.executable, "-m", "tools.build"], check=True, cwd=folder)

    return once(shared_dir / "extended-further", make)


def test_a_new_binding_is_one_new_folder(extended: Path, model: str, tmp_path: Path) -> None:
    copier.run_copy(
        str(extended),
        tmp_path / "app",
        defaults=True,
        unsafe=False,
        quiet=True,
        data={
            "programming_model": model,
            "triggers": ["pigeon"],
            "add": [{"name": "send", "trigger": "http", "outputs": [{"binding": "pigeon", "loft": "roof"}]}],
        },
    )

    project = Project(tmp_path / "app")
    assert project.model == model
    assert project.functions["pigeon_trigger"]["bindings"] == [
        {"name": "pigeon", "type": "pigeonTrigger", "direction": "in", "loft": "attic", "connection": "PigeonPost"}
    ]
    assert project.json("__app__/local.settings.json")["Values"]["PigeonPost"] == ""
    assert not project.load_errors()
    assert project.run_tests().returncode == 0
    assert project.ruff("format", "--check", ".").returncode == 0


def test_its_options_are_validated(extended: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"lofft: unknown key, did you mean loft\? \(functions\[0\], coo\)"):
        copier.run_copy(
            str(extended),
            tmp_path / "app",
            defaults=True,
            quiet=True,
            data={"functions": [{"name": "coo", "trigger": "pigeon", "lofft": "attic"}]},
        )


def test_a_new_rule_is_an_entry_and_its_message_follows(extended_further: Path, tmp_path: Path) -> None:
    (message,) = examples_of_contributing("Add a rule and its message", "text")

    with pytest.raises(ValueError, match=re.escape(message.strip())):
        copier.run_copy(
            str(extended_further),
            tmp_path / "app",
            defaults=True,
            quiet=True,
            data={"functions": [{"name": "coo", "trigger": "pigeon", "loft": "North Attic"}]},
        )


def test_a_new_helper_comes_with_the_functions_that_use_it(extended_further: Path, tmp_path: Path) -> None:
    (module,) = examples_of_contributing("Add a helper", "python")

    copier.run_copy(
        str(extended_further),
        tmp_path / "app",
        defaults=True,
        quiet=True,
        data={"functions": [{"name": "coo", "trigger": "pigeon"}]},
    )

    project = Project(tmp_path / "app")
    assert project.text("__app__/shared_code/lofts.py") == module
    assert "from ..shared_code.lofts import find_loft\n" in project.text("__app__/coo/__init__.py")
    assert not project.load_errors()


@pytest.mark.parametrize("path", sorted(KINDS.glob("*/kind.yml")), ids=lambda path: path.parent.name)
def test_every_kind_says_what_it_is(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "output: {returnabel: false}",
            "returnabel: unknown key of `output`, did you mean returnable? (kinds/pigeon/kind.yml, output)",
        ),
        (
            "input: {textonly: true}",
            "textonly: unknown key of `input`, did you mean text_only? (kinds/pigeon/kind.yml, input)",
        ),
        (
            "titel: Pigeon post",
            "titel: unknown key of `kind`, did you mean title? (kinds/pigeon/kind.yml)",
        ),
        (
            "trigger: {options: {loft: {rule: text, requird: true}}}",
            "requird: unknown key of `option`, did you mean required? (kinds/pigeon/kind.yml, trigger.options.loft)",
        ),
        (
            "trigger: {returnable: false}",
            "returnable: unknown key of `trigger`, did you mean returns? (kinds/pigeon/kind.yml, trigger)",
        ),
        (
            "resource: {chidl: loft}",
            "chidl: unknown key of `resource`, did you mean child? (kinds/pigeon/kind.yml, resource)",
        ),
        (
            "input: {v2: {colour: grey}}",
            "colour: unknown key of `v2`; docs/kinds.md has them (kinds/pigeon/kind.yml, input.v2)",
        ),
    ],
    ids=["output", "input", "kind", "option", "of another role", "below a kind", "unlike any"],
)
def test_an_unknown_key_is_refused(text: str, message: str, tmp_path: Path) -> None:
    folder = tmp_path / "pigeon"
    folder.mkdir()
    (folder / "kind.yml").write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        catalogue.kind(folder)


def test_every_known_key_is_in_use() -> None:
    used = {(shape, key) for data in SAID for shape, key, _ in KEYS.said("kind", data)}
    used |= {(KEYS.like[shape], key) for shape, key in used if shape in KEYS.like}

    assert {(shape, key) for shape, keys in KEYS.shapes.items() for key in keys} - used == set()


@pytest.mark.parametrize("kind", CATALOGUE)
def test_the_keys_of_a_kind_are_what_is_said_of_them(kind: str) -> None:
    wrong = [f"{error.json_path}: {error.message[:300]}" for error in A_KIND.iter_errors(catalogue.said(KINDS / kind))]

    assert wrong == []


def test_no_two_choices_of_the_dialogues_are_called_the_same() -> None:
    titles = [
        (choice, entry.get("sample_titles", {}).get(choice, entry["title"]))
        for entry in CATALOGUE.values()
        for choice in entry.get("samples", {})
    ]

    for part in zip(*titles, strict=True):
        assert len({*part}) == len(part)


@pytest.mark.parametrize("kind", CATALOGUE)
def test_the_example_of_a_kind_shows_each_of_its_roles(kind: str) -> None:
    """That it is accepted, tests/docs/ sees."""
    functions = bindings.example(kind)

    shown = {"trigger"} if any(function["trigger"] == kind for function in functions) else set()
    shown |= {role for role in bindings.BINDINGS for it in functions if kind in str(it.get(f"{role}s"))}
    assert shown == CATALOGUE[kind].keys() & set(ROLES)
