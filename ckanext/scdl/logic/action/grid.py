"""Actions on grids: tables that are filled in the browser and become deposits."""

from __future__ import annotations

from dataclasses import asdict
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ... import config, grids
from ...core import grid
from ...core.catalogue import Schema
from ...helpers import language
from ...model import GridDraft
from .. import grid_schema


class _Asked:
    """Which grid is meant, and whose draft."""

    def __init__(self, context: Context, data_dict: dict[str, Any]) -> None:
        organization = model.Group.get(data_dict["organization_id"])
        # A sysadmin comes as far as this with anything.
        if organization is None or not organization.is_organization or not organization.is_active():
            raise tk.ObjectNotFound(tk._("There is no such organization."))
        user = model.User.get(context.get("user") or "")
        if user is None:
            raise tk.NotAuthorized(tk._("A draft belongs to somebody."))
        self.organization: model.Group = organization
        self.schema: Schema = grids.schema_of(data_dict["schema"])
        self.key = (user.id, organization.id, self.schema.id)

    def draft(self) -> GridDraft:
        """The draft, which must be there."""
        found = GridDraft.of(*self.key)
        if found is None:
            raise tk.ObjectNotFound(tk._("There is no draft of this grid."))
        return found


@tk.side_effect_free
@validate(grid_schema.grid)
def scdl_grid_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A grid for an organisation and a schema: its columns, what is known beforehand, and one's own draft of it.

    Args:
        organization_id: id or name of the organisation.
        schema: reference of a schema.

    Returns:
        organization_id, schema (id), version, url, title, columns (name, title, description, example, required,
        control, input_mode, choices, width), constants (value by column), limits (rows, bytes), draft (rows, revision,
        modified, deposit_id, lost: columns of an older version whose values have no place) or None.
    """
    tk.check_access("scdl_grid_show", context, data_dict)
    asked = _Asked(context, data_dict)
    schema = asked.schema
    draft = GridDraft.of(*asked.key)
    return {
        "organization_id": asked.organization.id,
        "schema": schema.id,
        "version": schema.version,
        "url": schema.url,
        "title": schema.label(language()),
        "columns": [column.to_dict() for column in grid.columns_of(schema, language())],
        "constants": grids.constants(schema, asked.organization),
        "limits": {"rows": config.grid_rows(), "bytes": config.grid_bytes()},
        "draft": _resumed(draft, schema) if draft else None,
    }


def _resumed(draft: GridDraft, schema: Schema) -> dict[str, Any]:
    rows, lost = grid.realigned(draft.columns, draft.rows, schema.field_names)
    return {
        "rows": rows,
        "revision": draft.revision,
        "modified": draft.modified.isoformat(),
        "deposit_id": draft.deposit_id,
        "lost": list(lost),
    }


@tk.side_effect_free
def scdl_grid_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """One's own drafts for the organisations in which one may publish, latest first.

    Returns:
        Entries of organization_id, schema (id), rows (their number), modified, deposit_id.
    """
    tk.check_access("scdl_grid_list", context, data_dict)
    user = model.User.get(context.get("user") or "")
    mine = tk.get_action("organization_list_for_user")(tk.fresh_context(context), {"permission": "create_dataset"})
    drafts = GridDraft.of_user(user.id, [each["id"] for each in mine]) if user else []
    return [
        {
            "organization_id": draft.organization_id,
            "schema": draft.schema,
            "rows": count,
            "modified": draft.modified.isoformat(),
            "deposit_id": draft.deposit_id,
        }
        for draft, count in drafts
    ]


@validate(grid_schema.grid_save)
def scdl_grid_save(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Keep the cells of a grid as one's own draft.

    Args:
        organization_id: id or name of the organisation.
        schema: reference of a schema.
        columns: names of its columns, in its order.
        rows: list of rows, each a list of texts.
        revision: the revision that was shown or written last, 0 for a new draft.

    Returns:
        revision, modified.

    Raises:
        tk.ValidationError: with `revision` where the draft was written or deleted meanwhile; nothing was kept.
    """
    tk.check_access("scdl_grid_save", context, data_dict)
    asked = _Asked(context, data_dict)
    columns = data_dict["columns"]
    rows = grids.table(asked.schema, columns, data_dict["rows"])
    if GridDraft.write(*asked.key, columns=columns, rows=rows, known=data_dict["revision"]) is None:
        raise grids.changed_meanwhile()
    draft = asked.draft()
    return {"revision": draft.revision, "modified": draft.modified.isoformat()}


