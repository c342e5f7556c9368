"""`scdl schemas`: what schemas are known, and what stands in them."""

from __future__ import annotations

import json

import click

from ..core.catalogue import Catalogue
from .base import known_schema


@click.group()
def schemas() -> None:
    """Liste et montre les schémas connus."""


@schemas.command("list")
def schemas_list() -> None:
    """Liste les schémas connus, dans leur dernière version."""
    for schema in Catalogue.bundled().all():
        click.echo(f"{schema.id}\t{schema.version}\t{schema.label('fr')}")


@schemas.command("show")
@click.argument("reference", metavar="owner/name[@version]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def schemas_show(reference: str, form: str) -> None:
    """Montre les colonnes d'un schéma."""
    schema = known_schema(Catalogue.bundled(), reference)
    if form == "json":
        click.echo(json.dumps(schema.to_descriptor(), ensure_ascii=False, indent=2))
        return
    click.echo(f"{schema.title} ({schema.reference})\n{schema.description}\n")
    for field in schema.fields:
        needed = "obligatoire" if field.required else "facultatif"
        click.echo(f"{field.name} ({field.type}, {needed}) : {field.title}. Exemple : {field.example}")
