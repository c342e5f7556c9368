"""The command `scdl`: check files, look at schemas and write templates, without CKAN. One module per word."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Sequence

import click

from .base import MISUSED

WORDS = ("check", "detect", "diff", "fix", "privacy", "schemas", "template")


class _Words(click.Group):
    """Commands of which each is imported when it is asked for: the others would double the time to start."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the words."""
        return list(WORDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a word as a command; its module has the same name."""
        if cmd_name not in WORDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command


@click.group(cls=_Words, context_settings={"help_option_names": ["-h", "--help"]})
def scdl() -> None:
    """Vérifie et met en ordre des fichiers de données ouvertes au regard des schémas officiels (SCDL et voisins)."""


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
