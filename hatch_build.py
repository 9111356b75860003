"""Packs the template into the wheel, so that what the tool knows and what its projects are made of fit."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What `copier copy` reads; a test compares it with what a render needs.
TEMPLATE = (
    "copier.yml",
    "questions",
    "manifest",
    "kinds",
    "renderers",
    "shared_code",
    "template",
    "extensions-template",
)


class TemplateHook(BuildHookInterface):
    """Adds the template to a wheel; an editable installation finds it in the repository."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files."""
        if version != "editable":
            there = (name for name in TEMPLATE if (Path(self.root) / name).exists())
            build_data["force_include"] |= {name: f"copier_azure_functions/template/{name}" for name in there}
