"""The command `scdl`: check files, look at schemas and write templates, without CKAN. One module per word."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

import click

from .base import MISUSED
from .check import check
from .detect import detect
from .fix import fix
from .privacy import privacy
from .schemas import schemas
from .template import template


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def scdl() -> None:
    """Vérifie des fichiers de données ouvertes au regard des schémas officiels (SCDL et voisins)."""


for _word in (check, detect, fix, privacy, schemas, template):
    scdl.add_command(_word)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with the exit statuses of its contract."""
    # What the log says of a check that ended badly is for the operator of a portal; here the report says it.
    logging.getLogger("ckanext").addHandler(logging.NullHandler())
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
