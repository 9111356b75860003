"""Each verb does what Copier does, and nothing of the owner's gets lost."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from copier_azure_functions import cli, engine
from tests.front_door.conftest import FUNCTIONS, Command
from tests.support.owned_project import OwnedProject, Template, git
from tests.support.project import Project
from tests.updates.test_updates import copier_command

ANSWERS = ".copier-answers.yml"
Added = Callable[..., list[dict[str, object]]]


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch, project: OwnedProject) -> Added:
    """Tell which entries `add` would add by its words."""

    def added(*words: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        monkeypatch.setattr(cli, "_add", lambda entries, *_, **__: found.extend(entries))
        monkeypatch.chdir(project.path)
        cli.cli.main(["add", *words], standalone_mode=False)
        return found

    return added


class TestNew:
    """A project is the one that `copier copy` makes."""

    def test_it_is_the_same_bytes(self, command: Command, released_template: Path, tmp_path: Path) -> None:
        (tmp_path / "answers.yml").write_text(json.dumps({"functions": FUNCTIONS, "ci": "github"}))

        made = command(
            "new", "app", "--template", released_template, "--data-file", "answers.yml", "-d", "container=true"
        )

        assert made.status == 0, made.err
        plain = OwnedProject.copy(
            released_template,
            tmp_path / "plain" / "app",
            functions=FUNCTIONS,
            ci="github",
            container=True,
            project_name="app",
        )
        assert Project(tmp_path / "app").files == plain.files

    def test_it_shows_what_was_made_and_what_comes_next(
        self, command: Command, released_template: Path, tmp_path: Path
    ) -> None:
        made = command("new", "my app", "--defaults", "--template", released_template)

        assert "test_http_trigger.py" in made.out
        steps = [line.strip() for line in made.out.split("Next:\n")[1].splitlines()]
        script = "\n".join(step for step in steps if not step.startswith("uv run"))
        subprocess.run(["sh", "-ec", script], cwd=tmp_path, check=True, capture_output=True)
        assert git(tmp_path / "my app", "log", "--format=%s") == "Start from copier-azure-functions\n"

    def test_it_says_which_code_is_to_be_written(
        self, command: Command, released_template: Path, model: str, tmp_path: Path
    ) -> None:
        functions = [FUNCTIONS[0], {"name": "a-b", "trigger": "timer", "code": "mine"}]
        (tmp_path / "answers.yml").write_text(json.dumps({"functions": functions, "programming_model": model}))

        made = command("new", "app", "--template", released_template, "--data-file", "answers.yml")

        assert "Yours to write: __app__/a-b/__init__.py." in made.out

    @pytest.mark.parametrize("alone", [True, False], ids=["alone", "in a repository"])
    def test_an_app_of_a_repository_gets_none_of_its_own(
        self, command: Command, released_template: Path, tmp_path: Path, alone: bool
    ) -> None:
        (tmp_path / "[shop]/apps").mkdir(parents=True)
        if not alone:
            git(tmp_path / "[shop]", "init", "--quiet")

        made = command("new", "apps/orders", "--defaults", "--template", released_template, folder=tmp_path / "[shop]")
        status, said = copier_command(tmp_path / "[shop]", "copy", "--defaults", str(released_template), "apps/billing")

        assert (made.status, status) == (0, 0), made.err + said
        for text in (made.out, said):
            assert ("git init" in text) is alone
            assert ("git add ." in text) is not alone

    def test_a_folder_with_files_is_left_alone(self, command: Command, released_template: Path, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("mine")

        result = command("new", ".", "--defaults", "--template", released_template)

        assert result.status == 2
        assert "is not empty" in result.err
        assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

    def test_a_refusal_writes_nothing(self, command: Command, released_template: Path, tmp_path: Path) -> None:
        result = command("new", "app", "--template", released_template, "-d", "pyton_version=3.13", "--json")

        assert result.status == 2
        assert "python_version" in result.json[0]["message"]
        assert list(tmp_path.iterdir()) == []

    def test_without_a_terminal_it_says_which_flags_to_give(self, command: Command) -> None:
        result = command("new", "app")

        assert result.status == 2
        assert "--defaults" in result.err
        assert "--data-file" in result.err


class TestAdd:
    """The flags are the catalogue's."""

    def test_flags_become_an_entry_of_the_manifest(
        self, command: Command, project: OwnedProject, released_template: Path, tmp_path: Path
    ) -> None:
        words = (
            "add queue take_order --queue-name taken --async --output blob,path=receipts/{rand-guid}.txt --output queue"
        )
        entry = {
            "name": "take_order",
            "trigger": "queue",
            "queue_name": "taken",
            "async": True,
            "outputs": [{"binding": "blob", "path": "receipts/{rand-guid}.txt"}, {"binding": "queue"}],
        }

        result = command(*words.split(), folder=project.path)

        assert result.status == 0, result.err
        assert project.answers["functions"] == [*FUNCTIONS, entry]
        fresh = OwnedProject.copy(released_template, tmp_path / "fresh", functions=[*FUNCTIONS, entry])
        assert project.files == fresh.files

    @pytest.mark.parametrize(
        ("words", "entry"),
        [
            (
                ["http", "get_item", "--route", "items/{id}", "--methods", "get,head", "--auth-level", "anonymous"],
                {"trigger": "http", "route": "items/{id}", "methods": ["get", "head"], "auth_level": "anonymous"},
            ),
            (
                ["http", "f", "--input", "sql,command_text=select a, b from t where c=1,connection_string_setting=Db"],
                {
                    "trigger": "http",
                    "inputs": [
                        {
                            "binding": "sql",
                            "command_text": "select a, b from t where c=1",
                            "connection_string_setting": "Db",
                        }
                    ],
                },
            ),
            (
                ["timer", "f", "--schedule", "0 0 3 * * *", "--disabled", "--no-async", "--run-on-startup"],
                {
                    "trigger": "timer",
                    "schedule": "0 0 3 * * *",
                    "run_on_startup": True,
                    "async": False,
                    "disabled": True,
                },
            ),
            (
                ["event-hub", "f", "--retry", "strategy=fixed_delay,max_retry_count=3,delay_interval=00:00:10"],
                {
                    "trigger": "event_hub",
                    "retry": {"strategy": "fixed_delay", "max_retry_count": 3, "delay_interval": "00:00:10"},
                },
            ),
            (
                ["generic", "f", "--type", "redisListTrigger", "--key", "orders", "--max-batch-size=3"],
                {"trigger": "generic", "type": "redisListTrigger", "key": "orders", "max_batch_size": 3},
            ),
        ],
        ids=["list", "commas", "booleans", "retry", "any property"],
    )
    def test_a_value_has_the_type_of_its_rule(self, words: list[str], entry: dict[str, object], added: Added) -> None:
        assert added(*words) == [{"name": words[1]} | entry]

    @pytest.mark.parametrize(
        ("words", "named"),
        [
            (["service_bus_queue", "f", "--cardinality", "many"], {"arg_name": "messages"}),
            (["service_bus_topic", "f", "--cardinality", "MANY", "--arg-name", "letters"], {"arg_name": "letters"}),
            (["service_bus_queue", "f"], {}),
            (["service_bus_queue", "f", "--cardinality", "many", "--input", "blob,arg_name=messages"], {}),
            (["event_hub", "f"], {}),
            (["event_hub", "f", "--cardinality", "one"], {"arg_name": "event"}),
        ],
        ids=["several", "named", "one by default", "taken", "several by default", "one"],
    )
    def test_a_new_function_calls_several_messages_by_a_plural(
        self, words: list[str], named: dict[str, str], added: Added
    ) -> None:
        """The default name stays what it is, for the functions that have it."""
        (entry,) = added(*words)
        assert {key: value for key, value in entry.items() if key == "arg_name"} == named

    def test_the_help_tells_what_several_are_called(self, command: Command, project: OwnedProject) -> None:
        said = " ".join(command("add", "kafka", "--help", folder=project.path).out.split())

        assert "What the argument of the function is called: events with cardinality many." in said

    def test_a_health_check_is_a_word(self, added: Added) -> None:
        assert added("health") == [{"name": "health", "trigger": "http", "pattern": "health"}]

    def test_a_pattern_adds_functions_that_belong_together(self, command: Command, project: OwnedProject) -> None:
        result = command("add", "http_queue_worker", "--json", folder=project.path)

        assert result.status == 0, result.err
        assert result.json["changed"]["__app__/submit/__init__.py"] == "A"
        assert [function["name"] for function in project.answers["functions"]][-2:] == ["submit", "worker"]

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["que", "f"], "did you mean queue?"),
            (["queue", "f", "--queue-name", "A"], "queue_name: got 'A'"),
            (["queue", "greet"], "name: got 'greet'"),
            (["queue", "f", "--queu-name", "a"], "--queue-name"),
            (["queue", "f", "--output", "que"], "did you mean queue?"),
            (["queue", "f", "--output", "blob,path"], "has no value"),
        ],
        ids=["kind", "value", "name", "flag", "binding", "binding without a value"],
    )
    def test_what_is_wrong_is_refused(
        self, command: Command, project: OwnedProject, words: list[str], said: str
    ) -> None:
        result = command("add", *words, folder=project.path)

        assert (result.status, result.out) == (2, "")
        assert said in result.err
        assert project.changes == {}

    @pytest.mark.parametrize("kind", [kind.name for kind in cli.CATALOGUE.having("trigger")])
    def test_the_help_has_every_option_with_what_is_expected(self, command: Command, kind: str) -> None:
        said = " ".join(re.sub(r"-\n\s+", "-", command("add", kind, "--help").out).split())

        for option in cli.CATALOGUE.options(kind, "trigger"):
            assert option.flag in said
            assert (option.about if option.is_a == "boolean" and option.about else option.expected)[1:30] in said
            if option.default is not None and not isinstance(option.default, list):
                assert f"default: {str(option.default).lower()}"[:25] in said.lower()

    def test_no_flag_has_two_meanings(self) -> None:
        group = cli.cli.commands["add"]
        ctx = click.Context(group)
        for name in group.list_commands(ctx):
            names = [
                flag for param in group.get_command(ctx, name).params for flag in (*param.opts, *param.secondary_opts)
            ]
            assert len(names) == len(set(names)), name


