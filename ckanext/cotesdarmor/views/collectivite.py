"""Where each collectivité of the territory stands, be it on the portal or not yet."""

from __future__ import annotations

from flask import Blueprint, Response

import ckan.plugins.toolkit as tk

collectivite_blueprint = Blueprint("cotesdarmor_collectivite", __name__)


@collectivite_blueprint.route("/collectivites")
def index() -> str | Response:
    """The collectivités by EPCI, or those that a search finds; a single one found is shown at once."""
    query = tk.request.args.get("q", "").strip()[:100]
    found = tk.get_action("territory_list")({}, {"q": query, "limit": 100}) if query else None
    if found and len(found) == 1:
        return tk.redirect_to("cotesdarmor_collectivite.read", siren=found[0]["siren"])
    on_board = tk.get_action("cotesdarmor_home_show")({}, {})["on_board"]
    departement = tk.get_action("territory_list")({}, {"kind": "departement"})[0]
    shown = {"query": query, "found": found, "on_board": on_board, "departement": departement}
    return tk.render("cotesdarmor/collectivites.html", shown)


@collectivite_blueprint.route("/collectivite/<siren>")
def read(siren: str) -> str | Response:
    """The organisation's page of a collectivité, or what the register knows of one that has none yet."""
    try:
        shown = tk.get_action("cotesdarmor_collectivite_show")({}, {"siren": siren})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("No collectivité of the territory has this SIREN."))
    if shown["organization"]:
        return tk.redirect_to("organization.read", id=shown["organization"])
    on_board = tk.get_action("cotesdarmor_home_show")({}, {})["on_board"]
    return tk.render("cotesdarmor/collectivite.html", {"collectivite": shown, "on_board": on_board})
