"""Reads YAML that others wrote: a file of answers, what a project records, what was typed."""

from functools import cache
from itertools import chain, islice
from typing import Any

from copier_azure_functions.errors import RefusalError, not_yaml

DEEPEST, MOST = 100, 500_000


def fast_loader() -> Any:
    """Return the fast one of PyYAML's safe loaders, where PyYAML was built with it."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_own(text: str) -> Any:
    """Load YAML that is the template's own, or that it wrote."""
    import yaml

    return yaml.load(text, fast_loader())


@cache
def _without_repetition(loader: Any) -> Any:
    """Return a loader that refuses a map with a key twice, of which PyYAML's takes the last."""
    import yaml

    class Loader(loader):  # type: ignore[misc]
        def __init__(self, stream: str) -> None:
            super().__init__(stream)
            self.checked: set[int] = set()

        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            keys = set()  # a map that others merge comes again, with what it has merged itself
            for key, _ in () if id(node) in self.checked else node.value:
                if isinstance(key, yaml.ScalarNode) and key.value in keys:
                    raise yaml.constructor.ConstructorError(
                        problem=f"{key.value!r} is there twice", problem_mark=key.start_mark
                    )
                if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                    keys.add(key.value)
            self.checked.add(id(node))
            super().flatten_mapping(node)

    return Loader


def read_yaml(text: str, whose: object, *, quick: bool = False) -> Any:
    """Read YAML; refuse what is none, and what would take all of the stack or the memory: a few aliases can stand for billions of values.

    The quick one of PyYAML's loaders is for what Copier wrote: the other one takes what `json.dump` makes of an emoji.
    """
    import yaml

    loader = _without_repetition(fast_loader() if quick else yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):  # which does not recur
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise RecursionError
        value = yaml.load(text, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # there is no 13th month, and numbers have limits
        raise RefusalError(f"{whose} is not YAML: {not_yaml(error)}") from error
    if isinstance(value, dict) and (odd := [key for key in value if not isinstance(key, str)]):
        raise RefusalError(f"{whose} has the key {odd[0]}, which is no text.")
    if _is_endless(value):
        raise RefusalError(f"{whose} has lists or maps that are too deep or too large.")
    return value


def _is_endless(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        inside = (
            outer.values() if isinstance(outer, dict) else outer for outer in level if isinstance(outer, dict | list)
        )
        level = list(islice(chain.from_iterable(inside), MOST))
        if len(level) == MOST:
            return True
    return bool(level)
