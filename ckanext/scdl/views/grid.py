"""Remplir un tableau: a table made from a schema, for whoever has no file."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, make_response

import ckan.plugins.toolkit as tk
from ckan import model

from .. import config, grids
from ..helpers import language
from .deposit import my_organizations, scdl

PATH = "/publier/grille/<organization>/<owner>/<name>"


@scdl.get("/publier/grille")
def grid_new() -> Any:
    """Choose a collectivité and a kind of data, or go on with a draft."""
    organizations = my_organizations()
    asked = tk.request.args
    if asked.get("organization_id") and asked.get("schema"):
        schema = tk.get_action("scdl_schema_show")({}, {"id": asked["schema"]})
        return tk.redirect_to(_address("scdl.grid", asked["organization_id"], schema["id"]))
    schemas = tk.get_action("scdl_schema_list")({}, {})
    context = {
        "organizations": organizations,
        "schemas": schemas,
        "lang": language(),
        "drafts": tk.get_action("scdl_grid_list")({}, {}),
        "names": {each["id"]: each["display_name"] for each in organizations},
        "titles": {each["id"]: each["title"][language()] for each in schemas},
    }
    return tk.base.render("scdl/grid_new.html", context)


@scdl.get(PATH)
def grid(organization: str, owner: str, name: str) -> str:
    """The table."""
    return _page(organization, f"{owner}/{name}", {})


def _page(organization: str, schema: str, errors: dict[str, Any]) -> str:
    shown = tk.get_action("scdl_grid_show")({}, {"organization_id": organization, "schema": schema})
    group = model.Group.get(shown["organization_id"])
    addresses = {
        name: _address(f"scdl.grid_{name}", organization, schema) for name in ("save", "check", "delete", "deposit")
    }
    # What the browser module needs, nothing of it for people.
    told = {key: shown[key] for key in ("columns", "constants", "limits", "draft")} | {
        "addresses": addresses,
        "owner": tk.current_user.id,
    }
    context = {"grid": shown, "told": told, "addresses": addresses, "organization": group, "errors": errors}
    return tk.base.render("scdl/grid.html", context)


def _address(endpoint: str, organization: str, schema: str) -> str:
    owner, _, name = schema.partition("/")
    return tk.h.url_for(endpoint, organization=organization, owner=owner, name=name)


@scdl.post(f"{PATH}/enregistrer")
def grid_save(organization: str, owner: str, name: str) -> Response:
    """Keep the draft (JSON); 409 where another window has written it meanwhile, with the revision to know."""
    asked = {"organization_id": organization, "schema": f"{owner}/{name}"}
    try:
        return _json(tk.get_action("scdl_grid_save")({}, _sent() | asked))
    except grids.ChangedMeanwhile as error:
        draft = tk.get_action("scdl_grid_show")({}, asked)["draft"]
        return _json({"message": _first(error), "revision": draft["revision"] if draft else 0}, 409)
    except tk.ValidationError as error:
        return _refusal(error)


@scdl.post(f"{PATH}/controler")
def grid_check(organization: str, owner: str, name: str) -> Response:
    """What the engine says of the cells (JSON); 503 while it has no place."""
    asked = {"organization_id": organization, "schema": f"{owner}/{name}"}
    try:
        checked = tk.get_action("scdl_grid_check")({}, _sent() | asked)
    except tk.ValidationError as error:
        return _refusal(error)
    return _json(checked, 503 if checked["status"] == "busy" else 200)


def _sent() -> dict[str, Any]:
    """The JSON that the page sends; a body far beyond the limit is not even read as JSON."""
    if (tk.request.content_length or 0) > 2 * config.grid_bytes() + 65536:
        raise tk.ValidationError({"rows": [tk._("This table is too large. Send a file instead.")]})
    sent = tk.request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _refusal(error: tk.ValidationError) -> Response:
    return _json({"message": _first(error)}, 400)


def _first(error: tk.ValidationError) -> str:
    return str(next(iter(error.error_dict.values()))[0])


def _json(values: dict[str, Any], status: int = 200) -> Response:
    response = make_response(json.dumps(values, ensure_ascii=False), status)
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    return response


@scdl.post(f"{PATH}/deposer")
def grid_deposit(organization: str, owner: str, name: str) -> Any:
    """Turn the draft into a deposit, and go to its verdict."""
    asked = {"organization_id": organization, "schema": f"{owner}/{name}"}
    try:
        deposit = tk.get_action("scdl_grid_deposit")({}, {**asked, "revision": tk.request.form.get("revision", "")})
    except tk.ValidationError as error:
        return make_response(_page(organization, asked["schema"], error.error_dict), 400)
    return tk.redirect_to("scdl.show", id=deposit["id"], _anchor="resultat")


@scdl.post(f"{PATH}/supprimer")
def grid_delete(organization: str, owner: str, name: str) -> Any:
    """Delete the draft."""
    tk.get_action("scdl_grid_delete")({}, {"organization_id": organization, "schema": f"{owner}/{name}"})
    tk.h.flash_success(tk._("The draft is deleted."))
    return tk.redirect_to("scdl.grid_new")
