"""`scdl detect`: which schema a file follows, without checking it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .. import sandbox
from ..core.catalogue import Catalogue
from .base import EXIT_STATUS, schemas_option


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@schemas_option
def detect(files: tuple[Path, ...], form: str, schemas_folder: Path | None) -> None:
    """Dit quel schéma chaque fichier semble suivre.

    Code de retour : 0 si chacun est reconnu, 2 sinon.
    """
    catalogue = Catalogue.load(schemas_folder)
    found = []
    for path in files:
        report = sandbox.check(path, path.name, schemas_folder=schemas_folder)
        code = report.refusal.code if report.refusal else None
        found.append({
            "file": path.name,
            "schema": report.schema,
            "version": report.version,
            "confidence": report.confidence,
            "refusal": code,
            "nearest": list(report.refusal.nearest) if report.refusal else [],
        })  # fmt: skip
    if form == "json":
        click.echo(json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2))
    else:
        for each in found:
            click.echo(_line(catalogue, each))
    raise SystemExit(max(EXIT_STATUS["refused"] if each["schema"] is None else 0 for each in found))


def _line(catalogue: Catalogue, found: dict[str, object]) -> str:
    """Return one line for a person."""
    if found["schema"] is None:
        nearest = ", ".join(map(str, found["nearest"] if isinstance(found["nearest"], list) else []))
        return f"{found['file']} : aucun schéma reconnu" + (f" (les plus proches : {nearest})" if nearest else "")
    label = catalogue.get(str(found["schema"])).label("fr")
    confidence = round(100 * float(str(found["confidence"])))
    return f"{found['file']} : {label}, {found['schema']} {found['version']} (confiance {confidence} %)"
