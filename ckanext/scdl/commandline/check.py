"""`scdl check`: the verdict on files."""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path
from typing import Any

import click
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from .. import sandbox
from ..core import days, formats
from ..core.catalogue import Catalogue, InvalidCatalogue
from ..core.local import Facts, Territory, UnusableTerritory, read_territory
from ..core.loose_schema import loose_schema, tried
from .base import EXIT_STATUS, known_schema, schemas_option

_MAX_OPTION_FILE = 50_000_000
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Publisher(click.ParamType):
    """A SIRET, or a SIREN for any establishment; spaces do not count."""

    name = "SIRET"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the digits, or tell that they are no SIRET."""
        digits = "".join(str(value).split())
        valid = digits.isascii() and digits.isdigit() and int(digits or 0) > 0
        if not valid or not (stdnum_siret.is_valid(digits) or stdnum_siren.is_valid(digits)):
            self.fail(f"{value} n'est pas un SIRET (14 chiffres).", param, ctx)
        return digits


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=_FILE)
@click.option("--schema", "schema_ref", metavar="owner/name", help="Schéma ; reconnu d'après l'en-tête sinon.")
@click.option("--version", metavar="V", help="Version du schéma ; la dernière sinon.")
@click.option("--schema-file", metavar="F", type=_FILE, help="Un Table Schema (JSON), à la place de --schema.")
@click.option("--format", "form", type=click.Choice(list(formats.WRITERS)), default="text", show_default=True)
@click.option("--all-places", is_flag=True, help="Donne toutes les lignes de chaque défaut, pas les premières.")
@click.option(
    "--territory",
    metavar="FILE",
    type=_FILE,
    multiple=True,
    help="Contours (GeoJSON) ou liste des communes (CSV) du territoire ; répétable.",
)
@click.option("--publisher", type=Publisher(), help="SIRET de la collectivité qui publie.")
@click.option("--today", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Jour du contrôle (AAAA-MM-JJ).")
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
    if schema_ref is not None:
        known_schema(Catalogue.load(schemas_folder), schema_ref, version)
    options = {
        "all_places": all_places or form in formats.NAME_EVERY_PLACE,
        "schemas_folder": schemas_folder,
        "descriptor": None if schema_file is None else _descriptor(schema_file),
        "facts": Facts(
            publisher,
            _territory(territory),
            days.today() if today is None else today.date(),
        ),
    }
    checked = []
    for number, path in enumerate(files, 1):
        if len(files) > 1 and click.get_text_stream("stderr").isatty():
            click.echo(f"{number}/{len(files)} {path.name}", err=True)
        now, start = datetime.datetime.now(datetime.UTC), time.monotonic()
        report = sandbox.check(path, path.name, schema_ref, version, **options)
        checked.append(formats.Checked(path.name, report, now, time.monotonic() - start))
    click.echo(formats.WRITERS[form](checked), nl=False)
    raise SystemExit(max(EXIT_STATUS[each.report.status] for each in checked))


def _descriptor(path: Path) -> dict[str, Any]:
    """Read a schema that is given as a file."""
    try:
        descriptor = json.loads(_text(path))
        if not isinstance(descriptor, dict):
            raise click.UsageError(f"{path.name} n'est pas un Table Schema (un objet JSON).")
        tried(loose_schema(descriptor))
    except ValueError as error:
        reason = error.reason if isinstance(error, InvalidCatalogue) else "is not JSON"
        raise click.UsageError(f"{path.name} n'est pas un Table Schema utilisable ({reason}).") from error
    return descriptor


def _territory(paths: tuple[Path, ...]) -> Territory:
    """Read the files that tell of a territory as one."""
    territory = Territory()
    for path in paths:
        try:
            territory = territory.joined(read_territory(_text(path)))
        except UnusableTerritory as error:
            raise click.UsageError(
                f"{path.name} ne dit rien d'un territoire : il faut des contours (GeoJSON) ou une liste de "
                "communes (CSV avec une colonne insee)."
            ) from error
    return territory


def _text(path: Path) -> str:
    if path.stat().st_size > _MAX_OPTION_FILE:
        raise click.UsageError(f"{path.name} est trop gros.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path.name} n'est pas en UTF-8.") from error
