"""Données personnelles: say why a file may be published; read what was decided."""

from __future__ import annotations

from typing import Any

from flask import make_response

import ckan.plugins.toolkit as tk
from ckan import model

from ..core.reasons import labels
from ..helpers import language
from .deposit import page, page_number, scdl

SIZE = 50


@scdl.post("/publier/<id>/decider")
def decide(id: str) -> Any:
    """Keep the decision, and go on with the deposit."""
    data = {key: tk.request.form.get(key, "") for key in ("reason", "sentence")}
    try:
        tk.get_action("scdl_deposit_decide")({}, {"id": id, **data})
    except tk.ValidationError as error:
        deposit = tk.get_action("scdl_deposit_show")({}, {"id": id})
        return make_response(page(deposit, data, error.error_dict), 400)
    tk.h.flash_success(tk._("Your decision is kept in the register. You can publish the file."))
    return tk.redirect_to("scdl.show", id=id, _anchor="publier")


@scdl.get("/decisions")
def decisions() -> str:
    """The register, for the administrators of organisations."""
    if tk.current_user.is_anonymous:
        raise tk.NotAuthorized()
    mine = tk.get_action("organization_list_for_user")({}, {"permission": "admin"})
    if not mine:
        raise tk.NotAuthorized(tk._("The register of decisions is for the administrators of a collectivité."))
    number = page_number()
    rows = tk.get_action("scdl_decision_list")({}, {"limit": SIZE, "offset": (number - 1) * SIZE})
    people = {row["user_id"]: model.User.get(row["user_id"]) for row in rows}
    context = {
        "decisions": rows,
        "reasons": labels(language()),
        "organizations": {each["id"]: each["display_name"] for each in mine},
        "people": {ident: user.display_name for ident, user in people.items() if user},
        "page": number,
        "more": len(rows) == SIZE,
    }
    return tk.base.render("scdl/decisions.html", context)
