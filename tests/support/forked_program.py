"""A Python program in a terminal, forked from a process that has imported it: imports are most of the time that a start takes."""

import fcntl
import os
import pty
import runpy
import signal
import subprocess
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
from tests.support.project import environment
from tests.support.quick import sitecustomize


class ForkedProgram(fdspawn):
    """A program as `pexpect.spawn` has it; the command is what comes after `python -m`."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        variables: Mapping[str, str] | None = None,
        dimensions: tuple[int, int] = (24, 80),
    ) -> None:
        ours, its = pty.openpty()
        termios.tcsetwinsize(its, dimensions)
        super().__init__(ours, encoding="utf-8", timeout=30)
        with Connection(its) as terminal:  # which can be sent
            self._process = forks.FORKS.Process(
                target=forks.run, args=(variables or environment(), _run, (terminal, folder, *command)), daemon=True
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


def run_forked(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run what comes after `python -m` without a terminal, and keep what it writes."""
    return forks.in_a_fork(environment(), forks.heard, command, partial(_status, folder, *command))


def _run(terminal: Connection, folder: Path, *command: str) -> None:
    # A shell takes Ctrl+C from what it starts in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    fcntl.ioctl(terminal.fileno(), termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(terminal.fileno(), descriptor)
    terminal.close()
    text = partial(open, encoding="utf-8", closefd=False)
    sys.stdin, sys.stdout, sys.stderr = text(0), text(1, "w", buffering=1), text(2, "w", buffering=1)
    sys.exit(_status(folder, *command))


def _status(folder: Path, module: str, *words: str) -> int:
    os.chdir(folder)
    sys.argv[1:] = words
    sitecustomize.install()
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return int(end.code or 0)
    return 0
