"""What decides about a deposit without any service: its period, its place, its course, its kind."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.scdl.core import period, reasons
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.course import Facts, Step, next_step
from ckanext.scdl.core.engine import check
from ckanext.scdl.core.kinds import KINDS, kind_of
from ckanext.scdl.core.period import Period, _columns, find_period
from ckanext.scdl.core.target import NEW, Ambiguous, Candidate, Target, choose

HEADER = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
PERIODS = st.builds(
    lambda first, days: Period(first, first + timedelta(days=days)),
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.integers(0, 900),
)


def year(first, last=None):
    return Period(date(first, 1, 1), date(last or first, 12, 31))


def test_the_columns_of_periods_are_columns_of_schemas():
    """Each schema of the list exists and has the column."""
    catalogue = Catalogue.bundled()
    for schema, column in _columns().items():
        assert column in catalogue.get(schema).field_names


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2024"], year(2024)),
        (["2022", "2024", "2023"], year(2022, 2024)),
        (["2024", "deux mille", ""], year(2024)),
        (["2024", "0204"], year(2024)),  # a slip makes no period of centuries
        (["", "n.c."], None),
    ],
)
def test_the_years_of_a_file(cells, expected):
    """First and last day of the years that can be read."""
    rows = "".join(f"Dinan,22050,F,Anna,3,{cell}\n" for cell in cells)
    assert find_period(io.BytesIO((HEADER + rows).encode()), Catalogue.bundled(), "scdl/prenoms") == expected


def test_the_days_of_a_file():
    """The first and the last date of the column, in whatever order they come."""
    fields = Catalogue.bundled().get("scdl/deliberations").fields
    lines = [",".join(field.name for field in fields)]
    for day in ("2024-06-30", "2024-02-01", "2024-03-05"):
        lines.append(",".join(day if field.name == "DELIB_DATE" else "x" for field in fields))
    found = find_period(io.BytesIO("\n".join(lines).encode()), Catalogue.bundled(), "scdl/deliberations")
    assert found == Period(date(2024, 2, 1), date(2024, 6, 30))


def test_a_large_file_has_the_same_period(monkeypatch):
    """Its column is read without the careful reader, which reads on where the file is not plain."""
    rows = "Dinan,22050,F,Anna,3,2022\nDinan,22050,F,Anna,3,2024\n\n"
    monkeypatch.setattr(period, "FAST_FROM", 0)
    plain, uneven = ((HEADER + rows + more).encode() for more in ("", "Dinan\n"))
    assert find_period(io.BytesIO(uneven), Catalogue.bundled(), "scdl/prenoms") == year(2022, 2024)
    monkeypatch.setattr(period, "read", None)
    assert find_period(io.BytesIO(plain), Catalogue.bundled(), "scdl/prenoms") == year(2022, 2024)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"a,b\n1,2\n"])
def test_a_file_that_dates_nothing(content):
    """What is no table, or has no such column, has no period; neither has a schema without one."""
    assert find_period(io.BytesIO(content), Catalogue.bundled(), "scdl/prenoms") is None
    assert find_period(io.BytesIO(HEADER.encode()), Catalogue.bundled(), "scdl/equipements") is None


@pytest.mark.parametrize(
    ("period", "label"),
    [
        (year(2024), "2024"),
        (year(2022, 2024), "2022-2024"),
        (Period(date(2024, 3, 4), date(2024, 3, 8)), "04/03/2024-08/03/2024"),
        (Period(date(2024, 2, 1), date(2024, 11, 30)), "2024"),
    ],
)
def test_a_period_has_a_name(period, label):
    """As short as tells one file of a dataset from the next."""
    assert period.label == label


@given(PERIODS, PERIODS)
def test_periods_meet_and_join(one, other):
    """To overlap is mutual; what joins two holds both; a period continues itself."""
    assert one.overlaps(other) == other.overlaps(one)
    joined = one.joined(other)
    assert joined.continues(one)
    assert joined.continues(other)
    assert one.continues(one)


def candidates(*periods, dataset="d"):
    return [Candidate(dataset, f"r{number}", period) for number, period in enumerate(periods)]


@pytest.mark.parametrize(
    ("there", "period", "expected"),
    [
        ([], year(2024), NEW),
        ([], None, NEW),
        (candidates(year(2024)), year(2024), Target("replace", "d", "r0")),
        (candidates(year(2023)), year(2024), Target("add", "d")),
        (candidates(year(2023), year(2024)), year(2024), Target("replace", "d", "r1")),
        (candidates(Period(date(2024, 1, 9), date(2024, 11, 2))), year(2024), Target("replace", "d", "r0")),
        # the same year again, without its first rows
        (candidates(year(2024)), Period(date(2024, 2, 1), date(2024, 12, 20)), Target("replace", "d", "r0")),
        # two weeks of menus
        (
            candidates(Period(date(2024, 3, 4), date(2024, 3, 8))),
            Period(date(2024, 3, 11), date(2024, 3, 15)),
            Target("add", "d"),
        ),
        (candidates(None), None, Target("replace", "d", "r0")),
        (candidates(year(2024)), None, Target("replace", "d", "r0")),
    ],
)
def test_where_a_file_belongs(there, period, expected):
    """By the period that it tells of, among what is published."""
    assert choose(there, period) == expected


@pytest.mark.parametrize(
    ("there", "period"),
    [
        (candidates(None, None), None),
        (candidates(year(2023), year(2024)), year(2023, 2024)),  # it would replace both
        (candidates(year(2023)), Period(date(2023, 7, 1), date(2024, 6, 30))),  # a school year
        ([*candidates(year(2022)), *candidates(year(2023), dataset="e")], year(2024)),
        (candidates(year(2023), None), year(2024)),
    ],
)
def test_what_may_be_meant_twice(there, period):
    """A person has to choose."""
    with pytest.raises(Ambiguous):
        choose(there, period)


@given(st.lists(PERIODS, max_size=4), PERIODS)
def test_no_file_is_replaced_that_tells_of_other_days(periods, period):
    """Whatever is published: what is replaced tells of days that the new file tells of too."""
    there = candidates(*periods)
    try:
        target = choose(there, period)
    except Ambiguous:
        return
    if target.kind == "replace":
        replaced = next(each for each in there if each.resource_id == target.resource_id)
        assert replaced.period.overlaps(period)
    else:
        assert not any(each.overlaps(period) for each in periods)


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (Facts("valid"), Step("checked")),
        (Facts("invalid", blocks=True), Step("checked")),
        (Facts("refused", publishes=True), Step("refused", "unreadable")),
        (Facts("valid", publishes=True), Step("published")),
        (Facts("unchecked", publishes=True), Step("published")),
        (Facts("invalid", publishes=True), Step("published")),
        (Facts("invalid", publishes=True, blocks=True), Step("refused", "not-conform")),
        (Facts("valid", publishes=True, hindrance="removed"), Step("waiting", "removed")),
        (Facts("valid", hindrance="removed"), Step("checked")),
        (Facts("valid", personal=True), Step("waiting", "personal-data")),
    ],
)
def test_what_comes_after_a_check(facts, step):
    """The next state, and why."""
    assert next_step(facts) == step


@given(
    st.sampled_from(["valid", "invalid", "unchecked"]), st.booleans(), st.booleans(), st.sampled_from(["", "removed"])
)
def test_personal_data_always_wait(verdict, publishes, blocks, hindrance):
    """Nothing else decides before a person has."""
    facts = Facts(verdict, publishes=publishes, personal=True, blocks=blocks, hindrance=hindrance)
    assert next_step(facts) == Step("waiting", "personal-data")


HEADS = {
    ".pdf": b"%PDF-1.4", ".zip": b"PK\x03\x04", ".geojson": b'\xef\xbb\xbf {"type":', ".json": b"[1]",
    ".xml": b"<?xml version='1.0'?>", ".gml": b"<gml:x>", ".kml": b"<kml>", ".kmz": b"PK\x03\x04", ".gpx": b"<gpx>",
    ".gpkg": b"SQLite format 3\x00", ".odt": b"PK\x03\x04", ".docx": b"PK\x03\x04", ".pptx": b"PK\x03\x04",
    ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".tif": b"II*\x00",
    ".tiff": b"MM\x00*", ".ics": b"BEGIN:VCALENDAR", ".parquet": b"PAR1",
}  # fmt: skip


def test_each_kind_has_a_sample():
    """A kind that is added comes with the beginning of a file."""
    assert set(HEADS) == set(KINDS)


@pytest.mark.parametrize("suffix", list(KINDS))
def test_a_kind_is_told_by_name_and_content(suffix):
    """Both have to agree; a page of the web under that name is none of them."""
    assert kind_of(f"Fichier{suffix.upper()}", HEADS[suffix]) is KINDS[suffix]
    assert kind_of(f"fichier{suffix}", b"<!DOCTYPE html><script>") is None
    assert kind_of(f"fichier{suffix}", b"") is None
    assert kind_of("fichier.html", HEADS[suffix]) is None


def test_each_reason_has_words():
    """In both languages."""
    for lang in ("fr", "en"):
        assert set(reasons.labels(lang)) == set(reasons.REASONS)


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"nom;age\nAnne;3\nBob;4\n", set()),
        (b"nom;age\nAnne;3\nBob\n", {"missing-cell"}),
        (b"nom;age\nAnne;3;x\n", {"extra-cell"}),
        (b"nom;nom\nAnne;3\n", {"duplicate-label"}),
    ],
)
def test_the_structure_of_a_table_without_schema(content, codes):
    """Rows and header are looked at although nobody knows what the columns mean."""
    report = check(content, Catalogue.bundled())
    assert report.refusal.code == "schema-unknown"
    assert {issue.code for issue in report.issues if issue.level == "error"} == codes
    assert report.rows == content.count(b"\n") - 1
