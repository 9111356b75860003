"""A project is generated once and updated for years, and no update loses what its owner wrote."""

import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import copier
import pexpect
import plumbum
import pytest
from copier._cli import CopierApp

from tests.support.forked_program import ForkedProgram
from tests.support.owned_project import OwnedProject, Template, git
from tools.questions import by_file

FUNCTIONS = [
    {"name": "greet", "trigger": "http"},
    {"name": "on_order", "trigger": "queue", "queue_name": "orders", "outputs": [{"binding": "blob"}]},
    {"name": "nightly", "trigger": "timer"},
]
THUMBS = {"name": "thumbs", "trigger": "blob", "path": "images/{name}"}
STARTER = {"name": "start", "trigger": "http", "inputs": [{"binding": "durable_client", "orchestrator": "saga"}]}
SAGA = [
    STARTER,
    {"name": "saga", "trigger": "orchestration", "activity": "step"},
    {"name": "step", "trigger": "activity"},
]
LOCAL_SETTINGS = "__app__/local.settings.json"
REQUIREMENTS = "__app__/requirements.txt"
TEXT_MODULE = "shared_code/text.py"


@pytest.fixture
def template(released_template: Path, tmp_path: Path) -> Template:
    """A template of one's own, released as v1.0.0."""
    return Template(tmp_path / "template", released_template)


@pytest.fixture
def project(owned: Callable[..., OwnedProject], tmp_path: Path) -> OwnedProject:
    """A project that is not going to see another version of the template."""
    return owned(tmp_path / "project", functions=FUNCTIONS)


@pytest.fixture
def updatable(project: OwnedProject, template: Template) -> OwnedProject:
    """A project of the template that the test is going to change."""
    project.follow(template)
    project.commit()
    return project


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[..., OwnedProject]:
    """Make another project, for comparison."""
    return lambda template, **answers: OwnedProject.copy(template, tmp_path / "fresh", **answers)


