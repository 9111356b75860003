"""Data that is loaded once per worker process and kept between invocations."""

import logging

CACHED_DATA: dict[str, str] = {}


def get_reference_data() -> dict[str, str]:
    """Return the data; only the first call in a worker process loads it."""
    if not CACHED_DATA:
        logging.info("Loading the reference data")
        CACHED_DATA.update(_load())
    return CACHED_DATA


def _load() -> dict[str, str]:
    """Stand in for something slow, such as a file or a database."""
    return {"greeting": "Hello"}
