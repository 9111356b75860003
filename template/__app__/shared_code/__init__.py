"""Code that several functions share: `from ..shared_code.<module> import <name>`."""
