"""Documents of Cosmos DB."""

import azure.functions as func


def join_ids(documents: func.DocumentList | None) -> str:
    """Return the ids; a document that does not exist comes in as None."""
    return ", ".join(document["id"] for document in documents or [] if document)
