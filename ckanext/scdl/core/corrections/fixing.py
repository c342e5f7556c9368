"""From a file to the corrected one: read, propose what is wanted, apply, write, and check what was written."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .. import messages
from ..catalogue import Catalogue, SchemaNotFound
from ..engine import FAST_FROM, FAST_FROM_CELLS, check, known_labels
from ..local import Facts
from ..reader import MAX_BYTES, read
from ..report import Report, refused
from ..schema import Schema
from ..table import Refused, Table
from .applying import Unfit, apply
from .base import Known, Publisher
from .choosing import Choice, chosen
from .layout import recognise
from .model import NoLog, Proposal, Taken
from .proposing import propose
from .writing import publisher_siren, write_csv, write_xlsx

log = logging.getLogger(__name__)

CSV, XLSX = "corrected.csv", "corrected.xlsx"
"""Names of what `answered` leaves in its folder."""


@dataclass(frozen=True)
class Wishes:
    """What the editor wants: which schema, what to accept, or a log to replay as it is.

    Attributes:
        schema_ref: what the file is said to follow; recognised from the header when None.
        version: a version of that schema; the latest when None.
        level: "sure", or "likely" for both.
        only: rules to take; all of them when empty.
        except_: rules to leave.
        publisher_name: name of the collectivité, for the column that holds it.
        log: a change log to carry out instead of a proposal.
        choice: which groups, texts and answers of the proposal are wanted, in the form of `Choice.from_dict`.
        excel: whether a workbook is wanted as well.
    """

    schema_ref: str | None = None
    version: str | None = None
    level: str = "sure"
    only: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    publisher_name: str | None = None
    log: Mapping[str, Any] | None = None
    choice: Mapping[str, Any] | None = None
    excel: bool = False

    @property
    def taken(self) -> Taken:
        """Which corrections are wanted."""
        return Taken(self.level, frozenset(self.only), frozenset(self.except_))

    @property
    def chosen(self) -> Choice:
        """What was chosen among them.

        Raises:
            NoLog: it is not of that form.
        """
        return Choice() if self.choice is None else Choice.from_dict(self.choice)


@dataclass(frozen=True)
class Fixed:
    """What was done to a file, the schema it was put right for, and the report on the corrected one."""

    log: Proposal
    schema: Schema
    report: Report


def fix(source: BinaryIO, target: BinaryIO, catalogue: Catalogue, wishes: Wishes, facts: Facts) -> Fixed | Report:
    """Write the corrected file, or return the report that says why there is none.

    Args:
        source: the file, open at its start; a large one that can be read twice is never held whole.
        target: an empty file, open to write and to read.
        catalogue: the schemas to choose from.
        wishes: what to accept, or the log to replay.
        facts: what is known besides the file.

    Raises:
        NoLog: the log to replay is none, or the choice is of another form.
        Unfit: it was made for another file.
    """
    replayed = None if wishes.log is None else Proposal.from_dict(wishes.log)
    try:
        if replayed is not None:
            schema, done = catalogue.get(replayed.schema, replayed.version), replayed
            write_csv(apply(_read(source, catalogue), replayed), target)
        else:
            found = proposed(source, target, catalogue, wishes, facts)
            if isinstance(found, Report):
                return messages.spelled(found)
            schema, done = found
    except Refused as refusal:
        place = {"line": refusal.line, "address": refusal.address}
        return messages.spelled(refused(refusal.code, **place, reading=refusal.reading))
    except SchemaNotFound as error:
        code = "version-unknown" if error.known_versions else "schema-not-found"
        return messages.spelled(refused(code, nearest=error.known_versions[-3:]))
    target.seek(0)
    report = check(target, catalogue, schema.id, schema.version, facts=facts)
    return report if report.refusal else Fixed(done, schema, report)


def proposed(
    source: BinaryIO, target: BinaryIO, catalogue: Catalogue, wishes: Wishes, facts: Facts
) -> tuple[Schema, Proposal] | Report:
    """Write the file as wished without looking at what was written; arguments as for `fix`."""
    in_blocks = _in_blocks(source, target, catalogue, wishes, facts) if wishes.chosen.is_empty else None
    return in_blocks or _whole(source, target, catalogue, wishes, facts)


def answered(source: BinaryIO, catalogue: Catalogue, wishes: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Put a file right where it may not harm: leave what is written in this folder, return the rest as JSON values.

    Args:
        source: the file.
        catalogue: the schemas to choose from.
        wishes: the members of `Wishes`, after a journey through JSON.
        facts: what is known besides the file.
    """
    wanted = Wishes(**{name: tuple(value) if isinstance(value, list) else value for name, value in wishes.items()})
    with Path(CSV).open("w+b") as target:
        try:
            fixed = fix(source, target, catalogue, wanted, facts)
        except NoLog as error:
            return {"unfit": {"reason": "no-log", "line": None, "column": error.reason}}
        except Unfit as error:
            return {"unfit": {"reason": error.reason, "line": error.line, "column": error.column}}
        if isinstance(fixed, Report):
            return {"report": fixed.to_dict()}
        if wanted.excel:
            try:
                with Path(XLSX).open("wb") as workbook:
                    write_xlsx(target, fixed.schema, workbook)
            except Refused as refusal:
                return {"report": messages.spelled(refused(refusal.code, line=refusal.line)).to_dict()}
        siren = facts.publisher[:9] if facts.publisher else publisher_siren(target, fixed.schema)
    return {"report": fixed.report.to_dict(), "log": fixed.log.to_dict(), "siren": siren}


