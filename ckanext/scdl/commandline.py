"""The command `scdl`: check files and look at schemas, without CKAN."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from . import sandbox
from .core import messages
from .core.catalogue import Catalogue, Schema, SchemaNotFound
from .core.report import Issue, Report

EXIT_STATUS = {"valid": 0, "invalid": 1, "refused": 2}
MISUSED = 64

_LEVEL_TITLES = {"error": "Erreurs", "warning": "Remarques", "info": "Pour information"}
_VERDICTS = {"valid": "valide", "invalid": "non valide", "refused": "refusé"}
_SHOWN_ISSUES = 60


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def scdl() -> None:
    """Vérifie des fichiers de données ouvertes au regard des schémas officiels (SCDL et voisins)."""


@scdl.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--schema",
    "schema_ref",
    metavar="owner/name",
    help="Schéma à appliquer ; reconnu d'après l'en-tête sinon.",
)
@click.option("--version", metavar="V", help="Version du schéma ; la dernière sinon.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(files: tuple[Path, ...], schema_ref: str | None, version: str | None, form: str) -> None:
    """Vérifie chaque fichier et dit quoi corriger d'abord.

    Code de retour : 0 valide, 1 non valide, 2 refusé, 64 mauvais usage ; le pire s'il y a plusieurs fichiers.
    """
    catalogue = Catalogue.bundled()
    _require_schema(catalogue, schema_ref, version)
    reports = [sandbox.check(path, path.name, schema_ref, version) for path in files]
    if form == "json":
        plain = [report.to_dict() for report in reports]
        click.echo(json.dumps(plain[0] if len(plain) == 1 else plain, ensure_ascii=False, indent=2))
    else:
        for path, report in zip(files, reports, strict=True):
            click.echo(text_report(path.name, report))
    raise SystemExit(max(EXIT_STATUS[report.status] for report in reports))


@scdl.group()
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
    schema = _require_schema(Catalogue.bundled(), reference, None)
    assert schema is not None
    if form == "json":
        click.echo(json.dumps(schema.to_descriptor(), ensure_ascii=False, indent=2))
        return
    click.echo(f"{schema.title} ({schema.reference})\n{schema.description}\n")
    for field in schema.fields:
        needed = "obligatoire" if field.required else "facultatif"
        click.echo(f"{field.name} ({field.type}, {needed}) : {field.title}. Exemple : {field.example}")


def text_report(name: str, report: Report) -> str:
    """Return a report for a person: verdict, issues by level, and what to do first."""
    lines = [_headline(name, report)]
    if report.refusal is not None:
        lines.append(report.refusal.message)
    for level, title in _LEVEL_TITLES.items():
        issues = [issue for issue in report.issues if issue.level == level]
        if issues:
            lines.extend(["", f"{title} ({sum(issue.count for issue in issues)})"])
            lines.extend(_listed(issues))
    return "\n".join([*lines, "", messages.next_step(report, "fr"), ""])


def _headline(name: str, report: Report) -> str:
    verdict = _VERDICTS[report.status]
    if report.schema is None:
        return f"{name} : {verdict}"
    return f"{name} : {verdict} pour {report.schema} {report.version} ({report.rows} lignes de données)"


def _listed(issues: Sequence[Issue]) -> list[str]:
    lines = [f"  - {issue.message}" for issue in issues[:_SHOWN_ISSUES]]
    if len(issues) > _SHOWN_ISSUES:
        lines.append(f"  - … et {len(issues) - _SHOWN_ISSUES} autres ; --format json les donne.")
    return lines


def _require_schema(catalogue: Catalogue, reference: str | None, version: str | None) -> Schema | None:
    """Return the schema asked for; a name that is not known is a misuse, not a fault of the file."""
    if reference is None:
        return None
    try:
        schema = catalogue.resolve(reference)
        return schema if version is None else catalogue.get(schema.id, version)
    except SchemaNotFound as error:
        known = ", ".join(error.known_versions or (each.id for each in catalogue.all()))
        raise click.UsageError(f"Schéma ou version inconnu : {reference}. Connus : {known}.") from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with the exit statuses of its contract."""
    try:
        scdl.main(args=None if arguments is None else list(arguments), prog_name="scdl", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(MISUSED)
    except click.ClickException as error:
        error.show()
        sys.exit(MISUSED)
    except click.Abort:
        sys.exit(130)


if __name__ == "__main__":
    main()
