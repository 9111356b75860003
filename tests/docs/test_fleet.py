"""What the page about a fleet shows fits together, and the template takes what it passes on."""

import re
import subprocess
from pathlib import Path

import copier
import yaml

from tests.renderers.test_delivery import check_schema
from tests.support.owned_project import git
from tests.support.project import REPOSITORY

PAGE = (REPOSITORY / "docs/fleet.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL))


def test_what_backstage_asks_is_what_the_workflow_takes_and_the_template_accepts(
    template: Path, tmp_path: Path
) -> None:
    shown = yaml.safe_load(SHOWN["template.yaml"])
    (form,), (step,) = shown["spec"]["parameters"], shown["spec"]["steps"]
    inputs = step["input"]["workflowInputs"]
    file = f".github/workflows/{step['input']['workflowId']}"
    workflow = yaml.safe_load(SHOWN[file])
    (tmp_path / "workflow.yml").write_text(SHOWN[file])

    check_schema("github-workflows", "workflow.yml", cwd=tmp_path)
    assert inputs == {name: f"${{{{ parameters.{name} }}}}" for name in form["properties"]}
    assert inputs.keys() == workflow[True]["workflow_dispatch"]["inputs"].keys()  # YAML reads `on` as true
    (new,) = [
        step["run"] for step in workflow["jobs"]["new"]["steps"] if "copier-azure-functions new" in step.get("run", "")
    ]
    answers = dict(re.findall(r'--data "?(\w+)=([^"\s]+)', new))
    triggers, models = (form["properties"][name]["enum"] for name in ("trigger", "model"))
    assert (answers.pop("triggers"), answers.pop("programming_model")) == ("[$TRIGGER]", "$MODEL")
    for model in models:
        data = answers | {"triggers": triggers, "programming_model": model}
        copier.run_copy(str(template), tmp_path / "app", data=data, defaults=True, pretend=True, quiet=True)


def test_what_was_updated_without_conflicts_gets_a_branch_and_nothing_else_is_committed(tmp_path: Path) -> None:
    changes = {
        "updated": {".copier-answers.yml": "_commit: v2\n", "new.py": ""},
        "team/deep": {".copier-answers.yml": "_commit: v2\n"},
        "conflict": {".copier-answers.yml": "_commit: v2\n", "README.md": "<<<<<<< before updating\n"},
        "at-work": {"README.md": "half a sent\n"},
        "as-it-was": {},
    }
    for name, files in changes.items():
        project = tmp_path / "apps" / name
        project.mkdir(parents=True)
        (project / ".copier-answers.yml").write_text("_commit: v1\n")
        (project / "README.md").write_text("# App\n")
        for command in ("init --quiet", "add --all", "commit --quiet --message=start"):
            git(project, *command.split())
        for file, text in files.items():
            (project / file).write_text(text)
    (loop,) = re.findall(r"^```sh\n(find .*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

    run = subprocess.run(
        ["sh", "-c", loop.replace("~/apps", "apps")], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert run.stderr == ""
    assert "README.md:1: leftover conflict marker" in run.stdout
    branches = {name: git(tmp_path / "apps" / name, "branch", "--show-current").strip() for name in changes}
    assert [name for name, branch in branches.items() if branch == "template"] == ["updated", "team/deep"]
    assert git(tmp_path / "apps/updated", "status", "--porcelain") == ""
    assert git(tmp_path / "apps/at-work", "status", "--porcelain") == " M README.md\n"
