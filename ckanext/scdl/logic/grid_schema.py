"""Input of the actions on grids; what rows may be is said in `grids`."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator

from .schema import FURTHEST, whole_number


@validator_args
def grid(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """`organization_id`: name or id; `schema`: reference of a schema."""
    return {"organization_id": [not_empty, unicode_safe], "schema": [not_empty, unicode_safe]}


@validator_args
def grid_rows(not_missing: Validator) -> Schema:
    """The grid, its `columns` and its `rows`."""
    return {**grid(), "columns": [not_missing], "rows": [not_missing]}


def grid_save() -> Schema:
    """The rows, and the `revision` that the writer knows; 0 for a new draft."""
    return {**grid_rows(), **_revision()}


def grid_deposit() -> Schema:
    """The grid, and the `revision` that the writer knows."""
    return {**grid(), **_revision()}


@validator_args
def _revision(not_empty: Validator) -> Schema:
    return {"revision": [not_empty, whole_number(FURTHEST)]}
