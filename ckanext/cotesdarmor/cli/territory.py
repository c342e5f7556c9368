"""`ckan cotesdarmor territory …`: other zonings, and what is known of one collectivité."""

from __future__ import annotations

from pathlib import Path

import click

import ckan.plugins.toolkit as tk

from .. import instance
from ..core.organization import dashed
from ..core.territory import (
    Collectivite,
    Kind,
    Territory,
    UnknownCollectivite,
    Zoning,
    ZoningError,
    parse_zoning,
)
from ..model import organization as organizations
from ..model import zoning as zonings

_SHOWN_CODES = 10


@click.group()
def territory() -> None:
    """Register and zonings of the territory."""


@territory.command("import-zoning")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--name", default="bassin-de-vie", show_default=True, help="How the zoning is called on the portal."
)
@click.option("--code-column", default="BV2022", show_default=True, help="Column with the code of the zone.")
@click.option(
    "--label-column", default="LIBBV2022", show_default=True, help="Column with the name of the zone."
)
@click.option(
    "--commune-column", default="CODGEO", show_default=True, help="Column with the code of the commune."
)
def import_zoning(file: Path, name: str, code_column: str, label_column: str, commune_column: str) -> None:
    """Read a zoning from INSEE's table FILE (CSV or XLSX); it takes the place of the one of that name."""
    if not name or dashed(name) != name:
        raise click.BadParameter(tk._("Use lower-case letters, digits and hyphens."), param_hint="--name")
    try:
        zoning = parse_zoning(
            file,
            file.name,
            instance.territory(),
            code_column=code_column,
            label_column=label_column,
            commune_column=commune_column,
        )
    except ZoningError as error:
        raise click.ClickException(str(error)) from None
    _store(name, zoning)


@territory.command()
@click.argument("code", metavar="SIREN|INSEE")
def show(code: str) -> None:
    """Print a collectivité with its EPCI, its zonings and its organisation."""
    register = instance.territory()
    try:
        one = register.by_insee(code) if len(code.strip()) == 5 else register.by_siren(code)
    except UnknownCollectivite:
        message = tk._("No collectivité of the register has the code {code}.")
        raise click.ClickException(message.format(code=code)) from None
    for label, value in _facts(register, one):
        click.echo(f"{label}: {value}")


def _store(name: str, zoning: Zoning) -> None:
    rows = ((commune, zone.code, zone.name) for zone in zoning.zones for commune in zone.communes)
    count = zonings.replace(name, rows)
    message = tk._("{name}: {communes} communes placed, zones: {zones}, lines outside the territory: {ignored}.")
    click.echo(
        message.format(name=name, zones=len(zoning.zones), communes=count, ignored=zoning.ignored_rows)
    )
    missing = zoning.without_zone
    if missing:
        shown = ", ".join(missing[:_SHOWN_CODES]) + (", …" if len(missing) > _SHOWN_CODES else "")
        message = tk._("Communes without a zone: {count} ({codes}). Is the table that of the right year, and whole?")
        click.echo(message.format(count=len(missing), codes=shown), err=True)


def _facts(register: Territory, one: Collectivite) -> list[tuple[str, str]]:
    facts = [
        (tk._("Name of the collectivité"), one.name),
        (tk._("Kind"), str(one.kind)),
        (tk._("SIREN"), one.siren),
        (tk._("INSEE code"), one.insee),
        (tk._("Population"), f"{one.population} ({one.population_year})"),
    ]
    epci = register.epci_of(one)
    if epci is not None:
        facts.append((tk._("EPCI"), f"{epci.name} ({epci.siren})"))
    if one.kind == Kind.COMMUNE:
        facts += [(entry.zoning, f"{entry.label} ({entry.code})") for entry in zonings.of_commune(one.insee)]
    else:
        communes = register.communes_of(one) if one.kind == Kind.EPCI else register.communes
        facts.append((tk._("Communes"), str(len(communes))))
    organization = organizations.by_siren(one.siren)
    facts.append((tk._("Organization"), organization.name if organization else tk._("none on the portal")))
    return [(label, value) for label, value in facts if value]
