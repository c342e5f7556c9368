"""`scdl check`: the verdict on files."""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path
from typing import Any

import click

from .. import sandbox
from ..core import formats
from ..core.catalogue import Catalogue, InvalidCatalogue
from ..core.local import Facts
from ..core.loose_schema import loose_schema, tried
from .base import (
    EXIT_STATUS,
    known_schema,
    paris_day,
    publisher_option,
    schemas_option,
    territory_of,
    territory_option,
    text_of,
    today_option,
)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_UNKNOWN = frozenset({"schema-not-found", "version-unknown"})
"""What the engine says of a name that it does not know; on the command line that is a misuse."""


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=_FILE)
@click.option("--schema", "schema_ref", metavar="owner/name", help="Schéma ; reconnu d'après l'en-tête sinon.")
@click.option("--version", metavar="V", help="Version du schéma ; la dernière sinon.")
@click.option("--schema-file", metavar="F", type=_FILE, help="Un Table Schema (JSON), à la place de --schema.")
@click.option("--format", "form", type=click.Choice(list(formats.WRITERS)), default="text", show_default=True)
@click.option("--all-places", is_flag=True, help="Donne toutes les lignes de chaque défaut, pas les premières.")
@territory_option
@publisher_option
@today_option
@schemas_option
def check(
    files: tuple[Path, ...],
    schema_ref: str | None,
    version: str | None,
    schema_file: Path | None,
    form: str,
    all_places: bool,
    territory: tuple[Path, ...],
    publisher: str | None,
    today: datetime.datetime | None,
    schemas_folder: Path | None,
) -> None:
    """Vérifie chaque fichier et dit quoi corriger d'abord.

    Code de retour : 0 valide, 1 non valide, 2 refusé, 64 mauvais usage ; le pire s'il y a plusieurs fichiers.
    """
    if schema_file is not None and (schema_ref is not None or version is not None):
        raise click.UsageError("--schema-file s'emploie sans --schema ni --version.")
    options = {
        "all_places": all_places or form in formats.NAME_EVERY_PLACE,
        "schemas_folder": schemas_folder,
        "descriptor": None if schema_file is None else _descriptor(schema_file),
        "facts": Facts(
            publisher,
            territory_of(territory),
            paris_day(today),
        ),
    }
    checked = []
    for number, path in enumerate(files, 1):
        if len(files) > 1 and click.get_text_stream("stderr").isatty():
            click.echo(f"{number}/{len(files)} {path.name}", err=True)
        now, start = datetime.datetime.now(datetime.UTC), time.monotonic()
        report = sandbox.check(path, path.name, schema_ref, version, **options)
        if schema_ref is not None and report.refusal is not None and report.refusal.code in _UNKNOWN:
            known_schema(Catalogue.load(schemas_folder), schema_ref, version)
        checked.append(formats.Checked(path.name, report, now, time.monotonic() - start))
    click.echo(formats.WRITERS[form](checked), nl=False)
    raise SystemExit(max(EXIT_STATUS[each.report.status] for each in checked))


def _descriptor(path: Path) -> dict[str, Any]:
    """Read a schema that is given as a file."""
    try:
        descriptor = json.loads(text_of(path))
        if not isinstance(descriptor, dict):
            raise click.UsageError(f"{path.name} n'est pas un Table Schema (un objet JSON).")
        tried(loose_schema(descriptor))
    except (ValueError, RecursionError) as error:
        reason = error.reason if isinstance(error, InvalidCatalogue) else "ce n'est pas du JSON"
        raise click.UsageError(f"{path.name} n'est pas un Table Schema utilisable ({reason}).") from error
    return descriptor
