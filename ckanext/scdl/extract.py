"""Take the rows of a stranger's file out of the sandbox, ready to be copied into a database."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import IO

from . import sandbox
from .core.typed import Column
from .sandbox import Limits, SandboxError

log = logging.getLogger(__name__)

LIMITS = Limits(cpu_seconds=180, wall_seconds=240.0, file_size=512 << 20)
"""Rows are written out whole: they weigh about what the file does, quotes added."""

_NAME = "rows.csv"


def rows(
    path: Path, schema_ref: str, target: IO[bytes], *, schemas_folder: Path | None = None, limits: Limits | None = None
) -> tuple[Column, ...]:
    """Write the rows of a file as PostgreSQL copies them (CSV, every cell quoted) and return their columns.

    Args:
        path: the file, opened here and handed over as standard input.
        schema_ref: schema that it follows, `owner/name@version`.
        target: where the rows go; left at its start.
        schemas_folder: official schemas that `schemas sync` brought, to win over the bundled ones.
        limits: what the child may use.

    Raises:
        SandboxError: there are no rows to be had; also with the code of a refusal to read the file.
    """
    arguments = {
        "name": _NAME,
        "schema_ref": schema_ref,
        "schemas_folder": None if schemas_folder is None else str(schemas_folder.absolute()),
    }
    with path.open("rb") as file:
        answer = sandbox.run("rows", file, arguments, limits or LIMITS, {_NAME: target})
    target.seek(0)
    if "refused" in answer:
        raise SandboxError(str(answer["refused"]))
    try:
        return tuple(Column(**each) for each in answer["columns"])
    except (KeyError, TypeError) as error:
        log.error("the rows of %r came without their columns", path.name)
        raise SandboxError("crashed") from error
