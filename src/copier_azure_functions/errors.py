"""What went wrong, as sentences: one for each problem, and never a traceback."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that the template refuses: at which place, of which key, what came and what was expected.

    `expected` may also be the reason why what came is refused; `function` is empty where there is none.
    """

    at: str
    key: str
    got: str
    expected: str
    message: str
    function: str = ""

    def as_json(self) -> dict[str, str]:
        """Return what `--json` prints."""
        return asdict(self)


class RefusalError(Exception):
    """Nothing was changed; the sentences say why (exit status 2)."""

    def __init__(self, *sentences: str, problems: tuple[Problem, ...] = (), hint: str = "") -> None:
        super().__init__(*sentences)
        self.sentences = sentences or tuple(problem.message for problem in problems)
        self.problems = problems or tuple(Problem("", "", "", "", sentence) for sentence in sentences)
        self.hint = hint


# A line as manifest/problems.jinja makes it: what is wrong, where, and why.
LINE = re.compile(
    r"(?:(?P<key>[\w.\[\]-]+|'.*?'|the (?:number|boolean) \S+): )?(?:got )?(?P<got>.*?)(?:, did you mean .*?\?)?"
    r"(?: \((?P<place>\w+\[\d+\].*?|remove, .*?|\w+)\))?, (?:expected |(?=which |but ))(?P<expected>.*)",
    re.DOTALL,
)
PLACE = re.compile(r"(?P<at>[a-z_]+(?:\[\d+\])(?:[.][a-z_]+(?:\[\d+\])?)?|remove)?(?:, )?(?P<function>.*)", re.DOTALL)
CHOICE = re.compile(r"Invalid choice for '(?P<key>\w+)': (?P<got>.*) is not in (?P<expected>.*)", re.DOTALL)


def problem(question: str, line: str) -> Problem:
    """Take one line of the template's validation apart."""
    choice = CHOICE.fullmatch(line)
    if choice:
        return Problem(choice["key"], choice["key"], choice["got"], f"one of {choice['expected']}", line)
    parts = LINE.fullmatch(line)
    if not parts:
        return Problem(question, question, "", line, line)
    place = PLACE.fullmatch(parts["place"] or "")
    at, function = (place["at"] or question, place["function"]) if place else (question, "")
    return Problem(at, parts["key"] or question, parts["got"], parts["expected"], line, function)


def problems(text: str) -> tuple[Problem, ...]:
    """Read Copier's error about an answer: `Validation error for question 'functions': …`."""
    match = re.fullmatch(r"Validation error for question '(\w+)': ?(.*)", text.strip(), re.DOTALL)
    question, said = (match[1], match[2]) if match else ("", text)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return tuple(problem(question, line) for line in lines)


UNCOMMITTED = (
    "There are uncommitted changes. Commit them first, so that nothing of yours can get lost: "
    "git add --all && git commit"
)
NOT_UNDER_GIT = "The project is not under Git. Put it there first: git init && git add --all && git commit"

# What Copier and Git say, and what it means for who reads it.
SENTENCES = {
    r"is dirty": UNCOMMITTED,
    r"only supported in git-tracked subprojects": NOT_UNDER_GIT,
    r"cannot obtain old template references": "This folder has no .copier-answers.yml: it is not a project of the template. "
    "`adopt` makes an existing app one.",
    r"git-tracked templates|version from .* not detected": "The template that the project came from is a plain folder without versions, so it cannot be updated. "
    "Say where the template's repository is in .copier-answers.yml: _src_path.",
    r"downgrading from (\S+) to (\S+?)[.]": r"The project has version \1 of the template, which is newer than \2.",
    r"Unknown revision: '([^']*)'|pathspec '([^']*)' did not match|couldn't find remote ref (\S+)|invalid reference: (\S+)|Needed a single revision": r"The template has no version \1\2\3\4.",
    r"Could not resolve host|Connection (?:timed out|refused)|Network is unreachable|unable to access '([^']*)'": "The template's repository cannot be reached. Is there a network? "
    "`check`, `kinds` and `schema` work without one.",
    r"does not appear to be a git repository|repository '?([^']*)'? (?:does not exist|not found)|Could not read from remote": "The template's repository is not where the project says, or you may not read it. "
    "See _src_path in .copier-answers.yml.",
    r"Local template must be a directory|Template not found": "There is no template at this address.",
    r"requires? (?:Copier|copier) version|needs Copier|This template requires": r"\g<0>: this tool needs a newer Copier.",
}


def sentence(said: str) -> str | None:
    """Say in one sentence what is known about an error, if anything is."""
    for pattern, words in SENTENCES.items():
        match = re.search(pattern, said)
        if match:
            return match.expand(words)
    return None


def not_yaml(error: Exception) -> str:
    """Say in one line why a text cannot be read as YAML."""
    return "it is nested too deep" if isinstance(error, RecursionError) else " ".join(str(error).split())


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what Copier, Git and YAML raise into a refusal; its warnings are for who works on the template."""
    import copier
    import plumbum
    import yaml

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", copier.errors.CopierWarning)
            yield
    except RefusalError:
        raise
    except copier.errors.CopierAnswersInterrupt as error:
        raise KeyboardInterrupt from error
    except plumbum.CommandNotFound as error:
        raise RefusalError("Git is not on this machine, and it is what an update needs: https://git-scm.com") from error
    except plumbum.ProcessExecutionError as error:
        last = [line for line in error.stderr.strip().splitlines() if line] or ["Git failed"]
        raise RefusalError(sentence(error.stderr) or f"Git says: {last[-1]}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise RefusalError(f"This is not YAML: {not_yaml(error)}") from error
    except copier.errors.CopierError as error:
        raise RefusalError(sentence(str(error)) or str(error)) from error
    except ValueError as error:
        if str(error).startswith(("Validation error for question", "Invalid choice for")):
            raise RefusalError(problems=problems(str(error))) from error
        raise RefusalError(sentence(str(error)) or str(error)) from error
    except OSError as error:
        raise RefusalError(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from error
