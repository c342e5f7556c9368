"""`scdl template`: an empty file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.catalogue import Catalogue
from ..core.template import csv_template, xlsx_template
from .base import known_schema

_WRITERS = {"csv": csv_template, "xlsx": xlsx_template}


@click.command()
@click.argument("reference", metavar="SCHEMA")
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Où l'écrire.")
@click.option(
    "--format", "form", type=click.Choice(list(_WRITERS)), help="csv ou xlsx ; d'après le nom du fichier, sinon csv."
)
def template(reference: str, output: Path | None, form: str | None) -> None:
    """Écrit un fichier vide au format d'un schéma : CSV, ou classeur avec listes déroulantes et aide.

    SCHEMA s'écrit owner/name, ou owner/name@version. Sans -o, le fichier va sur la sortie standard.
    """
    schema = known_schema(Catalogue.bundled(), reference)
    form = form or _form_of(output)
    if form == "xlsx" and output is None and click.get_binary_stream("stdout").isatty():
        raise click.UsageError("Un classeur ne s'affiche pas : dites où l'écrire avec -o.")
    content = _WRITERS[form](schema)
    if output is None:
        click.get_binary_stream("stdout").write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.UsageError(f"{output} ne peut pas être écrit : {error.strerror}.") from error
    click.echo(f"{output} : modèle vide pour {schema.reference}.", err=True)


def _form_of(output: Path | None) -> str:
    suffix = "" if output is None else output.suffix.lower().removeprefix(".")
    return suffix if suffix in _WRITERS else "csv"
