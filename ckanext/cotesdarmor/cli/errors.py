"""What a command says when an action refuses: one clear sentence, and a status other than zero."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

import ckan.plugins.toolkit as tk


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn the refusals of an action into the end of the command."""
    try:
        yield
    except tk.ValidationError as error:
        raise click.ClickException(" ".join(_sentences(error.error_dict))) from None
    except (tk.ObjectNotFound, tk.NotAuthorized) as error:
        raise click.ClickException(str(error)) from None


def _sentences(errors: object) -> Iterator[str]:
    if isinstance(errors, dict):
        for value in errors.values():
            yield from _sentences(value)
    elif isinstance(errors, list):
        for value in errors:
            yield from _sentences(value)
    elif errors:
        yield str(errors)
