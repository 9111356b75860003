"""A Python program in a terminal, forked from a process that has imported it: imports are most of the time that a start takes."""

import fcntl
import os
import pty
import runpy
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import copier._cli  # noqa: F401 # loaded once for all, as the dialogue is
from pexpect.fdpexpect import fdspawn

import copier_azure_functions.dialogue  # noqa: F401
from tests.support import forks
from tests.support.quick import sitecustomize


class ForkedProgram(fdspawn):
    """What `pexpect.spawn` makes of `python -m` and the words of a command; the environment is that of tests."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], dimensions: tuple[int, int]
    ) -> None:
        ours, its = pty.openpty()
        termios.tcsetwinsize(its, dimensions)
        super().__init__(ours, encoding="utf-8", timeout=30)
        with Connection(its) as terminal:  # which can be sent
            self._process = forks.FORKS.Process(
                target=forks.run, args=(environment, _run, (terminal, folder, *command)), daemon=True
            )
            self._process.start()

    def send(self, s: str) -> int:
        """Press keys as `spawn` does, after a moment: a program shows a question before it listens."""
        time.sleep(0.05)
        return super().send(s)

    def close(self) -> None:
        """Hang up, and wait for the end."""
        super().close()
        self._process.join()
        self.exitstatus = self._process.exitcode


def _run(terminal: Connection, folder: Path, module: str, *words: str) -> None:
    os.setsid()
    fcntl.ioctl(terminal.fileno(), termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(terminal.fileno(), descriptor)
    terminal.close()
    text = partial(open, encoding="utf-8", closefd=False)
    sys.stdin, sys.stdout, sys.stderr = text(0), text(1, "w", buffering=1), text(2, "w", buffering=1)
    os.chdir(folder)
    sys.argv[1:] = words
    sitecustomize.install()
    runpy.run_module(module, run_name="__main__", alter_sys=True)
