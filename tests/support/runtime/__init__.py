"""Runs generated apps on the official Functions worker runtime, without the Functions host."""
