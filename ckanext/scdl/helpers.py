"""Template helpers; all names begin with `scdl_`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk

from . import config
from .core import messages
from .core.catalogue import Schema, SchemaNotFound
from .core.days import PARIS
from .core.excerpt import Row, marked
from .core.privacy.findings import Finding, Findings
from .core.privacy.sentences import spelled as told
from .core.report import Report
from .model import Deposit, FileTable

__all__ = [
    "scdl_choices", "scdl_conformity", "scdl_errors", "scdl_failing_links", "scdl_findings", "scdl_marked_rows",
    "scdl_moment", "scdl_next_step", "scdl_rows_are_late", "scdl_schema_of", "scdl_state_label", "scdl_verdict",
    "scdl_versions", "scdl_waiting_deposit",
]  # fmt: skip


def language() -> str:
    """The language of the page, as the engine knows it; outside of a page that of the portal."""
    spoken = tk.h.lang() if tk.request else tk.config["ckan.locale_default"]
    return "fr" if str(spoken).startswith("fr") else "en"


def scdl_schema_of(reference: str | None) -> dict[str, str] | None:
    """Label, id, version and address of a schema that a resource names; None where the portal does not know it."""
    try:
        schema: Schema = config.catalogue().resolve(reference or "")
    except SchemaNotFound:
        return None
    return {"label": schema.label(language()), "id": schema.id, "version": schema.version, "url": schema.url}


def scdl_conformity(resource: dict[str, Any]) -> dict[str, Any]:
    """What is known of a file's conformity: `state` (valid, invalid, unread, unchecked, none) and its `label`.

    `schema` is what `scdl_schema_of` says of it; `date` the moment of the check, in ISO 8601, or None.
    """
    schema = scdl_schema_of(resource.get("schema")) if resource.get("schema") else None
    labels = {
        "valid": tk._("Conforms to its schema"),
        "invalid": tk._("Does not conform to its schema"),
        "unread": tk._("Could not be checked"),
        "unchecked": tk._("Not checked"),
        "none": tk._("Without schema"),
    }
    known = {"success": "valid", "failure": "invalid", "error": "unread"}
    state = known.get(str(resource.get("validation_status"))) or ("unchecked" if schema else "none")
    date = resource.get("validation_timestamp") if state in known.values() else None
    return {"state": state, "label": labels[state], "schema": schema, "date": date}


def scdl_state_label(state: str) -> str:
    """A deposit's state in words."""
    labels = {
        "queued": tk._("Waiting to be checked"),
        "checking": tk._("Being checked"),
        "checked": tk._("Checked, to be published"),
        "waiting": tk._("Waiting for you"),
        "published": tk._("Published"),
        "refused": tk._("Could not be read"),
        "failed": tk._("The check failed"),
        "cancelled": tk._("Given up"),
        "superseded": tk._("Replaced by a later deposit"),
    }
    return labels.get(state, state)


def scdl_verdict(report: dict[str, Any]) -> dict[str, Any]:
    """A stored report as a page shows it, in the page's language: sentences, places, and what to do first."""
    lang = language()
    spelled = messages.spelled(Report.from_dict(report), lang)
    issues = [
        {
            "code": issue.code,
            "level": issue.level,
            "message": issue.message,
            "place": messages.place(issue, lang),
            "label": issue.label or issue.field,
            "column": issue.column,
            "value": issue.value,
            "correction": issue.correction,
            "count": issue.count,
            "rows": issue.rows,
        }
        for issue in spelled.issues
    ]
    return {
        "status": spelled.status,
        "refusal": spelled.refusal.message if spelled.refusal else None,
        "reading": _reading(spelled),
        "rows": spelled.rows,
        "errors": spelled.errors,
        "warnings": spelled.warnings,
        "groups": _grouped(issues),
        "not_done": [label for name, label in _not_done_labels().items() if name in spelled.not_done],
        "next_step": messages.next_step(spelled, lang),
    }


def _reading(report: Report) -> list[tuple[str, str]]:
    """How the file was read, so that its editor can disagree: what it is called, and what was found."""
    reading = report.reading
    found = (
        (tk._("Format"), reading.format.upper()),
        (tk._("Encoding"), "Windows (cp1252)" if reading.encoding == "cp1252" else (reading.encoding or "").upper()),
        (tk._("Separator"), _separators().get(reading.separator or "", reading.separator)),
        (tk._("Sheet"), reading.sheet),
        (tk._("Line of the column names"), reading.header_line),
        (tk._("Recognised with certainty"), _percentage(report.confidence) if report.schema else None),
    )
    return [(name, str(value)) for name, value in found if value]


def _separators() -> dict[str, str]:
    return {"\t": tk._("tabulation"), ",": tk._("comma"), ";": tk._("semicolon"), "|": tk._("vertical bar")}


def _percentage(share: float) -> str:
    return tk._("{count}%").format(count=round(100 * share))


