"""Text from bytes."""


def to_text(data: bytes) -> str:
    """Decode UTF-8; what is not UTF-8 becomes a replacement character, not an error."""
    return data.decode(errors="replace")
