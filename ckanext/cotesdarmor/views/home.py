"""The home page, and the files that give every page the instance's look."""

from __future__ import annotations

from flask import Blueprint, Response, make_response

import ckan.plugins.toolkit as tk

from .. import appearance

home_blueprint = Blueprint("cotesdarmor_home", __name__)


@home_blueprint.route("/")
def index() -> str:
    """The home page, in the place of CKAN's."""
    shown = tk.get_action("cotesdarmor_home_show")({}, {})
    return tk.render("cotesdarmor/home.html", extra_vars={"home": shown})


@home_blueprint.route("/instance/<file>")
def appearance_file(file: str) -> Response:
    """The style sheet or the logo of the instance; a browser that has the present one gets no second copy."""
    try:
        media_type, text = appearance.files()[file]
    except KeyError:
        return tk.abort(404, tk._("This file does not exist."))
    response = make_response(text)
    response.content_type = f"{media_type}; charset=utf-8"
    response.add_etag()
    return response.make_conditional(tk.request)
