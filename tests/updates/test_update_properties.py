"""Whatever was edited and whatever changes: an update keeps every line of the owner, or shows it in a conflict."""

import tempfile
from pathlib import Path
from typing import Any

import copier
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import once
from tests.support.owned_project import OwnedProject, Template, git

NAMES = ["alpha", "beta", "gamma", "delta", "omega"]
TEXT_FILES = [
    "README.md",
    ".gitignore",
    "pyproject.toml",
    "__app__/requirements.txt",
    "__app__/.funcignore",
    "__app__/shared_code/__init__.py",
]
FUNCTION_FILES = {
    "v1": ["__app__/{}/__init__.py", "__app__/{}/function.json", "tests/functions/test_{}.py"],
    "v2": ["__app__/{}/__init__.py", "tests/functions/test_{}.py"],
}
APP_FILES = {"v1": TEXT_FILES, "v2": [*TEXT_FILES, "__app__/function_app.py"]}

outputs = st.lists(st.sampled_from(["queue", "blob"]), unique=True, max_size=2).map(
    lambda kinds: [{"binding": kind} for kind in kinds]
)


@st.composite
def manifests(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw the functions of an app."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=3))
    return [
        {
            "name": name,
            "trigger": draw(st.sampled_from(["http", "queue", "blob", "timer"])),
            "async": draw(st.booleans()),
            "outputs": draw(outputs),
        }
        for name in names
    ]


@st.composite
def changed(draw: st.DrawFn, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Draw what becomes of an app: functions go, come and change."""
    kept = [function for function in before if draw(st.booleans())]
    changes = [
        function | draw(st.sampled_from([{}, {"context": True}, {"outputs": [{"binding": "queue"}]}]))
        for function in kept
    ]
    new = [function for function in draw(manifests()) if function["name"] not in [old["name"] for old in before]]
    return [*changes, *new]


@st.composite
def edits(draw: st.DrawFn, functions: list[dict[str, Any]], model: str) -> list[tuple[str, str, float]]:
    """Draw what the owner does, and where in which file, from 0 (the first line) to 1 (the last)."""
    files = APP_FILES[model] + [
        file.format(function["name"]) for function in functions for file in FUNCTION_FILES[model]
    ]
    edit = st.tuples(st.sampled_from(files), st.sampled_from(["add", "change", "remove"]), st.floats(0, 1))
    return draw(st.lists(edit, max_size=6))


# What a person may have set, in the repository or for all of theirs.
GIT_SETTINGS = {
    "apply.ignoreWhitespace": ["change"],
    "apply.whitespace": ["error", "error-all", "fix", "warn"],
    "color.ui": ["always"],
    "commit.gpgSign": ["true"],
    "core.autocrlf": ["true", "input"],
    "core.eol": ["crlf"],
    "core.fileMode": ["false"],
    "core.hooksPath": ["/nonexistent"],
    "core.ignoreCase": ["true"],
    "core.quotePath": ["false"],
    "core.safecrlf": ["true"],
    "core.whitespace": ["cr-at-eol,tab-in-indent"],
    "diff.algorithm": ["histogram", "patience"],
    "diff.context": ["0"],
    "diff.external": ["false"],
    "diff.mnemonicPrefix": ["true"],
    "diff.noprefix": ["true"],
    "diff.renames": ["copies", "false"],
    "diff.suppressBlankEmpty": ["true"],
    "merge.conflictStyle": ["diff3", "zdiff3"],
    "status.relativePaths": ["false"],
    "user.useConfigOnly": ["true"],
}
git_settings = st.lists(st.sampled_from(sorted(GIT_SETTINGS)), unique=True, max_size=4).flatmap(
    lambda names: st.fixed_dictionaries({name: st.sampled_from(GIT_SETTINGS[name]) for name in names})
)


class Owner:
    """Edits a project and remembers every line."""

    def __init__(self, project: OwnedProject) -> None:
        self.project = project
        self.lines: dict[str, set[str]] = {}
        self.removed: dict[str, set[str]] = {}

    def edit(self, file: str, action: str, where: float) -> None:
        """Do one edit; code and JSON only get lines that leave them valid."""
        lines = self.project.text(file).splitlines()
        number = sum(map(len, self.lines.values()))
        place = int(where * len(lines))
        if file.endswith(".json"):
            self._write(file, f'  "owner{number}": true,', lines, 1, 1)
        elif action == "add" or file.endswith(".py") or not lines[place:]:
            self._write(file, f"# owner {number}", lines, place, place)
        elif action == "change":
            self._write(file, f"# owner {number}", lines, place, place + 1)
        elif lines.count(lines[place]) == 1 and not lines[place].startswith("# owner") and file != "pyproject.toml":
            self.removed.setdefault(file, set()).add(lines[place])
            self._save(file, lines[:place] + lines[place + 1 :])

    def add_file(self, file: str) -> None:
        """Write a new file."""
        self.lines[file] = {"# mine"}
        self._save(file, ["# mine"])

    def _write(self, file: str, line: str, lines: list[str], start: int, end: int) -> None:
        for replaced in lines[start:end]:
            self.lines.get(file, set()).discard(replaced)
        self.lines.setdefault(file, set()).add(line)
        self._save(file, [*lines[:start], line, *lines[end:]])

    def _save(self, file: str, lines: list[str]) -> None:
        (self.project.path / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def versions(released_template: Path, shared_dir: Path) -> Path:
    """A template with a second version that changes files of every sort."""

    def make(folder: Path) -> None:
        template = Template(folder, released_template)
        template.replace("manifest/normalize.jinja", "[4.*, 5.0.0)", "[4.*, 6.0.0)")
        template.replace("manifest/normalize.jinja", "azure-functions>=2.3,<3", "azure-functions>=2.4,<3")
        template.replace(
            "renderers/python/function.jinja",
            "    {{ body(function, entry)",
            "    # Version 2\n    {{ body(function, entry)",
        )
        template.replace("template/.gitignore", "# Python\n", "# Python\n.mypy_cache/\n")
        template.replace("renderers/readme/readme.md.jinja", "## Update\n", "## How to update\n")
        template.replace("renderers/python/pyproject.toml.jinja", "pytest>=8.3", "pytest>=9")
        template.release("v1.1.0")

    return once(shared_dir / "two-versions", make)


@pytest.mark.parametrize("version", ["v1.0.0", "v1.1.0"])
@settings(max_examples=max(6, settings.default.max_examples // 2))  # of each version: 12, at night 200
@given(data=st.data())
def test_no_line_of_the_owner_is_lost(version: str, versions: Path, data: st.DataObject) -> None:
    before = data.draw(manifests(), label="before")
    after = data.draw(changed(before), label="after")
    model = data.draw(st.sampled_from(["v1", "v2"]), label="model")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "repository"
        for name in ("README.md", "other/requirements.txt"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("not of this project\n")
        copier.run_copy(
            str(versions),
            root / "app",
            data={"project_name": "App", "functions": before, "programming_model": model},
            vcs_ref="v1.0.0",
            defaults=True,
            unsafe=False,
            quiet=True,
        )
        git(root, "init", "--quiet")
        project = OwnedProject(root / "app")
        owner = Owner(project)
        for edit in data.draw(edits(before, model), label="edits"):
            owner.edit(*edit)
        for function in before:
            owner.add_file(f"__app__/{function['name']}/mine.py")
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--message=work")
        for name, value in data.draw(git_settings, label="settings of Git").items():
            git(root, "config", name, value)

        project.update(version, functions=after)

        gone = {function["name"] for function in before} - {function["name"] for function in after}
        generated = {file.format(name) for name in gone for file in FUNCTION_FILES[model]}
        conflicts = {line.split(":")[0].removeprefix("app/") for line in project.conflicts}
        for file in owner.lines.keys() - generated:
            assert owner.lines[file] <= set(project.text(file).splitlines()), file
        for file in owner.removed.keys() - generated - conflicts:
            assert not owner.removed[file] & set(project.text(file).splitlines()), file
        broken = {Path(file).parent.name for file in conflicts if file.endswith((".py", ".json"))}
        if model == "v2":  # one module that does not import takes the whole app with it
            broken = {"function_app.py"} if broken else set()
        assert project.load_errors().keys() <= broken
        assert {path.name for path in Path(folder).iterdir()} == {"repository"}
        assert all(path.startswith("app/") for path in project.changes)
