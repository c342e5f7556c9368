"""The instance's own pages: legal notice, accessibility, personal data."""

from __future__ import annotations

from flask import Blueprint

import ckan.plugins.toolkit as tk

from .. import instance
from ..core.instance import UnknownPage

pages_blueprint = Blueprint("cotesdarmor_pages", __name__)


@pages_blueprint.route("/page/<name>")
def read(name: str) -> str:
    """One page of the instance's folder."""
    try:
        page = instance.current().page(name, str(tk.h.lang()).partition("_")[0])
    except UnknownPage:
        return tk.abort(404, tk._("This page does not exist."))
    return tk.render("cotesdarmor/page.html", extra_vars={"page": page})
