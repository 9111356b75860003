"""What an orchestrator calls is read from its code, wherever in the app the name is."""

from pathlib import Path

import pytest

from copier_azure_functions.calls import calls

NAMES = "PACK: str = 'Pack'\nNUMBER = 1\n"


@pytest.mark.parametrize(
    ("code", "activities", "unknown"),
    [
        ("context.call_activity('Pack', 1)", ["Pack"], []),
        ("context.call_activity(name='Pack')", ["Pack"], []),
        ("PACK = 'Pack'\ncontext.call_activity_with_retry(PACK, retries, 1)", ["Pack"], []),
        ("from names import PACK\ncontext.call_activity(PACK)", ["Pack"], []),
        ("import names\ncontext.call_activity(names.PACK)", ["Pack"], []),
        ("import shared.names\ncontext.call_activity(shared.names.PACK)", ["Pack"], []),
        ("from shared import names as n\ncontext.call_activity(n.PACK)", ["Pack"], []),
        ("from .. import names\ncontext.call_activity(names.PACK)", ["Pack"], []),
        ("from ..shared.names import PACK as P\ncontext.call_activity(P)", ["Pack"], []),
        ("from .own import PACK\ncontext.call_activity(PACK)", ["Pack"], []),
        ("from __app__.shared import names\ncontext.call_activity(names.PACK)", ["Pack"], []),
        ("from names import NUMBER\ncontext.call_activity(NUMBER)", [], ["call_activity(NUMBER)"]),
        ("from elsewhere import PACK\ncontext.call_activity(PACK)", [], ["call_activity(PACK)"]),
        ("context.call_activity(f'Pack{n}')", [], ['call_activity(f"Pack{n}")']),
        ("print 'two'", [], []),
    ],
)
def test_the_name_of_an_activity_is_found(code: str, activities: list[str], unknown: list[str], tmp_path: Path) -> None:
    for name in ("names.py", "shared/names.py", "shared/__init__.py", "Conductor/own.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(NAMES if "names" in name or "own" in name else "")
    script = tmp_path / "Conductor/__init__.py"
    script.write_text(code)

    found, not_known = calls(script, tmp_path)

    assert found == {"activity": activities, "orchestration": []}
    assert [call.replace("'", '"') for call in not_known] == unknown
