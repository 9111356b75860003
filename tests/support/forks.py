"""Processes forked from one that has loaded the runtime, pytest and no app: that is most of the time that they take."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

import plumbum

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [f"tests.support.{part}" for part in ("forks", "runtime.task", "own_tests", "forked_program", "settled")]
)


def in_a_fork[Result](environment: Mapping[str, str], task: Callable[..., Result], *arguments: Any) -> Result:
    """Run a function in a process of its own, with an environment; fail the test with the traceback of an error."""
    ours, its = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=_send, args=(its, environment, task, arguments), daemon=True)
    process.start()
    its.close()
    if not ours.poll(300):
        process.terminate()
    try:
        result, error = ours.recv()
    except EOFError:
        result, error = None, "it ended before its time"
    process.join()
    assert error is None, error
    return result


def _send[Result](
    to: Connection, environment: Mapping[str, str], task: Callable[..., Result], arguments: tuple[Any, ...]
) -> None:
    try:
        to.send((run(environment, task, arguments), None))
    except BaseException:  # which no other process can raise as it is
        to.send((None, traceback.format_exc()))


def run[Result](environment: Mapping[str, str], task: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    """Run it in this process, which is of no other use afterwards."""
    for variables in (os.environ, plumbum.local.env):  # the latter is of the import
        variables.clear()
        variables.update(environment)
    sys.dont_write_bytecode = True
    return task(*arguments)


def heard(command: Sequence[str], task: Callable[[], int]) -> subprocess.CompletedProcess[str]:
    """Do in this process what a command does, and return its status and what it wrote."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        streams = (sys.stdout, 1, out), (sys.stderr, 2, err)
        for stream, descriptor, file in streams:
            stream.flush()
            os.dup2(file.fileno(), descriptor)
        status = int(task())
        for stream, _, file in streams:
            stream.flush()
            file.seek(0)
        return subprocess.CompletedProcess(command, status, out.read(), err.read())
