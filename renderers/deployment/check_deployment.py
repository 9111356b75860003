"""Checks that the app in Azure has the functions of this project, without errors.

    uv run python -m tools.check_deployment --app NAME --resource-group NAME

It asks Azure as the Azure CLI or the Azure Developer CLI is signed in, and waits for
an app that is starting. The exit code is 0 when all is well, 1 when functions are
missing, unknown or in error, and 2 when Azure does not answer the question.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

from tools.declared import declared

API = "api-version=2024-11-01"
SIGNED_IN = {  # how to get a token, and what the answer calls it
    "accessToken": ["az", "account", "get-access-token", "--output", "json"],
    "token": ["azd", "auth", "token", "--output", "json"],
}


class RefusedError(Exception):
    """Azure says no, and will not change its mind."""


class NotReadyError(Exception):
    """There is no answer yet."""


def main(arguments: list[str] | None = None) -> int:
    """Look until all is well or the time is over."""
    options = parse(arguments)
    deadline = time.monotonic() + options.timeout
    try:
        site = Site(options)
        while True:
            try:
                found = list(problems(site, declared()))
            except NotReadyError as reason:
                found = [f"{options.app} is not ready: {reason}"]
            if not found or time.monotonic() + options.pause > deadline:
                break
            time.sleep(options.pause)
    except RefusedError as reason:
        print(reason, file=sys.stderr)
        return 2
    if found:
        print("\n".join(found), file=sys.stderr)
        return 1
    print(f"All {len(declared())} functions are in {options.app}.")
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; what is not on it is in the environment."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    for name, variable in {
        "app": "AZURE_FUNCTION_APP_NAME",
        "resource-group": "AZURE_RESOURCE_GROUP",
    }.items():
        value = os.environ.get(variable)
        parser.add_argument(
            f"--{name}", default=value, required=not value, help=f"or {variable}"
        )
    parser.add_argument(
        "--subscription",
        default=os.environ.get("AZURE_SUBSCRIPTION_ID", ""),
        help="or AZURE_SUBSCRIPTION_ID, or the one of the Azure CLI",
    )
    parser.add_argument(
        "--timeout", type=float, default=300, help="how long to wait, in seconds"
    )
    parser.add_argument("--pause", type=float, default=10, help=argparse.SUPPRESS)
    parser.add_argument(
        "--management",
        default="https://management.azure.com",
        help="the address of Azure Resource Manager, for other clouds",
    )
    return parser.parse_args(arguments)


def problems(site: "Site", expected: set[str]) -> Iterator[str]:
    """Compare the functions of the app with those of the project."""
    site.get("", missing=RefusedError)
    listed = site.get("/admin/functions")
    if not isinstance(listed, list):
        raise NotReadyError("its host does not list functions")
    there = {function["name"] for function in listed}
    for name in sorted(expected - there):
        yield f"{name}: is not in the app"
    for name in sorted(there - expected):
        yield f"{name}: is in the app, but not in this project"
    for name in sorted(expected & there):
        status = site.get(f"/admin/functions/{urllib.parse.quote(name)}/status")
        for error in status.get("errors") or []:
            yield f"{name}: is in the app, but in error: {error}"


class Site:
    """The function app, as Azure Resource Manager knows it."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.token, subscription = sign_in()
        subscription = options.subscription or subscription
        if not subscription:
            raise RefusedError("Say which subscription it is in: --subscription ID")
        self.address = (
            f"{options.management}/subscriptions/{subscription}/resourceGroups/"
            f"{options.resource_group}/providers/Microsoft.Web/sites/{options.app}"
        )
        self.name = options.app

    def get(self, path: str, missing: type[Exception] = NotReadyError) -> Any:
        """Ask for the app, or what its host says at a path below /admin."""
        address = self.address + ("/hostruntime" if path else "") + path
        headers = {"Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"{address}?{API}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code in (401, 403):
                reason = f"You may not see {self.name}: {error.code} {error.reason}"
                raise RefusedError(reason) from None
            if error.code == 404:
                reason = f"There is no {self.name}{path} in this resource group"
                raise missing(reason) from None
            raise NotReadyError(f"{error.code} {error.reason}") from None
        except (OSError, ValueError) as error:
            raise NotReadyError(str(error)) from None


def sign_in() -> tuple[str, str]:
    """Return a token, and the subscription that goes with it where that is known."""
    if token := os.environ.get("AZURE_ACCESS_TOKEN"):
        return token, ""
    for key, (program, *arguments) in SIGNED_IN.items():
        path = shutil.which(program)
        command = [path or program, *arguments]
        run = path and subprocess.run(command, capture_output=True, check=False)
        if run and run.returncode == 0:
            answer = json.loads(run.stdout)
            return answer[key], answer.get("subscription", "")
    raise RefusedError("Sign in to Azure first: az login, or azd auth login")


if __name__ == "__main__":
    sys.exit(main())
