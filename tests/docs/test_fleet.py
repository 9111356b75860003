"""What the page about a fleet shows fits together, and the template takes what it passes on."""

import re
from pathlib import Path

import copier
import yaml

from tests.renderers.test_delivery import check_schema
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
