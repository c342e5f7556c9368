"""The forms of a report: for a person, for a spreadsheet, for what reads Validata's answers."""

from __future__ import annotations

import csv
import datetime
import io
import json
from typing import Any

import pytest

from ckanext.scdl.core import titles
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check
from ckanext.scdl.core.formats import NAME_EVERY_PLACE, WRITERS, Checked
from ckanext.scdl.core.formats.frictionless import frictionless
from ckanext.scdl.core.local import Facts
from ckanext.scdl.core.report import CSV_COLUMNS, OTHER_VALUES, Issue, Report, refused
from ckanext.scdl.core.sentences import issue_texts

HEADER = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE"
NOON = datetime.datetime(2024, 6, 1, 12, tzinfo=datetime.UTC)
TODAY = datetime.date(2024, 6, 1)


def _checked(text: str, name: str = "prénoms.csv", **options: Any) -> Checked:
    report = check(text.encode(), Catalogue.bundled(), "scdl/prenoms", **options)
    return Checked(name, report, NOON, 0.25)


GOOD = _checked(f"{HEADER}\nLannion,22113,F,Zoé,3,2024\n", facts=Facts(today=TODAY))
BAD = _checked(
    f"{HEADER}\nLannion,22113,X,Zoé,trois,2024\nLannion,22113,Y,Zoé,3,2999\nLannion,22113,X,Ana,3,2024\n",
    facts=Facts(today=TODAY),
    all_places=True,
)
UNREAD = Checked("vide.csv", check(b"", Catalogue.bundled()), NOON)


def _validata(each: Checked) -> dict[str, Any]:
    return json.loads(WRITERS["validata"]([each]))


def test_text_tells_a_finding_once_and_its_values_in_short() -> None:
    """By column and rule, in the order of the file, with what to do first at the end."""
    lines = WRITERS["text"]([BAD]).splitlines()
    assert lines[0] == "prénoms.csv : non valide pour scdl/prenoms 1.1.6 (3 lignes de données)"
    assert [line for line in lines if line and not line.startswith(" ")][1:-1] == [
        "À corriger (4)",
        "Contrôles locaux, sans effet sur le verdict (1)",
        "Non contrôlé, faute de le savoir : les communes (--territory).",
    ]
    enum = next(index for index, line in enumerate(lines) if "« X »" in line.replace("\u00a0", " "))
    assert lines[enum].startswith("  - Colonne C (ENFANT_SEXE), lignes 2, 4")
    assert lines[enum + 1] == "    De même : « Y » (ligne 3)"
    assert lines[-1].startswith("Commencez par la colonne")


