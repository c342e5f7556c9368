"""A table as a database wants it: a name and a type for each column, and rows it can copy.

A column has the type that its field has in the schema if every cell of it converts; one that does not is text as a
whole, so that nothing is lost. Columns that the schema does not know are text as well.
"""

from __future__ import annotations

import csv
import datetime
import io
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

from .catalogue import Catalogue
from .checks.readers import CellReader, cell_reader, kind_of, missing_values_of
from .reader import MAX_BYTES, read
from .schema import Schema
from .table import Refused

MAX_NAME_BYTES = 63
"""What PostgreSQL keeps of the name of a column."""

BATCH = 5_000
"""Rows that are looked at, and written, at a time."""

_SEEN = 200_000
_DIGITS = 1_000
"""Places before or after the point beyond which a number is a text."""
_INT8 = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Column:
    """A column of a database: `type` is PostgreSQL's, `label` and `notes` are what the schema says of it."""

    name: str
    type: str
    label: str = ""
    notes: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return plain values, from which `Column(**values)` makes the same."""
        return asdict(self)


def column_names(labels: Iterable[str]) -> tuple[str, ...]:
    """Return names for these columns that CKAN's DataStore takes: all different, not long, without odd signs."""
    names: list[str] = []
    taken: set[str] = set()
    for position, label in enumerate(labels, 1):
        plain = "".join(char for char in label if char != '"' and not unicodedata.category(char).startswith("C"))
        base = _cut(plain.strip().lstrip("_").strip()) or f"colonne_{position}"
        name, number = base, 2
        while name in taken:
            name, number = f"{_cut(base, len(str(number)) + 1)}_{number}", number + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def _cut(text: str, room: int = 0) -> str:
    return text.encode()[: MAX_NAME_BYTES - room].decode(errors="ignore").strip()


def write_rows(source: BinaryIO, catalogue: Catalogue, reference: str, target: BinaryIO) -> dict[str, Any]:
    """Write the rows of a file as PostgreSQL copies them and return its columns, or why it cannot be read.

    Args:
        source: the file, opened at its start.
        catalogue: the schemas.
        reference: the one it follows, `owner/name@version`.
        target: where the rows go.
    """
    schema = catalogue.resolve(reference)
    try:
        table = read(source.read(MAX_BYTES + 1), catalogue.label_keys())
    except Refused as refusal:
        return {"refused": refusal.code}
    typed = Typed(schema, table.labels, catalogue.detector.match(schema, table.labels))
    typed.look(table.rows)
    target.writelines(typed.copied(table.rows))
    return {"columns": [column.to_dict() for column in typed.columns], "rows": typed.rows}


class Typed:
    """Looks at the rows of a table once to know the types of its columns, and a second time to write them."""

    def __init__(self, schema: Schema, labels: Sequence[str], names: Mapping[int, str]) -> None:
        """Begin with what is known before any row.

        Args:
            schema: what the table follows.
            labels: its header.
            names: the field that a column is, by position.
        """
        fields = {field.name: field for field in schema.fields}
        described = {str(each["name"]): each for each in schema.descriptor["fields"]}
        columns = column_names(names.get(position, label) for position, label in enumerate(labels))
        self._columns = [
            _Column(name, described.get(names.get(position, "")), schema.descriptor)
            for position, name in enumerate(columns)
        ]
        self._told = [
            (fields[names[position]].title, fields[names[position]].description) if position in names else ("", "")
            for position in range(len(labels))
        ]
        self.rows = 0

    def look(self, rows: Iterable[Sequence[str]]) -> None:
        """See which types these rows leave to the columns."""
        for batch in _batches(rows):
            self.rows += len(batch)
            for position, column in enumerate(self._columns):
                column.look({row[position] for row in batch if position < len(row)})

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, with the types that all rows so far allow."""
        return tuple(
            Column(column.name, column.type, label, notes)
            for column, (label, notes) in zip(self._columns, self._told, strict=True)
        )

    def copied(self, rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
        """Yield the rows as CSV that PostgreSQL copies: every cell quoted, an empty one for what is missing."""
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writers = [column.writer() for column in self._columns]
        for batch in _batches(rows):
            for row in batch:
                cells = [write(cell) for write, cell in zip(writers, row, strict=False)]
                writer.writerow(cells + [""] * (len(writers) - len(cells)))
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()


def _batches(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    rest = iter(rows)
    return iter(lambda: list(islice(rest, BATCH)), [])


class _Column:
    """One column while its type is being found."""

    def __init__(self, name: str, described: Mapping[str, Any] | None, descriptor: Mapping[str, Any]) -> None:
        self.name = name
        self._missing = frozenset(missing_values_of(described, descriptor) if described else ("",))
        kind = kind_of(described) if described else "string"
        self._type_of = _TYPES.get(kind)
        self._read: CellReader | None = None
        if described and self._type_of:
            # What a value may be is the check's business: here only its type counts.
            bare = {key: value for key, value in described.items() if key != "constraints"}
            self._read = cell_reader(bare, tuple(self._missing))
        self._found: set[str] = set()
        self._seen: set[str] = set()

    def look(self, cells: set[str]) -> None:
        """See which type these different cells have."""
        if self._read is None or "text" in self._found:
            return
        for cell in cells - self._seen - self._missing:
            self._found.add(self._type(cell))
        self._seen = self._seen | cells if len(self._seen) < _SEEN else cells

    def _type(self, cell: str) -> str:
        assert self._read is not None
        assert self._type_of is not None
        value, _ = self._read(cell)
        return "text" if value is None else self._type_of(value)

    @property
    def type(self) -> str:
        """The one type of all cells; text where there is none."""
        if self._found <= {"int8", "numeric"} and len(self._found) == 2:
            return "numeric"
        return next(iter(self._found)) if len(self._found) == 1 else "text"

    def writer(self) -> Callable[[str], str]:
        """What makes of a cell the text that PostgreSQL reads as its type."""
        missing, read = self._missing, self._read
        if read is None or self.type == "text":
            return lambda cell: "" if cell in missing else cell.replace("\0", "")
        known: dict[str, str] = dict.fromkeys(missing, "")

        def write(cell: str) -> str:
            try:
                return known[cell]
            except KeyError:
                value = read(cell)[0]
            text = value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
            if len(known) < _SEEN:
                known[cell] = text
            return text

        return write


def _whole(value: int) -> str:
    if value in _INT8:
        return "int8"
    return "numeric" if value.bit_length() < _DIGITS else "text"


def _number(value: Decimal | float) -> str:
    if not math.isfinite(value):
        return "text"
    exponent = Decimal(value).as_tuple().exponent
    fits = abs(Decimal(value).adjusted()) < _DIGITS and isinstance(exponent, int) and abs(exponent) < _DIGITS
    return "numeric" if fits else "text"


_TYPES: Mapping[str, Callable[[Any], str]] = {
    "integer": _whole,
    "year": lambda value: "int4",
    "number": _number,
    "boolean": lambda value: "bool",
    "date": lambda value: "date",
    "datetime": lambda value: "timestamp" if value.tzinfo is None else "timestamptz",
    "time": lambda value: "time" if value.tzinfo is None else "text",
}
"""The types that a database has as well; all others (a place, a list, an object) stay the text they are."""