class TestRemove:
    """What the owner has edited goes after a question only."""

    def test_a_function_that_nobody_edited_goes(self, command: Command, project: OwnedProject) -> None:
        result = command("remove", "on_order", folder=project.path)

        assert result.status == 0, result.err
        assert "on_order" not in project.functions

    @pytest.mark.parametrize("name", ["__app__/on_order/__init__.py", "tests/functions/test_on_order.py"])
    def test_one_that_was_edited_stays(self, command: Command, project: OwnedProject, name: str) -> None:
        project.edit(name, lambda text: text + "# mine\n")
        project.edit("__app__/greet/__init__.py", lambda text: text + "# mine\n")
        project.commit()

        result = command("remove", "on_order", folder=project.path)

        assert result.status == 2
        assert name in result.err
        assert "greet" not in result.err
        assert project.changes == {}

    def test_a_file_that_was_added_is_an_edit(self, command: Command, project: OwnedProject) -> None:
        (project.app / "on_order/prices.csv").write_text("1")
        project.commit()

        assert "on_order/prices.csv" in command("remove", "on_order", folder=project.path).err
        assert command("remove", "on_order", "--yes", folder=project.path).status == 0
        assert project.text("__app__/on_order/prices.csv") == "1"

    def test_code_of_the_owner_s_stays_and_is_named(
        self, command: Command, owned: Callable[..., OwnedProject], model: str, tmp_path: Path
    ) -> None:
        nightly = {"name": "nightly", "trigger": "timer", "schedule": "0 0 3 * * *", "code": "mine"}
        project = owned(tmp_path / "project", programming_model=model, functions=[nightly, FUNCTIONS[0]])
        files = {"__app__/nightly/__init__.py": "import nothing", "tests/functions/test_nightly.py": ""}
        for name, text in files.items():
            (project.path / name).parent.mkdir(exist_ok=True)
            (project.path / name).write_text(text)
        if model == "v1":
            project.edit("__app__/nightly/function.json", lambda text: text.replace('"name"', '"Name"'))
        project.commit()

        result = command("remove", "nightly", "--json", folder=project.path)

        assert result.status == 0, result.err
        (note,) = result.json["notes"]
        assert note.startswith(f"Left, as code and tests of nightly are yours: __app__/nightly, {[*files][1]}.")
        assert {name: project.text(name) for name in files} == files
        assert project.functions.keys() == {"greet"}
        assert project.load_errors() == {}

    @pytest.mark.parametrize(("old", "new"), [("0 3 *", "0 4 *"), ("{", "// mine\n{")], ids=["property", "comment"])
    def test_a_declaration_that_was_edited_is_asked_for(
        self, command: Command, owned: Callable[..., OwnedProject], old: str, new: str, tmp_path: Path
    ) -> None:
        nightly = {"name": "nightly", "trigger": "timer", "schedule": "0 0 3 * * *", "code": "mine"}
        project = owned(tmp_path / "project", functions=[nightly])
        project.edit("__app__/nightly/function.json", lambda text: text.replace(old, new, 1))
        project.commit()

        result = command("remove", "nightly", folder=project.path)

        assert result.status == 2
        assert "__app__/nightly/function.json" in result.err

    def test_one_that_is_needed_is_refused(self, command: Command, project: OwnedProject) -> None:
        result = command("remove", "hello", "--yes", folder=project.path)

        assert result.status == 2
        assert "hello_orchestrator" in result.err
        assert project.changes == {}


