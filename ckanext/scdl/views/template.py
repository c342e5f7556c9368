"""Modèle vierge: an empty file with the columns of a schema."""

from __future__ import annotations

import base64
from typing import Any

from flask import Response, make_response

import ckan.plugins.toolkit as tk

from .deposit import scdl


@scdl.get("/publier/modele")
def template_of() -> Any:
    """The same for a form, which names the schema in its query."""
    kind = "csv" if tk.h.get_request_param("kind") == "csv" else "xlsx"
    reference = tk.h.get_request_param("schema", "")
    if not reference:
        return tk.redirect_to("scdl.new")
    return tk.redirect_to("scdl.template", reference=reference, kind=kind)


@scdl.get("/publier/modele/<path:reference>.<any(csv,xlsx):kind>")
def template(reference: str, kind: str) -> Response:
    """The empty file, for everybody."""
    try:
        made = tk.get_action("scdl_template")({}, {"schema": reference, "format": kind})
    except tk.ValidationError as error:
        raise tk.ObjectNotFound(tk._("There is no schema {reference}.").format(reference=reference)) from error
    response = make_response(base64.b64decode(made["content"]))
    response.headers["Content-Type"] = made["mimetype"]
    response.headers["Content-Disposition"] = f'attachment; filename="{made["filename"]}"'
    return response