@validate(grid_schema.grid_rows)
def scdl_grid_check(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Check the cells of a grid as the file would be checked that it makes; nothing is kept.

    Args:
        organization_id: id or name of the organisation.
        schema: reference of a schema.
        columns: names of its columns, in its order.
        rows: list of rows, each a list of texts.

    Returns:
        status: `empty`, `busy` (ask again in some seconds), `valid`, `invalid` or `refused`; rows, errors, warnings:
        numbers; findings: level, field, rows (from 1), value, correction, message; hidden: how many more there are.
    """
    tk.check_access("scdl_grid_check", context, data_dict)
    asked = _Asked(context, data_dict)
    sheet = grid.to_csv(asked.schema.field_names, grids.table(asked.schema, data_dict["columns"], data_dict["rows"]))
    if not sheet.places:
        return _checked("empty")
    report = grids.check(sheet, asked.schema, asked.organization.id)
    if report is None:
        return _checked("busy")
    found = grid.findings(report, sheet, asked.schema, language())
    return _checked(
        report.status,
        rows=len(sheet.places),
        errors=report.errors,
        warnings=report.warnings,
        findings=[asdict(each) for each in found[: grid.MOST_FINDINGS]],
        hidden=max(len(found) - grid.MOST_FINDINGS, 0),
    )


def _checked(status: str, **facts: Any) -> dict[str, Any]:
    return {"status": status, "rows": 0, "errors": 0, "warnings": 0, "findings": [], "hidden": 0, **facts}


@validate(grid_schema.grid_deposit)
def scdl_grid_deposit(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Deposit the file that one's own draft makes; the draft stays, to be put right or used again.

    Args:
        organization_id: id or name of the organisation.
        schema: reference of a schema.
        revision: the revision of the draft that was seen.

    Returns:
        The deposit, as `scdl_deposit_create` answers.
    """
    tk.check_access("scdl_grid_deposit", context, data_dict)
    asked = _Asked(context, data_dict)
    draft = asked.draft()
    if draft.revision != data_dict["revision"]:
        raise grids.changed_meanwhile()
    rows, _lost = grid.realigned(draft.columns, draft.rows, asked.schema.field_names)
    sheet = grid.to_csv(asked.schema.field_names, rows)
    if not sheet.places:
        raise tk.ValidationError({"rows": [tk._("Fill in one row at least.")]})
    upload = FileStorage(BytesIO(sheet.content), grids.filename(asked.schema, asked.organization))
    sent = {
        "organization_id": asked.organization.id,
        "schema": asked.schema.id,
        "source": "grid",
        "upload": upload,
        # A double click is one deposit; sent again later, the same table is another.
        "idempotency_key": f"{draft.id}/{draft.revision}/{draft.deposit_id}",
    }
    deposit: dict[str, Any] = tk.get_action("scdl_deposit_create")(tk.fresh_context(context), sent)
    asked.draft().deposit_id = deposit["id"]
    model.Session.commit()
    return deposit


@validate(grid_schema.grid)
def scdl_grid_delete(context: Context, data_dict: dict[str, Any]) -> None:
    """Delete one's own draft of a grid; what was deposited from it stays.

    Args:
        organization_id: id or name of the organisation.
        schema: reference of a schema.
    """
    tk.check_access("scdl_grid_delete", context, data_dict)
    GridDraft.forget(*_Asked(context, data_dict).key)
