"""What the words of the command share."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import click

from ..core import days
from ..core.catalogue import Catalogue, Schema, SchemaNotFound
from ..core.local import Territory, UnusableTerritory, read_territory

EXIT_STATUS = {"valid": 0, "invalid": 1, "refused": 2}
MISUSED = 64

_MAX_OPTION_FILE = 50_000_000


class Publisher(click.ParamType):
    """A SIRET, or a SIREN for any establishment; spaces do not count."""

    name = "SIRET"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the digits, or tell that they are no SIRET."""
        from stdnum.fr import siren, siret

        digits = "".join(str(value).split())
        valid = digits.isascii() and digits.isdigit() and int(digits or 0) > 0
        if not valid or not (siret.is_valid(digits) or siren.is_valid(digits)):
            self.fail(f"{value} n'est pas un SIRET (14 chiffres).", param, ctx)
        return digits


schemas_option = click.option(
    "--schemas",
    "schemas_folder",
    metavar="DOSSIER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Dossier rempli par « schemas sync » ; ses schémas passent avant ceux de la suite.",
)

territory_option = click.option(
    "--territory",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Contours (GeoJSON) ou liste des communes (CSV) du territoire ; répétable.",
)
publisher_option = click.option("--publisher", type=Publisher(), help="SIRET de la collectivité qui publie.")
today_option = click.option(
    "--today", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Jour du contrôle (AAAA-MM-JJ)."
)


def known_schema(catalogue: Catalogue, reference: str, version: str | None = None) -> Schema:
    """Return the schema asked for; a name that is not known is a misuse, not a fault of the file."""
    try:
        schema = catalogue.resolve(reference)
        return schema if version is None else catalogue.get(schema.id, version)
    except SchemaNotFound as error:
        known = ", ".join(error.known_versions or (each.id for each in catalogue.all()))
        raise click.UsageError(f"Schéma ou version inconnu : {reference}. Connus : {known}.") from error


def paris_day(today: datetime.datetime | None) -> datetime.date:
    """Return the day that was asked for, else the one it is in France."""
    return days.today() if today is None else today.date()


def territory_of(paths: tuple[Path, ...]) -> Territory:
    """Read the files that tell of a territory as one."""
    territory = Territory()
    for path in paths:
        try:
            territory = territory.joined(read_territory(text_of(path)))
        except UnusableTerritory as error:
            raise click.UsageError(
                f"{path.name} ne dit rien d'un territoire : il faut des contours (GeoJSON) ou une liste de "
                "communes (CSV avec une colonne insee)."
            ) from error
    return territory


def text_of(path: Path) -> str:
    """Return a file that the caller names, of a bounded size."""
    if path.stat().st_size > _MAX_OPTION_FILE:
        raise click.UsageError(f"{path.name} est trop gros.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path.name} n'est pas en UTF-8.") from error
