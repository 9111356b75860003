"""Files of an owner's as text, and back: what is done in between changes no byte that it need not."""

BOM = "\ufeff"


def read(content: bytes) -> str:
    """Return what is in a file, with the line ends of the template where it has others; what is no UTF-8 stays what it is."""
    text = content.decode("utf-8", "surrogateescape").removeprefix(BOM)
    return text.replace("\r\n", "\n") if _has_crlf(content) else text


def write(text: str, like: bytes) -> bytes:
    """Return what a file gets in the place of what is in it."""
    if text.endswith("\n") and like and not like.endswith(b"\n"):
        text = text[:-1]
    if _has_crlf(like):
        text = text.replace("\n", "\r\n")
    return ((BOM if like.startswith(BOM.encode()) else "") + text).encode("utf-8", "surrogateescape")


def _has_crlf(content: bytes) -> bool:
    """Tell whether all lines end so; where only some do, each stays as it is."""
    return b"\n" in content and content.count(b"\r\n") == content.count(b"\n")
