"""From the bytes of a file to the corrected ones: read, propose, accept, apply, write, and check again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import messages
from ..catalogue import Catalogue, SchemaNotFound
from ..engine import check, known_labels
from ..local import Facts
from ..reader import read
from ..report import Report, refused
from ..schema import Schema
from ..table import Refused, Table
from .applying import Unfit, apply
from .base import Known, Publisher
from .model import NoLog, Proposal, accept
from .proposing import propose
from .writing import csv_bytes, publisher_siren, write_xlsx

CSV, XLSX = "corrected.csv", "corrected.xlsx"
"""Names of what `answered` leaves in its folder."""


@dataclass(frozen=True)
class Wishes:
    """What the editor wants: which schema, what to accept, or a log to replay as it is.

    Attributes:
        schema_ref: what the file is said to follow; recognised from the header when None.
        version: a version of that schema; the latest when None.
        level: "sure", or "likely" for both.
        only: rules to keep; all of them when empty.
        except_: rules to refuse.
        publisher_name: name of the collectivité, for the column that holds it.
        log: a change log to carry out instead of a proposal.
        excel: whether a workbook is wanted as well.
    """

    schema_ref: str | None = None
    version: str | None = None
    level: str = "sure"
    only: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    publisher_name: str | None = None
    log: Mapping[str, Any] | None = None
    excel: bool = False


@dataclass(frozen=True)
class Fixed:
    """A corrected file: what was done, the table, its bytes and the report on them."""

    log: Proposal
    schema: Schema
    table: Table
    content: bytes
    report: Report


def fix(source: bytes | Path, catalogue: Catalogue, wishes: Wishes, facts: Facts) -> Fixed | Report:
    """Return the corrected file, or the report that says why there is none.

    Raises:
        NoLog: the log to replay is none.
        Unfit: it was made for another file.
    """
    log = None if wishes.log is None else Proposal.from_dict(wishes.log)
    try:
        table = read(source, known_labels(catalogue))
    except Refused as refusal:
        place = {"line": refusal.line, "address": refusal.address}
        return messages.spelled(refused(refusal.code, **place, reading=refusal.reading))
    try:
        schema = _schema(catalogue, table, wishes, log)
    except SchemaNotFound as error:
        code = "version-unknown" if error.known_versions else "schema-not-found"
        return messages.spelled(refused(code, nearest=error.known_versions[-3:]))
    if schema is None:
        nearest = tuple(each.id for each in catalogue.nearest(table.labels))
        return messages.spelled(refused("schema-unknown", nearest=nearest, reading=table.reading))
    if log is None:
        detector = catalogue.detector
        names = detector.match(schema, table.labels)
        unsure = detector.shared(schema, table.labels)
        proposal = propose(table, schema, names, unsure=unsure, known=known(facts, wishes.publisher_name))
        log = accept(proposal, wishes.level, only=wishes.only, except_=wishes.except_)
    corrected = apply(table, log)
    content = csv_bytes(corrected)
    report = check(content, catalogue, schema.id, schema.version, facts=facts)
    return Fixed(log, schema, corrected, content, report)


def known(facts: Facts, publisher_name: str | None) -> Known:
    """Return what corrections use of what is known besides the file."""
    siret = facts.publisher if facts.publisher and len(facts.publisher) == 14 else None
    return Known(Publisher(siret, publisher_name), facts.territory)


def _schema(catalogue: Catalogue, table: Table, wishes: Wishes, log: Proposal | None) -> Schema | None:
    """Return the schema to put the file right for; the latest version unless another is asked for."""
    if log is not None:
        return catalogue.get(log.schema, log.version)
    if wishes.schema_ref is not None:
        schema = catalogue.resolve(wishes.schema_ref)
        return schema if wishes.version is None else catalogue.get(schema.id, wishes.version)
    best = next(iter(catalogue.detect(table.labels, table.rows)), None)
    return None if best is None else catalogue.get(best.schema.id, wishes.version)


def answered(data: bytes, catalogue: Catalogue, wishes: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Put a file right where it may not harm: leave what is written in this folder, return the rest as JSON values.

    Args:
        data: the bytes of the file.
        catalogue: the schemas to choose from.
        wishes: the members of `Wishes`, after a journey through JSON.
        facts: what is known besides the file.
    """
    wanted = Wishes(**{name: tuple(value) if isinstance(value, list) else value for name, value in wishes.items()})
    try:
        fixed = fix(data, catalogue, wanted, facts)
    except NoLog as error:
        return {"unfit": {"reason": "no-log", "line": None, "column": error.reason}}
    except Unfit as error:
        return {"unfit": {"reason": error.reason, "line": error.line, "column": error.column}}
    if isinstance(fixed, Report):
        return {"report": fixed.to_dict()}
    Path(CSV).write_bytes(fixed.content)
    if wanted.excel:
        types = {each.name: each.type for each in fixed.schema.fields}
        with Path(XLSX).open("wb") as target:
            write_xlsx(fixed.table, types, target)
    siren = publisher_siren(fixed.table, fixed.schema, facts.publisher)
    return {"report": fixed.report.to_dict(), "log": fixed.log.to_dict(), "siren": siren}
