"""Corriger: accept what the portal proposes, take it back, download the file before and after."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, send_file

import ckan.plugins.toolkit as tk

from .. import storage
from ..core.corrections.choosing import ticked
from ..model import Deposit
from .deposit import page, scdl

MOST_BOXES = 2_000


@scdl.post("/publier/<id>/corriger")
def correct(id: str) -> Any:
    """Accept all corrections, the sure ones, or those that are ticked."""
    form = tk.request.form
    proposal = tk.get_action("scdl_deposit_preview")({}, {"id": id})["proposal"]
    wished: dict[str, Any] = {"level": form.get("level", "likely")}
    if form.get("take") == "ticked" and not proposal:
        # To make all corrections instead would be worse than to make none.
        tk.h.flash_error(tk._("Many files are being checked: nothing was corrected yet. Choose once more in a moment."))
        return tk.redirect_to("scdl.show", id=id)
    if form.get("take") == "ticked":
        answers = {key.removeprefix("answer-"): form[key] for key in form if key.startswith("answer-")}
        wished["choice"] = ticked(proposal, frozenset(form.getlist("change")[:MOST_BOXES]), answers)
        kept = set(form.getlist("rule"))
        wished["leave"] = [each["rule"] for each in proposal["rules"] if each["rule"] not in kept]
    try:
        deposit = tk.get_action("scdl_deposit_correct")({}, {"id": id, **wished})
    except tk.ValidationError as error:
        deposit = tk.get_action("scdl_deposit_show")({}, {"id": id})
        return make_response(page(deposit, {}, error.error_dict), 400)
    if deposit["corrected"]:
        tk.h.flash_success(tk._("Your corrections were made. Your original file is kept."))
    elif deposit["state"] not in ("queued", "checking"):
        tk.h.flash_error(tk._("The corrections could not be made: put the file right and send it again."))
    return tk.redirect_to("scdl.show", id=id, _anchor="corrige" if deposit["corrected"] else "resultat")


@scdl.post("/publier/<id>/annuler-corrections")
def restore(id: str) -> Any:
    """Take the corrections back."""
    try:
        tk.get_action("scdl_deposit_restore")({}, {"id": id})
    except tk.ValidationError as error:
        deposit = tk.get_action("scdl_deposit_show")({}, {"id": id})
        return make_response(page(deposit, {}, error.error_dict), 400)
    tk.h.flash_notice(tk._("The corrections were taken back: the file is as you sent it."))
    return tk.redirect_to("scdl.show", id=id, _anchor="resultat")


@scdl.get("/publier/<id>/fichier-<any(original,corrige):which>")
def file(id: str, which: str) -> Response:
    """The file as it was sent, or as it was put right."""
    shown = tk.get_action("scdl_deposit_show")({}, {"id": id})
    deposit = Deposit.get(shown["id"])
    sha256 = None
    if deposit:
        sha256 = deposit.corrected if which == "corrige" else deposit.sha256
    path = storage.store().path(sha256) if sha256 else None
    if deposit is None or path is None or not path.exists():
        raise tk.ObjectNotFound
    name = deposit.served_name if which == "corrige" else deposit.filename
    response = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=name, etag=False)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
