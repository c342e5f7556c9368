"""The columns of the corrected file: official names in the official order, then what the schema does not know."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..checks import asked_checks, build_checks
from ..checks.base import Finding
from ..detection import Detector
from ..plan import primary_key
from ..schema import Schema, normalise_label
from ..table import Table
from .base import Publisher
from .model import Confidence, OutColumn, Taken, accepted_columns
from .publisher import constant_of
from .texts import repaired


def recognise(
    detector: Detector, schema: Schema, labels: Sequence[str], publisher: Publisher, takes: Taken
) -> tuple[dict[int, str], frozenset[int]]:
    """Return the field that each column is, by position, and the positions of headings that several schemas claim.

    A heading that others share counts where enough headings back it, and a column that gets its official name, or is
    added, is one more of those: so they are looked up again until nothing changes, as in the corrected file.
    """
    current, width, doubtful = tuple(labels), len(labels), frozenset[int]()
    while True:
        names = detector.match(schema, current)
        doubtful |= detector.shared(schema, current)
        renamed = [
            name if takes("heading", _confidence(name, label, position in doubtful)) else label
            for position, label in enumerate(current)
            for name in (names.get(position, label),)
        ]
        present = set(names.values())
        if takes("optional-column", "sure"):
            renamed += sorted(set(_empty_columns(schema, present, publisher)) - present)
        if takes("publisher", "sure"):
            renamed += [
                name for name in schema.field_names
                if name not in present and constant_of(schema, name, publisher) is not None
            ]
        if tuple(renamed) == current:
            return {position: name for position, name in names.items() if position < width}, doubtful
        current = tuple(renamed)


def lay_out(
    table: Table,
    schema: Schema,
    names: Mapping[int, str],
    unsure: Collection[int],
    publisher: Publisher,
    takes: Taken,
) -> tuple[OutColumn, ...]:
    """Return the columns that the corrected file has.

    Args:
        table: what was read.
        schema: what it is put right for.
        names: the field that a column is, by position.
        unsure: positions of headings that several schemas claim.
        publisher: what stands in every row of the columns about who publishes.
        takes: which corrections are wanted.
    """
    where = {name: position for position, name in names.items()}
    added = set(_empty_columns(schema, where, publisher))
    columns: list[OutColumn] = []
    for name in schema.field_names:
        constant = constant_of(schema, name, publisher)
        if name in where:
            columns.append(_named(name, where[name], table.labels, unsure))
        elif constant is not None:
            columns.append(OutColumn(name, None, name, "publisher", constant=constant))
        elif name in added:
            columns.append(OutColumn(name, None, name, "optional-column"))
    for position, label in enumerate(table.labels):
        surplus = not label or label in where
        if position not in names and not (surplus and is_empty(table.rows, position)):
            better = repaired(label)
            columns.append(OutColumn(better, position, rule="mojibake" if better != label else None))
    return accepted_columns(columns, table.labels, takes)


def _named(name: str, position: int, labels: Sequence[str], unsure: Collection[int]) -> OutColumn:
    label = labels[position]
    if label == name:
        return OutColumn(name, position, name)
    return OutColumn(name, position, name, "heading", _confidence(name, label, position in unsure))


def _confidence(name: str, label: str, is_shared: bool) -> Confidence:
    """Return how sure it is that a heading means a field."""
    return "likely" if is_shared and normalise_label(label) != normalise_label(name) else "sure"


def _empty_columns(schema: Schema, where: Collection[str], publisher: Publisher) -> Iterator[str]:
    """Yield the optional fields that the file lacks, save those whose mere presence would break a rule."""
    needed = {*schema.required_names, *primary_key(schema)}
    present = set(where) | {name for name in schema.field_names if constant_of(schema, name, publisher) is not None}
    absent = {name for name in schema.field_names if name not in present and name not in needed}
    checks, _ = build_checks(asked_checks(schema.descriptor))
    for check in checks:
        before, after = check.header(present), check.header(present | absent)
        breaks_empty = not before and bool(after) and check.rule((None,) * len(check.columns)) is not None
        if isinstance(before, Finding) or isinstance(after, Finding) or breaks_empty:
            absent -= set(check.columns)
    yield from absent


def one_each(table: Table, names: Mapping[int, str]) -> dict[int, str]:
    """Return names without those that come twice: of the columns that share one the first with something in it."""
    places: dict[str, list[int]] = {}
    for position, name in names.items():
        places.setdefault(name, []).append(position)
    chosen = {
        name: next((each for each in found if len(found) > 1 and not is_empty(table.rows, each)), found[0])
        for name, found in places.items()
    }
    return {position: name for name, position in chosen.items()}


def is_empty(rows: Sequence[Sequence[str]], position: int) -> bool:
    """Tell whether a column holds no text at all."""
    return not any(position < len(row) and row[position] for row in rows)
