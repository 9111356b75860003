"""Fixtures for tests on a real storage service; they skip where there is none."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.host import Host
from tests.integration.storage import Storage, Unavailable, azurite
from tests.integration.worker import Worker

SETTINGS = Path(__file__).parents[2] / "local.settings.example.json"


@pytest.fixture(scope="session")
def service() -> Iterator[Storage]:
    """Run the storage service while the tests run."""
    logging.getLogger("azure").setLevel(logging.WARNING)  # not each request to it
    try:
        with azurite() as connection:
            yield Storage(connection)
    except Unavailable as reason:
        if "CI" in os.environ:  # a pipeline is where these tests count
            raise
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def settings(service: Storage) -> dict[str, str]:
    """Return the settings of the app, with the service as every storage account."""
    values: dict[str, str] = json.loads(SETTINGS.read_text(encoding="utf-8"))["Values"]
    accounts = {"UseDevelopmentStorage=true": service.connection}
    return {
        name: accounts.get(value, value) or f"{name.lower()}-value"
        for name, value in values.items()
    }


@pytest.fixture(scope="session")
def worker(settings: dict[str, str]) -> Iterator[Worker]:
    """Load the app on the worker while the tests run."""
    worker = Worker(settings)
    yield worker
    worker.stop()


@pytest.fixture
def storage(service: Storage) -> Storage:
    """Give each test a storage without anything in it."""
    service.empty()
    return service


@pytest.fixture
def host(storage: Storage, worker: Worker, settings: dict[str, str]) -> Host:
    """Run functions on the storage."""
    return Host(storage, worker, settings)
