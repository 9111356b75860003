"""What the documentation says is so: its commands run, its examples render, its pictures and tables are those of today."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import copier
import pytest
import yaml

from tests.conftest import once
from tests.support.powershell import shell_only
from tests.support.project import REPOSITORY, Project, environment
from tools import build, pictures
from tools.questions import all_questions

PAGES = {
    path.relative_to(REPOSITORY).as_posix(): path
    for path in [REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")]
}
BLOCK = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)

# In this order, with the commands of a page in one shell after another. What needs Azure or its tools is in `console` blocks.
USER_JOURNEYS = ["README.md", "docs/tutorial.md", "docs/script.md", "docs/extension.md"]

# A user's second command finds what Python compiled for the first one.
WITH_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}


def blocks(page: str, language: str) -> list[re.Match[str]]:
    """Find the code blocks of a page in one language."""
    return [block for block in BLOCK.finditer(PAGES[page].read_text()) if block["language"] == language]


@pytest.fixture
def shell(released_template: Path, shared_dir: Path, tmp_path: Path) -> Callable[[str], None]:
    """Run commands of the documentation in an empty folder; the ones that follow start where the last ones ended."""
    clone = partial(shutil.copytree, released_template)
    template = once(shared_dir / "copier-azure-functions", clone)  # in one place for all pages: uvx builds it once
    folder = tmp_path / "work"
    folder.mkdir()
    where = {"PWD": str(folder)}

    def shell(commands: str) -> None:
        # In place of a dialogue.
        commands = commands.replace("copier copy <template>", "copier copy --defaults <template>")
        commands = commands.replace("new my-app\n", "new my-app --defaults\n")
        commands = commands.replace("copier update\n", "copier update --defaults\n").replace(
            "<template>", str(template)
        )
        run = subprocess.run(
            ["sh", "-e", "-c", f'cd "{where["PWD"]}"\n{commands}\npwd > "{tmp_path}/pwd"'],
            capture_output=True,
            text=True,
            check=False,
            env=environment() | {"PATH": f"{Path(sys.executable).parent}:{environment()['PATH']}"} | WITH_BYTECODE,
        )
        assert run.returncode == 0, f"{commands}\n{run.stdout}\n{run.stderr}"
        where["PWD"] = (tmp_path / "pwd").read_text().strip()

    shell.folder = folder
    return shell


def test_the_quick_start_is_what_ci_runs() -> None:
    """Its second command runs the tests, and so does `.ci/run`, with the same tools made the same way."""
    first, second = blocks("README.md", "sh")[0]["text"].splitlines()
    gate = (REPOSITORY / ".ci/run").read_text()

    make, install, copy = first.split(" && ")
    assert make in gate
    assert install.split()[0] in gate
    assert install.split()[-1] == "uv"
    assert copy == '.uv/bin/uvx --from "$PWD" copier-azure-functions new ../my-app --defaults'
    assert second.replace("uv run", "uv run --locked") in gate


def test_the_quick_start_makes_an_app_and_tests_it(released_template: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(released_template, clone)
    first = blocks("README.md", "sh")[0]["text"].splitlines()[0]
    (test,) = re.findall(r"`(cd \.\./my-app && [^`]+)`", PAGES["README.md"].read_text())

    own = environment() | WITH_BYTECODE
    subprocess.run(["sh", "-ec", f"{first}\n{test}"], cwd=clone, check=True, capture_output=True, env=own)

    assert Project(tmp_path / "my-app").functions.keys() == {"http_trigger"}


def test_the_home_page_begins_with_the_commands_that_the_tutorial_begins_with() -> None:
    home, tutorial = (
        "".join(block["text"] for block in blocks(f"docs/{page}.md", "sh")) for page in ("index", "tutorial")
    )

    assert home
    assert tutorial.startswith(home)


def commands_for_an_extension() -> str:
    """What the page on worker extensions begins with."""
    return "".join(block["text"] for block in blocks("docs/extension.md", "sh")[:2])


def test_the_readme_makes_an_extension_as_its_page_does() -> None:
    assert commands_for_an_extension() in [block["text"] for block in blocks("README.md", "sh")]


@pytest.mark.parametrize("page", USER_JOURNEYS)
def test_the_commands_of_a_page_run(page: str, shell: Callable[[str], None]) -> None:
    """Files that a page shows under a title are written first, unless the project has them: then it must have the same."""
    ran = 0
    for block in BLOCK.finditer(PAGES[page].read_text()):
        if block["language"] == "yaml" and block["title"]:
            (shell.folder / block["title"]).write_text(block["text"])
        elif block["language"] == "python" and block["title"]:
            assert (shell.folder / "my-app" / block["title"]).read_text() == block["text"]
        elif block["text"] == commands_for_an_extension():
            continue  # which the journey of that page runs
        elif block["language"] == "sh" and "python3 -m venv" not in block["text"]:
            if page == "README.md" and re.search(
                "functions (add|remove|rename|update)", block["text"]
            ):  # "In the project, with everything committed:"
                shell(
                    f'cd "{shell.folder}/orders" && git init -q && git add --all && git commit -q --allow-empty -m "Change"'
                )
            shell(block["text"])
            ran += 1

    assert ran >= 2


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_a_first_page_shows_a_function_of_its_list_in_both_programming_models(
    page: str, render: Callable[..., Project]
) -> None:
    functions = yaml.safe_load(blocks(page, "yaml")[0]["text"])["functions"]
    v1, v2 = (render(functions=functions, programming_model=model) for model in ("v1", "v2"))

    for language, projects, file in [("python", [v1, v2], "__init__.py"), ("json", [v1], "function.json")]:
        shown = [block["text"] for block in blocks(page, language)]
        assert shown == [project.text(f"__app__/on_order/{file}") for project in projects]


@pytest.mark.parametrize("page", PAGES)
def test_the_manifests_of_a_page_render(page: str, template: Path, tmp_path: Path) -> None:
    for number, block in enumerate(blocks(page, "yaml")):
        answers = yaml.safe_load(block["text"])
        if isinstance(answers, dict) and "functions" in answers:
            data = {"programming_model": ("v1", "v2")[number % 2]} | answers
            copier.run_copy(str(template), tmp_path / str(number), data=data, defaults=True, unsafe=False, quiet=True)
            project = Project(tmp_path / str(number))
            assert project.functions.keys() == {function["name"] for function in answers["functions"]}
            assert not project.load_errors()


@pytest.mark.parametrize("path", build.GENERATED, ids=lambda path: path.name)
def test_what_is_generated_is_up_to_date(path: Path) -> None:
    assert build.GENERATED[path]() == path.read_text(encoding="utf-8"), "run `python -m tools.build`"


def test_the_pictures_are_those_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])

    taken = pictures.take()

    assert taken.keys() == {path.name for path in pictures.PICTURES.iterdir() if path.suffix == ".svg"}
    for name, picture in taken.items():
        assert picture == (pictures.PICTURES / name).read_text(), "run `python -m tools.pictures`"


def test_every_page_is_in_the_navigation() -> None:
    navigation = re.findall(r'"([\w-]+\.md)"', (REPOSITORY / "zensical.toml").read_text())

    assert sorted(navigation) == sorted(path.name for path in PAGES.values() if path.name != "README.md")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. `--strict` fails on a warning, such as one of a link within the documentation that leads nowhere."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(REPOSITORY / "docs", folder / "docs")
    shutil.copy2(REPOSITORY / "zensical.toml", folder)
    zensical = Path(sys.executable).with_name("zensical")

    run = subprocess.run([zensical, "build", "--strict"], cwd=folder, capture_output=True, text=True, check=False)

    assert run.returncode == 0, re.sub(r"\x1b\[[0-9;]*m", "", run.stderr)
    return folder / "site"


def test_the_site_has_every_page_and_no_source(site: Path) -> None:
    pages = {path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")}

    assert pages == {"." if path.stem == "index" else path.stem for name, path in PAGES.items() if name != "README.md"}
    assert [path.name for path in site.rglob("*") if path.suffix in {".jinja", ".md", ".py"}] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page not in {"README.md", "docs/index.md"}])
def test_the_markup_of_a_page_is_rendered(page: str, site: Path) -> None:
    """Steps are numbered through, and no mark for emphasis, code or a cell of a table is left in the text."""
    html = (site / PAGES[page].stem / "index.html").read_text()
    article = html[html.index("<article") : html.index("</article>")]

    steps = len(re.findall(r"^\d+\. ", PAGES[page].read_text(), re.MULTILINE))
    lists = [re.findall(r"^<li>", part, re.MULTILINE) for part in re.findall(r"<ol>(.*?)</ol>", article, re.DOTALL)]
    assert [len(items) for items in lists] == ([steps] if steps else [])
    text = re.sub(r"<[^>]+>", "", re.sub(r"<(pre|code)\b.*?</\1>", "", article, flags=re.DOTALL))
    assert re.findall(r".*(?:\*\*|`|^\|).*", text, re.MULTILINE) == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_the_links_of_a_page_outside_the_site_lead_to_files(page: str) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", (REPOSITORY / page).read_text())

    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def test_our_pipeline_makes_a_project_for_each_python_and_pins_its_actions() -> None:
    workflow = (REPOSITORY / ".github/workflows/ci.yml").read_text()

    matrix = yaml.safe_load(workflow)["jobs"]["project"]["strategy"]["matrix"]["python"]
    assert matrix == all_questions()["python_version"]["choices"]
    assert all(re.search(r"@[0-9a-f]{40} # v\d", line) for line in workflow.splitlines() if " uses: " in line)


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "SECURITY.md"])
def test_each_command_of_a_page_is_one_that_powershell_takes_or_has_its_form(page: str) -> None:
    assert shell_only((REPOSITORY / page).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("form", ["bug.yml", "idea.yml"])
def test_an_issue_form_asks_for_something(form: str) -> None:
    fields = yaml.safe_load((REPOSITORY / ".github/ISSUE_TEMPLATE" / form).read_text())["body"]

    assert [field["attributes"]["label"] for field in fields if field.get("validations", {}).get("required")]
