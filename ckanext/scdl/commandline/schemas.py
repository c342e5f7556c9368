"""`scdl schemas`: what schemas are known, what stands in them, and where they come from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..core.catalogue import Catalogue
from .base import known_schema


@click.group()
def schemas() -> None:
    """Liste et montre les schémas connus."""


@schemas.command("list")
@click.option("--all-versions", is_flag=True, help="Montre aussi les versions anciennes.")
def schemas_list(all_versions: bool) -> None:
    """Liste les schémas connus, dans leur dernière version."""
    catalogue = Catalogue.bundled()
    for latest in catalogue.all():
        for version in catalogue.versions(latest.id) if all_versions else (latest.version,):
            click.echo(f"{latest.id}\t{version}\t{catalogue.get(latest.id, version).label('fr')}")


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


@schemas.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def schemas_export(folder: Path) -> None:
    """Écrit chaque version de chaque schéma, en entier, dans DOSSIER/owner/name/version/schema.json."""
    catalogue = Catalogue.bundled()
    every = [
        catalogue.get(latest.id, version) for latest in catalogue.all() for version in catalogue.versions(latest.id)
    ]
    for schema in every:
        path = folder / schema.id / schema.version / "schema.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(schema.to_descriptor(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    click.echo(f"{len(every)} schémas écrits dans {folder}")
