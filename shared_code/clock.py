"""The current time."""

from datetime import UTC, datetime


def utc_timestamp() -> str:
    """Return the current time in UTC, for example 2026-01-31T12:00:00+00:00."""
    return datetime.now(UTC).isoformat(timespec="seconds")
