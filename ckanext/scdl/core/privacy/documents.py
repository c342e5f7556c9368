"""The scan of a file that is no table: its texts, field by field, the tables in it, and what could not be read."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ..documents import Passages, Unread, gather
from ..documents.reading import OFFICE
from ..kinds import Kind
from . import labels, masks, names
from .columns import Cells, ColumnScan
from .findings import MOST_ROWS, Finding, Findings, ordered
from .hidden import authors, written_by
from .people import People, View
from .roles import roles_of

_SHOWN, _SUFFIX = 60, 8
_NAMED = 3
"""Files of an archive that one finding names."""


def scan_document(
    kind: Kind, data: bytes, known_labels: frozenset[str], scan_table: Callable[[bytes], Findings]
) -> Findings:
    """Return what a document tells of people, without its sentences.

    Args:
        kind: what it is.
        data: its bytes.
        known_labels: names of columns of all schemas; a field of such a name may be shown.
        scan_table: looks at a table of an archive.
    """
    gathered = gather(kind, data)
    findings = [each for passages in gathered.passages for each in _told(passages, known_labels)]
    rows = sum(passages.count for passages in gathered.passages)
    for table in gathered.tables:
        found = scan_table(table.data)
        findings.extend(replace(each, file=shown(table.file)) for each in found.findings)
        gathered.unread.extend([Unread("unread-file", file=table.file)] if found.refusal else [])
        rows += found.rows
    findings.extend(_unread(gathered.unread))
    findings.extend(written_by(gathered.authors, "author-document"))
    if kind.format in OFFICE and gathered.passages:
        findings.extend(replace(each, code="author-document") for each in authors(io.BytesIO(data)))
    return Findings("findings" if findings else "none", rows=rows, findings=ordered(findings))


def _told(passages: Passages, known: frozenset[str]) -> Iterator[Finding]:
    """Yield what the fields of one document tell, each by itself, then together."""
    names_of_fields = list(passages.fields)
    scans = [ColumnScan(roles_of(name)) for name in names_of_fields]
    for scan, (texts, places) in zip(scans, passages.fields.values(), strict=True):
        scan.look(Cells.of(texts), places)

    def finding(code: str, position: int, count: int, examples: Sequence[str], places: Sequence[int] = ()) -> Finding:
        name = names_of_fields[position]
        return Finding(
            code, label=labels.shown([name], known)[0] if name else None, count=count, examples=tuple(examples),
            rows=tuple(place for place in places if place), unit=passages.unit, file=shown(passages.file),
        )  # fmt: skip

    people = People([
        View(scan.roles, scan.sample, scan.filled, dated=labels.is_any_date(name))
        for scan, name in zip(scans, names_of_fields, strict=True)
    ])  # fmt: skip
    together = list(people.columns())
    for position, scan in enumerate(scans):
        as_a_whole = {column.code for column in together if column.position == position}
        for code, found, count in scan.counted():
            if code not in as_a_whole and not (as_a_whole and code == "person-name-text"):
                yield finding(code, position, count, found.examples, found.rows)
    for column in together:
        yield finding(column.code, column.position, scans[column.position].filled, column.examples)


def _unread(missed: Sequence[Unread]) -> Iterator[Finding]:
    """Yield what was not read, files of one archive for the same reason together."""
    by_code: dict[str, list[Unread]] = {}
    for each in missed:
        by_code.setdefault(each.code, []).append(each)
    for code, alike in by_code.items():
        files = [shown(each.file) for each in alike if each.file]
        yield Finding(
            code,
            count=sum(each.count for each in alike),
            rows=alike[0].places[:MOST_ROWS],
            unit="page" if alike[0].places else "",
            file=", ".join(files[:_NAMED]) + (", …" if len(files) > _NAMED else ""),
        )


def shown(file: str) -> str:
    """Return the name of a file in an archive, its words masked where they may name somebody."""
    path = PurePosixPath(file)
    parts = [re.sub(r"[\W_]+", " ", part) for part in path.with_suffix("").parts] if path.name else []
    scan = ColumnScan(frozenset())
    scan.look(Cells.of([file, *parts]), [0] * (1 + len(parts)))
    named = any(names.is_structured(part) or any(map(names.is_first_name, part.split())) for part in parts)
    if named or any(True for _ in scan.counted()):
        return masks.words(parts[-1]) + path.suffix[:_SUFFIX]
    return file if len(file) <= _SHOWN else "…" + file[1 - _SHOWN :]
