"""The page about several apps in one repository: what it shows is written to a repository, which then works as the page says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_bicep
import yaml

from copier_azure_functions.source import Source
from tests.docs.test_how_to_pages import Reader, section
from tests.renderers.test_delivery import check_schema
from tests.support.owned_project import git
from tests.support.project import REPOSITORY, Project, environment

PAGE = (REPOSITORY / "docs/workspace.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL))
WORKFLOW = SHOWN[".github/workflows/apps.yml"]


@pytest.fixture(scope="module")
def shop(released_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of the page, when everything is typed and written."""
    folder = tmp_path_factory.mktemp("workspace")
    reader = Reader(released_template, folder)
    with pytest.MonkeyPatch.context() as patch:
        source = Source(str(released_template), "v1.0.0")
        patch.setattr("copier_azure_functions.source.installed_from", lambda: source)
        said = reader.follow(section("workspace.md", "The apps"))
    shop = folder / "shop"
    assert {"orders", "billing"} <= set(re.findall(r"\w+", said.split("Added nightly")[1]))
    for name, text in SHOWN.items():
        (shop / name).parent.mkdir(parents=True, exist_ok=True)
        (shop / name).write_text(text, encoding="utf-8")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message=everything")
    return shop


def test_each_app_has_its_own_answers_and_changes_by_itself(shop: Path) -> None:
    orders, billing = (Project(shop / "apps" / name) for name in ("orders", "billing"))

    assert orders.functions.keys() == {"http_trigger"}
    assert billing.functions.keys() == {"http_trigger", "nightly"}
    assert (orders.text(".python-version"), billing.text(".python-version")) == ("3.13\n", "3.12\n")
    changed = git(shop, "diff", "--name-only", "HEAD~1").splitlines()
    assert not [name for name in changed if name.startswith("apps/orders/")]


def test_a_shared_package_is_published_in_the_app_that_imports_it(shop: Path) -> None:
    app = Project(shop / "apps/orders")
    module = app.app / "http_trigger/__init__.py"
    text = module.read_text()
    module.write_text("from money import cents\n" + text + "\n\nassert cents('3.5') == 350\n")
    assert "http_trigger" in app.load_errors()

    (hooks,) = {tuple(hook["run"] for hook in service["hooks"].values()) for service in services().values()}
    vendor, take_away = (hook.removeprefix("uv run --no-project ").split() for hook in hooks)
    subprocess.run([sys.executable, *vendor], cwd=app.app, check=True)

    assert app.load_errors() == {}
    module.write_text(text)
    assert git(shop, "status", "--porcelain") == "", "what is vendored is not committed"

    subprocess.run(take_away, cwd=app.app, check=True)

    assert not (app.app / "money").exists(), "the tests would find it before the package"


@pytest.mark.parametrize(
    ("changed", "apps"),
    [
        (["apps/orders/README.md"], ["orders"]),
        (["apps/orders/README.md", "apps/billing/__app__/host.json"], ["billing", "orders"]),
        (["packages/money/src/money/__init__.py"], ["billing", "orders"]),
        (["apps/orders/README.md", ".github/workflows/apps.yml"], ["billing", "orders"]),
        (["apps/README.md"], []),
    ],
)
def test_the_pipeline_finds_the_apps_that_a_change_concerns(
    shop: Path, changed: list[str], apps: list[str], tmp_path: Path
) -> None:
    before = git(shop, "rev-parse", "HEAD").strip()
    for name in changed:
        with (shop / name).open("a") as file:
            file.write("\n")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message=change")
    output = tmp_path / "output"
    (step,) = [step for step in jobs()["changes"]["steps"] if "run" in step]

    for known in (before, "0" * 40):
        variables = environment() | {"BEFORE": known, "GITHUB_OUTPUT": str(output)}
        subprocess.run(["bash", "-ec", step["run"]], cwd=shop, check=True, capture_output=True, env=variables)

    git(shop, "reset", "--hard", "--quiet", before)
    assert output.read_text().splitlines() == [f"apps={json.dumps(apps)}", 'apps=["billing", "orders"]']


def jobs() -> dict[str, dict]:
    """The jobs of the pipeline."""
    return yaml.safe_load(WORKFLOW)["jobs"]


def services() -> dict[str, dict]:
    """The services of the azd project."""
    return yaml.safe_load(SHOWN["azure.yaml"])["services"]


def test_the_pipeline_is_valid_and_does_in_each_app_what_its_own_would(shop: Path, render) -> None:
    check_schema("github-workflows", ".github/workflows/apps.yml", cwd=shop)
    own = yaml.safe_load(render(ci="github").text(".github/workflows/test-and-publish.yml"))["jobs"]

    for job in ("test", "publish"):
        steps = {step.get("uses", step.get("run")) for step in jobs()[job]["steps"]}
        assert {step.get("uses", step.get("run")) for step in own[job]["steps"]} <= steps
        assert jobs()[job]["permissions"] == own[job]["permissions"]


def test_the_azd_project_has_a_service_for_each_app_and_fits_their_templates(shop: Path) -> None:
    bicep = SHOWN["infra/main.bicep"]
    tree = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language())).parse(bicep.encode())
    assert not tree.root_node.has_error
    outputs = re.findall(r"^output (\w+) string = (\w+)\.outputs\.(\w+)$", bicep, re.MULTILINE)

    for name, service in services().items():
        own = (shop / "apps" / name / "infra/main.bicep").read_text()
        (file, given) = re.findall(rf"^module {name} '(.+)' = \{{\n  params: \{{ (.+) \}}", bicep, re.MULTILINE)[0]
        assert (shop / "infra" / file).resolve() == shop / "apps" / name / "infra/main.bicep"
        assert set(re.findall(r"(\w+): ", given)) == set(re.findall(r"^param (\w+) ", own, re.MULTILINE))
        assert (shop / service["project"] / "host.json").is_file()
        assert "'rg-${environmentName}'" in own
        assert service["resourceGroup"] == f"rg-${{AZURE_ENV_NAME}}-{name}"
        (output,) = [output for output, module, of in outputs if module == name and f"output {of} " in own]
        assert service["resourceName"] == f"${{{output}}}"
        generated = yaml.safe_load((shop / "apps" / name / "azure.yaml").read_text())["services"]["app"]
        assert service.items() >= {(key, value) for key, value in generated.items() if key != "project"}
