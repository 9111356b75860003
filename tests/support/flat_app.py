"""An app of five functions in the flat layout of `func init`, as somebody may have written it years ago."""

import json
from pathlib import Path


def bindings(*bindings: dict[str, object], **more: object) -> str:
    """Write a function.json as the official tools do."""
    return json.dumps({"scriptFile": "__init__.py", "bindings": bindings} | more, indent=2) + "\n"


FILES = {
    ".gitignore": "local.settings.json\n.venv\n",
    ".funcignore": ".git*\n.vscode\nlocal.settings.json\ntest\n.venv\n",
    "README.md": "# Warehouse\n\nAsk Ada before you deploy.\n",
    "host.json": '{\n  "version": "2.0",\n  "functionTimeout": "00:07:00"\n}\n',
    "local.settings.json": '{"IsEncrypted": false, "Values": {"AzureWebJobsStorage": "secret"}}\n',
    "requirements.txt": "# Ours\nazure-functions\ntyping-extensions\n",
    "SharedCode/__init__.py": "",
    "SharedCode/stock.py": "def left(item):\n    return len(item)\n",
    "GetStock/function.json": bindings(
        {
            "authLevel": "anonymous",
            "type": "httpTrigger",
            "direction": "in",
            "name": "req",
            "methods": ["get"],
            "route": "stock/{item}",
        },
        {"type": "http", "direction": "out", "name": "$return"},
    ),
    "GetStock/__init__.py": (
        "import azure.functions as func\nfrom SharedCode.stock import left\n\n\n"
        "def main(req: func.HttpRequest) -> func.HttpResponse:\n"
        "    # the old way\n"
        '    return func.HttpResponse(str(left(req.route_params["item"])))\n'
    ),
    "OnOrder/function.json": bindings(
        {
            "name": "order",
            "type": "queueTrigger",
            "direction": "in",
            "queueName": "orders",
            "connection": "AzureWebJobsStorage",
        },
        {"name": "$return", "type": "queue", "direction": "out", "queueName": "packed", "connection": "PartnerStorage"},
        retry={"strategy": "fixedDelay", "maxRetryCount": 3, "delayInterval": "00:00:10"},
    ),
    "OnOrder/__init__.py": (
        "import azure.functions as func\n\n\n"
        'def main(order: func.QueueMessage) -> str:\n    return order.get_body().decode() + " packed"\n'
    ),
    "Nightly/function.json": bindings(
        {"name": "mytimer", "type": "timerTrigger", "direction": "in", "schedule": "0 0 3 * * *"},
        disabled=True,  # which no host since the second version reads
    ),
    "Nightly/__init__.py": (
        "import logging\n\nimport azure.functions as func\n\n\n"
        "async def main(mytimer: func.TimerRequest) -> None:\n    logging.info('Counting')\n"
    ),
    "ResizeImage/function.json": bindings(
        {
            "name": "myblob",
            "type": "blobTrigger",
            "direction": "in",
            "path": "images/{name}",
            "connection": "AzureWebJobsStorage",
        },
        scriptFile="resize.py",
        entryPoint="resize",
    ),
    "ResizeImage/resize.py": (
        "import logging\n\nimport azure.functions as func\n\n\n"
        "def resize(myblob: func.InputStream, context: func.Context) -> None:\n"
        "    logging.info('Resizing %s', myblob.name)\n"
    ),
    "Notify/function.json": bindings(
        {
            "name": "msg",
            "type": "queueTrigger",
            "direction": "in",
            "queueName": "packed",
            "connection": "AzureWebJobsStorage",
        },
        {"name": "mail", "type": "sendGrid", "direction": "out", "apiKey": "SendGridKey", "to": "ada@contoso.com"},
    ),
    "Notify/__init__.py": (
        "import azure.functions as func\n\n\n"
        "def main(msg: func.QueueMessage, mail: func.Out[str]) -> None:\n    mail.set(msg.get_body().decode())\n"
    ),
    "tests/test_stock.py": "from SharedCode.stock import left\n\n\ndef test_left():\n    assert left('abc') == 3\n",
}


def write(folder: Path) -> None:
    """Write the app to a folder."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