class TestRename:
    """A rename keeps every edit of the owner, in the function, in its test, and around them."""

    def test_it_gives_what_a_copy_with_the_new_name_gives(
        self, command: Command, project: OwnedProject, released_template: Path, tmp_path: Path
    ) -> None:
        for old, new in (("on_order", "take_order"), ("hello", "good_morning"), ("hello_orchestrator", "morning")):
            assert command("rename", old, new, folder=project.path).status == 0
            project.commit()

        text = json.dumps(FUNCTIONS).replace('"on_order"', '"take_order"').replace('"hello"', '"good_morning"')
        functions = json.loads(text.replace('"hello_orchestrator"', '"morning"'))
        fresh = OwnedProject.copy(released_template, tmp_path / "fresh", functions=functions)
        assert project.files == fresh.files

    def test_code_that_is_its_owners_goes_along(
        self, command: Command, owned: Callable[..., OwnedProject], model: str, tmp_path: Path
    ) -> None:
        nightly = {"name": "nightly", "trigger": "timer", "schedule": "0 0 3 * * *", "code": "mine"}
        project = owned(tmp_path / "project", programming_model=model, functions=[nightly])
        files = {
            "__app__/{}/__init__.py": "def run(): ...\n",
            "__app__/{}/a.csv": "1",
            "tests/functions/test_{}.py": "",
        }
        for name, text in files.items():
            path = project.path / name.format("nightly")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        project.commit()

        result = command("rename", "nightly", "weekly", folder=project.path)

        assert result.status == 0
        assert {name: project.text(name.format("weekly")) for name in files} == files
        assert not (project.app / "nightly").exists()
        assert '"nightly"' not in project.text("tests/test_contract.py")

    @pytest.fixture
    def edited(self, project: OwnedProject) -> OwnedProject:
        """A project whose owner has written at the top, in the middle and at the end of every file that can take it."""
        for name in [*project.files]:
            if name.endswith(".py") and (text := project.text(name)):
                lines = text.splitlines()
                middle = len(lines) // 2
                while middle < len(lines) and lines[middle].startswith((" ", ")", "}", "]")):
                    middle += 1
                mine = ["# mine: top", *lines[:middle], "# mine: middle", *lines[middle:], "# mine: end"]
                (project.path / name).write_text("\n".join(mine) + "\n")
        (project.app / "on_order/prices.csv").write_text("1")
        project.edit("README.md", lambda text: "Mine\n" + text + "\nMine, too.\n")
        project.commit()
        return project

    @pytest.mark.parametrize("old", ["on_order", "hello", "hello_orchestrator"])
    def test_edits_everywhere_stay_without_a_conflict(self, command: Command, edited: OwnedProject, old: str) -> None:
        new = "renamed"
        before = {name: edited.text(name).count("mine") for name in edited.files}

        result = command("rename", old, new, folder=edited.path)

        assert result.status == 0, result.err
        moved = {re.sub(rf"(/|test_){old}(/|\.py)", rf"\1{new}\2", name): count for name, count in before.items()}
        assert {name: edited.text(name).count("mine") for name in edited.files} == moved
        assert not [name for name in edited.files if "<<<<<" in edited.text(name)]
        assert edited.text("__app__/renamed/prices.csv") == "1" if old == "on_order" else True
        assert edited.load_errors() == {}
        tests = edited.run_tests()
        assert tests.returncode == 0, tests.stdout

    def test_an_app_of_the_v2_model_lists_the_new_name(
        self, command: Command, owned: Callable[..., OwnedProject], tmp_path: Path
    ) -> None:
        project = owned(tmp_path / "app", functions=FUNCTIONS, programming_model="v2")
        project.edit("__app__/function_app.py", lambda text: text + "\nMINE = 1\n")
        project.commit()

        assert command("rename", "hello", "good_morning", folder=project.path).status == 0

        assert project.load_errors() == {}
        assert project.functions.keys() == {
            "good_morning" if function["name"] == "hello" else function["name"] for function in FUNCTIONS
        }
        assert "MINE = 1" in project.text("__app__/function_app.py")
        assert project.run_tests().returncode == 0

    def test_an_edit_of_the_very_line_gets_the_new_name(self, command: Command, project: OwnedProject) -> None:
        test = "tests/functions/test_on_order.py"
        project.edit(test, lambda text: text.replace("import main", "import main as run  # on_order_total"))
        project.edit(test, lambda text: text.replace("main(", "run("))
        project.commit()

        assert command("rename", "on_order", "take_order", folder=project.path).status == 0

        text = project.text("tests/functions/test_take_order.py")
        assert "take_order import main as run  # on_order_total" in text
        assert project.run_tests().returncode == 0

    def test_what_the_owner_deleted_stays_deleted(self, command: Command, project: OwnedProject) -> None:
        (project.path / "tests/functions/test_on_order.py").unlink()
        project.commit()

        assert command("rename", "on_order", "take_order", folder=project.path).status == 0
        assert not list(project.path.glob("tests/functions/*order.py"))

    @pytest.mark.parametrize(("old", "is_said"), [("start", True), ("on_order", False)])
    def test_an_address_that_changes_is_named(
        self, command: Command, project: OwnedProject, old: str, is_said: bool
    ) -> None:
        said = command("rename", old, "other", folder=project.path).out

        assert (f"Its address ends in /other now; with the key `route: {old}`" in said) is is_said

    def test_the_owner_s_own_files_that_have_the_name_are_listed(self, command: Command, project: OwnedProject) -> None:
        (project.path / "tests/test_mine.py").write_text("from __app__.on_order import main\n")
        project.commit()

        assert "tests/test_mine.py" in command("rename", "on_order", "take_order", folder=project.path).out

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("on_oder", "x"), "did you mean on_order?"),
            (("on_order", "greet"), "which functions"),
            (("on_order", "import"), "Python keyword"),
        ],
    )
    def test_a_bad_name_is_refused(
        self, command: Command, project: OwnedProject, words: tuple[str, ...], said: str
    ) -> None:
        result = command("rename", *words, folder=project.path)

        assert result.status == 2
        assert said in result.err
        assert project.changes == {}


