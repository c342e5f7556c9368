"""Publier: drop a file, read the verdict, publish; Mes dépôts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.navl.dictization_functions import unflatten
from ckan.logic import clean_dict, parse_params, tuplize_dict

from .. import config
from ..core import messages
from ..core.reasons import labels
from ..core.report import Report
from ..helpers import language
from ..model.deposit import STATES

scdl = Blueprint("scdl", __name__)

ROWS_OF_PAGE = 50
# What the short form may set; everything else is the portal's.
FORM_FIELDS = ("title", "notes", "license_id", "tag_string", "theme", "frequency", "temporal_start", "temporal_end")


@scdl.errorhandler(tk.ObjectNotFound)
def not_found(error: tk.ObjectNotFound) -> tuple[str, int]:
    return tk.base.render("scdl/refused.html", {"message": tk._("This page does not exist.")}), 404


@scdl.errorhandler(tk.NotAuthorized)
def not_authorized(error: tk.NotAuthorized) -> Any:
    if tk.current_user.is_anonymous:
        tk.h.flash_notice(tk._("Log in to publish."))
        return tk.redirect_to("user.login", next=tk.request.path)
    return tk.base.render(
        "scdl/refused.html", {"message": error.message or tk._("You are not allowed to see this page.")}
    ), 403


def my_organizations() -> list[dict[str, Any]]:
    """The organisations for which the visitor may publish, in the order of a French dictionary."""
    if tk.current_user.is_anonymous:
        raise tk.NotAuthorized()
    return tk.get_action("organization_list_for_user")({}, {"permission": "create_dataset"})


@scdl.get("/publier/<id>")
def show(id: str) -> str:
    """What was recognised, the verdict, and the short form."""
    return page(tk.get_action("scdl_deposit_show")({}, {"id": id}), {}, {})


def page(deposit: dict[str, Any], data: dict[str, Any], errors: dict[str, Any]) -> str:
    """A deposit's page, with what was typed and what was wrong with it."""
    organization = model.Group.get(deposit["organization_id"])
    defaults = tk.get_action("scdl_deposit_propose")({}, {"id": deposit["id"]})
    context = {
        "deposit": deposit,
        "schema": tk.h.scdl_schema_of(f"{deposit['schema']}@{deposit['version']}") if deposit["schema"] else None,
        "organization": organization.display_name if organization else "",
        "verdict": tk.h.scdl_verdict(deposit["report"]) if deposit["report"] else None,
        "preview": _preview(deposit),
        "targets": _targets(deposit, data),
        "findings": tk.h.scdl_findings(deposit["privacy"]) if deposit["privacy"] else [],
        "reasons": labels(language()),
        "data": defaults | data,
        "errors": errors,
    }
    return tk.base.render("scdl/deposit.html", context)


def _targets(deposit: dict[str, Any], data: dict[str, Any]) -> dict[str, Any] | None:
    """Where it may go, with what was chosen or is proposed; None where there is nothing to choose."""
    if deposit["state"] not in ("checked", "waiting"):
        return None
    found = tk.get_action("scdl_deposit_targets")({}, {"id": deposit["id"]})
    if not found["datasets"]:
        return None
    # Among files of its kind an editor chooses; what is like no other becomes a dataset of its own.
    otherwise = {"kind": "" if deposit["schema"] else "new", "dataset_id": None, "resource_id": None}
    proposed = found["proposed"] or otherwise
    typed = {"kind": data.get("target"), "dataset_id": data.get("dataset_id"), "resource_id": data.get("resource_id")}
    return {**found, "chosen": typed if typed["kind"] else proposed}


