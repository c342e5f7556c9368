"""The period that a file tells of, read from the column that its schema keeps for it."""

from __future__ import annotations

import contextlib
import datetime
import io
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import yaml

from .catalogue import Catalogue
from .checks.readers import cell_reader, missing_values_of
from .engine import FAST_FROM
from .reader import MAX_BYTES, read
from .schema import Schema
from .table import Refused

log = logging.getLogger(__name__)

_COLUMNS = Path(__file__).with_name("periods.yaml")
_YEARS = (1900, 2100)  # the others are slips, and one slip must not make a period of centuries


@dataclass(frozen=True)
class Period:
    """The first and the last day that a file tells of."""

    start: datetime.date
    end: datetime.date

    @property
    def label(self) -> str:
        """Return the period as a title names it: a year, two years, or two days."""
        first, last = self.start.year, self.end.year
        if first != last:
            return f"{first}-{last}"
        if (self.end - self.start).days < 60:  # weekly menus, a month: the year alone would name many files
            return f"{self.start:%d/%m/%Y}-{self.end:%d/%m/%Y}"
        return str(first)

    def overlaps(self, other: Period) -> bool:
        """Tell whether some day belongs to both."""
        return self.start <= other.end and other.start <= self.end

    def continues(self, other: Period) -> bool:
        """Tell whether this may be the same file brought up to date: it holds the other, or tells of the same years."""
        holds = self.start <= other.start and other.end <= self.end
        same_years = (self.start.year, self.end.year) == (other.start.year, other.end.year)
        return holds or (same_years and self.overlaps(other))

    def joined(self, other: Period) -> Period:
        """Return the shortest period that holds both."""
        return Period(min(self.start, other.start), max(self.end, other.end))


def period_column(schema_id: str) -> str | None:
    """Return the field of a schema that dates its rows, if it has one."""
    return _columns().get(schema_id)


@cache
def _columns() -> dict[str, str]:
    return yaml.safe_load(_COLUMNS.read_text(encoding="utf-8"))


def find_period(file: BinaryIO, catalogue: Catalogue, schema_id: str, version: str | None = None) -> Period | None:
    """Return the period of a file that follows a schema; None where the schema dates nothing, or no cell can be read.

    Args:
        file: the file, opened at its start.
        catalogue: holds the schema.
        schema_id: id of the schema.
        version: a version of it; the latest when None.
    """
    name = period_column(schema_id)
    if name is None:
        return None
    schema = catalogue.get(schema_id, version)

    def position_in(labels: Sequence[str]) -> int | None:
        names = catalogue.detector.match(schema, labels)
        return next((position for position, field in names.items() if field == name), None)

    try:
        return _span(schema, name, _cells(file, catalogue, position_in))
    except Refused:
        return None


def _cells(
    file: BinaryIO, catalogue: Catalogue, position_in: Callable[[Sequence[str]], int | None]
) -> set[str]:
    """Return the different texts of a column.

    Raises:
        Refused: the file is no table.
    """
    if file.seek(0, io.SEEK_END) >= FAST_FROM:
        try:
            from .fast.distinct import OutOfReach, distinct
        except ImportError:
            log.warning("polars cannot be imported: large files are read slowly")
        else:
            with contextlib.suppress(OutOfReach):
                return distinct(file, catalogue.label_keys(), position_in)
    file.seek(0)
    table = read(file.read(MAX_BYTES + 1), catalogue.label_keys())
    position = position_in(table.labels)
    return set() if position is None else {row[position] for row in table.rows if position < len(row)}


def _span(schema: Schema, name: str, cells: Iterable[str]) -> Period | None:
    described = next((each for each in schema.descriptor["fields"] if each["name"] == name), None)
    if described is None:
        return None
    value_of = cell_reader(described, missing_values_of(described, schema.descriptor))
    values = [value for value, faults in map(value_of, cells) if value is not None and not faults]
    values = [value for value in values if _YEARS[0] <= _year(value) <= _YEARS[1]]
    if not values:
        return None
    first, last = min(values), max(values)
    if isinstance(first, int):
        return Period(datetime.date(first, 1, 1), datetime.date(last, 12, 31))
    return Period(first, last)


def _year(value: datetime.date | int) -> int:
    return value if isinstance(value, int) else value.year