class TestUpdate:
    """A newer template comes in; what meets the owner's lines is listed."""

    @pytest.fixture
    def template_of_project(self, project: OwnedProject, released_template: Path, tmp_path: Path) -> Template:
        template = Template(tmp_path / "template", released_template)
        project.follow(template)
        project.commit()
        return template

    def test_a_conflict_is_listed_with_the_command_that_shows_it(
        self, command: Command, project: OwnedProject, template_of_project: Template
    ) -> None:
        project.edit(".gitignore", lambda text: text.replace(".ruff_cache/\n", ".ruff_cache/ # mine\n"))
        project.commit()
        template_of_project.replace("template/.gitignore", ".ruff_cache/\n", "/.ruff_cache/\n")
        template_of_project.release("v1.1.0")

        result = command("update", folder=project.path)

        assert result.status == 1, result
        assert "git diff -- .gitignore" in result.out
        assert "mine" in project.text(".gitignore")

    @pytest.mark.parametrize("shown", ["no", "all"])
    def test_no_setting_of_git_hides_a_conflict(
        self, command: Command, project: OwnedProject, template_of_project: Template, shown: str
    ) -> None:
        git(project.path, "config", "status.showUntrackedFiles", shown)
        project.edit(".gitignore", lambda text: text.replace(".ruff_cache/\n", ".ruff_cache/ # mine\n"))
        project.commit()
        template_of_project.replace("template/.gitignore", ".ruff_cache/\n", "/.ruff_cache/\n")
        template_of_project.release("v1.1.0")

        result = command("update", "--json", folder=project.path)

        assert (result.status, result.json["conflicts"]) == (1, [".gitignore"])
        assert re.search(r"^<{7} .*\n\.ruff_cache/ # mine\n", project.text(".gitignore"), re.MULTILINE)
        assert not list(project.path.rglob("*.rej"))

    def test_what_git_kept_beside_a_file_is_a_conflict(
        self, command: Command, project: OwnedProject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def leave(path: Path, *_: object) -> list[str]:
            (path / "tests/it's.rej").write_text("mine")
            return []

        monkeypatch.setattr(engine, "update", leave)

        told = command("update", folder=project.path)
        assert told.status == 1
        line = next(line for line in told.out.splitlines() if line.startswith("  cat "))
        assert subprocess.check_output(["sh", "-c", line], cwd=project.path, text=True) == "mine"
        (project.path / "tests/it's.rej").unlink()
        assert command("update", "--json", folder=project.path).json["conflicts"] == ["tests/it's"]

    def test_nothing_new_changes_nothing(self, command: Command, project: OwnedProject) -> None:
        result = command("update", folder=project.path)

        assert (result.status, result.out) == (0, "Nothing changed.\n")

    def test_json_has_conflicts_and_changes(
        self, command: Command, project: OwnedProject, template_of_project: Template
    ) -> None:
        template_of_project.replace("template/.gitignore", ".ruff_cache/\n", "/.ruff_cache/\n")
        template_of_project.release("v1.1.0")

        result = command("update", "--json", folder=project.path)

        assert result.status == 0
        assert result.json["changed"].keys() == {".gitignore", ANSWERS}
        assert result.json["conflicts"] == []


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("add", "timer", "nightly"), "+++ b/__app__/nightly/function.json"),
        (("remove", "on_order"), "--- a/__app__/on_order/__init__.py"),
        (("rename", "on_order", "take_order"), "rename to __app__/take_order/__init__.py"),
        (("update", "-d", "python_version=3.12"), "+python_version: '3.12'"),
    ],
    ids=["add", "remove", "rename", "update"],
)
def test_a_dry_run_shows_the_diff_and_changes_nothing(
    command: Command, project: OwnedProject, words: tuple[str, ...], shown: str
) -> None:
    before = Project(project.path).files

    result = command(*words, "--dry-run", folder=project.path)

    assert result.status == 0, result.err
    assert shown in result.out
    assert Project(project.path).files == before
    assert project.changes == {}
    assert git(project.path, "stash", "list") == ""


