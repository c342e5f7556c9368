"""What differs between two states of a file: rows added, removed and changed, and columns that came or went.

Rows are told apart by the natural key of their schema (natural_keys.yaml, else its primary key) where it is certain:
filled, and borne by one row of each file. All other rows are compared whole, as often as they occur, so that a row
that changed is one removed and one added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from . import local
from .plan import primary_key
from .schema import Schema
from .table import Table

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row that is in one of the files only: its line there, and its cells under the columns both have."""

    line: int
    cells: Cells


@dataclass(frozen=True)
class ChangedRow:
    """A row of both files: its key, its lines, and column, text before and text after of what differs."""

    key: Cells
    old_line: int
    new_line: int
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Diff:
    """The difference between two tables.

    Attributes:
        key: fields by which rows were told apart; empty where they are compared whole.
        columns: names of the columns that both have, which are compared.
        added_columns: labels that only the new file has.
        removed_columns: labels that only the old file has.
        same: number of rows that both have.
        added: rows of the new file alone.
        removed: rows of the old file alone.
        changed: rows of one key whose cells differ.
        schema: id of the schema that gave the key.
    """

    key: tuple[str, ...]
    columns: tuple[str, ...]
    added_columns: tuple[str, ...]
    removed_columns: tuple[str, ...]
    same: int
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[ChangedRow, ...]
    schema: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed or self.added_columns or self.removed_columns)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Diff:
        """Undo `to_dict`, also after a journey through JSON."""
        told = {name: tuple(each) if isinstance(each, list) else each for name, each in values.items()}
        for name in ("added", "removed"):
            told[name] = tuple(Row(each["line"], tuple(each["cells"])) for each in values[name])
        told["changed"] = tuple(
            ChangedRow(tuple(each["key"]), each["old_line"], each["new_line"], tuple(map(tuple, each["cells"])))
            for each in values["changed"]
        )
        return cls(**told)


def diff(
    old: Table,
    new: Table,
    schema: Schema | None = None,
    names: tuple[Mapping[int, str], Mapping[int, str]] = ({}, {}),
) -> Diff:
    """Return what differs between two tables.

    Args:
        old: the table before.
        new: the table after.
        schema: what both follow; without it rows are compared whole.
        names: the field that a column is, by position, in the old and in the new table.
    """
    before, after = (_columns(table, known) for table, known in zip((old, new), names, strict=True))
    columns = tuple(name for name in after if name in before)
    old_rows = _rows(old, [before[name] for name in columns])
    new_rows = _rows(new, [after[name] for name in columns])
    key = key_fields(schema) if schema is not None else ()
    if not key or not set(key) <= set(columns):
        key = ()
    places = [columns.index(name) for name in key]
    required = [columns.index(name) for name in key if schema is not None and name in schema.required_names]
    old_keys, new_keys = (_certain(rows, places, required or places) for rows in (old_rows, new_rows))
    shared = [each for each in new_keys if each in old_keys] if key else []
    changed = [
        ChangedRow(each, old.lines[old_keys[each]], new.lines[new_keys[each]], cells)
        for each in shared
        if (cells := _changes(columns, old_rows[old_keys[each]], new_rows[new_keys[each]]))
    ]
    matched_old = {old_keys[each] for each in shared}
    matched_new = {new_keys[each] for each in shared}
    removed, added = _surplus(old_rows, new_rows, matched_old, matched_new)
    return Diff(
        key=key,
        columns=columns,
        added_columns=tuple(name for name in after if name not in before),
        removed_columns=tuple(name for name in before if name not in after),
        same=len(new_rows) - len(added) - len(changed),
        added=tuple(Row(new.lines[index], new_rows[index]) for index in added),
        removed=tuple(Row(old.lines[index], old_rows[index]) for index in removed),
        changed=tuple(changed),
        schema=None if schema is None else schema.id,
    )


def key_fields(schema: Schema) -> tuple[str, ...]:
    """Return the fields that tell the rows of a schema apart; none when nothing is known."""
    return local.key_fields(schema) or primary_key(schema)


def _columns(table: Table, names: Mapping[int, str]) -> dict[str, int]:
    """Return positions by field, else by label; of columns that share one the first."""
    found: dict[str, int] = {}
    for position, label in enumerate(table.labels):
        found.setdefault(names.get(position, label), position)
    return found


def _rows(table: Table, positions: Sequence[int]) -> list[Cells]:
    return [tuple(row[place] if place < len(row) else "" for place in positions) for row in table.rows]


def _certain(rows: Sequence[Cells], places: Sequence[int], required: Iterable[int]) -> dict[Cells, int]:
    """Return the index of the row of each key that one row alone bears, with all that the schema requires of it."""
    needed = list(required)
    keys = [tuple(row[place].strip() for place in places) for row in rows]
    often = Counter(keys)
    return {
        key: index
        for index, key in enumerate(keys)
        if often[key] == 1 and all(rows[index][place].strip() for place in needed)
    }


def _changes(columns: Sequence[str], before: Cells, after: Cells) -> tuple[tuple[str, str, str], ...]:
    if before == after:
        return ()
    return tuple(
        (name, one, other) for name, one, other in zip(columns, before, after, strict=True) if one != other
    )


def _surplus(
    old: Sequence[Cells], new: Sequence[Cells], matched_old: set[int], matched_new: set[int]
) -> tuple[list[int], list[int]]:
    """Return the indexes of the rows that the one and the other file alone has, as often as it has them more.

    Rows without a column in common have nothing that could be the same.
    """
    left = [index for index in range(len(old)) if index not in matched_old]
    right = [index for index in range(len(new)) if index not in matched_new]
    if not any(old) or not any(new):
        return left, right
    return (
        list(_more_often(old, left, Counter(new[index] for index in right))),
        list(_more_often(new, right, Counter(old[index] for index in left))),
    )


def _more_often(rows: Sequence[Cells], indexes: Iterable[int], elsewhere: Counter[Cells]) -> Iterable[int]:
    for index in indexes:
        if elsewhere[rows[index]]:
            elsewhere[rows[index]] -= 1
        else:
            yield index
