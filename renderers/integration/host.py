"""What the Functions host does between the storage and the worker, for one function at a time."""

import base64
import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from azure.core.exceptions import ResourceNotFoundError

from tests.integration.storage import Storage
from tests.integration.worker import Worker


@dataclass(frozen=True)
class Run:
    """What came of a run: the log, and the response of an HTTP function."""

    log: str
    status: int = 0
    body: str = ""


class Host:
    """Runs functions with real data: what a trigger takes, and what the bindings read and write."""

    def __init__(
        self, storage: Storage, worker: Worker, settings: dict[str, str]
    ) -> None:
        self.storage, self.worker, self.settings = storage, worker, settings

    def request(
        self,
        function: str,
        method: str = "GET",
        *,
        query: dict[str, str] | None = None,
        route: dict[str, str] | None = None,
        body: str = "",
    ) -> Run:
        """Call an HTTP function."""
        request = {
            "method": method,
            "url": f"http://localhost:7071/api/{function}",
            "headers": {},
            "query": query or {},
            "params": route or {},
            "body": body,
        }
        return self._run(
            function, {"http": request}, {**properties(body), **(route or {})}
        )

    def run(self, function: str) -> Run:
        """Run a function on the message or the blob that waits for it; a timer fires."""
        trigger = self._trigger(function)
        if trigger["type"] == "queueTrigger":
            return self._take_message(function, self.text(trigger["queueName"]))
        if trigger["type"] == "blobTrigger":
            return self._take_blob(function, self.text(trigger["path"]))
        return self._run(
            function, {"IsPastDue": False, "Schedule": {}, "ScheduleStatus": {}}, {}
        )

    def text(self, text: str, data: dict[str, str] | None = None) -> str:
        """Put the values of settings and, with data, of {expressions} into an option."""
        text = re.sub("%([^%]+)%", lambda found: self.settings[found[1]], text)
        if data is None:
            return text
        known = {name.lower(): value for name, value in data.items()}
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
        known |= {"rand-guid": str(uuid.uuid4()), "datetime": now, "sys.utcnow": now}
        return re.sub(
            r"\{([^{}:]+)[^{}]*\}", lambda found: known[found[1].lower()], text
        )

    def _trigger(self, function: str) -> dict[str, Any]:
        bindings: list[dict[str, Any]] = self.worker.functions[function]["bindings"]
        return next(
            binding for binding in bindings if binding["type"].endswith("Trigger")
        )

    def _take_message(self, function: str, queue: str) -> Run:
        client = self.storage.queues.get_queue_client(queue)
        message = client.receive_message()
        assert message, f"no message waits in {queue}"
        text = base64.b64decode(message.content).decode()
        metadata = {
            "Id": message.id,
            "DequeueCount": message.dequeue_count,
            "InsertionTime": moment(message.inserted_on),
            "ExpirationTime": moment(message.expires_on),
            "NextVisibleTime": moment(message.next_visible_on),
            "PopReceipt": message.pop_receipt,
        }
        data = {"id": message.id, "queueTrigger": text, **properties(text)}
        run = self._run(function, text, data, metadata)
        client.delete_message(message)
        return run

    def _take_blob(self, function: str, path: str) -> Run:
        container, _, pattern = path.partition("/")
        client = self.storage.blobs.get_container_client(container)
        for name in client.list_blob_names():
            if (data := captures(pattern or "{name}", name)) is not None:
                break
        else:
            raise AssertionError(f"no blob is at {path}")
        blob = client.get_blob_client(name)
        found = blob.get_blob_properties()
        metadata = {
            "BlobTrigger": f"{container}/{name}",
            "Uri": blob.url,
            "Metadata": found.metadata,
            "Properties": {
                "Length": found.size,
                "ContentType": found.content_settings.content_type,
            },
            **data,
        }
        data = {"blobTrigger": f"{container}/{name}", **data}
        return self._run(function, blob.download_blob().readall(), data, metadata)

    def _run(
        self,
        function: str,
        trigger: Any,
        data: dict[str, str],
        metadata: dict[str, Any] | None = None,
    ) -> Run:
        bindings = self.worker.functions[function]["bindings"]
        inputs = {self._trigger(function)["name"]: trigger}
        for binding in bindings:
            if binding["type"] == "blob" and is_input(binding):
                inputs[binding["name"]] = self._read_blob(
                    self.text(binding["path"], data)
                )
            elif binding["type"] == "table" and is_input(binding):
                inputs[binding["name"]] = self._read_table(binding, data)
        answer = self.worker.invoke(function, inputs, metadata or {})
        for binding in bindings:
            value = answer["outputs"].get(binding["name"])
            if value is None or is_input(binding):
                continue
            if binding["type"] == "queue":
                self._send(self.text(binding["queueName"], data), value)
            elif binding["type"] == "blob":
                self.storage.write(self.text(binding["path"], data), value)
            elif binding["type"] == "table":
                self._insert(binding, value, data)
        response = answer["outputs"]["$return"]
        if not isinstance(response, dict):
            return Run(answer["log"])
        body = response["body"]
        text = body.decode() if isinstance(body, bytes) else body or ""
        return Run(answer["log"], response["status"], text)

    def _read_blob(self, path: str) -> bytes | None:
        container, _, name = path.partition("/")
        blob = self.storage.blobs.get_blob_client(container, name)
        try:
            return blob.download_blob().readall()
        except ResourceNotFoundError:
            return None

    def _read_table(self, binding: dict[str, Any], data: dict[str, str]) -> Any:
        options = {
            key: self.text(value, data)
            for key, value in binding.items()
            if isinstance(value, str)
        }
        table = self.storage.tables.get_table_client(options["tableName"])
        if "rowKey" in options:
            try:
                return dict(
                    table.get_entity(options["partitionKey"], options["rowKey"])
                )
            except ResourceNotFoundError:
                return None
        conditions = [options["filter"]] if "filter" in options else []
        if "partitionKey" in options:
            conditions.append(f"PartitionKey eq '{options['partitionKey']}'")
        found = (
            table.query_entities(" and ".join(conditions))
            if conditions
            else table.list_entities()
        )
        return [dict(entity) for entity in found][: binding.get("take") or 1000]

    def _send(self, queue: str, value: str | bytes) -> None:
        for message in items(value):
            self.storage.send(queue, message)

    def _insert(
        self, binding: dict[str, Any], value: str, data: dict[str, str]
    ) -> None:
        keys = {"PartitionKey": "partitionKey", "RowKey": "rowKey"}
        given = {
            key: self.text(binding[option], data)
            for key, option in keys.items()
            if option in binding
        }
        for entity in items(value):
            self.storage.insert(
                self.text(binding["tableName"], data), {**given, **json.loads(entity)}
            )


def moment(time: datetime | None) -> str | None:
    """Write a time as the host does."""
    return time.isoformat() if time else None


def is_input(binding: dict[str, Any]) -> bool:
    """Tell whether a binding is read."""
    return bool(binding["direction"].lower() == "in")


def properties(text: str) -> dict[str, str]:
    """Return the properties of a JSON object that are text, which expressions may name."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def items(value: str | bytes) -> list[Any]:
    """Return the items of a JSON list as JSON, or text where they are that; one value is an item itself."""
    try:
        found = json.loads(value)
    except ValueError:
        return [value]
    if not isinstance(found, list):
        return [value]
    return [item if isinstance(item, str) else json.dumps(item) for item in found]


def captures(pattern: str, name: str) -> dict[str, str] | None:
    """Return what a pattern such as {name}.{extension} captures of a name; None where it does not fit."""
    parts = re.split(r"\{(\w+)\}", pattern)
    expression = "".join(
        f"(?P<{part}>.+)" if number % 2 else re.escape(part)
        for number, part in enumerate(parts)
    )
    found = re.fullmatch(expression, name)
    return found.groupdict() if found else None
