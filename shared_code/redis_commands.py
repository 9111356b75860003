"""Arguments of Redis commands."""

from urllib.parse import quote


def to_arguments(text: str) -> str:
    """Return a key and the text as its value; blanks part arguments, so it has none."""
    return f"greeting {quote(text)}"
