"""Sets of answers, by name, that tests of every kind render."""

from pathlib import Path

import yaml

EXAMPLE = Path(__file__).parents[1] / "examples" / "order_service.yml"

LONG_NAME = "a_very_long_name_" + "x" * 60

ANSWER_SETS = {
    "defaults": {},
    "order_service": yaml.safe_load(EXAMPLE.read_text()),
    "every_trigger": {"triggers": ["blob", "durable", "http", "queue", "timer"]},
    "durable_only": {"triggers": ["durable"]},
    "timer_only": {"triggers": ["timer"]},
    "no_functions": {"functions": []},
    "every_output_and_input": {
        "functions": [
            {
                "name": f"{trigger}_with_all",
                "trigger": trigger,
                "async": is_async,
                "context": not is_async,
                "inputs": [{"binding": "blob"}, {"binding": "durable_client"}] if is_async else [{"binding": "blob"}],
                "outputs": [{"binding": "queue"}, {"binding": "blob"}],
            }
            for trigger, is_async in {
                "http": True,
                "queue": True,
                "blob": False,
                "timer": True,
                "activity": False,
            }.items()
        ]
        + [{"name": "orchestrator", "trigger": "orchestration", "activity": "activity_with_all"}],
    },
    "return_values": {
        "functions": [
            {
                "name": f"{trigger}_to_{binding}",
                "trigger": trigger,
                "outputs": [{"binding": binding, "arg_name": "$return"}],
            }
            for trigger in ("queue", "blob", "timer")
            for binding in ("queue", "blob")
        ],
    },
    "names_that_are_used_in_samples": {
        "functions": [
            {
                "name": "clashes",
                "trigger": "http",
                "cors_origin": "*",
                "outputs": [
                    {"binding": "queue", "arg_name": name}
                    for name in ("name", "greeting", "error", "response", "caplog", "body", "result")
                ],
            },
            {
                "name": "clashes_too",
                "trigger": "queue",
                "arg_name": "body",
                "inputs": [{"binding": "blob", "arg_name": "text"}],
            },
            {"name": "contract", "trigger": "timer", "arg_name": "timestamp"},
        ],
    },
    "long_names": {
        "functions": [
            {
                "name": f"{LONG_NAME}_{trigger}",
                "trigger": trigger,
                "arg_name": LONG_NAME,
                "entry_point": LONG_NAME + "_entry",
                "script_file": LONG_NAME + ".py",
                "async": trigger == "queue",
                "outputs": [{"binding": "blob", "arg_name": LONG_NAME + "_out"}],
                "inputs": [{"binding": "blob", "arg_name": LONG_NAME + "_in"}],
            }
            for trigger in ("http", "queue", "blob", "timer", "activity")
        ],
    },
}

for length in (15, 25, 30, 35, 40):
    ANSWER_SETS[f"names_of_{length}_characters"] = {
        "functions": [
            {
                "name": f"{trigger}_function_name_{'x' * length}"[:length],
                "trigger": trigger,
                "arg_name": "trigger_" + "x" * (length - 8),
                "entry_point": "entry_" + "x" * (length - 6),
                "async": trigger == "queue",
                "context": trigger == "timer",
                "cache": trigger == "blob",
                "outputs": [{"binding": "blob", "arg_name": "output_" + "x" * (length - 7)}],
                "inputs": [{"binding": "blob", "arg_name": "input_" + "x" * (length - 6)}],
            }
            for trigger in ("http", "queue", "blob", "timer", "activity")
        ],
    }
