"""The report of a check: of a deposit for its editors, of a published file for everybody who may see it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response

import ckan.plugins.toolkit as tk

from .. import config, pdf_report, validations
from ..core import messages
from ..core.catalogue import SchemaNotFound
from ..core.report import Report
from ..helpers import language
from .deposit import scdl

# The name and the address that ckanext-validation's links lead to.
validation = Blueprint("validation", __name__)
BASE = "/dataset/<id>/resource/<resource_id>/validation"
MOST_SHOWN = 200


@validation.errorhandler(tk.ObjectNotFound)
@validation.errorhandler(tk.NotAuthorized)
def nothing_here(error: Exception) -> tuple[str, int]:
    """Whether a report exists is told to whoever may see its resource."""
    return tk.render("scdl/refused.html", {"message": tk._("There is no report on this file.")}), 404


@validation.get(BASE)
def read(id: str, resource_id: str) -> str:
    """What the last check of a published file said."""
    dataset, resource, row = _checked(id, resource_id)
    report = validations.portal_report(row)
    shown = {
        "pkg_dict": dataset,
        "pkg": dataset,
        "res": resource,
        "validation": row,
        "schema": tk.h.scdl_schema_of(resource.get("schema")),
        "verdict": tk.h.scdl_verdict(report) if report else None,
        "errors": [] if report else _errors(row)[:MOST_SHOWN],
    }
    return tk.render("scdl/report.html", shown)


@validation.get(f"{BASE}.<any(csv,pdf):kind>")
def download(id: str, resource_id: str, kind: str) -> Response:
    """The same as a file."""
    dataset, resource, row = _checked(id, resource_id)
    report = validations.portal_report(row)
    if report is None:
        raise tk.ObjectNotFound
    filename = str(resource.get("url") or resource["id"]).rpartition("/")[2]
    response = _file(Report.from_dict(report), filename, f"rapport-{resource_id}", kind, row["finished"])
    response.add_etag()
    return response.make_conditional(tk.request)


@scdl.get("/publier/<id>/rapport.pdf")
def deposit_pdf(id: str) -> Response:
    """The report of a deposit, to print."""
    deposit = tk.get_action("scdl_deposit_show")({}, {"id": id})
    if not deposit["report"]:
        raise tk.ObjectNotFound
    report = Report.from_dict(deposit["report"])
    return _file(report, deposit["filename"], f"rapport-{id}", "pdf", deposit["modified"])


def _checked(dataset_id: str, resource_id: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A dataset, its resource and the resource's row, if the visitor may see them."""
    resource = tk.get_action("resource_show")({}, {"id": resource_id})
    dataset = tk.get_action("package_show")({}, {"id": dataset_id})
    if resource["package_id"] != dataset["id"]:
        raise tk.ObjectNotFound
    return dataset, resource, tk.get_action("resource_validation_show")({}, {"resource_id": resource["id"]})


def _errors(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The errors of a report that another program wrote."""
    report = row["report"] if isinstance(row["report"], dict) else {}
    tasks = [task for task in report.get("tasks") or () if isinstance(task, dict)]
    return [error for task in tasks for error in task.get("errors") or () if isinstance(error, dict)]


def _file(report: Report, filename: str, name: str, kind: str, moment: str | None) -> Response:
    if kind == "csv":
        response = make_response(messages.spelled(report, language()).to_csv())
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
    else:
        day = tk.h.render_datetime(moment) if moment else ""
        response = make_response(pdf_report.pdf(report, pdf_report.Subject(filename, _label(report), day), language()))
        response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _label(report: Report) -> str:
    try:
        schema = config.catalogue().get(report.schema or "", report.version)
    except SchemaNotFound:
        return ""
    return f"{schema.label(language())} ({schema.reference})"
