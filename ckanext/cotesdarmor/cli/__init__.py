"""The cli of the portal, one module for each subject."""

from __future__ import annotations

import click

from .organization import organization
from .territory import territory

__all__ = ["cotesdarmor"]


@click.group(short_help="The portal's own commands.")
def cotesdarmor() -> None:
    """Organisations and territory of the portal."""


cotesdarmor.add_command(organization)
cotesdarmor.add_command(territory)
