"""What the Durable Functions extension passes to a durable client, with a stub of its local endpoint."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.stand_ins import Service, serving

INSTANCE = "abc123"


@contextmanager
def durable_client() -> Iterator[tuple[str, list[str]]]:
    """Give the text for a client's parameter, and the list of the orchestrations that were started with it."""
    started: list[str] = []

    class Endpoint(Service):
        def do_POST(self) -> None:
            started.append(self.path.partition("?")[0].removeprefix("/durabletask/orchestrators/"))
            self.answer(202, json.dumps({"id": INSTANCE}).encode(), {"Content-Type": "application/json"})

    with serving(Endpoint) as base:
        instance = f"{base}/instances/INSTANCEID"
        urls = {"statusQueryGetUri": instance, "purgeHistoryDeleteUri": instance}
        urls["sendEventPostUri"] = f"{instance}/raiseEvent/{{eventName}}"
        for action in ("terminate", "rewind", "restart", "suspend", "resume"):
            urls[f"{action}PostUri"] = f"{instance}/{action}"
        client = {
            "taskHubName": "hub",
            "creationUrls": {},
            "managementUrls": {"id": "INSTANCEID", **urls},
            "baseUrl": base,
            "rpcBaseUrl": f"{base}/durabletask/",
        }
        yield json.dumps(client), started
