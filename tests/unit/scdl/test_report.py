"""A report travels as JSON and CSV, and stays small."""

from __future__ import annotations

import csv
import io
import json

import pytest

from ckanext.scdl.core.report import (
    MAX_BYTES,
    MAX_VALUES,
    OTHER_VALUES,
    Issue,
    Reading,
    Refusal,
    Report,
    bounded,
    excerpt,
    refused,
)
from ckanext.scdl.core.tally import Tally

FULL = Report(
    status="invalid",
    schema="scdl/subventions",
    version="2.1.1",
    confidence=0.94,
    rows=12,
    reading=Reading("csv", "cp1252", ";", None, 3, ("encoding", "title-lines")),
    issues=(
        Issue(
            "enum",
            "error",
            "constraint-error",
            "nature",
            "nature",
            "I",
            "don",
            2,
            (4, 9),
            ("a", "b"),
            "a",
            "Non.",
        ),
        Issue("no-data", "warning"),
    ),
)


@pytest.mark.parametrize(
    "report",
    [
        FULL,
        refused("schema-unknown", line=3, nearest=("a/b", "c/d")),
        Report("refused", Refusal("pdf")),
        Report("valid"),
    ],
)
def test_a_report_comes_back_unchanged_from_json(report: Report) -> None:
    """Stored and read again, a report is equal to itself."""
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report


def test_names_are_those_of_the_contract() -> None:
    """What the command promises to programs."""
    plain = FULL.to_dict()
    assert list(plain) == [
        "status",
        "refusal",
        "schema",
        "version",
        "confidence",
        "rows",
        "reading",
        "issues",
        "not_done",
    ]
    assert list(plain["issues"][0]) == [
        "code", "level", "official", "field", "label", "column", "value", "count", "rows", "expected",
        "correction", "message",
    ]  # fmt: skip


def test_counts_are_places_and_not_issues() -> None:
    """An issue found twice is two errors."""
    assert (FULL.errors, FULL.warnings) == (2, 1)


def test_csv_is_for_a_spreadsheet_and_runs_nothing() -> None:
    """A value that a spreadsheet program would execute is disarmed."""
    report = Report(
        "invalid", issues=(Issue("enum", value='=HYPERLINK("x")', rows=(2, 3)), Issue("enum", value="-12"))
    )
    text = report.to_csv()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [row["value"] for row in rows] == ['\'=HYPERLINK("x")', "'-12"]
    assert rows[0]["rows"] == "2, 3"


def test_a_tally_counts_equal_findings_together() -> None:
    """Same column, rule and value: one issue, its first rows and its full count."""
    tally = Tally()
    for row in range(100):
        tally.add(Issue("enum", column="A", value="x"), row)
        tally.add(Issue("enum", column="B", value="x"), row)
    assert [(issue.column, issue.count, len(issue.rows)) for issue in tally.issues()] == [
        ("A", 100, 20),
        ("B", 100, 20),
    ]


def test_a_tally_names_two_hundred_values_and_groups_the_rest() -> None:
    """Memory and report stay bounded, and no place is lost from the count."""
    tally = Tally()
    for row in range(1_000):
        tally.add(Issue("enum", column="A", value=str(row), correction="y"), row)
    issues = tally.issues()
    assert len(issues) == MAX_VALUES + 1
    assert (issues[-1].value, issues[-1].count, issues[-1].correction) == (OTHER_VALUES, 800, None)
    assert issues[-1].groups_other_values


def test_all_places_are_kept_when_asked_for() -> None:
    """A program that corrects needs every row."""
    tally = Tally(None)
    for row in range(100):
        tally.add(Issue("enum", column="A", value="x"), row)
    assert tally.issues()[0].rows == tuple(range(100))


def test_the_first_rows_are_kept_in_whatever_order_they_come() -> None:
    """A combination of cells that comes late may have rows above those that are known."""
    tally = Tally(4)
    for rows in ((52, 900, 1292), (500,), (700,), (20,)):
        tally.record("sum-columns", "M", "27", rows, len(rows), lambda: Issue("sum-columns", column="M"))
    (issue,) = tally.issues()
    assert (issue.rows, issue.count) == ((20, 52, 500, 700), 6)


def test_a_long_value_is_quoted_in_part() -> None:
    """Two values that differ beyond the excerpt are shown alike."""
    assert len(excerpt("x" * 500)) == 80
    assert excerpt("court") == "court"


def test_errors_come_first_and_columns_in_the_order_of_the_file() -> None:
    """B stands before AA."""
    issues = (Issue("a", "info"), Issue("a", column="AA"), Issue("a", "warning"), Issue("a", column="B"))
    ordered = bounded(Report("invalid", issues=issues)).issues
    assert [(issue.level, issue.column) for issue in ordered] == [
        ("error", "B"),
        ("error", "AA"),
        ("warning", None),
        ("info", None),
    ]


@pytest.mark.parametrize(("columns", "values"), [(40, 200), (1_000, 20), (5_000, 1)])
def test_any_report_stays_within_its_bound(columns: int, values: int) -> None:
    """However many columns and values are wrong, the size holds and the number of errors too."""
    issues = tuple(
        Issue(
            "enum",
            column=f"C{column}",
            value=f"{value}é" * 20,
            count=3,
            rows=tuple(range(20)),
            message="m" * 300,
        )
        for column in range(columns)
        for value in range(values)
    )
    report = bounded(Report("invalid", issues=issues))
    assert len(json.dumps(report.to_dict(), ensure_ascii=False).encode()) <= MAX_BYTES
    assert report.errors == 3 * columns * values