def _preview(deposit: dict[str, Any]) -> dict[str, Any]:
    """Its rows, marked and by pages, and the corrections that are proposed."""
    if deposit["state"] not in ("checked", "waiting") or not deposit["report"]:
        return {"state": "none"}
    found = tk.get_action("scdl_deposit_preview")({}, {"id": deposit["id"]})
    rows = tk.h.scdl_marked_rows(found["table"], deposit["report"]) if found["table"] else []
    number = page_number("lignes")
    shown = rows[(number - 1) * ROWS_OF_PAGE : number * ROWS_OF_PAGE]
    pages = -(-len(rows) // ROWS_OF_PAGE)
    return {**found, "rows": shown, "page": number, "pages": pages, "limit": config.preview_bytes() >> 20}


def page_number(name: str = "page") -> int:
    """The number of a page in the address; 1 where there is none that makes sense."""
    typed = tk.h.get_request_param(name, "1")
    return max(1, int(typed)) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 1


@scdl.get("/publier/<id>/etat")
def state(id: str) -> Response:
    """The state of a deposit, for a page that waits for it."""
    return jsonify(state=tk.get_action("scdl_deposit_show")({}, {"id": id})["state"])


@scdl.post("/publier/<id>/publier")
def accept(id: str) -> Any:
    """Publish, or leave as a draft."""
    form = clean_dict(unflatten(tuplize_dict(parse_params(tk.request.form))))
    data = {key: form[key] for key in (*FORM_FIELDS, *_place(form)) if key in form}
    data["theme"] = tk.request.form.getlist("theme")  # none is an answer as well
    publish = form.get("save") != "draft"
    try:
        dataset = tk.get_action("scdl_deposit_accept")({}, {**data, "id": id, "publish": publish})
    except tk.ValidationError as error:
        deposit = tk.get_action("scdl_deposit_show")({}, {"id": id})
        return make_response(page(deposit, data, error.error_dict), 400)
    if dataset["state"] == "active":
        tk.h.flash_success(tk._("Published: everybody can see it."))
    elif publish:
        tk.h.flash_notice(
            tk._(
                "Kept as a draft: your collectivité publishes conform files only. Put the file right and send it again."
            )
        )
    else:
        tk.h.flash_success(tk._("Saved as a draft."))
    batch = tk.get_action("scdl_deposit_show")({}, {"id": id})["batch"]
    if batch and tk.get_action("scdl_deposit_list")({}, {"batch": batch, "state": "checked", "limit": 1}):
        return tk.redirect_to("scdl.batch", batch=batch)
    return tk.redirect_to("dataset.read", id=dataset["name"])


def _place(form: dict[str, Any]) -> tuple[str, ...]:
    """The fields that say where the file goes, of which the form shows more than are meant."""
    meant = {"replace": "resource_id", "add": "dataset_id"}.get(form.get("target", ""))
    return ("target", meant) if meant else ("target",)


@scdl.post("/publier/<id>/abandonner")
def cancel(id: str) -> Any:
    """Give the deposit up."""
    tk.get_action("scdl_deposit_cancel")({}, {"id": id})
    tk.h.flash_notice(tk._("This deposit was given up, its file is removed."))
    return tk.redirect_to("scdl.index")


@scdl.get("/publier/<id>/rapport.csv")
def report(id: str) -> Response:
    """The report as a table, for a spreadsheet."""
    deposit = tk.get_action("scdl_deposit_show")({}, {"id": id})
    if not deposit["report"]:
        raise tk.ObjectNotFound()
    spelled = messages.spelled(Report.from_dict(deposit["report"]), language())
    response = make_response(spelled.to_csv())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="rapport-{id}.csv"'
    return response


@scdl.get("/mes-depots")
def index() -> str:
    """Every deposit of my organisations."""
    if tk.current_user.is_anonymous:
        raise tk.NotAuthorized()
    number, size = page_number(), 50
    asked = {name: tk.h.get_request_param(name, "") for name in ("organization_id", "state")}
    narrow = {name: value for name, value in asked.items() if value}
    rows = tk.get_action("scdl_deposit_list")({}, {**narrow, "limit": size, "offset": (number - 1) * size})
    organizations = my_organizations()
    context = {
        "deposits": rows,
        "organizations": organizations,
        "names": {each["id"]: each["display_name"] for each in organizations},
        "administers": bool(tk.get_action("organization_list_for_user")({}, {"permission": "admin"})),
        "states": STATES,
        "asked": asked,
        "page": number,
        "more": len(rows) == size,
    }
    return tk.base.render("scdl/index.html", context)
