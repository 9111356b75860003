"""Greetings."""


def greet(name: str) -> str:
    """Return the greeting for one name."""
    return f"Hello {name}!"
