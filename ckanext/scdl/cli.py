"""`ckan scdl …`: what an administrator runs."""

from __future__ import annotations

import click
import sqlalchemy as sa

from ckan import model

from . import clock as the_clock
from . import storage as the_storage
from .model import AcceptedFile

__all__ = ["scdl"]


@click.group(short_help="Schemas, checks and deposits.")
def scdl() -> None:
    """Schemas, checks and deposits."""


@scdl.command()
@click.option("--every", default=60.0, show_default=True, help="Seconds between two ticks.")
def clock(every: float) -> None:
    """Start periodic work, for as long as this process lives."""
    the_clock.run(every)


@scdl.group()
def storage() -> None:
    """Files of the resources."""


@storage.command("hand-back")
def hand_back() -> None:
    """Lay every accepted file where stock CKAN looks for it, before the plugin is taken out."""
    ids = model.Session.scalars(sa.select(AcceptedFile.resource_id).where(AcceptedFile.current)).all()
    for resource_id in ids:
        the_storage.hand_back(resource_id)
    click.echo(f"{len(ids)} files stand where stock CKAN looks for them.")
