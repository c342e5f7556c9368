"""`scdl privacy`: personal data in a file, masked, without any schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .. import sandbox
from ..core.privacy.text import as_text
from .base import schemas_option

_EXIT_STATUS = {"none": 0, "findings": 1, "refused": 2}


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@schemas_option
def privacy(file: Path, form: str, schemas_folder: Path | None) -> None:
    """Cherche dans un fichier les données personnelles, et dit qu'en faire ; les valeurs restent masquées.

    Code de retour : 0 rien trouvé, 1 des données à revoir, 2 fichier illisible, 64 mauvais usage.
    """
    found = sandbox.privacy(file, file.name, schemas_folder=schemas_folder)
    if form == "json":
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(file.name, found), nl=False)
    raise SystemExit(_EXIT_STATUS[found.status])
