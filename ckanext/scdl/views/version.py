"""Remplacer un fichier publié: see what changes, and go back to the version before."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from .deposit import scdl


@scdl.get("/publier/<id>/differences")
def differences(id: str) -> str:
    """The rows that are added, removed and changed in a published file."""
    deposit = tk.get_action("scdl_deposit_show")({}, {"id": id})
    resource_id = tk.h.get_request_param("resource_id", "")
    try:
        found = tk.get_action("scdl_deposit_compare")({}, {"id": id, "resource_id": resource_id})
        resource = tk.get_action("resource_show")({}, {"id": resource_id})
    except tk.ValidationError as error:
        raise tk.ObjectNotFound from error
    return tk.base.render("scdl/differences.html", {"deposit": deposit, "resource": resource, "found": found})


@scdl.post("/versions/<resource_id>/revenir")
def revert(resource_id: str) -> Any:
    """Serve an earlier version of a file again."""
    wanted = {"resource_id": resource_id, "file_id": tk.request.form.get("file_id", "")}
    try:
        dataset = tk.get_action("scdl_deposit_revert")({}, wanted)
    except tk.ValidationError as error:
        tk.h.flash_error(str(next(iter(error.error_dict.values()))[0]))
        resource = tk.get_action("resource_show")({}, {"id": resource_id})
        return tk.redirect_to("dataset_resource.read", id=resource["package_id"], resource_id=resource_id)
    tk.h.flash_success(tk._("The earlier version is published again, at the same address."))
    return tk.redirect_to("dataset_resource.read", id=dataset["name"], resource_id=resource_id)
