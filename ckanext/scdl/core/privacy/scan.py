"""The scan of a file: every part, column by column, and what the columns are together."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from ..catalogue import Catalogue
from ..engine import known_labels
from ..kinds import HEAD, kind_of
from ..report import Refusal
from ..table import Refused
from . import labels
from .columns import Cells, ColumnScan
from .documents import scan_document
from .exemptions import Exemption, exemptions
from .findings import Finding, Findings, ordered, refused
from .grants import grant_columns, grants_to_people
from .hidden import authors, put_away
from .parts import NotPlain, Part, parts_of
from .people import NAMES, NAMING, People, View
from .reidentification import QUASI_IDENTIFIERS, Codes, measure
from .roles import roles_of
from .sentences import spelled


def scan(source: BinaryIO | bytes, catalogue: Catalogue, filename: str = "") -> Findings:
    """Return what a file tells of people.

    Args:
        source: the file opened at its start, or its bytes.
        catalogue: schemas that it may follow, whose fields may be exempt.
        filename: its name, whose ending may say that it is a document and no table.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    kind = kind_of(filename, file.read(HEAD))
    file.seek(0)
    if kind:
        known = known_labels(catalogue)
        return spelled(scan_document(kind, file.read(), known, lambda data: _scan_table(io.BytesIO(data), catalogue)))
    return spelled(_scan_table(file, catalogue))


def _scan_table(file: BinaryIO, catalogue: Catalogue) -> Findings:
    try:
        try:
            found = _scan(file, catalogue, in_blocks=True)
        except NotPlain:
            found = _scan(file, catalogue, in_blocks=False)
    except Refused as error:
        return refused(Refusal(error.code, line=error.line, address=error.address))
    return found


def _scan(file: BinaryIO, catalogue: Catalogue, *, in_blocks: bool) -> Findings:
    scans = [_PartScan(part, catalogue) for part in parts_of(file, known_labels(catalogue), in_blocks=in_blocks)]
    findings, exempt = [], []
    for each in scans:
        each.run()
        for finding in each.findings():
            (exempt if finding.reason else findings).append(finding)
    findings.extend(authors(file))
    return Findings(
        status="findings" if findings else "none",
        schema=scans[0].schema,
        rows=sum(each.rows for each in scans),
        findings=ordered(findings),
        exempt=ordered(exempt),
    )


class _PartScan:
    """One table of the file while its rows go by."""

    def __init__(self, part: Part, catalogue: Catalogue) -> None:
        candidates = catalogue.detect(part.labels, part.head)
        self.schema = candidates[0].schema.id if candidates else None
        self.rows = 0
        self._part = part
        self._fields: Mapping[int, str] = candidates[0].columns if candidates else {}
        self._known = known_labels(catalogue)
        self._labels = labels.shown(part.labels, self._known)
        self._columns = [ColumnScan(roles_of(label)) for label in part.labels]
        self._roles = [each.roles for each in self._columns]
        self._grants = grant_columns(self.schema, dict(self._fields), self._roles)
        self._codes = self._quasi_identifiers()
        self._above = ColumnScan(frozenset())
        self._header = [ColumnScan(frozenset()) for _ in part.labels]

    def run(self) -> None:
        """Look at everything once."""
        for line, cells in self._part.above:
            self._above.look(Cells.of(cells), [line] * len(cells))
        for scan, label in zip(self._header, self._part.labels, strict=True):
            scan.look(Cells.of([label]), [self._part.header_line])
        for block in self._part.blocks:
            self.rows += len(block.lines)
            for scan, cells in zip(self._columns, block.columns, strict=True):
                scan.look(cells, block.lines)
            for position, (_, codes) in self._codes.items():
                codes.extend(block.columns[position].take())
            if self._grants is not None:
                for index, verdict in grants_to_people(block.columns, self._grants):
                    self._columns[self._grants.name].add(verdict, 1, block.lines[index])

    def findings(self) -> Iterator[Finding]:
        """Yield what was found; a finding with a reason is exempt."""
        yield from self._told(self._above, None)
        if self._grants is not None:
            self._grants.settle(self._columns)
        together = list(self._together())
        told = {finding.column: finding.code for finding in together}
        for position, (header, column) in enumerate(zip(self._header, self._columns, strict=True)):
            letter = self._part.letter(position)
            if letter in told or (self._grants and self._grants.name == position):
                # Told of the column as a whole, or of each grant.
                column.found.pop("person-name-text", None)
                column.found.pop(told.get(letter, ""), None)
            yield from self._told(header, position)
            yield from self._told(column, position)
        yield from together
        yield from put_away(self._part.sheet, self._part.number, self.rows, len(self._columns))

    def _quasi_identifiers(self) -> dict[int, tuple[str, Codes]]:
        """Return where the cells are kept by which rows may be told apart; nothing where rows are counts."""
        if any("count" in roles for roles in self._roles) and not any(roles & NAMING for roles in self._roles):
            return {}
        wanted = [(role, position) for role in reversed(QUASI_IDENTIFIERS) for position in range(len(self._roles))]
        found = {position: (role, Codes()) for role, position in wanted if role in self._roles[position]}
        return found if len(found) > 1 else {}

    def _together(self) -> Iterator[Finding]:
        """Yield what columns are as a whole, and what the rows are if they stand for people."""
        people = People([
            View(
                scan.roles,
                scan.sample,
                scan.filled,
                exempt=bool(self._reason("person-name", position)),
                dated=labels.is_any_date(self._part.labels[position]),
            )
            for position, scan in enumerate(self._columns)
        ])  # fmt: skip
        for column in people.columns():
            yield self._finding(column.code, column.position, self._columns[column.position].filled, column.examples)
        if people.has_rows_of_people and (figures := measure(self._codes)):
            yield self._measured(figures)

    def _measured(self, figures: dict[str, Any]) -> Finding:
        """Return the finding of a measure, its columns named by their letters."""

        def letters(positions: Iterable[int] | None) -> list[str]:
            return [self._part.letter(position) for position in positions or ()]

        told = {**figures, "columns": letters(figures["columns"]), "singling": letters(figures["singling"])}
        told["generalisations"] = [{**each, "columns": letters(each["columns"])} for each in figures["generalisations"]]
        code = "reidentification" if figures["exposed"] else "reidentification-safe"
        return Finding(code, sheet=self._part.number, count=round(figures["exposed"] * figures["rows"]), figures=told)

    def _finding(
        self, code: str, position: int | None, count: int, examples: tuple[str, ...], rows: tuple[int, ...] = ()
    ) -> Finding:
        return Finding(
            code,
            column=None if position is None else self._part.letter(position),
            label=None if position is None else self._label(position, code),
            sheet=self._part.number,
            count=count,
            rows=rows,
            examples=examples,
            reason=self._reason(code, position),
        )

    def _told(self, scan: ColumnScan, position: int | None) -> Iterator[Finding]:
        for code, found, count in scan.counted():
            yield self._finding(code, position, count, tuple(found.examples), tuple(found.rows))

    def _label(self, position: int, code: str) -> str | None:
        """Return a label that may be shown: a header may be a row of data, and a label above names one of them."""
        silent = code in NAMES and not labels.speaks(self._part.labels[position], self._known)
        return None if silent or any(scan.found for scan in self._header) else self._labels[position]

    def _reason(self, code: str, position: int | None) -> str:
        field = None if position is None else self._fields.get(position)
        exemption: Exemption | None = exemptions(self.schema).get(field or "")
        return exemption.reason if exemption is not None and code in exemption.codes else ""
