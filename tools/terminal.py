"""A program in a terminal of its own: type into it as a person does, and read the screen."""

import contextlib
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte

ENTER, DOWN, UP, SPACE, ERASE = "\r", "\x1b[B", "\x1b[A", " ", "\x7f"
ACCEPT = "\x1b\r"  # Esc, Enter: what ends the editor


def spawn(
    command: Sequence[str], folder: Path, environment: dict[str, str], dimensions: tuple[int, int]
) -> pexpect.spawn:
    """Start a program."""
    program, *arguments = command
    return pexpect.spawn(
        program, arguments, cwd=folder, dimensions=dimensions, encoding="utf-8", timeout=30, env=environment
    )


class Terminal:
    """A program and what it has written so far, as a terminal shows it."""

    def __init__(
        self,
        command: Sequence[object],
        folder: Path,
        environment: dict[str, str] | None = None,
        columns: int = 120,
        rows: int = 60,
        start: Callable[..., pexpect.spawnbase.SpawnBase] = spawn,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._lines = [""] * rows
        self._stream = pyte.Stream(self.screen)
        # Nothing here answers when a program asks where the cursor is, so prompt_toolkit must not ask.
        looks = {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": str(rows), "PROMPT_TOOLKIT_NO_CPR": "1"}
        words = [*map(str, command)]
        self._program = start(words, folder, (environment or dict(os.environ)) | looks, (rows, columns))

    @property
    def text(self) -> str:
        """Return the screen as text, one line for each line of the terminal."""
        while self.screen.dirty:  # what has changed since
            number = self.screen.dirty.pop()
            cells = self.screen.buffer[number]
            self._lines[number] = "".join(cells[column].data for column in range(self.screen.columns)).rstrip()
        return "\n".join(self._lines).rstrip()

    def send(self, keys: str) -> None:
        """Press keys."""
        self._program.send(keys)

    def wait_for(self, text: str) -> None:
        """Read until a text is on the screen, wherever its lines are broken."""
        self.wait(lambda: text in re.sub(r"\s+", " ", self.text))

    def answer(self, question: str, keys: str) -> None:
        """Wait for a question and type its answer."""
        self.wait_for(question)
        self.send(keys)

    def choose(self, title: str) -> None:
        """Move the cursor of a list down or up to a choice."""
        self.wait(lambda: len(self._choices("»")) == len(self._choices(title)) == 1)  # all of it is drawn
        (cursor,), (choice,) = self._choices("»"), self._choices(title)
        self.send(DOWN * (choice - cursor) + UP * (cursor - choice))
        self.wait(lambda: any("»" in line and title in line for line in self.text.splitlines()))

    def _choices(self, text: str) -> list[int]:
        """Number those of the lines of a list that have a text."""
        choices = [line for line in self.text.splitlines() if re.match(r" *(»|○|●|  ) ", line)]
        return [number for number, line in enumerate(choices) if text in line]

    def end(self) -> str:
        """Wait for the end of the program, which must be a good one; return the screen."""
        with contextlib.suppress(pexpect.EOF):
            while True:
                self._stream.feed(self._program.read_nonblocking(4096))
        self._program.close()
        if self._program.exitstatus:
            raise RuntimeError(f"exit status {self._program.exitstatus}:\n{self.text}")
        return self.text

    def wait(self, done: Callable[[], object]) -> None:
        """Read until the screen is as it should be."""
        while not done():
            try:
                self._stream.feed(self._program.read_nonblocking(4096))
            except (pexpect.EOF, pexpect.TIMEOUT) as error:
                raise RuntimeError(f"not what was waited for:\n{self.text}") from error
