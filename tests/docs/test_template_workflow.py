"""The workflows that update a project, as the page shows them: their script runs against a repository on this machine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.renderers.test_delivery import check_schema, run
from tests.support.owned_project import OwnedProject, Template, git
from tests.support.project import REPOSITORY, environment
from tests.support.stand_ins import program

PAGE = (REPOSITORY / "docs/updates.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r'^```yaml title="([^"]+)"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL))
GITHUB, AZURE = ".github/workflows/template.yml", "template-pipeline.yml"
SCRIPTS = {
    GITHUB: yaml.safe_load(SHOWN[GITHUB])["jobs"]["update"]["steps"][-1]["run"],
    AZURE: yaml.safe_load(SHOWN[AZURE])["steps"][-1]["bash"],
}
AN_UPDATE = "sed -i 's/_commit: .*/_commit: v1.1.0/' .copier-answers.yml; echo Updated; exit"
OURS = f"exec {sys.executable} -m copier_azure_functions update"


def test_both_are_valid_and_the_workflow_has_no_security_findings(tmp_path: Path) -> None:
    for name, text in SHOWN.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    check_schema("github-workflows", GITHUB, cwd=tmp_path)
    check_schema("azure-pipelines", "--regex-variant", "nonunicode", AZURE, cwd=tmp_path)
    run("zizmor", "--offline", "--quiet", "--persona=auditor", ".", cwd=tmp_path)


class Runner:
    """A machine with a fresh clone of the project, and stand-ins for what reaches others."""

    def __init__(self, project: OwnedProject, folder: Path) -> None:
        self.folder = folder
        self.origin = folder / "origin.git"
        git(folder, "clone", "--quiet", "--bare", str(project.path), str(self.origin))
        for name in ("gh", "az", "uv"):
            program(folder / "bin" / name, f'echo "{name} $*" >> {folder}/called')

    def run(self, workflow: str, update: str) -> tuple[int, list[str]]:
        """Run the script of a workflow in a fresh clone; return how it ends, and what it calls."""
        (self.folder / "called").write_text("")
        program(self.folder / "bin/uvx", update)
        job = self.folder / f"job-{len([*self.folder.glob('job-*')])}"
        job.mkdir()
        git(job, "clone", "--quiet", str(self.origin), "checkout")
        ended = subprocess.run(
            ["bash", "-e", "-c", SCRIPTS[workflow].replace("<template>", "git+https://example.com/template")],
            cwd=job / "checkout",
            capture_output=True,
            text=True,
            check=False,
            env=environment() | {"PATH": f"{self.folder / 'bin'}:{environment()['PATH']}"},
        )
        return ended.returncode, (self.folder / "called").read_text().splitlines()

    def proposed(self) -> str:
        """List the files that the branch of the new version changes."""
        return git(self.origin, "diff", "--name-only", "HEAD", "template-v1.1.0")


@pytest.fixture
def runner(released_template: Path, tmp_path: Path) -> Runner:
    """A runner for a project whose template has a new version."""
    template = Template(tmp_path / "template", released_template)
    project = OwnedProject.copy(
        released_template, tmp_path / "app", functions=[{"name": "nightly", "trigger": "timer"}]
    )
    project.follow(template)
    project.commit()
    template.replace("template/.gitignore", "# Python\n", "# Theirs\n")
    template.release("v1.1.0")
    return Runner(project, tmp_path)


def opens(workflow: str) -> str:
    """Return how the call that opens a pull request begins."""
    return {GITHUB: "gh pr create", AZURE: "az repos pr create"}[workflow]


@pytest.mark.parametrize("workflow", SCRIPTS)
def test_a_new_version_is_proposed_once(workflow: str, runner: Runner) -> None:
    status, called = runner.run(workflow, OURS if workflow == GITHUB else f"{AN_UPDATE} 0")

    assert status == 0
    assert any(call.startswith("uv export") for call in called)
    assert called[-1].startswith(opens(workflow))
    assert "template-v1.1.0 --title Update the template to v1.1.0" in called[-1]
    assert "--draft" not in called[-1]
    assert ".copier-answers.yml" in runner.proposed()

    status, called = runner.run(workflow, f"{AN_UPDATE} 0")

    assert status == 0
    assert not [call for call in called if call.startswith(opens(workflow))]


@pytest.mark.parametrize("workflow", SCRIPTS)
def test_conflicts_make_a_draft_and_what_is_refused_or_the_same_makes_none(workflow: str, runner: Runner) -> None:
    assert runner.run(workflow, "exit 0") == (0, [])
    assert runner.run(workflow, "exit 2") == (2, [])
    assert git(runner.origin, "branch", "--list", "template-*") == ""

    status, called = runner.run(workflow, f"{AN_UPDATE} 1")

    assert status == 0
    assert called[-1].startswith(opens(workflow))
    assert called[-1].endswith("--draft")
    assert not any(call.startswith("uv ") for call in called)
