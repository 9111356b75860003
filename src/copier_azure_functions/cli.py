"""The command `copier-azure-functions`."""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from copier_azure_functions.catalogue import GROUPS, Catalogue, Json
from copier_azure_functions.errors import Problem, RefusalError
from copier_azure_functions.reading import read_yaml

CATALOGUE = Catalogue()
REFUSED, CONFLICTS, INTERRUPTED = 2, 1, 130
COMMAND = "copier-azure-functions"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command; exit with 0, with 1 for conflicts to settle, with 2 when something is refused."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(cli.main(words, prog_name=COMMAND, standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        sys.exit(REFUSED)
    except click.ClickException as error:
        _refuse(RefusalError(error.format_message(), hint=_usage(error)), as_json="--json" in words)
    except (click.Abort, KeyboardInterrupt, EOFError):
        click.echo("\nStopped. Nothing was written.", err=True)
        sys.exit(INTERRUPTED)
    except RefusalError as error:
        if "--debug" in words:
            raise
        _refuse(error, as_json="--json" in words)
    except OSError as error:
        if "--debug" in words:
            raise
        _refuse(
            RefusalError(f"{error.filename}: {error.strerror}" if error.filename else str(error)),
            as_json="--json" in words,
        )
    except Exception as error:
        if "--debug" in words:
            raise
        _refuse(
            RefusalError(
                f"This should not have happened: {type(error).__name__}: {error}", hint="--debug shows where."
            ),
            as_json="--json" in words,
        )


def _usage(error: click.ClickException) -> str:
    ctx = getattr(error, "ctx", None)
    return f"{ctx.command_path} --help tells more." if ctx else ""


def _refuse(error: RefusalError, *, as_json: bool) -> NoReturn:
    from copier_azure_functions import show

    if as_json:
        show.as_json([problem.as_json() for problem in error.problems])
    else:
        show.refusal(error)
    sys.exit(REFUSED)


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

AS_JSON = click.Option(["--json", "as_json"], is_flag=True, help="Print JSON, for programs.")
DEBUG = click.Option(["--debug"], is_flag=True, expose_value=False, help="Show where an error comes from.")
PROJECT = click.Option(
    ["--project", "-p", "folder"],
    type=click.Path(path_type=Path),
    default=Path(),
    help="The folder of the project, if it is not this one.",
    show_default=False,
)
DRY_RUN = click.Option(["--dry-run"], is_flag=True, help="Show what would change, and change nothing.")
DATA = click.Option(["--data", "-d"], multiple=True, metavar="QUESTION=ANSWER", help="An answer; repeat it for more.")
DATA_FILE = click.Option(
    ["--data-file"], type=click.Path(path_type=Path, dir_okay=False), help="A YAML file with answers."
)
PLAIN = click.Option(["--plain"], is_flag=True, help="Ask line by line, as a screen reader reads it.")


def options(*params: click.Option) -> Decorator:
    """Give a command options that others have, too."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__click_params__ = [*getattr(function, "__click_params__", []), *reversed(params)]  # type: ignore[attr-defined]
        return function

    return decorate


class Commands(click.Group):
    """The verbs, in the order in which one comes to need them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name them."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Ask whether another verb was meant when there is none of that name."""
        if not args[0].startswith("-") and args[0] not in self.commands:
            names = self.list_commands(ctx)
            raise RefusalError(
                f"There is no command '{args[0]}'{CATALOGUE.nearest(args[0], names)}; there are {', '.join(names)}."
            )
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="copier-azure-functions")
def cli() -> None:
    """Make Azure Functions projects in Python, and keep them current.

    Every project is one of Copier's: all of this can be done with `copier` alone, too.
    """


def _project(folder: Path) -> Any:
    from copier_azure_functions.project import Project

    return Project.at(folder)


