"""The report as a PDF: a few pages, whatever the file and whatever stands in it."""

from __future__ import annotations

import re
import zlib

import pytest

from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check
from ckanext.scdl.core.report import Issue, Report, refused
from ckanext.scdl.pdf_report import MAX_ISSUES, Subject, pdf

HEADER = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE"
SUBJECT = Subject("prénoms-2024.csv", "Prénoms (scdl/prenoms@1.1.6)", "1 juin 2024")


def _text(document: bytes) -> str:
    """All that the pages of a document write."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
    written = b"".join(zlib.decompress(each) for each in streams if each[:1] == b"\x78")
    shown = re.findall(rb"\((.*?)(?<!\\)\) Tj|\((.*?)(?<!\\)\)\] TJ", written, re.DOTALL)
    return " ".join((first or second).decode("cp1252").replace("\\", "") for first, second in shown)


def _pages(document: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", document))


def test_it_tells_what_the_page_tells():
    """File, schema, day, verdict, findings with their lines and what to do first, in French with its accents."""
    report = check(f"{HEADER}\nLannion,22113,X,Zoé,trois,2024\n".encode(), Catalogue.bundled(), "scdl/prenoms")
    document = pdf(report, SUBJECT)
    text = _text(document)
    assert document.startswith(b"%PDF-")
    for said in ("Rapport sur prénoms-2024.csv", "scdl/prenoms@1.1.6", "Endroits à corriger", "ENFANT_SEXE", "trois"):
        assert said in text
    assert re.search(r"Page 1 sur +1", text)
    assert "Places to put right" in _text(pdf(report, SUBJECT, "en"))


@pytest.mark.parametrize("report", [Report("valid", schema="scdl/prenoms", version="1.1.6", rows=3), refused("empty")])
def test_every_verdict_has_its_document(report):
    """Also without findings, and also where there could be none."""
    assert _pages(pdf(report, Subject(""))) == 1


def test_it_is_bounded():
    """A file with a thousand faults fills some twenty pages, and the last says where the others are."""
    issues = tuple(
        Issue("enum", column="A", label="a" * 80, value="x" * 80, count=9, rows=(1, 2, 3, 4, 5, 6), expected="y" * 80)
        for _ in range(1_000)
    )
    document = pdf(Report("invalid", schema="scdl/prenoms", version="1.1.6", issues=issues), SUBJECT)
    assert _pages(document) <= 30
    assert f"{1_000 - MAX_ISSUES} autres constats" in _text(document)


@pytest.mark.parametrize("odd", ["**gras** <b>x</b>", "日本 ŵ \U0001f600", "a\u202eb\x00c", ") Tj ET (", "x" * 5_000])
def test_what_stands_in_a_file_is_only_text(odd):
    """No markup, no sign that moves others, no end of the page's own language."""
    issue = Issue("enum", column="A", label=odd, value=odd, rows=(1,), expected=odd, correction=odd)
    document = pdf(Report("invalid", schema="scdl/prenoms", version="1.1.6", issues=(issue,)), Subject(odd, odd, odd))
    text = _text(document)
    assert "\u202e" not in text
    assert "\x00" not in text
    assert _pages(document) <= 3
