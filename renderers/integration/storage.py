"""A real storage service for the tests: Azurite, Microsoft's emulator of Azure Storage."""

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

FOLDER = Path(__file__).parents[2] / ".azurite"  # Git ignores it
SCRIPT = FOLDER / "node_modules/azurite/dist/src/azurite.js"
FLAGS = [
    "--silent",
    "--inMemoryPersistence",
    "--skipApiVersionCheck",
    "--disableTelemetry",
    *("--blobPort", "0", "--queuePort", "0", "--tablePort", "0"),
]
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # of every emulator


class Unavailable(Exception):
    """There is no storage to test with; the text says why."""


@contextmanager
def azurite() -> Iterator[str]:
    """Start Azurite, or take the one that AZURITE names; yield its connection string."""
    if given := os.environ.get("AZURITE"):
        if f"AccountName={ACCOUNT};" not in given:
            raise Unavailable("AZURITE is not the connection string of an emulator")
        yield given
        return
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise Unavailable("Azurite needs Node.js: https://nodejs.org")
    if not SCRIPT.exists():
        FOLDER.mkdir(exist_ok=True)
        install = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
        subprocess.run([*install, "azurite@3"], check=True)
    with subprocess.Popen(
        [node, str(SCRIPT), *FLAGS], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield connection_string(process)
        finally:
            process.terminate()


def connection_string(process: subprocess.Popen[str]) -> str:
    """Wait until Azurite listens, and tell where."""
    parts = [
        "DefaultEndpointsProtocol=http",
        f"AccountName={ACCOUNT}",
        f"AccountKey={KEY}",
    ]
    for line in process.stdout or []:
        if found := re.search(
            r"Azurite (\w+) service is successfully .* (http://\S+)", line
        ):
            parts.append(f"{found[1]}Endpoint={found[2]}/{ACCOUNT}")
        if len(parts) == 6:
            return ";".join(parts)
    raise RuntimeError("Azurite did not start")


class Storage:
    """What tests and the host put into the storage, and find in it."""

    def __init__(self, connection: str) -> None:
        self.connection = connection
        self.blobs = BlobServiceClient.from_connection_string(connection)
        self.queues = QueueServiceClient.from_connection_string(connection)
        self.tables = TableServiceClient.from_connection_string(connection)

    def empty(self) -> None:
        """Delete everything."""
        for container in self.blobs.list_containers():
            self.blobs.delete_container(container)
        for queue in self.queues.list_queues():
            self.queues.delete_queue(queue)
        for table in self.tables.list_tables():
            self.tables.delete_table(table.name)

    def write(self, path: str, content: str | bytes, **properties: Any) -> None:
        """Write a blob; the path begins with the container."""
        container, _, name = path.partition("/")
        with suppress(ResourceExistsError):
            self.blobs.create_container(container)
        self.blobs.get_blob_client(container, name).upload_blob(
            content, overwrite=True, **properties
        )

    def texts(self, container: str) -> list[str]:
        """Return the contents of all blobs in a container."""
        client = self.blobs.get_container_client(container)
        return sorted(
            client.download_blob(name).readall().decode()
            for name in client.list_blob_names()
        )

    def send(self, queue: str, message: str | bytes) -> None:
        """Send a message; the host's messages are in base64."""
        content = message.encode() if isinstance(message, str) else message
        with suppress(ResourceExistsError):
            self.queues.create_queue(queue)
        self.queues.get_queue_client(queue).send_message(
            base64.b64encode(content).decode()
        )

    def messages(self, queue: str) -> list[str]:
        """Return the messages that wait in a queue."""
        waiting = self.queues.get_queue_client(queue).peek_messages(max_messages=32)
        return [base64.b64decode(message.content).decode() for message in waiting]

    def insert(self, table: str, entity: dict[str, Any]) -> None:
        """Insert an entity into a table."""
        self.tables.create_table_if_not_exists(table).create_entity(entity)

    def values(self, table: str, name: str) -> list[Any]:
        """Return a property of all entities in a table that have it."""
        entities = self.tables.get_table_client(table).list_entities()
        return [entity[name] for entity in entities if name in entity]
