"""What the Durable Functions extension passes to a durable client, with a stub of its local endpoint."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

INSTANCE = "abc123"


@contextmanager
def durable_client() -> Iterator[tuple[str, list[str]]]:
    """Give the text for a client's parameter, and the list of the orchestrations that were started with it."""
    started: list[str] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            started.append(self.path.partition("?")[0].removeprefix("/durabletask/orchestrators/"))
            body = json.dumps({"id": INSTANCE}).encode()
            self.send_response(202)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()  # `shutdown` waits so long
        base = f"http://127.0.0.1:{server.server_port}"
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
        server.shutdown()
