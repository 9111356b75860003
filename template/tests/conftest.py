"""Fixtures for all tests."""

import logging

import pytest


@pytest.fixture(autouse=True)
def record_info_logs(caplog: pytest.LogCaptureFixture) -> None:
    """Let `caplog` see what the functions log."""
    caplog.set_level(logging.INFO)
