"""Modèle vierge: an empty file with the columns of a schema."""

from __future__ import annotations

from flask import Response, make_response

import ckan.plugins.toolkit as tk

from .. import grids
from ..core.template import csv_template, xlsx_template
from ..helpers import language
from .deposit import scdl

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@scdl.get("/publier/modele/<path:reference>.<any(csv,xlsx):kind>")
def template(reference: str, kind: str) -> Response:
    """The empty file, for everybody."""
    tk.check_access("scdl_schema_show", {}, {"id": reference})
    schema = grids.schema_of(reference)
    response = make_response(csv_template(schema) if kind == "csv" else xlsx_template(schema, language()))
    response.headers["Content-Type"] = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{schema.id.partition("/")[2]}.{kind}"'
    return response
