"""The cli of the portal, one module for each subject."""

from __future__ import annotations

import click

from .organization import organization
from .territory import territory

__all__ = ["cotesdarmor"]


@click.group(short_help="The portal's own commands.")
@click.pass_context
def cotesdarmor(context: click.Context) -> None:
    """Organisations and territory of the portal."""
    # Sentences come in the portal's language, and links can be made, within a request only.
    context.with_resource(context.meta["flask_app"].test_request_context())


cotesdarmor.add_command(organization)
cotesdarmor.add_command(territory)
