"""A project moves from the v1 to the v2 model by one update, and nothing that its owner wrote is lost."""

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from copier_azure_functions import changes
from copier_azure_functions import project as command
from copier_azure_functions.catalogue import Catalogue
from copier_azure_functions.errors import RefusalError
from tests.conftest import once
from tests.support.answer_sets import ANSWER_SETS
from tests.support.merges import Texts, merged, write
from tests.support.models import differences
from tests.support.owned_project import OwnedProject, Template, settle
from tests.support.project import Json, Project, greeting

SHOP = ANSWER_SETS["order_service"] | {"project_name": "App"}
PATTERNS = ANSWER_SETS["durable_patterns"] | {"project_name": "App"}

Both = tuple[Texts, Texts]


@pytest.fixture(scope="session")
def originals(released_template: Path, shared_dir: Path) -> dict[str, Path]:
    """Committed projects of the v1 model, to be copied."""

    def original(name: str, answers: Json) -> Path:
        return once(shared_dir / f"{name}-in-v1", lambda to: OwnedProject.copy(released_template, to, **answers))

    return {name: original(name, answers) for name, answers in (("shop", SHOP), ("patterns", PATTERNS))}


@pytest.fixture
def shop(originals: dict[str, Path], tmp_path: Path) -> OwnedProject:
    """The example app of twelve functions, committed."""
    return OwnedProject(Path(shutil.copytree(originals["shop"], tmp_path / "app")))


@pytest.fixture
def both(originals: dict[str, Path], render: Callable[..., Project]) -> dict[str, Both]:
    """The Python of both apps before and after the move, as nobody has edited it."""

    def python(project: Project) -> Texts:
        return {name: content.decode() for name, content in project.files.items() if name.endswith(".py")}

    def both(name: str, answers: Json) -> Both:
        before, after = python(Project(originals[name])), python(render(**answers, programming_model="v2"))
        return before, {name: after[name] for name in before}

    return {
        "shop": both("shop", ANSWER_SETS["order_service"]),
        "patterns": both("patterns", ANSWER_SETS["durable_patterns"]),
    }


def with_own_lines(texts: Texts, seed: int) -> tuple[Texts, list[tuple[str, str]]]:
    """Write twelve lines into files by chance; return what the files are then, and the lines with their files."""
    chance = random.Random(seed)
    mine, written = dict(texts), []
    for number in range(12):
        name = chance.choice(sorted(texts))
        lines = mine[name].splitlines()
        lines.insert(chance.randint(0, len(lines)), f"# owner {number}")
        mine[name] = "\n".join(lines) + "\n"
        written.append((name, f"# owner {number}"))
    return mine, written


def test_an_untouched_project_becomes_what_a_copy_would_be(shop: OwnedProject, render: Callable[..., Project]) -> None:
    before = shop.functions

    shop.update(programming_model="v2")

    assert shop.conflicts == []
    fresh = render(**ANSWER_SETS["order_service"], programming_model="v2")
    moved = {name: text for name, text in Project(shop.path).files.items() if name.endswith((".py", ".json"))}
    assert moved == {name: text for name, text in fresh.files.items() if name.endswith((".py", ".json"))}
    assert Project(shop.path).load_errors() == {}
    assert differences(before, Project(shop.path).functions) == []
    assert shop.run_tests().returncode == 0
    shop.commit()
    shop.update(programming_model="v2")
    shop.update()
    assert shop.changes == {}


def test_a_project_that_was_made_before_there_was_a_choice_stays_as_it_is(shop: OwnedProject) -> None:
    shop.edit(".copier-answers.yml", lambda text: text.replace("programming_model: v1\n", ""))
    shop.commit()

    shop.update()

    assert shop.changes == {".copier-answers.yml": "M"}
    assert shop.answers["programming_model"] == "v1"


