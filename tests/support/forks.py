"""Processes forked from one that has loaded the runtime, pytest and no app: that is most of the time that they take."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [f"tests.support.{part}" for part in ("forks", "runtime.task", "own_tests", "forked_program")]
)


def in_a_fork[Result](environment: Mapping[str, str], task: Callable[..., Result], *arguments: Any) -> Result:
    """Run a function in a process of its own, with an environment."""
    with ProcessPoolExecutor(max_workers=1, mp_context=FORKS) as fork:
        return fork.submit(run, environment, task, arguments).result(timeout=300)


def run[Result](environment: Mapping[str, str], task: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    """Run it in this process, which is of no other use afterwards."""
    os.environ.clear()
    os.environ.update(environment)
    sys.dont_write_bytecode = True
    return task(*arguments)
