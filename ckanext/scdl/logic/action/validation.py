"""ckanext-validation's actions: its clients keep working."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ... import rechecks, validations
from .. import schema

PAGE = 100  # datasets that are looked at in one search
# What a batch may ask of the search; everything else (facets, other fields, access) is the portal's.
SEARCH_KEYS = ("q", "fq", "fq_list")


def _not_checked() -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("This file was never checked."))


@tk.side_effect_free
@validate(schema.validation_show)
def resource_validation_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The latest validation of a resource, as ckanext-validation answers it.

    Args:
        resource_id: id of the resource.

    Returns:
        id, resource_id, status (created, running, success, failure, error), report (frictionless' form), error,
        created, finished.
    """
    tk.check_access("resource_validation_show", context, data_dict)
    row = validations.latest(data_dict["resource_id"])
    if row is None:
        raise _not_checked()
    return validations.as_dict(row)


@validate(schema.validation_run)
def resource_validation_run(context: Context, data_dict: dict[str, Any]) -> None:
    """Check the file of a resource again, in the background; its rows and verdict follow.

    Args:
        resource_id: id of the resource.
    """
    tk.check_access("resource_validation_run", context, data_dict)
    resource = tk.get_action("resource_show")(tk.fresh_context(context), {"id": data_dict["resource_id"]})
    if str(resource.get("format") or "").lower() not in rechecks.FORMATS:
        message = tk._("Only these formats are checked: {formats}.").format(formats=", ".join(sorted(rechecks.FORMATS)))
        raise tk.ValidationError({"format": [message]})
    if rechecks.served(model.Resource.get(resource["id"])) is None:
        raise tk.ValidationError({"url": [tk._("Only files that the portal itself serves are checked.")]})
    if not validations.is_wanted(resource, context):
        raise tk.ValidationError({"resource_id": [tk._("This file is left unchecked by the rules of this portal.")]})
    rechecks.ask(resource["id"])


@validate(schema.validation_show)
def resource_validation_delete(context: Context, data_dict: dict[str, Any]) -> None:
    """Remove the report of a resource; the verdict that its page shows stays.

    Args:
        resource_id: id of the resource.
    """
    tk.check_access("resource_validation_delete", context, data_dict)
    if not validations.forget(data_dict["resource_id"]):
        raise _not_checked()
    model.Session.commit()


def resource_validation_run_batch(context: Context, data_dict: dict[str, Any]) -> dict[str, str]:
    """Check the files of many datasets again, in the background.

    Args:
        dataset_ids: ids or names, as a list, its JSON, or one; every dataset when left out.
        query: `q`, `fq` and `fq_list` of a search for datasets instead.

    Returns:
        output: what was done, in a sentence.
    """
    tk.check_access("resource_validation_run_batch", context, data_dict)
    search = _search_of(data_dict)
    asked = page = 0
    run = tk.get_action("resource_validation_run")
    while True:
        found = tk.get_action("package_search")(
            tk.fresh_context(context),
            {"sort": "id asc", **search, "rows": PAGE, "start": page * PAGE, "include_private": True},
        )["results"]
        for resource in [each for dataset in found for each in dataset["resources"]]:
            try:
                run(tk.fresh_context(context), {"resource_id": resource["id"]})
                asked += 1
            except tk.ValidationError:
                continue  # a link, or another format: not asked for by name
        page += 1
        if len(found) < PAGE:
            break
    if not asked:
        return {"output": tk._("There was no file to check.")}
    return {"output": tk._("Files that will be checked again: {count}.").format(count=asked)}


def _search_of(data_dict: dict[str, Any]) -> dict[str, Any]:
    """The search for the datasets that a batch names."""
    ids, query = (_from_json(data_dict.get(key)) for key in ("dataset_ids", "query"))
    if ids:
        wanted = [ids] if isinstance(ids, str) else ids
        if not isinstance(wanted, list) or not all(isinstance(each, str) for each in wanted):
            raise tk.ValidationError({"dataset_ids": [tk._("Ids or names of datasets are expected here.")]})
        packages = filter(None, map(model.Package.get, wanted))
        return {"fq": "id:({})".format(" OR ".join(f'"{package.id}"' for package in packages) or '""')}
    if not query:
        return {}
    if not isinstance(query, dict):
        message = tk._("A search is expected here, such as {example}.").format(example='{"q": "budget"}')
        raise tk.ValidationError({"query": [message]})
    return {key: query[key] for key in SEARCH_KEYS if key in query}


def _from_json(value: Any) -> Any:
    """Return what a text of JSON stands for, another text as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
