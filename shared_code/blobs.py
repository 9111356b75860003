"""Text from blobs."""

import azure.functions as func


def read_text(blob: func.InputStream | None) -> str:
    """Read a blob as UTF-8; a blob that does not exist comes in as None and is empty."""
    return blob.read().decode(errors="replace") if blob else ""
