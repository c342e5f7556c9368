"""Files that are no table: what they tell of people is found, what cannot be read is said, nothing brings it down."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from tests.unit.scdl.document_samples import (
    DOCUMENT_SAMPLES,
    IBAN,
    NAMED,
    PEOPLE,
    PLAIN,
    archive,
    docx,
    geojson,
    looping_form,
    looping_pdf,
    pdf,
)
from tests.unit.scdl.privacy_samples import NIR_WRITTEN

from ckanext.scdl import sandbox
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.documents import gathering
from ckanext.scdl.core.documents.reading import ARCHIVES, READERS
from ckanext.scdl.core.kinds import KINDS
from ckanext.scdl.core.privacy.findings import Findings
from ckanext.scdl.core.privacy.scan import scan

RIGHT = [(code, *each) for code, (right, _) in DOCUMENT_SAMPLES.items() for each in right]
WRONG = [(code, *each) for code, (_, wrong) in DOCUMENT_SAMPLES.items() for each in wrong]


def _scan(name: str, data: bytes) -> Findings:
    return scan(data, Catalogue.bundled(), name)


def _codes(found: Findings) -> set[str]:
    return {each.code for each in found.findings}


def test_each_kind_has_a_reader() -> None:
    """A kind that may be published is read, or said not to be."""
    assert {kind.format for kind in KINDS.values()} == set(READERS) | ARCHIVES


@pytest.mark.parametrize(("code", "name", "data"), RIGHT, ids=[each[0] for each in RIGHT])
def test_what_is_not_read_is_said(code: str, name: str, data: bytes) -> None:
    """Each passing sample gives its code, with a whole French sentence that sends its editor to look."""
    found = {each.code: each for each in _scan(name, data).findings}
    assert code in found
    assert found[code].message.endswith(".") and not re.search(r"[{}]|None", found[code].message)


@pytest.mark.parametrize(("code", "name", "data"), WRONG, ids=[each[0] for each in WRONG])
def test_what_is_read_is_not_complained_of(code: str, name: str, data: bytes) -> None:
    """No failing sample gives the code, nor any other."""
    assert _codes(_scan(name, data)) == set()


@pytest.mark.parametrize(("name", "data"), PEOPLE.values(), ids=PEOPLE)
def test_a_number_is_found_wherever_it_stands(name: str, data: bytes) -> None:
    """It blocks, and stands nowhere in the answer."""
    found = _scan(name, data)
    assert "nir" in _codes(found) and found.blocks
    assert NIR_WRITTEN not in json.dumps(found.to_dict(), ensure_ascii=False)


def test_places_are_told() -> None:
    """Pages of a PDF, fields and items of a map, files of an archive."""
    told = [
        _scan("a.pdf", pdf(PLAIN, PLAIN, f"Compte {IBAN}")),
        _scan("a.geojson", geojson({"compte": "néant"}, {"compte": IBAN})),
        _scan("a.zip", archive({"notes/comptes.txt": f"a\nb\nc {IBAN}".encode()})),
    ]
    starts = ["Page 3", "Champ « compte », élément n° 2", "Fichier « notes/comptes.txt », ligne 3"]
    for found, start in zip(told, starts, strict=True):
        assert found.findings[0].message.replace("\u00a0", " ").startswith(start)


def test_names_are_found_in_texts_and_fields() -> None:
    """Behind a civility in prose, by its label in a field."""
    assert _codes(_scan("a.docx", docx(PLAIN, NAMED))) == {"person-name-text"}
    people = [{"nom": "LE GOFF", "prenom": "Yann"}, {"nom": "MORVAN", "prenom": "Anne"}]
    assert _codes(_scan("a.geojson", geojson(*people))) == {"person-name"}


def test_places_on_a_map_are_nobody() -> None:
    """Buildings, streets and coordinates in all precision give no finding."""
    places = [{"nom": f"École Jean Moulin {number}", "adresse": "3 rue Anatole Le Braz"} for number in range(20)]
    assert _scan("a.geojson", geojson(*places)).status == "none"
    points = " ".join(f"-2.7{number:013d},48.{number:013d},0" for number in range(10**12, 10**12 + 3_000_000, 997))
    assert _scan("a.kml", f"<kml><coordinates>{points}</coordinates></kml>".encode()).status == "none"


    marks = "<Placemark><name>Marie Curie</name><coordinates>-2.7,48.5</coordinates></Placemark>" * 9
    assert _scan("a.kml", f"<kml>{marks}</kml>".encode()).status == "none"


@pytest.mark.parametrize("name", ["arretes/LE_GOFF_Yann.png", "LE GOFF Yann/arrete.png", "Marie.png", "../..", "/"])
def test_the_name_of_a_file_may_be_that_of_somebody(name: str) -> None:
    """It is not told on then; a name that is none does no harm."""
    found = _scan("a.zip", archive({name: b"\x89PNG\r\n\x1a\n", "b.png": b"\x89PNG\r\n\x1a\n"}))
    assert _codes(found) <= {"unread-image", "unread-kind"}
    assert not {"GOFF", "Marie"} & set(re.findall(r"\w+", json.dumps(found.to_dict()).replace("_", " ")))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", looping_pdf()),
        ("a.pdf", looping_form()),
        ("a.json", b"[" * 1_000_000),
        ("a.json", b"[" * 1_000_000 + b"]" * 1_000_000),
        ("a.json", b'{"a":' * 300_000 + b"1" + b"}" * 300_000),
        ("a.json", rb'["\ud800", "\u0000"]'),
        ("a.json", json.dumps({str(number): "x" for number in range(100_000)}).encode()),
        ("a.xml", b"<a>" * 300_000 + b"</a>" * 300_000),
        ("a.xml", b"<a>" + b"&x;" * 1_000 + b"</a>"),
        ("a.docx", docx(PLAIN, more={"word/comments.xml": b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"})),
        ("a.docx", docx(PLAIN, more={"docProps/core.xml": b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"})),
        ("a.zip", archive({"../../a.txt": b"x", "/etc/a.txt": b"x", "a\x00b.txt": b"x"})),
        ("a.zip", b"PK\x05\x06" + bytes(18)),
        ("a.zip", archive({"Q": b"x", "/": b"x", "a/": b""}).replace(b"Q", b"\x00")),
        ("a.odt", archive({"mimetype": b"x"})),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_files_have_an_answer(tmp_path: Path, name: str, data: bytes) -> None:
    """Loops, depth, bombs and lies end in an answer of the sandbox that its readers take."""
    path = tmp_path / name
    path.write_bytes(data)
    found = sandbox.privacy(path, name)
    assert found.refusal is None
    json.dumps(found.to_dict(), ensure_ascii=False).encode()
    assert "\\u0000" not in json.dumps(found.to_dict())


@pytest.mark.parametrize("name", sorted({name for name, _ in PEOPLE.values()}))
def test_spoilt_files_have_an_answer(name: str) -> None:
    """Bytes changed, cut out, doubled or cut off: whatever a reader makes of them, it is an answer."""
    chance, samples = random.Random(name), [data for other, data in PEOPLE.values() if other == name]
    for _ in range(60):
        data = bytearray(chance.choice(samples))
        for _ in range(chance.randint(1, 6)):
            at, length = chance.randrange(len(data) + 1), chance.randint(0, 30)
            put = chance.choice((b"", data[at : at + length], chance.randbytes(2)))
            data[at : at + chance.choice((0, length))] = put
        found = _scan(name, bytes(data[: chance.choice((None, len(data) // 2))]))
        json.dumps(found.to_dict(), ensure_ascii=False).encode()
        assert found.refusal is None or found.status == "refused"


def test_what_takes_too_much_is_refused_with_its_cause(tmp_path: Path) -> None:
    """A file that eats the memory of the child costs the child alone."""
    path = tmp_path / "a.json"
    path.write_bytes(b"[" + b"[]," * 30_000_000 + b"[]]")
    found = sandbox.privacy(path, "a.json", limits=sandbox.Limits(memory=1 << 30))
    assert (found.status, found.refusal and found.refusal.code) == ("refused", "too-heavy")


def test_the_log_holds_nothing_of_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither of a damaged file, nor of one over which the child dies."""
    for name, data in (("a.pdf", pdf(f"Agent {NIR_WRITTEN}")[:-200]), ("b.json", b'["%s",' % NIR_WRITTEN.encode())):
        (tmp_path / name).write_bytes(data)
        sandbox.privacy(tmp_path / name, name, limits=sandbox.Limits(answer=10))
    assert NIR_WRITTEN not in caplog.text and "answer" not in caplog.text


def test_the_end_of_a_long_document_is_said_to_be_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read until then counts."""
    monkeypatch.setattr(gathering, "MOST_CHARACTERS", 1_000)
    found = _scan("a.ics", f"BEGIN:VCALENDAR\n{NIR_WRITTEN}\n{'x' * 2_000}\n".encode())
    assert _codes(found) == {"nir", "unread-rest"}


def test_long_lines_are_searched_in_pieces() -> None:
    """A value of a file without line ends is found, and counted once."""
    (finding,) = _scan("a.json", json.dumps({"texte": "mot " * 5_000 + IBAN + " mot" * 5_000}).encode()).findings
    assert (finding.code, finding.count) == ("iban", 1)
