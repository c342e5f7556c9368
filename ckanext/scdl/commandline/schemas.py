"""`scdl schemas`: what schemas are known, what stands in them, and where they come from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..core.catalogue import Catalogue
from ..schema_sync import SyncError, sync_schemas
from .base import known_schema, schemas_option

_REASONS = {
    "not-json": "ce n'est pas du JSON",
    "not-a-catalogue": "ce n'est pas un catalogue de schémas",
    "too-many": "il contient trop d'entrées",
    "bad-name": "son nom n'est pas de la forme owner/name",
    "bad-version": "son numéro de version est inutilisable",
    "bad-address": "son adresse n'est pas en https",
    "twice": "il figure deux fois",
    "fields": "ses colonnes sont inutilisables",
    "library": "frictionless le refuse",
    "pattern-broken": "un motif n'est pas une expression régulière",
    "pattern-slow": "un motif peut bloquer la vérification",
    "pattern-heavy": "un motif est lent sur de très longues cellules",
    "absent": "le fichier manque",
    "too-big": "il est trop gros",
    "status": "le serveur a refusé",
    "empty": "aucun schéma utilisable",
    "not-ours": "le dossier contient autre chose que des schémas synchronisés",
    "timeout": "le serveur a été trop lent",
}


@click.group()
def schemas() -> None:
    """Liste et montre les schémas connus."""


@schemas.command("list")
@click.option("--all-versions", is_flag=True, help="Montre aussi les versions anciennes.")
@schemas_option
def schemas_list(all_versions: bool, schemas_folder: Path | None) -> None:
    """Liste les schémas connus, dans leur dernière version."""
    catalogue = Catalogue.load(schemas_folder)
    for latest in catalogue.all():
        for version in catalogue.versions(latest.id) if all_versions else (latest.version,):
            click.echo(f"{latest.id}\t{version}\t{catalogue.get(latest.id, version).label('fr')}")


@schemas.command("show")
@click.argument("reference", metavar="owner/name[@version]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@schemas_option
def schemas_show(reference: str, form: str, schemas_folder: Path | None) -> None:
    """Montre les colonnes d'un schéma."""
    schema = known_schema(Catalogue.load(schemas_folder), reference)
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


@schemas.command("sync")
@click.argument("source", metavar="URL|DOSSIER")
@click.option(
    "--into",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Dossier que le catalogue officiel remplit ; remplacé en une fois.",
)
def schemas_sync(source: str, into: Path) -> None:
    """Recopie le catalogue officiel (schemas.json) ; ses fichiers passent avant ceux de la suite.

    Code de retour : 0 si le dossier a été remplacé, 1 si rien n'a changé.
    """
    try:
        outcome = sync_schemas(source, into)
    except SyncError as error:
        click.echo(f"Rien n'a changé : {_reason(error.code, error.detail)}.", err=True)
        raise SystemExit(1) from error
    for problem in outcome.problems:
        state = "gardé tel qu'il était" if problem.entry in outcome.kept else "laissé de côté"
        click.echo(f"{problem.entry} {state} : {_reason(problem.code, problem.detail)}", err=True)
    for notice in outcome.notices:
        click.echo(f"{notice.entry} chargé, mais {_reason(notice.code, notice.detail)}", err=True)
    click.echo(f"{len(outcome.loaded)} schémas chargés, {len(outcome.kept)} gardés, {len(outcome.problems)} problèmes")


def _reason(code: str, detail: str) -> str:
    said = _REASONS.get(code, f"le transfert a échoué ({code})")
    return f"{said} ({detail})" if detail else said