class TestOwnWork:
    """What the owner wrote is there after the move."""

    def test_a_project_with_work_everywhere_runs_after_the_conflicts_are_settled(self, shop: OwnedProject) -> None:
        shop.edit("__app__/greet/__init__.py", lambda text: text.replace('f"Hello, {name}"', "welcome(name)"))
        shop.edit(
            "__app__/greet/__init__.py",
            lambda text: text.replace(
                "def main", 'def welcome(name: str) -> str:\n    return f"Ahoy, {name}"\n\n\ndef main'
            ),
        )
        shop.edit(
            "__app__/nightly/__init__.py",
            lambda text: text.replace("import logging\n", "import logging\nimport math\n"),
        )
        shop.edit("__app__/nightly/__init__.py", lambda text: text + "    logging.info(math.pi)\n")
        shop.edit("__app__/say_hello/__init__.py", lambda text: text.replace("greet(name)", "greet(name).upper()"))
        shop.edit("__app__/hello_orchestrator/__init__.py", lambda text: text.replace("Seattle", "Oslo"))
        shop.edit("tests/functions/test_greet.py", lambda text: text.replace("Hello, Ada", "Ahoy, Ada"))
        (shop.app / "shared_code/mine.py").write_text("PORT = 'Oslo'\n")
        shop.commit()

        shop.update(programming_model="v2")

        assert {line.split(":")[0] for line in shop.conflicts} == {"__app__/greet/__init__.py"}
        shop.edit("__app__/greet/__init__.py", settle)
        moved = Project(shop.path)
        assert moved.load_errors() == {}
        answer = moved.invoke("greet", req=greeting("Ada"))
        assert answer["returned"]["http"]["body"]["bytes"] == "Ahoy, Ada"
        (result,) = moved.run_on_worker(orchestrate=[{"function": "hello_orchestrator"}])["orchestrated"]
        assert result == {"output": ["HELLO TOKYO!", "HELLO OSLO!", "HELLO LONDON!"]}
        assert "logging.info(math.pi)" in moved.text("__app__/nightly/__init__.py")
        assert moved.text("__app__/shared_code/mine.py") == "PORT = 'Oslo'\n"
        assert moved.run_tests("tests/functions/test_greet.py", "tests/test_contract.py").returncode == 0

    def test_no_line_is_lost_wherever_it_was_written(self, both: dict[str, Both], tmp_path: Path) -> None:
        """In 25 projects, with 300 lines."""
        sides: list[Texts] = [{}, {}, {}]
        written = []
        for seed in range(25):
            before, after = both[("shop", "patterns")[seed % 2]]
            mine, lines = with_own_lines(before, seed)
            for name in {name for name, _ in lines}:
                for side, texts in zip(sides, (before, mine, after), strict=True):
                    side[f"{seed}/{name}"] = texts[name]
            written += [(f"{seed}/{name}", line) for name, line in lines]

        result = merged(tmp_path / "all", *sides)

        assert len(written) == 300
        assert [(name, line) for name, line in written if line not in result[name].splitlines()] == []

    @pytest.mark.parametrize("seed", range(settings.default.max_examples // 8))  # at night all of them
    def test_an_update_does_the_same(
        self, seed: int, originals: dict[str, Path], both: dict[str, Both], tmp_path: Path
    ) -> None:
        app = ("shop", "patterns")[seed % 2]
        project = OwnedProject(Path(shutil.copytree(originals[app], tmp_path / "app")))
        before, after = both[app]
        mine, _ = with_own_lines(before, seed)
        write(project.path, mine)
        project.commit()

        project.update(programming_model="v2")

        assert {name: project.text(name) for name in mine} == merged(tmp_path / "all", before, mine, after)

    @pytest.mark.parametrize("app", ["shop", "patterns"])
    def test_each_line_can_be_changed_or_taken_out_or_get_one_above_it(
        self, app: str, both: dict[str, Both], tmp_path: Path
    ) -> None:
        sides: list[Texts] = [{}, {}, {}]
        edits = []
        before, after = both[app]
        for name in before:
            lines = before[name].splitlines()
            for place, line in enumerate(lines if re.match(r"__app__/(?!shared_code)\w+/", name) else []):
                for edited in ([f"# owner\n{line}"], ["# owner"], []):
                    mine = "\n".join([*lines[:place], *edited, *lines[place + 1 :]]) + "\n"
                    edits.append((f"{len(edits)}/{name}", edited, line if lines.count(line) == 1 else ""))
                    for side, text in zip(sides, (before[name], mine, after[name]), strict=True):
                        side[edits[-1][0]] = text

        result = merged(tmp_path / "all", *sides)

        assert len(edits) > 300
        for path, edited, line in edits:
            text = result[path].splitlines()
            assert not edited or "# owner" in text, path
            assert edited or not line or line not in text or "<<<<<<< before updating" in text, (
                f"{path}: {line} came back"
            )


class TestGuards:
    """What would be lost stops the update before anything is written."""

    def refusal(self, project: OwnedProject, **answers: object) -> list[str]:
        """Update with answers that must be refused; return the lines of the message."""
        project.commit()
        with pytest.raises(ValueError) as caught:
            project.update(**answers)
        assert project.changes == {}
        return str(caught.value).partition(": ")[2].splitlines()

    def test_a_function_that_is_not_in_the_manifest_is_named(self, shop: OwnedProject) -> None:
        (shop.app / "mine").mkdir()
        (shop.app / "mine/function.json").write_text('{"bindings": []}')

        (line,) = self.refusal(shop, programming_model="v2")

        assert line.startswith("__app__/mine: it has a function.json and is not in the manifest")
        shop.update(programming_model="v2", add=[{"name": "mine", "trigger": "timer"}])
        assert "mine" in Project(shop.path).functions

    def test_an_edited_function_json_is_named_with_the_difference(self, shop: OwnedProject) -> None:
        shop.edit("__app__/on_order/function.json", lambda text: text.replace('"orders"', '"orders-2"'))
        shop.edit(
            "__app__/greet/function.json",
            lambda text: text.replace('"name": "req",', '"name": "req",\n      "webHookType": "github",'),
        )

        lines = self.refusal(shop, programming_model="v2")

        assert lines[:2] == [
            '__app__/greet/function.json, req: webHookType is "github", the manifest gives nothing',
            '__app__/on_order/function.json, msg: queueName is "orders-2", the manifest gives "orders"',
        ]
        assert "Put the changes into the manifest" in lines[2]

    def test_the_same_update_takes_the_edits_into_the_manifest(self, shop: OwnedProject) -> None:
        shop.edit("__app__/on_order/function.json", lambda text: text.replace('"orders"', '"orders-2"'))
        shop.commit()
        functions = json.loads(
            json.dumps(SHOP["functions"]).replace('"queue_name": "orders"', '"queue_name": "orders-2"')
        )

        shop.update(programming_model="v2", functions=functions)

        (trigger,) = Project(shop.path).functions["on_order"]["bindings"]
        assert trigger["queueName"] == "orders-2"

    @pytest.mark.parametrize(
        "change", [lambda text: re.sub(r"\s+", " ", text), lambda text: text.replace("\n", "\r\n")]
    )
    def test_other_layout_of_a_function_json_is_no_edit(self, shop: OwnedProject, change: Callable[[str], str]) -> None:
        shop.edit("__app__/on_order/function.json", change)
        shop.commit()

        shop.update(programming_model="v2")

        assert Project(shop.path).load_errors() == {}

    @pytest.mark.parametrize(
        "change", [lambda text: text.replace("  ", "\t"), lambda text: "// mine\n" + text], ids=["tabs", "comments"]
    )
    def test_a_function_json_that_only_the_host_reads_is_named(
        self, shop: OwnedProject, change: Callable[[str], str]
    ) -> None:
        shop.edit("__app__/on_order/function.json", change)
        shop.commit()

        with pytest.raises(RefusalError) as caught:
            changes.update(":current:", {"programming_model": "v2"})(command.Project(shop.path))

        assert caught.value.sentences == (
            f"{shop.app / 'on_order/function.json'} has comments, tabs or a comma too many, so Copier cannot read it. "
            "Take them out, and commit.",
        )
        assert shop.changes == {}

    def test_what_the_v2_model_cannot_say_is_named_before_the_move(self, shop: OwnedProject) -> None:
        shop.update(add=[{"name": "tracer", "trigger": "http", "methods": ["trace"]}])

        (line,) = self.refusal(shop, programming_model="v2")

        assert line == (
            'methods: got the list ["trace"] (functions[12], tracer), but the decorators of the v2 model do not know trace'
        )

    def test_there_is_no_way_back(self, shop: OwnedProject) -> None:
        shop.update(programming_model="v2")
        shop.edit(
            "__app__/function_app.py",
            lambda text: text + "\n\n@app.timer_trigger(arg_name='t', schedule='1')\ndef mine(t): ...\n",
        )

        (line,) = self.refusal(shop, programming_model="v1")

        assert line.startswith("this project has the v2 model and keeps it")

    def test_a_function_that_its_owner_deleted_is_no_reason(self, shop: OwnedProject) -> None:
        shutil.rmtree(shop.app / "greet")
        shop.edit("__app__/relay/function.json", lambda text: text.replace('"relayed"', '"relayed-2"'))

        (line, *_) = self.refusal(shop, programming_model="v2")

        assert line == '__app__/relay/function.json, $return: queueName is "relayed-2", the manifest gives "relayed"'

    def test_what_copier_cannot_read_the_command_compares(
        self, released_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        template = Template(tmp_path / "template", released_template)
        template.replace("renderers/v2/edits.jinja", "readable = 100", "readable = 1")  # a hundred functions take long
        template.release("v2.0.0")
        monkeypatch.setattr(Catalogue, "compared_by_copier", 1)
        functions = [{"name": name, "trigger": "timer", "schedule": "0 0 3 * * *"} for name in ("first", "second")]
        project = OwnedProject.copy(template.path, tmp_path / "app", functions=functions)
        move = changes.update(":current:", {"programming_model": "v2"})

        for wrong in (5, [{"name": "second", "trigger": "pigeon"}]):
            with pytest.raises(RefusalError) as caught:
                changes.update(":current:", {"programming_model": "v2", "functions": wrong})(
                    command.Project(project.path)
                )
            assert "expected" in caught.value.sentences[0]
        (line, _) = self.refusal(project, programming_model="v2")
        assert line.startswith("functions: got 2, but Copier can read the function.json of 1")
        project.edit("__app__/second/function.json", lambda text: text.replace("0 0 3", "0 0 4"))
        project.commit()
        with pytest.raises(RefusalError) as caught:
            move(command.Project(project.path))
        assert caught.value.sentences == (
            '__app__/second/function.json, timer: schedule is "0 0 4 * * *", the manifest gives "0 0 3 * * *"',
        )
        assert project.changes == {}
        project.edit("__app__/second/function.json", lambda text: text.replace("0 0 4", "0 0 3"))
        project.commit()
        outcome = move(command.Project(project.path))
        assert project.model == "v2"
        assert outcome.conflicts == []
        settling, removed = outcome.notes
        assert settling.startswith(
            "Decorators declare the functions now. Where a module has conflict markers, keep your"
        )
        assert removed.startswith("Removed, as an answer changed: __app__/first/function.json, ")

    def test_every_recorded_function_can_be_compared(self) -> None:
        """Copier reads no file that has no entry of its own."""
        entries = re.findall(
            r"^  function_json_(\d+): __app__/{{ previous\.functions\[(\d+)\]\.name }}/function\.json$",
            (Path(__file__).parents[2] / "questions/files/existing.yml").read_text(),
            re.MULTILINE,
        )

        assert entries == [(str(number), str(number)) for number in range(len(entries))]
        assert Catalogue().compared_by_copier == len(entries)


class TestAfterwards:
    """A moved project is updated like any other."""

    def test_functions_come_and_go_beside_the_owners_own(self, shop: OwnedProject) -> None:
        shop.update(programming_model="v2")
        mine = '\n\n@app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")\ndef mine(timer: func.TimerRequest) -> None:\n    """Mine."""\n'
        shop.edit("__app__/function_app.py", lambda text: text + mine)
        shop.commit()

        shop.update(add=[{"name": "thumbs", "trigger": "blob", "path": "images/{name}"}], remove=["nightly"])

        assert shop.conflicts == []
        moved = Project(shop.path)
        assert moved.load_errors() == {}
        assert {"mine", "thumbs"} < moved.functions.keys()
        assert "nightly" not in moved.functions

    def test_the_first_durable_function_comes_to_an_app_without_one(
        self, released_template: Path, tmp_path: Path
    ) -> None:
        timer = {"name": "nightly", "trigger": "timer"}
        project = OwnedProject.copy(released_template, tmp_path / "app", functions=[timer], programming_model="v2")
        project.edit("__app__/function_app.py", lambda text: text + "\nCALLERS = 1\n")
        project.commit()

        saga = {"name": "saga", "trigger": "orchestration", "activity": "step"}
        project.update(add=[saga, {"name": "step", "trigger": "activity"}])

        assert project.conflicts == []
        assert "app = df.DFApp(" in project.text("__app__/function_app.py")
        (result,) = Project(project.path).run_on_worker(orchestrate=[{"function": "saga"}])["orchestrated"]
        assert result == {"output": ["Hello Tokyo!", "Hello Seattle!", "Hello London!"]}
