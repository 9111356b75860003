"""The modules of shared_code/ are what contents.json says."""

import ast
import json

from tests.support.project import REPOSITORY

SHARED_CODE = REPOSITORY / "shared_code"


def test_each_module_has_one_function_for_others_and_it_is_listed() -> None:
    public = {
        path.stem: [
            node.name
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]
        for path in SHARED_CODE.glob("*.py")
    }

    contents = json.loads((SHARED_CODE / "contents.json").read_text(encoding="utf-8"))
    assert public == {module: [name] for module, name in contents.items()}