def test_a_project_in_a_folder_of_a_repository_is_changed_like_any_other(
    command: Command, project: OwnedProject, tmp_path: Path
) -> None:
    top = tmp_path / "monorepo"
    (top / "apps").mkdir(parents=True)
    (project.path / ".git").rename(top / ".git")
    nested = OwnedProject(project.path.rename(top / "apps/orders"))
    OwnedProject(top).commit()

    added = command("add", "timer", "nightly", "--dry-run", folder=nested.path)
    assert "+++ b/apps/orders/__app__/nightly/function.json" in added.out
    renamed = command("rename", "on_order", "take_order", "--project", "apps/orders", folder=top)
    assert renamed.status == 0, renamed.err
    assert "take_order" in nested.functions
    assert not (nested.app / "on_order").exists()


def test_the_shell_completes_kinds_options_and_functions(project: OwnedProject) -> None:
    def complete(*words: str) -> list[str]:
        line = " ".join(["copier-azure-functions", *words])
        run = subprocess.run(
            [sys.executable, "-m", "copier_azure_functions"],
            cwd=project.path,
            capture_output=True,
            text=True,
            check=True,
            env={
                "PATH": "",
                "COMP_WORDS": line,
                "COMP_CWORD": str(len(words)),
                "_COPIER_AZURE_FUNCTIONS_COMPLETE": "bash_complete",
            },
        )
        return [entry.split(",", 1)[1] for entry in run.stdout.splitlines()]

    assert "service_bus_queue" in complete("add", "serv")
    assert complete("add", "queue", "f", "--queue") == ["--queue-name"]
    assert complete("add", "http", "f", "--auth-level", "a") == ["anonymous", "admin"]
    assert complete("add", "http", "f", "--output", "blo") == ["blob"]
    assert complete("remove", "he") == ["hello_orchestrator", "hello"]
    assert complete("rename", "gr") == ["greet"]


def test_the_completion_of_a_shell_is_printed(command: Command) -> None:
    script = command("completion", "bash").out

    assert "_COPIER_AZURE_FUNCTIONS_COMPLETE=bash_complete" in script
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