def _read(source: BinaryIO, catalogue: Catalogue) -> Table:
    return read(source.read(MAX_BYTES + 1), known_labels(catalogue))


def _whole(
    source: BinaryIO, target: BinaryIO, catalogue: Catalogue, wishes: Wishes, facts: Facts
) -> tuple[Schema, Proposal] | Report:
    """Put a file right that is read at once."""
    table = _read(source, catalogue)
    schema = _schema(catalogue, table.labels, table.rows, wishes)
    if schema is None:
        nearest = tuple(each.id for each in catalogue.nearest(table.labels))
        return refused("schema-unknown", nearest=nearest, reading=table.reading)
    detector, known, choice = catalogue.detector, _known(wishes, facts), wishes.chosen
    if choice.is_empty and len(table.rows) * len(table.labels) >= FAST_FROM_CELLS and (fast := _fast()):
        with contextlib.suppress(fast.OutOfReach):
            return schema, fast.repair_table(table, target, schema, detector, known, wishes.taken)
        target.truncate(target.seek(0))
    names, unsure = recognise(detector, schema, table.labels, known.publisher, wishes.taken)
    done = propose(table, schema, names, unsure=unsure, known=known, takes=wishes.taken)
    done = chosen(done, choice)
    write_csv(apply(table, done), target)
    return schema, done


def _in_blocks(
    source: BinaryIO, target: BinaryIO, catalogue: Catalogue, wishes: Wishes, facts: Facts
) -> tuple[Schema, Proposal] | None:
    """Put a large plain file right in pieces; None when it has to be read with more care."""
    if not source.seekable():
        return None
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    if size < FAST_FROM or not (fast := _fast()) or size > fast.MAX_BYTES:
        return None
    try:
        head = fast.open_head(source, known_labels(catalogue))
        schema = _schema(catalogue, head.table.labels, head.table.rows, wishes)
        if schema is not None:
            known, detector = _known(wishes, facts), catalogue.detector
            return schema, fast.repair_file(source, target, head, schema, detector, known, wishes.taken)
    except fast.OutOfReach:
        target.truncate(target.seek(0))
    finally:
        source.seek(0)
    return None


def _fast() -> Any:
    """Return what puts large tables right by columns; None where polars cannot be imported."""
    try:
        from ..fast import repair
    except ImportError:
        log.warning("polars cannot be imported: large files are put right slowly")
        return None
    return repair


def _known(wishes: Wishes, facts: Facts) -> Known:
    """Return what corrections use of what is known besides the file."""
    siret = facts.publisher if facts.publisher and len(facts.publisher) == 14 else None
    return Known(Publisher(siret, wishes.publisher_name), facts.territory)


def _schema(
    catalogue: Catalogue, labels: Sequence[str], rows: Sequence[Sequence[str]], wishes: Wishes
) -> Schema | None:
    """Return the schema to put a file right for: the latest version unless another is asked for."""
    if wishes.schema_ref is not None:
        schema = catalogue.resolve(wishes.schema_ref)
        return schema if wishes.version is None else catalogue.get(schema.id, wishes.version)
    best = next(iter(catalogue.detect(labels, rows)), None)
    return None if best is None else catalogue.get(best.schema.id, wishes.version)
