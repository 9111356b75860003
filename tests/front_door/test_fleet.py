"""One command updates many projects, and one of them that cannot be updated holds up no other."""

import shutil
from collections.abc import Callable
from pathlib import Path

from copier_azure_functions.fleet import Ended
from tests.front_door.conftest import Command
from tests.support.owned_project import OwnedProject, Template


def test_each_project_below_a_folder_is_updated_or_named(
    command: Command, owned: Callable[..., OwnedProject], released_template: Path, tmp_path: Path
) -> None:
    template = Template(tmp_path / "template", released_template)
    first = owned(tmp_path / "apps/first")
    first.follow(template)
    first.commit()
    dirty, torn = (OwnedProject(shutil.copytree(first.path, tmp_path / f"apps/{name}")) for name in ("dirty", "torn"))
    (dirty.path / "mine.txt").write_text("not committed")
    torn.edit(".gitignore", lambda text: text.replace("# Python\n", "# Mine\n"))
    torn.commit()
    template.replace("template/.gitignore", "# Python\n", "# Theirs\n")
    template.release("v1.1.0")

    result = command("update", "apps")

    assert result.status == 2
    said = dict(line.split(": ", 1) for line in result.out.splitlines())
    assert said["apps/first"] == "2 files changed"
    assert said["apps/dirty"].startswith("refused: There are uncommitted changes.")
    assert said["apps/torn"] == "conflicts in .gitignore"
    assert "# Theirs" in first.text(".gitignore")
    assert dirty.changes == {"mine.txt": "??"}

    again = command("update", "apps/dirty", "--json")

    (one,) = again.json
    assert (again.status, one["project"], one["changed"]) == (2, "apps/dirty", {})
    assert one["error"].startswith("There are uncommitted changes.")


def test_a_line_counts_what_changed() -> None:
    lines = [Ended("app", dict.fromkeys(names, "M")).in_a_line for names in ("", "a", "ab")]

    assert lines == ["nothing to change", "1 file changed", "2 files changed"]
