"""What the words of the command share."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.catalogue import Catalogue, Schema, SchemaNotFound

EXIT_STATUS = {"valid": 0, "invalid": 1, "refused": 2}
MISUSED = 64

schemas_option = click.option(
    "--schemas",
    "schemas_folder",
    metavar="DOSSIER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Dossier rempli par « schemas sync » ; ses schémas passent avant ceux de la suite.",
)


def known_schema(catalogue: Catalogue, reference: str, version: str | None = None) -> Schema:
    """Return the schema asked for; a name that is not known is a misuse, not a fault of the file."""
    try:
        schema = catalogue.resolve(reference)
        return schema if version is None else catalogue.get(schema.id, version)
    except SchemaNotFound as error:
        known = ", ".join(error.known_versions or (each.id for each in catalogue.all()))
        raise click.UsageError(f"Schéma ou version inconnu : {reference}. Connus : {known}.") from error
