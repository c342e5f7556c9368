"""Grids filled in the browser: what a table may hold, its check, its file. Permissions are settled by the callers."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from . import config, deposits, sandbox
from .core import grid
from .core.catalogue import Schema, SchemaNotFound
from .core.corrections.base import Publisher
from .core.corrections.publisher import constant_of
from .core.report import Report

# A grid is small: its check needs less than that of a file of 100 MB.
LIMITS = sandbox.Limits(memory=1 << 30, cpu_seconds=20, wall_seconds=30.0)

Rows = list[list[str]]


class ChangedMeanwhile(tk.ValidationError):
    """A draft is no longer what its writer has seen."""


def changed_meanwhile() -> ChangedMeanwhile:
    """The error, with its sentence."""
    message = tk._("This table was changed in another window meanwhile. Nothing was overwritten.")
    return ChangedMeanwhile({"revision": [message]})


def schema_of(reference: str) -> Schema:
    """The latest version of a schema: a grid is never begun under an older one.

    Raises:
        tk.ObjectNotFound: the portal does not know it.
    """
    try:
        return config.catalogue().get(config.catalogue().resolve(reference).id)
    except SchemaNotFound as error:
        raise tk.ObjectNotFound(tk._("There is no schema {reference}.").format(reference=error.reference)) from error


def constants(schema: Schema, organization: model.Group) -> dict[str, str]:
    """What the columns about the publisher hold in every row, by their names, as far as the organisation tells."""
    siret = (organization.extras or {}).get("siret") or None
    publisher = Publisher(siret=siret, name=organization.display_name)
    found = {name: constant_of(schema, name, publisher) for name in schema.field_names}
    return {name: value for name, value in found.items() if value}


def table(schema: Schema, columns: Any, rows: Any) -> Rows:
    """The rows that a page has sent, without the blank ones at the end.

    Raises:
        tk.ValidationError: they are no table under the columns of the schema, or more than the settings allow.
    """
    if columns != list(schema.field_names):
        raise tk.ValidationError({"columns": [tk._("The schema has changed meanwhile. Load this page again.")]})
    if not _is_table(rows, len(columns)):
        raise tk.ValidationError({"rows": [tk._("A list of rows is expected here, each a list of texts.")]})
    filled = max((number for number, row in enumerate(rows, 1) if not grid.is_blank(row)), default=0)
    if filled > config.grid_rows():
        message = tk._("A grid takes {count} rows. Send a file for more.").format(count=config.grid_rows())
        raise tk.ValidationError({"rows": [message]})
    kept = rows[:filled]
    if _bytes(kept) > config.grid_bytes():
        message = tk._("A grid takes {limit} kB. Send a file for more.").format(limit=config.grid_bytes() >> 10)
        raise tk.ValidationError({"rows": [message]})
    return kept


def _is_table(rows: Any, width: int) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, list) and len(row) <= width and all(isinstance(cell, str) for cell in row) for row in rows
    )


def _bytes(rows: Rows) -> int:
    """Size of the rows where they are kept."""
    try:
        if not any("\0" in cell for row in rows for cell in row):
            return len(json.dumps(rows, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        pass  # half a character is as impossible to keep as a NUL
    raise tk.ValidationError({"rows": [tk._("What you sent holds a character that cannot be stored.")]})


def check(sheet: grid.Sheet, schema: Schema, organization_id: str) -> Report | None:
    """What the engine says of a grid's file; None while the sandbox has no place.

    Deposits wait for the same places: a page asks again a little later.
    """
    with deposits.child_place() as free, tempfile.NamedTemporaryFile(prefix="scdl-grid-", suffix=".csv") as file:
        if not free:
            return None
        file.write(sheet.content)
        file.flush()
        return sandbox.check(
            Path(file.name), "", schema.id, schema.version,
            facts=deposits.known_of(organization_id), schemas_folder=config.schemas_folder(), limits=LIMITS,
        )  # fmt: skip


def filename(schema: Schema, organization: model.Group) -> str:
    """Name of the file that a grid makes; the same every time, for it becomes part of an address."""
    return f"{schema.id.partition('/')[2]}-{organization.name}.csv"

