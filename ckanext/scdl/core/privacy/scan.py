"""The scan of a file: every part, column by column, and what the columns are together."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from ..catalogue import Catalogue
from ..engine import known_labels
from ..report import Refusal
from ..table import Refused
from .columns import ColumnScan
from .exemptions import Exemption, exemptions
from .findings import MOST_LABEL, Finding, Findings, ordered, refused
from .parts import NotPlain, Part, parts_of
from .roles import roles_of
from .sentences import spelled


def scan(source: BinaryIO | bytes, catalogue: Catalogue) -> Findings:
    """Return what a file tells of people.

    Args:
        source: the file opened at its start, or its bytes.
        catalogue: schemas that it may follow, whose fields may be exempt.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        try:
            found = _scan(file, catalogue, in_blocks=True)
        except NotPlain:
            found = _scan(file, catalogue, in_blocks=False)
    except Refused as error:
        found = refused(Refusal(error.code, line=error.line, address=error.address))
    return spelled(found)


def _scan(file: BinaryIO, catalogue: Catalogue, *, in_blocks: bool) -> Findings:
    scans = [_PartScan(part, catalogue) for part in parts_of(file, known_labels(catalogue), in_blocks=in_blocks)]
    findings, exempt = [], []
    for each in scans:
        each.run()
        for finding in each.findings():
            (exempt if finding.reason else findings).append(finding)
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
        self._columns = [ColumnScan(roles_of(label)) for label in part.labels]
        self._above = ColumnScan(frozenset())
        self._header = [ColumnScan(frozenset()) for _ in part.labels]

    def run(self) -> None:
        """Look at everything once."""
        for line, cells in self._part.above:
            self._above.look(cells, [line] * len(cells))
        for scan, label in zip(self._header, self._part.labels, strict=True):
            scan.look([label], [self._part.header_line])
        for block in self._part.blocks:
            self.rows += len(block.lines)
            for scan, cells in zip(self._columns, block.columns, strict=True):
                scan.look(cells, block.lines)

    def findings(self) -> Iterator[Finding]:
        """Yield what was found; a finding with a reason is exempt."""
        yield from self._told(self._above, None)
        for position, (header, column) in enumerate(zip(self._header, self._columns, strict=True)):
            yield from self._told(header, position)
            yield from self._told(column, position)

    def _told(self, scan: ColumnScan, position: int | None) -> Iterator[Finding]:
        for code, found, count in scan.counted():
            yield Finding(
                code,
                column=None if position is None else self._part.letter(position),
                label=None if position is None else self._label(position),
                sheet=self._part.number,
                count=count,
                rows=tuple(found.rows),
                examples=tuple(found.examples),
                reason=self._reason(code, position),
            )

    def _label(self, position: int) -> str | None:
        """Return a label that may be shown: where one is personal, the header may be a row of data."""
        if any(scan.found for scan in self._header):
            return None
        return self._part.labels[position].strip()[:MOST_LABEL] or None

    def _reason(self, code: str, position: int | None) -> str:
        field = None if position is None else self._fields.get(position)
        exemption: Exemption | None = exemptions(self.schema).get(field or "")
        return exemption.reason if exemption is not None and code in exemption.codes else ""
