"""`scdl diff`: what changed between two states of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from .. import repair
from ..core.catalogue import Catalogue
from ..core.diff import ChangedRow, Diff, Row
from ..core.report import Report, excerpt
from .base import EXIT_STATUS, known_schema, schemas_option

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 20
_SHOWN_CELLS = 4


@click.command()
@click.argument("old", metavar="OLD", type=_FILE)
@click.argument("new", metavar="NEW", type=_FILE)
@click.option("--schema", "schema_ref", metavar="owner/name", help="Schéma des deux ; reconnu d'après NEW sinon.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@schemas_option
def diff(old: Path, new: Path, schema_ref: str | None, form: str, schemas_folder: Path | None) -> None:
    """Dit quelles lignes ont été ajoutées, retirées ou modifiées entre deux fichiers.

    Code de retour : 0 rien ne diffère, 1 des différences, 2 un fichier est illisible, 64 mauvais usage.
    """
    if schema_ref is not None:
        known_schema(Catalogue.load(schemas_folder), schema_ref)
    found = repair.diff(old, new, schema_ref, schemas_folder=schemas_folder)
    if isinstance(found, Report):
        click.echo(found.refusal.message if found.refusal else "Un des fichiers est illisible.", err=True)
        raise SystemExit(EXIT_STATUS["refused"])
    if form == "json":
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_told(old.name, new.name, found)))
    raise SystemExit(0 if found.is_empty else 1)


def _told(old: str, new: str, found: Diff) -> Iterator[str]:
    counts = ", ".join((
        _counted(len(found.added), "ligne ajoutée", "lignes ajoutées"),
        _counted(len(found.removed), "retirée", "retirées"),
        _counted(len(found.changed), "modifiée", "modifiées"),
        _counted(found.same, "inchangée", "inchangées"),
    ))  # fmt: skip
    yield f"{old} → {new} : {counts}"
    yield (
        f"Lignes reconnues par {', '.join(found.key)} ({found.schema})"
        if found.key
        else "Lignes comparées en entier, faute de clé certaine"
    )
    for title, labels in (("ajoutées", found.added_columns), ("retirées", found.removed_columns)):
        if labels:
            yield f"Colonnes {title} : {', '.join(map(excerpt, labels))}"
    yield from _section("Ajoutées", [_row(each) for each in found.added])
    yield from _section("Retirées", [_row(each) for each in found.removed])
    yield from _section("Modifiées", [_changed(each) for each in found.changed])


def _section(title: str, told: Sequence[str]) -> Iterator[str]:
    if told:
        yield from ("", title)
        yield from (f"  - {each}" for each in told[:_SHOWN])
        if len(told) > _SHOWN:
            yield f"  - … et {len(told) - _SHOWN} autres ; --format json les donne toutes."


def _row(row: Row) -> str:
    filled = [excerpt(cell) for cell in row.cells if cell]
    more = " …" if len(filled) > _SHOWN_CELLS else ""
    return f"ligne {row.line} : {' | '.join(filled[:_SHOWN_CELLS])}{more}"


def _changed(row: ChangedRow) -> str:
    cells = ", ".join(f"{name} « {excerpt(before)} » → « {excerpt(after)} »" for name, before, after in row.cells)
    return f"ligne {row.new_line} ({' / '.join(filter(None, map(excerpt, row.key)))}) : {cells}"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count < 2 else many}"