def _grouped(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What breaks one rule in one column, told once: the first of them, how many cells in all, and the others."""
    families: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for issue in issues:
        families.setdefault((issue["level"], issue["column"] or issue["label"] or "", issue["code"]), []).append(issue)
    groups = []
    for first, *others in families.values():
        rows = sorted({row for issue in (first, *others) for row in issue["rows"]})
        count = sum(issue["count"] for issue in (first, *others))
        groups.append({**first, "rows": rows, "count": count, "others": others})
    return groups


def scdl_marked_rows(table: dict[str, Any], report: dict[str, Any]) -> list[Row]:
    """The rows of a preview, each cell with what a stored report says of it, in the page's language."""
    return marked(table, messages.spelled(Report.from_dict(report), language()))


def scdl_findings(privacy: dict[str, Any]) -> list[dict[str, Any]]:
    """What a stored scan found of people, the gravest first, in the page's language; values stay masked."""
    found = told(Findings.from_dict(privacy), language()).findings
    return [
        {
            **finding.to_dict(),
            "place": _place_of(finding),
            "examples": [each for each in finding.examples if each not in finding.message],
        }
        for finding in found
        if finding.level != "info"
    ]


def _place_of(finding: Finding) -> str:
    named = finding.label or ""
    return f"{finding.column} – {named}" if finding.column and named else finding.column or named


def scdl_errors(errors: Mapping[str, Any]) -> list[dict[str, str]]:
    """What is wrong with what was typed: id and label of the field, both empty for the whole, and a sentence."""
    known = {
        "title": ("field-title", tk._("Title")),
        "notes": ("field-notes", tk._("Description")),
        "tags": ("field-tags", tk._("Keywords")),
        "tag_string": ("field-tags", tk._("Keywords")),
        "theme": ("theme-1", tk._("Themes")),
        "frequency": ("field-frequency", tk._("Update frequency")),
        "temporal_start": ("field-temporal_start", tk._("First day")),
        "temporal_end": ("field-temporal_end", tk._("Last day")),
        "license_id": ("field-license", tk._("License")),
        "target": ("scdl-targets", tk._("Where does this file go?")),
        "dataset_id": ("scdl-targets", tk._("Where does this file go?")),
        "resource_id": ("scdl-targets", tk._("Where does this file go?")),
        "reason": ("scdl-reason", tk._("Why may this file be published?")),
        "sentence": ("scdl-sentence", tk._("One sentence that says more")),
    }
    told = []
    for name, said in errors.items():
        field, label = known.get(name, ("", ""))
        listed = said if isinstance(said, list) else [said]
        told.append({"field": field, "label": label, "message": " ".join(map(str, listed))})
    return told


def scdl_moment(moment: str) -> str:
    """A moment in ISO 8601 as people in France write it: day and hour in Paris."""
    return f"{datetime.fromisoformat(moment).astimezone(PARIS):%d/%m/%Y, %H:%M}"


def scdl_next_step(deposit: dict[str, Any]) -> str:
    """What the editor of a deposit does next, in a few words; empty where there is nothing to do."""
    steps = {
        "queued": tk._("Wait for the check"),
        "checking": tk._("Wait for the check"),
        "checked": tk._("Publish it, or leave it as a draft"),
        "waiting": tk._("Open it and decide"),
        "refused": tk._("Put the file right and send it again"),
        "failed": tk._("Send it again"),
    }
    if deposit["state"] == "checked" and deposit["status"] == "invalid":
        return tk._("Accept the corrections, or put the file right")
    return steps.get(deposit["state"], "")


def scdl_versions(resource_id: str) -> list[dict[str, Any]]:
    """The versions of a file that are kept, the latest first; none for whoever may not go back to one."""
    if not resource_id or not tk.h.check_access("scdl_deposit_revert", {"resource_id": resource_id}):
        return []
    return tk.get_action("scdl_file_list")({}, {"resource_id": resource_id})


def scdl_rows_are_late(resource_id: str) -> bool:
    """Whether the DataStore does not yet hold the rows of the file that a resource serves now."""
    table = FileTable.get(resource_id) if resource_id else None
    return table is not None and table.state == "queued"


def scdl_failing_links(dataset_id: str = "") -> list[dict[str, Any]]:
    """The links that could not be read by night: in a dataset that the visitor may change, or in all of these."""
    if tk.current_user.is_anonymous or (dataset_id and not tk.h.check_access("package_update", {"id": dataset_id})):
        return []
    return tk.get_action("scdl_link_list")({}, {"dataset_id": dataset_id, "limit": 100})


def scdl_choices(field_name: str) -> list[tuple[str, str]]:
    """Values and labels that the full form of a dataset offers for a field; none where the portal has no such form."""
    describe = tk.h.get("scheming_get_dataset_schema")
    described = describe("dataset") if describe else None
    for field in described["dataset_fields"] if described else ():
        if field["field_name"] == field_name:
            choices = tk.h.scheming_field_choices(field)
            return [(each["value"], tk.h.scheming_language_text(each["label"])) for each in choices]
    return []


def _not_done_labels() -> dict[str, str]:
    return {
        "publisher-siret": tk._("the SIRET of the collectivité"),
        "commune": tk._("the communes of the territory"),
        "point": tk._("the outline of the territory"),
    }


def scdl_waiting_deposit(resource_id: str) -> str | None:
    """Id of the deposit that waits for a resource, if the visitor may see it."""
    deposit = Deposit.waiting_for(resource_id) if resource_id else None
    if deposit is None or not tk.h.check_access("scdl_deposit_show", {"id": deposit.id}):
        return None
    return deposit.id
