"""`scdl check`: the verdict on files."""

from __future__ import annotations

from pathlib import Path

import click

from .. import sandbox
from ..core import formats
from ..core.catalogue import Catalogue
from .base import EXIT_STATUS, known_schema


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--schema",
    "schema_ref",
    metavar="owner/name",
    help="Schéma à appliquer ; reconnu d'après l'en-tête sinon.",
)
@click.option("--version", metavar="V", help="Version du schéma ; la dernière sinon.")
@click.option("--format", "form", type=click.Choice(list(formats.WRITERS)), default="text", show_default=True)
def check(files: tuple[Path, ...], schema_ref: str | None, version: str | None, form: str) -> None:
    """Vérifie chaque fichier et dit quoi corriger d'abord.

    Code de retour : 0 valide, 1 non valide, 2 refusé, 64 mauvais usage ; le pire s'il y a plusieurs fichiers.
    """
    if schema_ref is not None:
        known_schema(Catalogue.bundled(), schema_ref, version)
    checked = [formats.Checked(path.name, sandbox.check(path, path.name, schema_ref, version)) for path in files]
    click.echo(formats.WRITERS[form](checked), nl=False)
    raise SystemExit(max(EXIT_STATUS[each.report.status] for each in checked))
