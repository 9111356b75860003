"""Messages that come several at a time."""

from collections.abc import Iterable

import azure.functions as func

Message = func.EventHubEvent | func.KafkaEvent | func.ServiceBusMessage


def join_bodies(messages: Iterable[Message]) -> str:
    """Return the bodies as text, one a line."""
    return "\n".join(
        message.get_body().decode(errors="replace") for message in messages
    )
