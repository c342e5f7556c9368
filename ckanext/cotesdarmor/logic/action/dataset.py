"""What a dataset may be on this portal, and how it is saved by people who do not know of one another."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any

import sqlalchemy as sa

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.search import SearchIndexError, SolrConnectionError
from ckan.types import Action, Context, DataDict

from ckanext.activity.model import Activity

from ckanext.scdl.core.days import PARIS

log = logging.getLogger(__name__)

# A dataset of any other type would pass by every rule of the dataset schema, and CKAN has no page for it.
TYPES = ("dataset", "harvest")
SEEN = "metadata_seen"
"""Field of the form: the moments (`metadata_modified`) of the versions that its sender has seen. It is never stored."""


@tk.chained_action
def package_create(next_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Make a dataset of a type that the portal knows."""
    if data_dict.get("type", "dataset") not in TYPES:
        raise tk.ValidationError({"type": [tk._("The portal has no datasets of this type.")]})
    with _search_answers():
        return next_action(context, data_dict)


@tk.chained_action
def package_update(next_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Save a dataset, unless somebody has changed it since the form was opened that is sent.

    Whoever names no version in `metadata_seen`, such as a program, saves as CKAN has it: the last one wins.
    """
    if SEEN in data_dict:
        _refuse_to_overwrite(context, data_dict)
    with _search_answers():
        # Not taken out of what was sent: a form that is shown again still has to tell what its sender has seen.
        return next_action(context, {key: value for key, value in data_dict.items() if key != SEEN})


@tk.chained_action
def package_delete(next_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Delete a dataset."""
    with _search_answers():
        return next_action(context, data_dict)


@contextmanager
def _search_answers() -> Iterator[None]:
    """Say that the search is away in words that do not tell where it stands, as CKAN's own do."""
    try:
        yield
    except SearchIndexError as error:
        log.exception("the index could not be written")
        model.Session.rollback()
        raise SolrConnectionError(
            tk._("The search engine does not answer. Nothing was saved: try again in a few minutes.")
        ) from error


def _refuse_to_overwrite(context: Context, data_dict: DataDict) -> None:
    """Hold the dataset until the transaction ends, and refuse where it is none of the versions that were seen."""
    ident = data_dict.get("id") or data_dict.get("name")
    tk.check_access("package_update", tk.fresh_context(context), {"id": ident})
    query = sa.select(model.Package).where(sa.or_(model.Package.id == ident, model.Package.name == ident))
    package = model.Session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    seen = data_dict[SEEN]
    if package.metadata_modified.isoformat() in (seen if isinstance(seen, list) else [seen]):
        return
    moment = package.metadata_modified.replace(tzinfo=UTC).astimezone(PARIS)
    message = tk._("{name} has changed this dataset on {moment}, after you had opened the form.").format(
        name=_last_editor(package.id) or tk._("Somebody"), moment=f"{moment:%d/%m/%Y, %H:%M}"
    )
    model.Session.rollback()
    raise tk.ValidationError({SEEN: [message]})


def _last_editor(dataset_id: str) -> str | None:
    """The name of who changed a dataset last, as far as the activities tell."""
    if not p.plugin_loaded("activity"):
        return None
    query = sa.select(Activity.user_id).where(
        Activity.object_id == dataset_id, Activity.activity_type.in_(("new package", "changed package"))
    )
    user = model.User.get(model.Session.scalars(query.order_by(Activity.timestamp.desc()).limit(1)).first())
    return user.display_name if user else None