def _change(
    verb: Any, folder: Path, *, dry_run: bool, as_json: bool, doing: str, done: str, plain: bool = False
) -> int:
    """Do what a verb says and show it; return the exit status."""
    from copier_azure_functions import changes, show

    with show.working(doing):
        outcome = changes.run(verb, _project(folder), dry_run=dry_run)
    if as_json:
        show.as_json(
            {"changed": outcome.changed, "conflicts": outcome.conflicts, "notes": outcome.notes, "diff": outcome.diff}
        )
    else:
        show.outcome(outcome, done, plain=plain)
    return CONFLICTS if outcome.conflicts else 0


def _answers(data: Sequence[str], data_file: Path | None) -> Json:
    from copier_azure_functions.options import answers

    return (_read(data_file) if data_file else {}) | answers(data)


def _read(file: Path) -> Json:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RefusalError(f"There is no file {file}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RefusalError(f"{file} cannot be read: {error}") from error
    content = read_yaml(text, file)
    if isinstance(content, list):
        content = {"functions": content}
    if not isinstance(content, dict):
        raise RefusalError(
            f"{file} has no answers: expected a map such as functions: [{{name: hello, trigger: http}}], or the list itself."
        )
    return content


def _source(template: str | None, ref: str | None) -> Any:
    from copier_azure_functions.source import Source, installed_from

    source = Source(template) if template else installed_from()
    return Source(source.address, ref or source.ref)


@cli.command(short_help="Make a project.")
@click.argument("folder", metavar="[DEST]", type=click.Path(path_type=Path), required=False)
@click.option("--defaults", is_flag=True, help="Ask nothing: what is not given is as the template suggests.")
@click.option("--template", help="The template's address, if not the one this tool was installed from.")
@click.option("--ref", help="The version, tag or commit of the template.")
@options(DATA, DATA_FILE, PLAIN, AS_JSON, DEBUG)
def new(
    folder: Path | None,
    defaults: bool,
    template: str | None,
    ref: str | None,
    data: Sequence[str],
    data_file: Path | None,
    plain: bool,
    as_json: bool,
) -> int:
    """Make a project: in a dialogue, or from answers."""
    from copier_azure_functions import engine, show
    from copier_azure_functions.changes import files

    answers = _answers(data, data_file)
    if not (defaults or answers):
        from copier_azure_functions.dialogue import new as dialogue

        folder, answers = dialogue(CATALOGUE, folder, plain=plain)
    elif folder is None:
        raise RefusalError("Which folder? For example: copier-azure-functions new my-app --defaults")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusalError(
            f"{folder} is not empty.",
            hint="`adopt` makes a project of an existing app; `update` changes one of the template.",
        )
    source = _source(template, ref)
    with show.working("Making the project"), _wholly(folder):
        notes = engine.copy(source, folder, answers, quiet=False)
    made = list(files(folder))
    if as_json:
        show.as_json({"folder": str(folder), "files": made, "notes": notes})
    else:
        dialogue_was = not (defaults or data or data_file)
        show.made(folder, made, answers, notes, address=source.address, dialogue=dialogue_was, plain=plain)
    return 0


@contextlib.contextmanager
def _wholly(folder: Path) -> Iterator[None]:
    """Fill an empty folder, or make one, wholly or not at all."""
    was_there = folder.exists()
    try:
        yield
    except BaseException:
        for path in [*folder.iterdir()] if folder.exists() else ():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if folder.exists() and not was_there:
            folder.rmdir()
        raise


class AddCommands(click.Group):
    """One command for each kind of trigger, with the flags that the catalogue gives; without a kind, the dialogue."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name the kinds of triggers and the patterns of several functions."""
        kinds = [kind.name for kind in CATALOGUE.having("trigger")]
        return [*kinds, *(name for name in CATALOGUE.patterns if name not in kinds)]

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Make the command of a kind or a pattern."""
        from copier_azure_functions import options as flags

        name = name.replace("-", "_")
        kind = CATALOGUE.kinds.get(name)
        common: list[click.Parameter] = [PROJECT, DRY_RUN, AS_JSON, DEBUG]
        if kind and "trigger" in kind.data:
            is_open = kind.data["trigger"].get("open", False)
            return flags.FlagCommand(
                name,
                params=[click.Argument(["name"], required=False), *flags.flags(CATALOGUE, name), *common],
                callback=lambda **given: _add_one(name, **given),
                help=f"A function that starts when {kind.starts_when}."
                + (" Any other property of the binding is a flag, too." if is_open else ""),
                short_help=kind.starts_when,
                context_settings={"ignore_unknown_options": is_open, "allow_extra_args": is_open},
            )
        if name in CATALOGUE.patterns:
            pattern = CATALOGUE.patterns[name]
            names = ", ".join(entry["name"] for entry in pattern.entries)
            return click.Command(
                name,
                params=common,
                callback=lambda **given: _add_pattern(pattern.entries, **given),
                help=f"{'A function' if len(pattern.entries) == 1 else 'Several functions'}: {pattern.title} ({names}).",
                short_help=pattern.title,
            )
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say which kinds there are when it is none of them."""
        if self.get_command(ctx, args[0]) is None:
            names = self.list_commands(ctx)
            near = CATALOGUE.nearest(args[0], names)
            message = f"trigger: got '{args[0]}'{near}, expected one of {', '.join(names)}"
            raise RefusalError(
                problems=(Problem("add", "trigger", f"'{args[0]}'", f"one of {', '.join(names)}", message),)
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the kinds by their groups."""
        commands = {name: command for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))}
        for group, title in GROUPS.items():
            rows = [
                (name, command.get_short_help_str(90))
                for name, command in commands.items()
                if name in CATALOGUE.kinds and CATALOGUE.kinds[name].group == group
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        rows = [
            (name, command.get_short_help_str(90)) for name, command in commands.items() if name not in CATALOGUE.kinds
        ]
        with formatter.section("Several functions at once"):
            formatter.write_dl(rows)


@cli.group(
    cls=AddCommands,
    invoke_without_command=True,
    subcommand_metavar="[TRIGGER [NAME] [OPTIONS]]",
    short_help="Add a function.",
)
@options(PROJECT, DRY_RUN, PLAIN, DEBUG)
@click.pass_context
def add(ctx: click.Context, folder: Path, dry_run: bool, plain: bool) -> int:
    """Add a function: `add queue on_order --queue-name orders`, or `add` alone for a dialogue.

    `add queue --help` shows the options of a kind.
    """
    if ctx.invoked_subcommand:
        return 0
    from copier_azure_functions import show
    from copier_azure_functions.dialogue import add as dialogue
    from copier_azure_functions.options import as_flags

    project = _project(folder)
    project.require_clean()
    entries = dialogue(CATALOGUE, project.functions, project.answers.get("programming_model", "v1"), plain=plain)
    if not entries:
        raise click.Abort
    status = _add(entries, folder, dry_run=dry_run, as_json=False, plain=plain)
    show.same(project.source.address, [["add", *as_flags(entry)] for entry in entries])
    return status


def _add(entries: list[Json], folder: Path, *, dry_run: bool, as_json: bool, plain: bool = False) -> int:
    from copier_azure_functions import changes

    names = ", ".join(str(entry["name"]) for entry in entries)
    return _change(
        changes.add(entries),
        folder,
        dry_run=dry_run,
        as_json=as_json,
        doing=f"Adding {names}",
        done=f"Added {names}",
        plain=plain,
    )


def _add_one(kind: str, name: str | None, folder: Path, dry_run: bool, as_json: bool, **given: Any) -> int:
    from copier_azure_functions.options import entry, extra

    given |= extra(click.get_current_context().args)
    return _add([entry(CATALOGUE, kind, name, given, _project(folder).names)], folder, dry_run=dry_run, as_json=as_json)


def _add_pattern(entries: list[Json], folder: Path, dry_run: bool, as_json: bool) -> int:
    return _add(entries, folder, dry_run=dry_run, as_json=as_json)


def _complete_functions(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    try:
        return [name for name in _project(ctx.params.get("folder") or Path()).names if name.startswith(incomplete)]
    except RefusalError:
        return []


@cli.command(short_help="Remove functions, with their tests.")
@click.argument("names", nargs=-1, required=True, metavar="NAME…", shell_complete=_complete_functions)
@click.option("--yes", is_flag=True, help="Remove files that you have edited, too, without asking.")
@options(PROJECT, DRY_RUN, AS_JSON, DEBUG)
def remove(names: Sequence[str], yes: bool, folder: Path, dry_run: bool, as_json: bool) -> int:
    """Remove functions with their tests; what you have edited only after a question."""
    from copier_azure_functions import changes, show

    project = _project(folder)
    project.require_clean()
    if not (yes or dry_run) and set(names) <= set(project.names):
        with show.working("Looking for edits"):
            edited = changes.edited(project, list(names))
        if edited:
            listed = "\n".join(f"  {path}" for path in edited)
            if as_json or not sys.stdin.isatty():
                raise RefusalError(
                    f"You have edited what would go:\n{listed}",
                    hint="--yes removes it all the same; Git keeps it: git checkout HEAD -- <file>.",
                )
            click.echo(
                f"You have edited what goes, or added to it:\n{listed}\nGit keeps it in the last commit; files that you added stay."
            )
            if not click.confirm("Remove it?", default=False):
                raise click.Abort
    return _change(
        changes.remove(list(names)),
        folder,
        dry_run=dry_run,
        as_json=as_json,
        doing="Removing",
        done=f"Removed {', '.join(names)}",
    )


@cli.command(short_help="Rename a function, and what refers to it.")
@click.argument("old", shell_complete=_complete_functions)
@click.argument("new_name", metavar="NEW")
@options(PROJECT, DRY_RUN, AS_JSON, DEBUG)
def rename(old: str, new_name: str, folder: Path, dry_run: bool, as_json: bool) -> int:
    """Rename a function, its folder, its tests and what refers to it; your edits stay."""
    from copier_azure_functions import changes

    return _change(
        changes.rename(old, new_name, CATALOGUE),
        folder,
        dry_run=dry_run,
        as_json=as_json,
        doing="Renaming",
        done=f"Renamed {old} to {new_name}",
    )


@cli.command(short_help="Bring in a newer version of the template.")
@click.argument("folders", metavar="[FOLDER]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--ref", help="The version of the template; the newest one without this, :current: for the one it has.")
@options(DATA, DATA_FILE, PROJECT, DRY_RUN, AS_JSON, DEBUG)
def update(
    folders: Sequence[Path],
    ref: str | None,
    data: Sequence[str],
    data_file: Path | None,
    folder: Path,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Bring in a newer version of the template, and other answers if you give some.

    With folders, do so in every project below them, with a line for each.
    """
    from copier_azure_functions import changes

    verb = changes.update(ref, _answers(data, data_file))
    if not folders:
        return _change(verb, folder, dry_run=dry_run, as_json=as_json, doing="Updating", done="Updated")
    from copier_azure_functions import fleet, show, status

    ended = []
    for one in fleet.each(verb, status.find(folders), dry_run=dry_run):
        ended.append(one)
        if not as_json:
            click.echo(f"{one.project}: {one.in_a_line}")
    if as_json:
        show.as_json([one.as_json() for one in ended])
    return REFUSED if any(one.error for one in ended) else CONFLICTS if any(one.conflicts for one in ended) else 0


@cli.command(short_help="Make a project of an existing app.")
@click.option("--describe", is_flag=True, help="Only print the manifest; change nothing.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where --describe writes the manifest.")
@click.option("--template", help="The template's address, if not the one this tool was installed from.")
@click.option("--ref", help="The version, tag or commit of the template.")
@options(DATA, DATA_FILE, PROJECT, DRY_RUN, AS_JSON, DEBUG)
def adopt(
    describe: bool,
    output: Path | None,
    template: str | None,
    ref: str | None,
    data: Sequence[str],
    data_file: Path | None,
    folder: Path,
    as_json: bool,
    dry_run: bool,
) -> int:
    """Make a project of the template out of an existing app; its files stay as they are.

    An app in the root of the project is moved to __app__/ by Git. Nothing is committed.
    """
    if describe:
        app, answers = _described(folder, data, data_file)
        _write_manifest(answers, output, template, ref)
        _tell_adopted(app, [])
    else:
        _adopt(folder, template, ref, data, data_file, as_json=as_json, dry_run=dry_run)
    return 0


def _described(folder: Path, data: Sequence[str], data_file: Path | None) -> tuple[Any, Json]:
    """Read an app; return what was found, and the answers that make a project of it."""
    from copier_azure_functions import adoption, show

    with show.working("Reading the app"):
        app = adoption.describe_app(folder, CATALOGUE)
    return app, app.answers | {"functions": app.functions} | _answers(data, data_file)


def _write_manifest(answers: Json, output: Path | None, template: str | None, ref: str | None) -> None:
    import yaml

    manifest = yaml.safe_dump(answers, sort_keys=False, allow_unicode=True, width=120)
    with contextlib.suppress(RefusalError):  # an installation that does not know its template can describe, too
        known = _source(template, ref)
        manifest = CATALOGUE.schema_line(known.address, known.ref) + manifest
    if output:
        output.write_text(manifest, encoding="utf-8")
    else:
        click.echo(manifest, nl=False)


def _adopt(
    folder: Path,
    template: str | None,
    ref: str | None,
    data: Sequence[str],
    data_file: Path | None,
    *,
    as_json: bool,
    dry_run: bool,
) -> None:
    from copier_azure_functions import adoption, changes, engine, keeping, moving, project, show

    existing = project.Project(folder.resolve())
    existing.require_clean()
    if (folder / project.ANSWERS).exists():
        raise RefusalError("This is a project of the template already.", hint="`update` brings in a newer version.")
    app, answers = _described(folder, data, data_file)
    if "programming_model" in app.answers:
        raise RefusalError(
            "This app has the v2 model: it can be described, not adopted, as its code is not one module for each function.",
            hint="`adopt --describe` prints its manifest; `new --data-file` makes a project of that, to move the code into.",
        )
    if not app.functions:
        raise RefusalError(*(f"{name}: {reason}" for name, reason in app.left_out.items()))
    source = _source(template, ref)
    with show.working("Looking at what would come"), tempfile.TemporaryDirectory() as nowhere:
        would_be = Path(nowhere) / existing.path.name  # which is a default
        engine.copy(source, would_be, answers)  # refused before a file moves
        planned = moving.Move([], []) if (folder / "__app__").is_dir() else moving.plan(folder)
        notes = [*planned.notes, *keeping.lacking(folder, would_be)]

    def bring_in(existing: project.Project) -> changes.Outcome:
        with (
            changes.wholly(existing),
            moving.moved(existing.path, planned) if planned.goes else contextlib.nullcontext(),
        ):
            adoption.adopt(existing.path, source, answers)
            moving.ignore_settings(existing.path)
        outcome = changes.Outcome.of(existing, [])
        outcome.changed = moving.shown(outcome.changed, planned.goes)
        return outcome

    with show.working("Adding the template"):
        outcome = changes.run(bring_in, existing, dry_run=dry_run)
    if as_json:
        show.as_json(
            {
                "changed": outcome.changed,
                "left_out": app.left_out,
                "kept": app.kept,
                "unknown": app.unknown,
                "moved": planned.goes,
                "notes": notes,
                "diff": outcome.diff,
            }
        )
        return
    for name in planned.goes if dry_run else ():
        click.echo(f"{name} -> __app__/{name}")
    show.outcome(outcome, "Adopted", following="")
    _tell_adopted(app, notes)
    if not dry_run:
        show.commands(
            f"\nNothing is committed. {'What is to do comes first, then' if notes else 'Next'}:", show.ADOPTED
        )


def _tell_adopted(app: Any, notes: Sequence[str]) -> None:
    """Say what is in the manifest, what is not, and what there is left to do."""
    click.echo(f"{len(app.functions)} of {app.total} functions are in the manifest.", err=True)
    for name, reason in app.left_out.items():
        click.echo(f"Left out: {name}: {reason}", err=True)
    for kept in app.kept:
        click.echo(f"{'Not in the manifest' if app.answers else 'Kept as it is'}: {kept}", err=True)
    for call in app.unknown:
        click.echo(f"Not known: {call}", err=True)
    for note in notes:
        click.echo(f"To do: {note}", err=True)


@cli.command(short_help="Check a manifest, or the project.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), required=False)
@options(PROJECT, AS_JSON, DEBUG)
def check(file: Path | None, folder: Path, as_json: bool) -> int:
    """Check a file of answers, a manifest, or the project; write nothing, and need no network."""
    from copier_azure_functions import engine, show
    from copier_azure_functions.source import Source, template_root

    answers = _read(file) if file else _project(folder).data
    with tempfile.TemporaryDirectory(prefix="copier-azure-functions-") as nowhere:
        engine.copy(Source(str(template_root()), "HEAD"), Path(nowhere) / "app", answers, pretend=True)
    if as_json:
        show.as_json([])
    else:
        count = len(answers.get("functions") or [])
        click.echo(f"{file or folder.resolve()}: {count} function{'' if count == 1 else 's'}, nothing wrong.")
    return 0


@cli.command(short_help="Show where projects stand.")
@click.argument("folders", nargs=-1, metavar="[DIR…]", type=click.Path(path_type=Path))
@options(AS_JSON, DEBUG)
def status(folders: Sequence[Path], as_json: bool) -> int:
    """Show where projects stand, those below a folder, too: version, newest version, functions, drift.

    Drift is what differs from a fresh render in generated lines. Code and tests of functions are yours, and added lines are.
    """
    from copier_azure_functions import show
    from copier_azure_functions import status as fleet

    paths = fleet.find(folders or [Path()])
    with show.progress("Rendering", len(paths)) as done:
        found = fleet.look(paths, done)
    if as_json:
        show.as_json([one.as_json() for one in found])
    else:
        show.status(found)
    return 0


def _complete_kinds(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in CATALOGUE.kinds if name.startswith(incomplete)]


@cli.command(short_help="Show the triggers and bindings that there are.")
@click.argument("kind", required=False, shell_complete=_complete_kinds)
@options(AS_JSON, DEBUG)
def kinds(kind: str | None, as_json: bool) -> int:
    """Show the kinds of triggers and bindings, or what one of them takes."""
    from copier_azure_functions import show

    if kind and kind not in CATALOGUE.kinds:
        raise RefusalError(
            f"There is no kind '{kind}'{CATALOGUE.nearest(kind, list(CATALOGUE.kinds))}; there are {', '.join(CATALOGUE.kinds)}."
        )
    if as_json:
        data = {name: entry.data for name, entry in CATALOGUE.kinds.items()}
        show.as_json(data[kind] if kind else data)
    elif kind:
        show.kind(CATALOGUE, kind)
    else:
        show.kinds(CATALOGUE)
    return 0


@cli.command(short_help="Print the JSON Schema of a manifest.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write it to.")
@options(DEBUG)
def schema(output: Path | None) -> None:
    """Print the JSON Schema of a file of answers: editors complete and check with it."""
    text = CATALOGUE.schema
    if output:
        output.write_text(text, encoding="utf-8")
        click.echo(f"# yaml-language-server: $schema={output.as_posix()}")
    else:
        click.echo(text, nl=False)


@cli.command(short_help="Print what makes a shell complete all this.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands, kinds, options and functions: eval "$(copier-azure-functions completion bash)"."""
    from click.shell_completion import get_completion_class

    of_shell = get_completion_class(shell)
    if of_shell:
        click.echo(of_shell(cli, {}, COMMAND, "_COPIER_AZURE_FUNCTIONS_COMPLETE").source())