def copier_command(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run Copier's command line in this process; return its exit status and what it says."""
    said = io.StringIO()
    with plumbum.local.cwd(folder), contextlib.redirect_stderr(said):
        _, status = CopierApp.run(["copier", *arguments], exit=False)
    return status, said.getvalue()


class TestFunctions:
    """One command adds, changes or removes functions, and touches nothing else."""

    def test_adding_a_function_gives_what_a_copy_with_it_gives(
        self, project: OwnedProject, released_template: Path, fresh: Callable[..., OwnedProject]
    ) -> None:
        project.update(add=[THUMBS])

        assert project.files == fresh(released_template, functions=[*FUNCTIONS, THUMBS]).files
        assert project.changes == {
            ".copier-answers.yml": "M",
            "README.md": "M",
            "__app__/shared_code/blobs.py": "??",
            "__app__/thumbs/__init__.py": "??",
            "__app__/thumbs/function.json": "??",
            "tests/functions/test_thumbs.py": "??",
        }

    def test_removing_a_function_takes_its_files_and_nothing_of_the_owner(self, project: OwnedProject) -> None:
        (project.app / "nightly" / "holidays.csv").write_text("12-25\n")
        project.edit("__app__/greet/__init__.py", lambda text: text + "\n\nMINE = True\n")
        project.commit()

        project.update(remove=["nightly"])

        assert project.changes == {
            ".copier-answers.yml": "M",
            "README.md": "M",
            "__app__/nightly/__init__.py": "D",
            "__app__/nightly/function.json": "D",
            "tests/functions/test_nightly.py": "D",
        }
        assert project.text("__app__/nightly/holidays.csv") == "12-25\n"

    def test_a_rename_is_a_removal_and_an_addition(self, project: OwnedProject) -> None:
        project.update(remove=["nightly"], add=[{"name": "every_night", "trigger": "timer"}])

        assert list(project.functions) == ["every_night", "greet", "on_order"]
        assert project.load_errors() == {}

    def test_a_changed_list_changes_what_differs(self, project: OwnedProject) -> None:
        project.update(functions=[FUNCTIONS[0], FUNCTIONS[1] | {"queue_name": "orders-v2"}, FUNCTIONS[2]])

        assert project.changes.keys() == {".copier-answers.yml", "README.md", "__app__/on_order/function.json"}
        assert project.functions["on_order"]["bindings"][0]["queueName"] == "orders-v2"

    def test_the_message_tells_what_was_added_changed_and_removed_and_which_settings_came(
        self, project: OwnedProject
    ) -> None:
        functions = [FUNCTIONS[0], FUNCTIONS[1], FUNCTIONS[2] | {"schedule": "0 0 4 * * *"}]
        status, said = copier_command(
            project.path,
            "update",
            "--defaults",
            "--vcs-ref",
            ":current:",
            "-d",
            f"functions={json.dumps(functions)}",
            "-d",
            "remove=[greet]",
            "-d",
            "add=[{name: relay, trigger: queue, connection: PartnerStorage}]",
        )

        assert status == 0, said
        assert "Added with their tests: relay." in said
        assert "Changed: nightly." in said
        assert "git diff HEAD -- __app__/nightly\n" in said
        assert "Removed with their tests: greet." in said
        assert "git checkout HEAD -- __app__/greet" in said
        assert "in Azure: PartnerStorage." in said
        assert "git diff --check" in said

    def test_the_message_tells_whose_code_is_written_and_deleted(
        self, owned: Callable[..., OwnedProject], model: str, tmp_path: Path
    ) -> None:
        nightly = FUNCTIONS[2] | {"code": "mine"}
        project = owned(tmp_path / "app", programming_model=model, functions=[FUNCTIONS[0], nightly])
        blueprint = "import azure.functions as func\n\nbp = func.Blueprint()\n"
        for path in ("__app__/nightly/__init__.py", "tests/functions/test_nightly.py"):
            (project.path / path).parent.mkdir(exist_ok=True)
            (project.path / path).write_text(blueprint)
        project.commit()

        def update(**answers: object) -> str:
            given = [word for name, answer in answers.items() for word in ("-d", f"{name}={json.dumps(answer)}")]
            status, said = copier_command(project.path, "update", "--defaults", "--vcs-ref", ":current:", *given)
            assert status == 0, said
            return said

        said = update(functions=[FUNCTIONS[0], nightly | {"schedule": "0 0 4 * * *"}])

        assert "Changed, with code of yours: nightly." in said
        assert "Changed: " not in said
        assert "Yours to write" not in said
        project.commit()

        assert "Yours to write: __app__/nightly/run.py." in update(functions=[nightly | {"script_file": "run.py"}])
        git(project.path, "checkout", "--quiet", ".")

        theirs = {"code": "mine", "script_file": "../Common/of-theirs.py"}
        said = update(remove=["nightly", "greet"], add=[THUMBS, STARTER | {"inputs": []} | theirs])

        assert "Added with their tests: thumbs." in said
        assert "Added, with code and tests of yours: start." in said
        assert "Yours to write: __app__/Common/of-theirs.py." in said
        assert "Removed with their tests: greet." in said
        assert "are yours: __app__/nightly, tests/functions/test_nightly.py." in said
        assert project.text("__app__/nightly/__init__.py") == blueprint
        git(project.path, "reset", "--quiet")
        command = next(line for line in said.splitlines() if line.startswith("  git rm"))
        git(project.path, *command.split()[1:])
        assert not (project.app / "nightly").exists()
        (project.app / "Common").mkdir()
        decorators = "\n\n@bp.function_name('start')\n@bp.route()\n" if model == "v2" else "\n\n"
        code = "def main(req: func.HttpRequest) -> str:\n    return ''\n"
        (project.app / "Common/of-theirs.py").write_text(blueprint + decorators + code)
        assert project.load_errors() == {}
        assert project.functions.keys() == {"start", "thumbs"}

    def test_a_function_is_added_for_code_that_is_there(self, project: OwnedProject) -> None:
        (project.app / "reports").mkdir()
        (project.app / "reports/__init__.py").write_text("def main(timer): ...\n")
        project.commit()

        with pytest.raises(ValueError, match="Give the function `code: mine`"):
            project.update(add=[{"name": "reports", "trigger": "timer"}])
        project.update(add=[{"name": "reports", "trigger": "timer", "code": "mine"}])

        assert project.text("__app__/reports/__init__.py") == "def main(timer): ...\n"
        assert project.load_errors() == {}

    def test_a_function_is_added_in_a_dialogue(self, project: OwnedProject) -> None:
        command = ["copier", "update", "--vcs-ref", ":current:", "--skip-answered", "--ask", "add"]
        dialogue = ForkedProgram(command, project.path)
        dialogue.expect("Which functions come")
        dialogue.send("\x15")  # Ctrl+U takes the empty list away
        dialogue.sendline('[{name: thumbs, trigger: blob, path: "images/{name}"}]')
        dialogue.expect(pexpect.EOF)
        dialogue.close()

        assert dialogue.exitstatus == 0
        assert project.answers["functions"] == [*FUNCTIONS, THUMBS]
        assert "thumbs" in project.functions

    def test_an_update_without_answers_changes_nothing(self, project: OwnedProject) -> None:
        project.edit("__app__/greet/__init__.py", lambda text: text.replace("Hello", "Ahoy"))
        project.commit()

        project.update()

        assert project.changes == {}


class TestHelpers:
    """What functions share stays when the function that brought it goes: the owner's code may use it."""

    def test_a_module_stays_with_the_lines_its_owner_added(self, project: OwnedProject) -> None:
        project.edit("__app__/shared_code/text.py", lambda text: text + "\n\nENCODING = 'utf-8'\n")
        project.commit()

        project.update(remove=["on_order"])

        assert "__app__/shared_code/text.py" not in project.changes
        assert "ENCODING" in project.text("__app__/shared_code/text.py")

    def test_stand_ins_stay_for_the_owner_s_tests(self, project: OwnedProject) -> None:
        (project.path / "tests/test_mine.py").write_text(
            "from tests.stand_ins import Output\n\n\ndef test_mine() -> None:\n    assert Output().get() is None\n"
        )
        project.commit()

        project.update(remove=["on_order"])

        run = project.run_tests()
        assert run.returncode == 0, run.stdout

    def test_what_nobody_needs_goes_on_request_and_comes_back_when_needed(self, project: OwnedProject) -> None:
        project.update(remove=["on_order"])
        project.commit()

        project.update(helpers=[])
        assert project.changes == {
            ".copier-answers.yml": "M",
            "__app__/shared_code/text.py": "D",
            "tests/stand_ins.py": "M",
        }

        project.commit()
        project.update(add=[FUNCTIONS[1]])
        assert project.load_errors() == {}


CHANGES: dict[str, dict[str, Any]] = {
    "most answers": {
        "project_name": "Shop",
        "python_version": "3.12",
        "auth_level": "anonymous",
        "app_settings": {"GREETING": "Hello"},
        "worker_process_count": 4,
        "extensions": "csproj",
        "worker_extensions": [
            {
                "requirement": "python-worker-extension-timer==1.0.0",
                "package": "python_worker_extension_timer",
                "class": "TimerExtension",
            }
        ],
        "ci": "github",
        "container": True,
        "kubernetes": True,
        "advanced": True,
        "build": "local",
        "telemetry": "opentelemetry",
        "function_timeout": "00:10:00",
        "renovate": True,
    },
    "what does not go with extensions of one's own": {"infrastructure": "azd", "virtual_network": True},
    "what is ready for work": {
        "ci": "travis",
        "integration_tests": True,
        "deployment_check": True,
        "audit": True,
        "dev_container": True,
        "agents": True,
        "openapi": True,
        "durable_backend": "scheduler",
    },
    "the other programming model": {"programming_model": "v2"},
}


class TestAnswers:
    """Every answer can be changed later, and none is lost."""

    @pytest.mark.parametrize("name", CHANGES)
    def test_changed_answers_give_what_a_copy_with_them_gives(
        self, name: str, project: OwnedProject, released_template: Path, fresh: Callable[..., OwnedProject]
    ) -> None:
        (project.path / LOCAL_SETTINGS).unlink()  # made anew, as on a fresh clone

        project.update(**CHANGES[name])

        assert project.answers.items() >= CHANGES[name].items()
        expected = fresh(released_template, functions=FUNCTIONS, **CHANGES[name])
        assert project.files | {REQUIREMENTS: b""} == expected.files | {REQUIREMENTS: b""}  # uv writes it

    def test_the_answer_to_a_question_that_is_gone_stays_valid_and_goes(self, project: OwnedProject) -> None:
        project.edit(".copier-answers.yml", lambda text: text + "existing_project: true\n")
        project.commit()

        project.update()

        assert project.changes == {".copier-answers.yml": "M"}
        assert "existing_project" not in project.answers

    def test_all_answers_that_are_asked_for_are_tried(self) -> None:
        elsewhere = {"project_type", "triggers", "functions", "add", "remove", "helpers"}
        files = by_file()
        asked = {
            name for file in ("project", "function_app", "advanced", "delivery", "updates") for name in files[file]
        }

        assert asked - elsewhere == {name for changes in CHANGES.values() for name in changes}

    def test_renovate_keeps_away_from_what_is_an_answer(self, project: OwnedProject) -> None:
        assert not (project.path / "renovate.json").exists()

        project.update(renovate=True)

        rules = project.json("renovate.json")["packageRules"]
        disabled = [rule for rule in rules if rule.get("enabled") is False]
        assert {name for rule in disabled for name in rule.get("matchPackageNames", [])} == {
            "python",
            "azure-functions",
            "azure-functions-durable",
        }
        assert [name for rule in disabled for name in rule.get("matchFileNames", [])] == [REQUIREMENTS]

    @pytest.mark.parametrize(
        ("file", "accepts", "refuses", "answers", "named"),
        [
            pytest.param(
                "manifest/reserved_names.json",
                '"keywords": [',
                '"keywords": ["nightly", ',
                {},
                "name: got 'nightly' (functions[2], nightly)",
                id="a list of functions",
            ),
            pytest.param(
                "questions/function_app.yml",
                '"3.11", "3.12", "3.13"',
                '"3.13"',
                {"python_version": "3.12"},
                '"3.12"',
                id="a choice that is gone",
            ),
            pytest.param(
                "questions/advanced.yml",
                "{{ setting_problems(app_settings) }}",
                "{{ 'no shouting' if 'LOUD' in app_settings }}",
                {"app_settings": {"LOUD": "yes"}},
                "question 'app_settings': no shouting",
                id="a map that the default would empty",
            ),
        ],
    )
    def test_a_recorded_answer_that_a_newer_version_refuses_stops_the_update(
        self,
        file: str,
        accepts: str,
        refuses: str,
        answers: dict[str, Any],
        named: str,
        template: Template,
        tmp_path: Path,
    ) -> None:
        project = OwnedProject.copy(template.path, tmp_path / "project", functions=FUNCTIONS, **answers)
        before = project.files
        template.replace(file, accepts, refuses)
        template.release("v1.1.0")

        with pytest.raises(ValueError, match="Validation error") as error:
            project.update("v1.1.0")

        assert named in str(error.value)
        assert project.files == before
        assert project.changes == {}

    def test_a_refused_answer_can_be_given_anew(self, template: Template, updatable: OwnedProject) -> None:
        template.replace("questions/function_app.yml", '"3.11", "3.12", "3.13"', '"3.11", "3.12"')
        template.replace("questions/function_app.yml", 'default: "3.13"', 'default: "3.14"')
        template.release("v1.1.0")

        updatable.update("v1.1.0", python_version="3.12")

        assert updatable.text(".python-version") == "3.12\n"

    def test_a_retired_question_s_answer_stays_accepted(self, template: Template, tmp_path: Path) -> None:
        question = "\ncolour:\n  type: str\n  default: red\n"
        upkeep = "questions/updates.yml"
        template.replace(upkeep, "renovate:", question.lstrip() + "\nrenovate:")
        template.replace("questions/answers.jinja", "    'helpers',\n", "    'helpers',\n    'colour',\n")
        template.release("v1.1.0")
        project = OwnedProject.copy(template.path, tmp_path / "project", functions=FUNCTIONS, colour="blue")
        assert project.answers["colour"] == "blue"
        template.replace(upkeep, question.lstrip() + "\n", "")
        template.release("v1.2.0")

        project.update("v1.2.0", colour="green")

        assert project.changes == {".copier-answers.yml": "M"}
        assert "colour" not in project.answers

    def test_the_kind_of_project_cannot_be_changed(self, project: OwnedProject) -> None:
        before = project.files

        with pytest.raises(ValueError, match="this project is a function_app and stays one"):
            project.update(project_type="worker_extension")

        assert project.files == before
        assert project.changes == {}

    def test_an_update_changes_one_line_of_the_answers(self, template: Template, updatable: OwnedProject) -> None:
        template.release("v1.1.0")

        updatable.update("v1.1.0")

        assert updatable.changes == {".copier-answers.yml": "M"}
        diff = git(updatable.path, "diff", "--unified=0").splitlines()
        assert [line for line in diff if line[0] in "+-" and line[:3] not in ("+++", "---")] == [
            "-_commit: v1.0.0",
            "+_commit: v1.1.0",
        ]


class TestLocalSettings:
    """Git ignores local.settings.json: nobody could bring back what an update overwrites."""

    def test_the_owner_s_values_stay(self, template: Template, updatable: OwnedProject) -> None:
        mine = '{"Values": {"SECRET": "s3cret", "AzureWebJobsStorage": "mine"}}'
        (updatable.path / LOCAL_SETTINGS).write_text(mine)
        template.replace(
            "manifest/normalize.jinja",
            "'FUNCTIONS_WORKER_RUNTIME': 'python',",
            "'FUNCTIONS_WORKER_RUNTIME': 'python3',",
        )
        template.release("v1.1.0")

        updatable.update("v1.1.0", add=[{"name": "relay", "trigger": "queue", "connection": "PartnerStorage"}])

        assert updatable.text(LOCAL_SETTINGS) == mine
        assert not list(updatable.path.rglob("*.rej"))

    def test_what_is_new_is_named_and_in_the_committed_example(self, project: OwnedProject) -> None:
        functions = [*FUNCTIONS[:2], FUNCTIONS[2] | {"disabled": True}]

        _, said = copier_command(
            project.path,
            "update",
            "--defaults",
            "--vcs-ref",
            ":current:",
            "--data",
            f"functions={json.dumps(functions)}",
        )

        assert "and in Azure: AzureWebJobs.nightly.Disabled.\n" in said
        assert project.json("local.settings.example.json")["Values"]["AzureWebJobs.nightly.Disabled"] == "true"

    def test_a_fresh_clone_gets_the_file_by_an_update(self, project: OwnedProject, tmp_path: Path) -> None:
        git(tmp_path, "clone", "--quiet", str(project.path), str(tmp_path / "elsewhere" / "clone"))
        clone = OwnedProject(tmp_path / "elsewhere" / "clone")
        assert not (clone.path / LOCAL_SETTINGS).exists()

        clone.update()

        assert clone.text(LOCAL_SETTINGS) == project.text(LOCAL_SETTINGS)
        assert clone.changes == {}

    def test_values_that_were_committed_stay_too(self, project: OwnedProject) -> None:
        git(project.path, "add", "--force", LOCAL_SETTINGS)
        project.edit(LOCAL_SETTINGS, lambda text: text.replace("UseDevelopmentStorage=true", "mine"))
        project.commit()

        project.update(app_settings={"GREETING": "Hello"})

        assert LOCAL_SETTINGS not in project.changes


def insert_below(line: str, new: str) -> Callable[[str], str]:
    """Put a line below another one."""
    return lambda text: text.replace(line, line + new)


def append(lines: str) -> Callable[[str], str]:
    """Put lines at the end."""
    return lambda text: text + lines


class Edit(NamedTuple):
    """What an owner does to a file, and a change of the template close to it, if the manifest's does not do."""

    file: str
    change: Callable[[str], str]
    template_change: tuple[str, str, str] | None = None


OWN_PACKAGES = "  # What your own code needs: uv add.\n"
EDITS = {
    "packages, as uv adds them, when a function brings another one": Edit(
        "pyproject.toml",
        lambda text: text.replace("dependencies = [\n", 'dependencies = [\n  "aiohttp>=3",\n').replace(
            OWN_PACKAGES, OWN_PACKAGES + '  "requests>=2.32",\n'
        ),
    ),
    "a setting of the host, when the extension bundle changes": Edit(
        "__app__/host.json",
        insert_below('"version": "2.0",\n', '  "functionTimeout": "00:10:00",\n'),
        ("manifest/normalize.jinja", "[4.*, 5.0.0)", "[4.*, 6.0.0)"),
    ),
    "a development tool, when another one gets newer": Edit(
        "pyproject.toml",
        insert_below("dev = [\n", '  "mypy>=1.18",\n'),
        ("renderers/python/pyproject.toml.jinja", "ruff>=0.15,<0.18", "ruff>=0.16,<0.18"),
    ),
    "a body, when the signature changes": Edit("__app__/nightly/__init__.py", append('    logging.info("Done")\n')),
    "a test, when the one above it changes": Edit(
        "tests/functions/test_nightly.py",
        append("\n\ndef test_mine() -> None:\n    assert main\n"),
        ("kinds/timer/sample.jinja", "'logs", "'really_logs"),
    ),
    "a helper, when the module's documentation changes": Edit(
        "__app__/shared_code/text.py",
        append('\n\ndef shout(text: str) -> str:\n    """Shout."""\n    return text.upper()\n'),
        (TEXT_MODULE, "Text from bytes.", "Bytes to text."),
    ),
    "a section of the README, when functions are added": Edit("README.md", append("\n## Ours\n\nCall Ada.\n")),
    "a property of a binding, when the retries change": Edit(
        "__app__/on_order/function.json", insert_below('"queueName": "orders",\n', '      "dataType": "string",\n')
    ),
    "an ignored path, when the template ignores another one": Edit(
        ".gitignore", append("*.local\n"), ("template/.gitignore", "# Python\n", "# Python\n.mypy_cache/\n")
    ),
    "a setting of the editor, when the template changes one": Edit(
        ".vscode/settings.json",
        insert_below("{\n", '  "editor.rulers": [88],\n'),
        ("renderers/vscode/settings.json.jinja", '"~4"', '"~5"'),
    ),
}
CHANGED_FUNCTIONS = [
    FUNCTIONS[0],
    FUNCTIONS[1] | {"retry": {"strategy": "fixed_delay", "max_retry_count": 3, "delay_interval": "00:00:10"}},
    FUNCTIONS[2] | {"context": True},
]


class TestMerging:
    """The owner's likely edits and the likely changes of the template do not collide; what does is shown."""

    def test_both_are_there(self, template: Template, updatable: OwnedProject) -> None:
        original = {edit.file: updatable.text(edit.file) for edit in EDITS.values()}
        for edit in EDITS.values():
            updatable.edit(edit.file, edit.change)
            if edit.template_change:
                template.replace(*edit.template_change)
        mine = {edit.file: updatable.text(edit.file) for edit in EDITS.values()}
        updatable.commit()
        template.release("v1.1.0")

        updatable.update("v1.1.0", functions=CHANGED_FUNCTIONS, add=[THUMBS, *SAGA])

        assert updatable.conflicts == []
        for name, edit in EDITS.items():
            before, after = original[edit.file].splitlines(), updatable.text(edit.file).splitlines()
            wrote = set(mine[edit.file].splitlines()) - set(before)
            assert wrote <= set(after), name
            assert set(after) - set(before) > wrote, f"{name}: no change of the template came in"

    def test_a_conflict_is_shown_with_both_sides(self, template: Template, updatable: OwnedProject) -> None:
        updatable.edit(
            "__app__/shared_code/text.py", lambda text: text.replace('"""Text from bytes."""', '"""Mine."""')
        )
        updatable.commit()
        template.replace(TEXT_MODULE, '"""Text from bytes."""', '"""Theirs."""')
        template.release("v1.1.0")

        updatable.update("v1.1.0")

        assert {'"""Mine."""', '"""Theirs."""'} <= set(updatable.text("__app__/shared_code/text.py").splitlines())
        assert any("leftover conflict marker" in line for line in updatable.conflicts)
        assert updatable.changes["__app__/shared_code/text.py"] == "UU"


class TestPackages:
    """uv writes requirements.txt; an update only tells when."""

    def test_what_azure_installs_is_never_touched(self, updatable: OwnedProject) -> None:
        (updatable.path / REQUIREMENTS).write_text("azure-functions==2.3.0\n    # via app\nrequests==2.32.5\n")
        updatable.commit()

        status, said = copier_command(
            updatable.path, "update", "--defaults", "--vcs-ref", ":current:", "--data", f"add={json.dumps(SAGA)}"
        )

        assert status == 0, said
        assert REQUIREMENTS not in updatable.changes
        assert '+  "azure-functions-durable>=1.7,<2",' in git(updatable.path, "diff", "pyproject.toml").splitlines()
        assert "New packages: azure-functions-durable>=1.7,<2." in said
        assert "  uv export " in said

    def test_what_azure_need_not_install_any_more_is_named(self, updatable: OwnedProject) -> None:
        updatable.update(add=SAGA)
        updatable.commit()
        update = ("update", "--defaults", "--vcs-ref", ":current:", "--data")

        _, said = copier_command(updatable.path, *update, f"remove={json.dumps([it['name'] for it in SAGA])}")

        assert "No longer needed: azure-functions-durable>=1.7,<2. No update touches" in said
        assert "  uv export " in said

    def test_another_sdk_for_another_python_is_named(self, updatable: OwnedProject) -> None:
        update = ("update", "--defaults", "--vcs-ref", ":current:", "--data")

        _, said = copier_command(updatable.path, *update, "python_version=3.12")

        assert "New packages: azure-functions>=1.26,<2. No update touches" in said

    def test_a_function_without_new_packages_has_no_message(self, updatable: OwnedProject) -> None:
        _, said = copier_command(
            updatable.path, "update", "--defaults", "--vcs-ref", ":current:", "--data", f"add={json.dumps([THUMBS])}"
        )

        assert "New packages" not in said
        assert "No longer needed" not in said


class TestSurroundings:
    """An update needs its own folder and the template, and changes nothing else."""

    def test_nothing_outside_a_project_in_a_larger_repository_changes(
        self, released_template: Path, tmp_path: Path
    ) -> None:
        root = tmp_path / "monorepo"
        (root / "other").mkdir(parents=True)
        for name in ("README.md", "other/.copier-answers.yml", "other/pyproject.toml"):
            (root / name).write_text("mine\n")
        git(root, "init", "--quiet")
        copier.run_copy(
            str(released_template),
            root / "apps/shop",
            data={"functions": FUNCTIONS},
            defaults=True,
            unsafe=False,
            quiet=True,
        )
        shop = OwnedProject(root / "apps/shop")
        shop.edit("__app__/greet/__init__.py", append("\n\nMINE = True\n"))
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--message=work")

        shop.update(remove=["nightly"], add=[THUMBS])

        assert {path for path in shop.changes if not path.startswith("apps/shop/")} == set()
        assert sorted(shop.functions) == ["greet", "on_order", "thumbs"]
        assert "MINE = True" in shop.text("__app__/greet/__init__.py")

    def test_recopy_keeps_the_answers_and_local_settings(self, project: OwnedProject) -> None:
        (project.path / LOCAL_SETTINGS).write_text("{}")
        before = project.files
        project.edit("__app__/greet/__init__.py", lambda text: text.replace("Hello", "Ahoy"))

        status, said = copier_command(project.path, "recopy", "--defaults", "--overwrite", "--vcs-ref", ":current:")

        assert status == 0, said
        assert project.files == before
        assert "git diff HEAD" in said
        assert "git init" not in said

    def test_check_update_tells_whether_there_is_a_newer_version(
        self, template: Template, updatable: OwnedProject
    ) -> None:
        current, _ = copier_command(updatable.path, "check-update", "--quiet")
        template.release("v1.1.0")
        outdated, _ = copier_command(updatable.path, "check-update", "--quiet")

        assert (current, outdated) == (0, 2)

    def test_a_relative_path_of_the_template_is_pointed_out(self, template: Template, tmp_path: Path) -> None:
        _, relative = copier_command(tmp_path, "copy", "--defaults", template.path.name, "relative")
        _, absolute = copier_command(tmp_path, "copy", "--defaults", str(template.path), "absolute")

        assert "recorded as you gave it" in relative
        assert "recorded as you gave it" not in absolute
