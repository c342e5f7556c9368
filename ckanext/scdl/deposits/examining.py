"""Look at the bytes of a deposit, in the sandbox: the verdict, what was put right, personal data, the period."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckan import model

from .. import config, repair, sandbox, storage
from ..core.course import Verdict
from ..core.days import today
from ..core.kinds import HEAD, kind_of
from ..core.local import Facts
from ..core.period import Period
from ..core.privacy.findings import Findings
from ..core.report import Report
from ..model import Deposit


@dataclass(frozen=True)
class Sent:
    """What an examination rests on; values, for no transaction stays open while it lasts."""

    sha256: str
    filename: str
    schema_asked: str | None
    organization_id: str | None
    fix_sure: bool
    choice: dict[str, Any] | None = None


@dataclass(frozen=True)
class Examined:
    """What an examination found; a file that is no table has no report."""

    verdict: Verdict
    report: Report | None = None
    findings: Findings | None = None
    period: Period | None = None
    corrected: storage.Stored | None = None
    corrections: dict[str, Any] | None = None


def examine(sent: Sent) -> Examined:
    """Look at bytes that are staged.

    Raises:
        storage.NoSpace: there is no room for the corrected file.
    """
    path = storage.store().path(sent.sha256)
    with path.open("rb") as file:
        head = file.read(HEAD)
    folder = config.schemas_folder()
    if not sent.schema_asked and kind_of(sent.filename, head):
        model.Session.rollback()  # as below
        return Examined("unchecked", findings=sandbox.privacy(path, sent.filename, schemas_folder=folder))
    facts = known_of(sent.organization_id)
    model.Session.rollback()  # no transaction stays open while the sandbox works
    report = sandbox.check(path, sent.filename, sent.schema_asked, facts=facts, schemas_folder=folder)
    verdict = _verdict(report, asked=bool(sent.schema_asked))
    if verdict == "refused":
        return Examined(verdict, report)
    corrected = corrections = None
    wishes = _wishes(sent, report)
    if wishes and (repaired := _repaired(path, report, facts, wishes)):
        report, corrected, corrections = repaired
        verdict, path = report.status, storage.store().path(corrected.sha256)
    # What would be published is what has to be free of personal data, and dated.
    findings = sandbox.privacy(path, sent.filename, schemas_folder=folder)
    period = sandbox.period(path, report.schema, report.version, schemas_folder=folder) if report.schema else None
    return Examined(verdict, report, findings, period, corrected, corrections)


def _wishes(sent: Sent, report: Report) -> repair.Wishes | None:
    """Return which corrections are wanted: those an editor chose, or those that need nobody's judgement."""
    if report.schema is None:
        return None
    if sent.choice is not None:
        level, leave = sent.choice["level"], tuple(sent.choice["leave"])
        return repair.Wishes(
            report.schema, report.version, level, except_=leave,
            publisher_name=publisher_name(sent.organization_id), choice=sent.choice["choice"],
        )  # fmt: skip
    return repair.Wishes(report.schema, report.version) if sent.fix_sure and report.status == "invalid" else None


def _repaired(
    path: Path, report: Report, facts: Facts, wishes: repair.Wishes
) -> tuple[Report, storage.Stored, dict[str, Any]] | None:
    """Put right what is wanted; None where that gives no file.

    The transaction holds the corrected bytes until it ends.
    """
    with tempfile.TemporaryFile() as corrected:
        done = repair.fix(path, wishes, facts, csv_to=corrected, schemas_folder=config.schemas_folder())
        if done.log is None or done.report.status == "refused":
            return None
        if wishes.choice is None and done.report.errors >= report.errors:
            return None  # nobody chose it, and it would change the file for nothing
        corrected.seek(0)
        # Larger than what is taken from outside, for a workbook becomes text; the child's limits bound it.
        stored = storage.store().put(corrected, repair.LIMITS.file_size, storage.keep_bytes)
    return done.report, stored, {"cells": done.log.cells, "errors_before": report.errors}


def look_at(path: Path, filename: str, asked: str | None) -> tuple[Report, Findings]:
    """Return what is to say about a file that belongs to no deposit."""
    folder = config.schemas_folder()
    report = sandbox.check(path, filename, asked, facts=known_of(None), schemas_folder=folder)
    return report, sandbox.privacy(path, filename, schemas_folder=folder)


def _verdict(report: Report, *, asked: bool) -> Verdict:
    """Return the verdict; a table whose schema nobody named and nobody knows is simply not checked."""
    if report.refusal and report.refusal.code == "schema-unknown" and not asked:
        return "unchecked"
    return report.status


def known_of(organization_id: str | None) -> Facts:
    """Return what the local checks compare a collectivité's file with."""
    group = model.Group.get(organization_id) if organization_id else None
    extras = (group.extras or {}) if group else {}
    publisher = extras.get("siret") or extras.get("siren") or None
    return Facts(publisher, config.territory(), today())


def publisher_name(organization_id: str | None) -> str | None:
    """Return the name of a collectivité, for the column that holds it."""
    group = model.Group.get(organization_id) if organization_id else None
    return group.display_name if group else None


def sent_of(deposit: Deposit) -> Sent:
    """Return what the examination of a deposit rests on."""
    if deposit.sha256 is None:
        raise ValueError("a link is fetched before it is examined")
    return Sent(
        deposit.sha256, deposit.filename, deposit.schema_asked, deposit.organization_id, bool(deposit.fix_sure),
        deposit.choice,
    )  # fmt: skip


def write(examined: Examined, deposit: Deposit) -> None:
    """Write into a deposit what was found, in the running transaction."""
    report = examined.report
    deposit.status = examined.verdict
    deposit.report = report.to_dict() if report else None
    deposit.schema, deposit.version = (report.schema, report.version) if report else (None, None)
    deposit.privacy = examined.findings.to_dict() if examined.findings else None
    deposit.period = examined.period
    deposit.corrected = examined.corrected.sha256 if examined.corrected else None
    deposit.corrected_size = examined.corrected.size if examined.corrected else None
    deposit.corrections = examined.corrections
