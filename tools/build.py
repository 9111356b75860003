"""Makes everything in this repository that follows from something else in it.

`python -m tools.build` writes the files that changed; with `--check` it only names them, and fails if there are any.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from tools import bindings, questions, reference
from tools.catalogue import CATALOGUE, KINDS, REPOSITORY, load
from tools.manifest import FUNCTION_KEYS, MANIFEST, RELATIONS, RETRY_POLICIES, RULES, listed_names
from tools.names import generated_names
from tools.optional_files import optional_files
from tools.schema import schema


def one_a_line(entries: dict[str, object]) -> str:
    """Write a map as JSON with one entry a line, so that a change of one entry is a change of one line."""
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in entries.items()]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    # Jinja, which includes the file, would take these for tags; in JSON they are always part of a text.
    return re.sub("{([{%#])", lambda begun: f"{{\\u{ord(begun[1]):04x}", text)


# Tables with sources, which renderers write from.
TABLES = [REPOSITORY / name for name in ("renderers/azure/roles.json", "renderers/container/host_paths.json")]

# Each generated file, and what makes its text.
GENERATED: dict[Path, Callable[[], str]] = {
    KINDS / "kinds.json": lambda: one_a_line(CATALOGUE),
    MANIFEST / "function.json": lambda: one_a_line(FUNCTION_KEYS),
    MANIFEST / "reserved_names.json": lambda: one_a_line(listed_names()),
    MANIFEST / "rules.json": lambda: one_a_line(RULES),
    MANIFEST / "relations.json": lambda: one_a_line(RELATIONS),
    MANIFEST / "retry.json": lambda: one_a_line(RETRY_POLICIES),
    MANIFEST / "generated_names.json": lambda: one_a_line(generated_names()),
    REPOSITORY / "questions/types.json": lambda: one_a_line(questions.by_type()),
    REPOSITORY / "questions/messages/optional_files.json": lambda: one_a_line(optional_files()),
    **{table: lambda table=table: one_a_line(load(table.with_suffix(".yml"))) for table in TABLES},
    MANIFEST / "schema.json": lambda: json.dumps(schema(), indent=1, ensure_ascii=True) + "\n",
    reference.DOCS / "bindings.md": bindings.page,
    **{reference.DOCS / name: lambda name=name: reference.page(name) for name in reference.GENERATED},
}


def main() -> None:
    """Write what is stale, or name it."""
    check = "--check" in sys.argv
    stale = []
    for path, make in GENERATED.items():  # in this order: the pages are made with the template, which reads the data
        text = make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.relative_to(REPOSITORY).as_posix())
            if not check:
                path.write_text(text, encoding="utf-8")
    if check and stale:
        sys.exit(f"stale: {', '.join(stale)}; run `python -m tools.build`")
    print("\n".join(f"wrote {name}" for name in stale) or "nothing to do")


if __name__ == "__main__":
    main()
