"""Actions that keep nothing: the verdict on a file, and an empty one to start from."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic import validate
from ckan.types import Context

from ... import config, deposits, storage, visitors
from ...core.template import csv_template, xlsx_template
from .. import schema
from .shared import file_of, schema_reference

WRITERS = {
    "csv": (csv_template, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_template, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@validate(schema.check)
def scdl_check(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Check a file; nothing of it is kept.

    Args:
        upload: the file (multipart).
        schema: reference of a schema; recognised from the file when left out.

    Returns:
        report, and privacy: what was found of personal data, masked.
    """
    tk.check_access("scdl_check", context, data_dict)
    upload, asked = file_of(data_dict), schema_reference(data_dict.get("schema"))
    if not context.get("user") and not visitors.may_ask_again(config.open_checks_an_hour()):
        raise tk.ValidationError({"upload": [tk._("You have checked many files. Log in, or come back in an hour.")]})
    with tempfile.TemporaryDirectory(prefix="scdl-check-") as folder:
        try:
            stored = storage.Store(Path(folder)).put(upload.stream, config.check_bytes())
        except (storage.TooLarge, storage.NoSpace) as error:
            raise tk.ValidationError({"upload": [storage.not_kept(error)]}) from error
        examined = deposits.look_at(storage.Store(Path(folder)).path(stored.sha256), str(upload.filename), asked)
    if examined is None:
        raise tk.ValidationError({"upload": [tk._("Many files are being checked. Send yours again in a minute.")]})
    report, findings = examined
    return {"report": report.to_dict(), "privacy": findings.to_dict()}


@tk.side_effect_free
@validate(schema.template)
def scdl_template(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """An empty file that follows a schema, to start from.

    Args:
        schema: reference of a schema.
        format: `csv`, or `xlsx` with drop-downs and help.

    Returns:
        filename, mimetype, and content (in base64).
    """
    tk.check_access("scdl_template", context, data_dict)
    known = config.catalogue().resolve(str(schema_reference(data_dict["schema"])))
    write, mimetype = WRITERS[data_dict["format"]]
    name = known.id.rpartition("/")[2]
    return {
        "filename": f"{name}-{known.version}.{data_dict['format']}",
        "mimetype": mimetype,
        "content": base64.b64encode(write(known)).decode("ascii"),
    }
