"""What holds of every correction, whatever the table: nothing new is wrong, twice is once, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.scdl.core.catalogue import Catalogue, Schema
from ckanext.scdl.core.corrections import Known, Proposal, Publisher, Taken, apply, propose, revert
from ckanext.scdl.core.engine import check_table
from ckanext.scdl.core.local import Territory
from ckanext.scdl.core.report import Reading
from ckanext.scdl.core.table import Table

SCHEMAS = Catalogue.bundled().all()
SQUARE = ((-3.0, 48.0), (-2.0, 48.0), (-2.0, 49.0), (-3.0, 49.0))
KNOWN = Known(Publisher("21220113100019", "Lannion"), Territory(frozenset({"01004"}), (SQUARE,)))
TEXTS = (
    "", " ", "0", "1", "12", "12,0", "1,234", "1 234,5", "1.234,50", "50 %", "100", "0,5", "NaN", "-", "NC", "12/2024",
    "31/12/2023", "03/04/2024", "2024-01-05", "2024/01/07", "5 mars 2024", "31/12/23", "45292", "20240131",
    "2024_2025", "2024/2025", "2025-2024", "2024-01-01_2024-12-31", "31/12/2024 - 01/01/2024", "2024.0",
    "21220113100019", "212 201 131 00019", "212201131", "2,12E+13", "5650045700017", "1004", "22113", "2a004",
    "oui", "Non", "vrai", "O", "numéraire", "AIDE EN NATURE", "Budget primitif", "f", "M", "réel ", "dÃ©pense",
    "Finances locales / Subventions", "7,1", "02 96 62 62 22", "296626222", "Lun-Ven 8h30-12h", "[48.5,-2.5]",
    "48,5", "-2,5", "48.5", "-2.5", "[-2.5, 48.5]", "https://exemple.fr", "a@exemple.fr", "texte", "SÃO",
)  # fmt: skip
QUICK = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def tables(draw: st.DrawFn) -> tuple[Schema, Table]:
    """A table with some columns of a schema under their own names, and perhaps one that it does not know."""
    schema = draw(st.sampled_from(SCHEMAS))
    fields = {str(each["name"]): each for each in schema.descriptor["fields"]}
    labels = draw(st.lists(st.sampled_from([*fields, "NOTE"]), min_size=1, max_size=7, unique=True))
    texts = {label: st.sampled_from((*TEXTS, *_choices(fields.get(label, {})))) for label in labels}
    rows = draw(st.lists(st.tuples(*texts.values()).map(list), min_size=1, max_size=5))
    rows = [row[: draw(st.integers(1, len(row)))] if draw(st.integers(0, 9)) == 0 else row for row in rows]
    return schema, Table(tuple(labels), rows, list(range(2, len(rows) + 2)), (), Reading(header_line=1))


def _choices(described: dict[str, Any]) -> Iterator[str]:
    for choice in (described.get("constraints") or {}).get("enum") or ():
        yield from (str(choice), str(choice).upper())


def proposed(schema: Schema, table: Table, takes: Taken, known: Known) -> Proposal:
    """What is proposed for a table."""
    names = Catalogue.bundled().detector.match(schema, table.labels)
    return propose(table, schema, names, known=known, takes=takes)


def errors(table: Table, schema: Schema) -> set[tuple[Any, ...]]:
    """Every error of a table, by its place."""
    report = check_table(table, schema, all_places=True)
    return {
        (issue.code, issue.field, str(issue.expected), row)
        for issue in report.issues
        if issue.level == "error"
        for row in (issue.rows or (0,))
    }


@QUICK
@given(tables(), st.sampled_from(("sure", "likely")), st.sampled_from((Known(), KNOWN)))
def test_no_error_is_new(given_table: tuple[Schema, Table], level: str, known: Known) -> None:
    """A table never gets an error that it did not have."""
    schema, table = given_table
    corrected = apply(table, proposed(schema, table, Taken(level), known))
    assert errors(corrected, schema) <= errors(table, schema)


@QUICK
@given(tables(), st.sampled_from(("sure", "likely")), st.sampled_from((Known(), KNOWN)))
def test_twice_is_once(given_table: tuple[Schema, Table], level: str, known: Known) -> None:
    """What was put right is left alone."""
    schema, table = given_table
    corrected = apply(table, proposed(schema, table, Taken(level), known))
    again = proposed(schema, corrected, Taken(level), known)
    assert again.changes == ()
    assert apply(corrected, again) == corrected


@QUICK
@given(tables(), st.sampled_from(("sure", "likely")), st.sampled_from((Known(), KNOWN)))
def test_nothing_is_lost_and_nothing_else_differs(
    given_table: tuple[Schema, Table], level: str, known: Known
) -> None:
    """Log and corrected table give back the original cells; a cell outside the log is what it was."""
    schema, table = given_table
    log = Proposal.from_dict(proposed(schema, table, Taken(level), known).to_dict())
    corrected = apply(table, log)
    assert revert(corrected, log) == table.rows
    named = {(change.field, line) for change in log.changes for line in change.lines}
    for position, column in enumerate(log.columns):
        for line, before, after in zip(table.lines, table.rows, corrected.rows, strict=True):
            if column.source is not None and (column.field, line) not in named:
                assert after[position] == (before[column.source] if column.source < len(before) else "")
