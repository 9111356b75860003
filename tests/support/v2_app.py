"""A function app of the v2 model as somebody writes one by hand, which owes nothing to the template."""

import json
from pathlib import Path

FUNCTION_APP = """\
import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="items/{id}", methods=["GET"])
@app.blob_input(arg_name="item", path="items/{id}.txt", connection="AzureWebJobsStorage")
@app.queue_output(arg_name="msg", queue_name="seen", connection="AzureWebJobsStorage")
def get_item(req: func.HttpRequest, item: str, msg: func.Out[str], context: func.Context) -> func.HttpResponse:
    msg.set(f"{context.function_name} {req.route_params['id']}")
    return func.HttpResponse(item.upper())


@app.function_name("relay")
@app.queue_trigger(arg_name="msg", queue_name="incoming", connection="AzureWebJobsStorage", data_type="string")
@app.queue_output(arg_name="$return", queue_name="outgoing", connection="AzureWebJobsStorage")
async def pass_on(msg: func.QueueMessage) -> str:
    return msg.get_body().decode()[::-1]


@app.retry(strategy="exponential_backoff", max_retry_count="3", minimum_interval="00:00:05", maximum_interval="01:00:00")
@app.schedule(schedule="0 0 3 * * *", arg_name="timer")
def nightly(timer: func.TimerRequest) -> None:
    raise ValueError("no night")


@app.route(route="start")
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    return client.create_check_status_response(req, await client.start_new("greet_all"))


@app.orchestration_trigger(context_name="context")
def greet_all(context: df.DurableOrchestrationContext):
    names = yield context.wait_for_external_event("Names")
    greetings = yield context.task_all([context.call_activity("greet", name) for name in names])
    count = yield context.call_entity(df.EntityId("counter", "all"), "add", len(names))
    return [greetings, count]


@app.activity_trigger(input_name="name")
def greet(name: str) -> str:
    return f"Hello {name}!"


@app.entity_trigger(context_name="context")
def counter(context: df.DurableEntityContext) -> None:
    context.set_state(context.get_state(lambda: 0) + context.get_input())
    context.set_result(context.get_state())
"""


def write(project: Path, function_app: str = FUNCTION_APP) -> None:
    """Write the app as a project that has it in `__app__`."""
    app = project / "__app__"
    app.mkdir(parents=True)
    settings = {"IsEncrypted": False, "Values": {"FUNCTIONS_WORKER_RUNTIME": "python"}}
    (app / "local.settings.json").write_text(json.dumps(settings))
    (app / "function_app.py").write_text(function_app)