def test_text_is_short_whatever_the_file() -> None:
    """Hundreds of values are a line, many kinds of faults are cut, columns that lack are named together."""
    issues = [Issue("enum", column="A", label="a", value=str(n), rows=(n,), message="Non.") for n in range(1, 200)]
    issues.append(Issue("enum", column="A", label="a", value=OTHER_VALUES, count=700, message="Autres."))
    issues += [Issue("pattern", column=chr(65 + n % 26) * (1 + n // 26), value="x", message="Non.") for n in range(50)]
    issues += [Issue("missing-label", field=name, message="Manque.") for name in ("u", "v", "w")]
    text = WRITERS["text"]([Checked("f.csv", Report("invalid", schema="a/b", version="1", issues=tuple(issues)))])
    assert text.count("\n") < 60
    assert "De même (898 fois) : « 2 » (ligne 2), " in text
    assert "… et 12 autres sortes de défauts" in text
    few = Report("invalid", schema="a/b", version="1", issues=tuple(issues[-3:]))
    assert "De même : « v », « w »" in WRITERS["text"]([Checked("f.csv", few)])


def test_text_says_why_a_file_was_refused() -> None:
    """Verdict, cause, next step."""
    lines = [line for line in WRITERS["text"]([UNREAD]).splitlines() if line]
    assert (lines[0], len(lines)) == ("vide.csv : refusé", 3)


def test_json_is_an_object_or_a_list() -> None:
    """By the number of files."""
    assert json.loads(WRITERS["json"]([GOOD])) == GOOD.report.to_dict()
    assert [each["status"] for each in json.loads(WRITERS["json"]([GOOD, UNREAD]))] == ["valid", "refused"]


def test_csv_has_a_line_for_each_issue_and_each_refusal() -> None:
    """With file and verdict in front; a name that a spreadsheet program would run is disarmed."""
    odd = Checked("=cmd.csv", BAD.report)
    text = WRITERS["csv"]([GOOD, odd, UNREAD])
    assert text.startswith("\ufefffile;status;level;")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert set(rows[0]) == {"file", "status", *CSV_COLUMNS}
    assert [row["file"] for row in rows] == ["prénoms.csv"] * len(GOOD.report.issues) + [
        "'=cmd.csv"
    ] * len(odd.report.issues) + ["vide.csv"]
    assert (rows[-1]["status"], rows[-1]["code"], rows[-1]["message"]) == ("refused", "empty", "Le fichier est vide.")


def test_validata_has_the_keys_of_its_api() -> None:
    """Names, nesting and counts of the answer that programs know."""
    whole = _validata(BAD)
    assert list(whole) == ["version", "date", "report"]
    assert whole["date"] == "2024-06-01T12:00:00+00:00"
    assert list(whole["report"]) == ["valid", "stats", "warnings", "errors"]
    assert whole["report"]["stats"] == {
        "errors": 4, "warnings": 1, "seconds": 0.25, "fields": 6, "rows": 3, "rows_processed": 3,
    }  # fmt: skip
    assert whole["report"]["valid"] is False
    assert _validata(GOOD)["report"] | {"stats": 0} == {"valid": True, "stats": 0, "warnings": [], "errors": []}


def test_validata_lists_places_one_by_one() -> None:
    """With the line of the file, the number of the column and frictionless' type."""
    errors = _validata(BAD)["report"]["errors"]
    assert "validata" in NAME_EVERY_PLACE
    assert sorted((each["rowNumber"], each["fieldName"], each["fieldNumber"], each["cell"]) for each in errors) == [
        (2, "ENFANT_SEXE", 3, "X"),
        (2, "NOMBRE_OCCURRENCES", 5, "trois"),
        (3, "ENFANT_SEXE", 3, "Y"),
        (4, "ENFANT_SEXE", 3, "X"),
    ]
    assert {each["type"] for each in errors} == {"constraint-error", "type-error"}
    assert all("#cell" in each["tags"] and each["title"] and each["message"] for each in errors)


def test_validata_tells_of_the_header_without_rows() -> None:
    """A missing column is structure, and the file has as many columns as it has."""
    missing = _checked("COMMUNE_NOM,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE,NOTE\nLannion,F,Zoé,3,2024,x\n")
    report = _validata(missing)["report"]
    (error,) = report["errors"]
    assert (error["type"], error["rowNumber"], error["fieldName"]) == ("missing-label", None, "COLL_INSEE")
    assert "#header" in error["tags"] and "cell" not in error
    assert report["stats"]["fields"] == 6
    assert any("NOTE" in warning for warning in report["warnings"])


def test_validata_tells_of_a_refusal() -> None:
    """A file that cannot be read is not valid, and says why."""
    report = _validata(UNREAD)["report"]
    assert (report["valid"], report["errors"][0]["type"], report["stats"]["errors"]) == (False, "source-error", 1)
    assert _validata(Checked("x", refused("timeout")))["date"] is None


def test_frictionless_reads_its_own_form() -> None:
    """The library rebuilds a report from ours; a client finds the errors of the one task, with its own keys."""
    from frictionless import Report as Theirs

    whole = json.loads(WRITERS["frictionless"]([BAD]))
    assert (whole["valid"], whole["stats"]["errors"], whole["tasks"][0]["stats"]["rows"]) == (False, 4, 3)
    errors = whole["tasks"][0]["errors"]
    assert {(each["rowNumber"], each["fieldName"], each["cell"]) for each in errors} == {
        (2, "ENFANT_SEXE", "X"), (2, "NOMBRE_OCCURRENCES", "trois"), (3, "ENFANT_SEXE", "Y"), (4, "ENFANT_SEXE", "X"),
    }  # fmt: skip
    assert {"type", "title", "description", "message", "tags", "note", "cells"} <= set(errors[0])
    assert Theirs.from_descriptor(whole).flatten(["rowNumber"])
    assert Theirs.from_descriptor(json.loads(WRITERS["frictionless"]([GOOD]))).valid


def test_frictionless_form_is_bounded() -> None:
    """All places are counted, some are named."""
    told = frictionless(BAD, most_errors=2)
    assert (told["stats"]["errors"], len(told["tasks"][0]["errors"])) == (4, 2)
    assert frictionless(UNREAD)["tasks"][0]["errors"][0]["type"] == "source-error"


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_takes_every_verdict(form: str) -> None:
    """Also several at once; each ends with a line."""
    assert WRITERS[form]([GOOD, BAD, UNREAD]).endswith("\n")


def test_every_code_has_a_title() -> None:
    """Short, in French, other than English."""
    for code in issue_texts("fr"):
        assert 0 < len(titles.title(code)) < 40
        assert titles.title(code) != titles.title(code, "en")
