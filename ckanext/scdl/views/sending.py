"""Publier: send one or several files, or give a link; then what became of those that were sent together."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import jsonify, make_response

import ckan.plugins.toolkit as tk

from .. import config, storage
from ..deposits.grouping import PLACED
from ..helpers import language
from .deposit import my_organizations, scdl

MOST_FILES = 30
NUMBER = "jeu-"
FIELDS = ("organization_id", "schema", "link", "keep_link")


@scdl.get("/publier")
def new() -> str:
    """The form that takes files."""
    return _form({}, [])


def _form(data: dict[str, Any], errors: list[str]) -> str:
    context = {
        "organizations": my_organizations(),
        "schemas": tk.get_action("scdl_schema_list")({}, {}),
        "lang": language(),
        "data": data,
        "errors": errors,
        "limits": {kind: min(size, storage.max_bytes()) for kind, size in config.largest_bytes().items()},
        "most": storage.max_bytes(),
        "batch": str(uuid.uuid4()),
    }
    return tk.base.render("scdl/new.html", context)


@scdl.post("/publier")
def create() -> Any:
    """Take the files or the link and check them; go to the page of the one, or of all of them."""
    form = tk.request.form
    data = {name: form.get(name, "") for name in FIELDS}
    uploads = [upload for upload in tk.request.files.getlist("upload") if upload.filename][:MOST_FILES]
    several = len(uploads) > 1 or form.get("several") == "yes"
    wished = {**data, "source": "browser", "batch": form.get("batch", "") if several else ""}
    if uploads:
        wished["link"] = ""
    sent, errors = [], []
    for upload in uploads or [None]:
        try:
            sent.append(tk.get_action("scdl_deposit_create")({}, {**wished, "upload": upload}))
        except tk.ValidationError as error:
            told = " ".join(str(message) for messages in error.error_dict.values() for message in messages)
            errors.append(f"{upload.filename} : {told}" if several and upload else told)
    address = _address(sent, wished["batch"])
    if tk.request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(address=address, errors=errors), 400 if errors else 200)
    if not sent:
        return make_response(_form(data, errors), 400)
    for error in errors:
        tk.h.flash_error(error)
    return tk.redirect_to(address)


def _address(sent: list[dict[str, Any]], batch: str) -> str:
    if not sent:
        return ""
    if batch:
        return tk.h.url_for("scdl.batch", batch=batch)
    return tk.h.url_for("scdl.show", id=sent[0]["id"], _anchor="resultat")


@scdl.get("/publier/lot/<batch>")
def batch(batch: str) -> str:
    """Files that were sent together, by the dataset that they make; their editor may group them otherwise."""
    return _batch_page(batch, {})


@scdl.post("/publier/lot/<batch>/regrouper")
def regroup(batch: str) -> Any:
    """Let each number that was chosen be one dataset."""
    typed = {name.removeprefix(NUMBER): form for name, form in tk.request.form.items() if name.startswith(NUMBER)}
    groups: dict[str, list[str]] = {}
    for deposit_id, number in typed.items():
        groups.setdefault(number, []).append(deposit_id)
    wanted = {"batch": batch, "organization_id": tk.request.form.get("organization_id", "")}
    try:
        tk.get_action("scdl_deposit_group")({}, {**wanted, "groups": list(groups.values())})
    except tk.ValidationError as error:
        told = [str(message) for messages in error.error_dict.values() for message in messages]
        return make_response(_batch_page(batch, typed, told), 400)
    tk.h.flash_success(tk._("Your files are grouped as you chose. Nothing was published yet."))
    return tk.redirect_to("scdl.batch", batch=batch)


def _batch_page(batch: str, typed: dict[str, str], errors: Sequence[str] = ()) -> str:
    if tk.current_user.is_anonymous:
        raise tk.NotAuthorized()
    rows = tk.get_action("scdl_deposit_list")({}, {"batch": batch, "limit": 100})
    if not rows:
        raise tk.ObjectNotFound
    groups: dict[str, list[dict[str, Any]]] = {}
    aside = []
    for row in reversed(rows):
        if row["state"] in PLACED:
            groups.setdefault(row["group"] or row["id"], []).append(row)
        else:
            aside.append(row)
    placed = sum(map(len, groups.values()))
    context = {
        "batch": batch,
        "groups": list(groups.values()),
        "aside": aside,
        "labels": {each["id"]: each["title"][language()] for each in tk.get_action("scdl_schema_list")({}, {})},
        "pending": any(row["state"] in ("queued", "checking") for row in rows),
        # Whoever sends for several collectivités in one batch groups them by the API.
        "most": placed if placed > 1 and len({row["organization_id"] for row in rows}) == 1 else 0,
        "typed": typed,
        "errors": errors,
    }
    return tk.base.render("scdl/batch.html", context)
