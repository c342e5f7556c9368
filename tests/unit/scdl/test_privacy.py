"""Personal data in files: what is found, what is left alone, and that no value is ever told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ckanext.scdl import sandbox
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.privacy.findings import CODES, Findings
from ckanext.scdl.core.privacy.scan import scan
from ckanext.scdl.core.privacy.sentences import texts

Sample = tuple[list[str], list[list[str]]]

NIR = "295109912611193"
NIR_WRITTEN = "2 95 10 99 126 111 93"
NIR_CORSICA = "253072A07300443"
IBAN = "FR76 3000 6000 0112 3456 7890 189"

# Per code: tables in which it is found, and tables that look alike and in which nothing of its kind is.
SAMPLES: dict[str, tuple[list[Sample], list[Sample]]] = {
    "nir": (
        [
            (["code"], [[NIR]]),
            (["remarque"], [[f"assuré {NIR_WRITTEN}, dossier clos"]]),
            (["nir"], [[NIR_CORSICA], ["123456789012345"]]),
        ],
        [
            (["siret"], [["21220113500015"], ["82379887100013"]]),
            (["code"], [["295109912611194"], ["201900056462300"]]),
            # One in two hundred fifteen-digit numbers has a key that is right.
            (["numero"], [["295109912611193"], *[[f"1850378{number:08d}"] for number in range(300)]]),
            (["parcelle"], [["22113000AB0123"], ["2 95 10 99 126 111 94"]]),
        ],
    ),
    "iban": (
        [(["rib"], [[IBAN]]), (["note"], [[f"virement sur {IBAN.replace(' ', '')} avant juin"]])],
        [(["rib"], [["FR76 3000 6000 0112 3456 7890 188"]]), (["reference"], [["DE12ABCD34567890123456"]])],
    ),
    "iban-supplier": ([(["IBAN du fournisseur"], [[IBAN]])], [(["fournisseur"], [["FR2112345678901"]])]),
    "phone-mobile": (
        [
            (["contact"], [["06 12 34 56 78"], ["+33 7 12 34 56 78"]]),
            (["tel_elu"], [["0612345678"]]),
            (["objet"], [["joindre le 0612345678"]]),
        ],
        [(["code"], [["0612345678"]]), (["siret"], [["061234567890123"]]), (["montant"], [["06 12"]])],
    ),
    "phone-landline": ([(["tel"], [["02.96.62.62.22"]])], [(["liste"], [["02 96 62 62 22 18"]])]),
    "email-personal": (
        [(["mail"], [["yann.legoff@orange.fr"]])],
        [(["mail"], [["mairie.plouha@orange.fr"], ["@orange.fr"], ["ccas22@wanadoo.fr"]])],
    ),
    "email-named": ([(["objet"], [["écrire à yann.legoff@lannion.bzh"]])], [(["mail"], [["service.eau@lannion.bzh"]])]),
    "email-generic": ([(["mail"], [["contact@lannion.bzh"]])], [(["handle"], [["@lannion"]])]),
}


def _csv(labels: list[str], rows: list[list[str]]) -> bytes:
    table = [[*labels, "etat"], *[[*row, "x"] for row in rows]]
    return "".join(";".join(f'"{cell}"' for cell in row) + "\n" for row in table).encode()


def _found(labels: list[str], rows: list[list[str]]) -> Findings:
    return scan(_csv(labels, rows), Catalogue.bundled())


def test_each_code_has_samples_and_a_sentence() -> None:
    """A detector without both kinds of samples is not tried."""
    assert set(SAMPLES) == set(CODES) == set(texts("fr"))
    assert all(right and wrong for right, wrong in SAMPLES.values())


@pytest.mark.parametrize(
    ("code", "sample"), [(code, sample) for code, (right, _) in SAMPLES.items() for sample in right]
)
def test_what_is_there_is_found(code: str, sample: Sample) -> None:
    """Each passing sample gives its code in its first column."""
    found = _found(*sample)
    assert (code, "A") in {(each.code, each.column) for each in found.findings}


@pytest.mark.parametrize(
    ("code", "sample"), [(code, sample) for code, (_, wrong) in SAMPLES.items() for sample in wrong]
)
def test_what_looks_alike_is_left_alone(code: str, sample: Sample) -> None:
    """No failing sample gives the code."""
    assert code not in {each.code for each in _found(*sample).findings}


def test_places_are_counted_and_named() -> None:
    """Cells are counted, lines are those of the file, examples are few."""
    rows = [[f"06 12 34 56 {number:02d}"] for number in range(60)]
    (finding,) = _found(["contact"], rows).findings
    assert (finding.count, finding.rows, finding.label) == (60, (2, 3, 4, 5, 6), "contact")
    assert finding.examples == ("06 •• •• •• ••",)


def test_what_stands_above_the_header_is_scanned() -> None:
    """A title may name whom to call."""
    content = f"Liste établie par {IBAN}\n\n".encode() + b"COLL_NOM;COLL_SIRET;DELIB_ID\nLannion;1;2\n"
    (finding,) = scan(content, Catalogue.bundled()).findings
    assert (finding.code, finding.column, finding.rows) == ("iban", None, (1,))


def test_a_header_that_is_data_shows_no_label() -> None:
    """A file without header has a first row of values where labels stand."""
    found = _found(["Yann Le Goff", NIR_WRITTEN], [["Anne Le Bras", NIR_WRITTEN]])
    assert [each.label for each in found.findings] == [None, None]
    assert "Goff" not in json.dumps(found.to_dict())


def test_a_schema_exempts_its_contact() -> None:
    """The telephone of an équipement is what the schema asks for; elsewhere in the same file it counts."""
    schema = Catalogue.bundled().get("scdl/equipements")
    row = dict.fromkeys(schema.field_names, "") | {"EQUIP_TEL": "06 12 34 56 78", "EQUIP_NOM": "06 12 34 56 78"}
    found = _found(list(schema.field_names), [list(row.values())])
    assert [each.label for each in found.findings] == ["EQUIP_NOM"]
    assert [(each.label, bool(each.reason)) for each in found.exempt] == [("EQUIP_TEL", True)]


def test_large_files_are_scanned_in_pieces_alike() -> None:
    """By blocks or in one, a file has the same findings."""
    rows = [[f"06 12 34 56 {number % 100:02d}", f"dossier {number}"] for number in range(60_000)]
    small, large = _csv(["contact", "objet"], rows[:50]), _csv(["contact", "objet"], rows)
    assert len(large) > 2_000_000
    assert scan(large, Catalogue.bundled()).findings[0].count == 60_000
    odd = large + b'"06 12 34 56 78";"plus court"\n'
    assert scan(odd, Catalogue.bundled()).findings[0].count == 60_001
    assert scan(small, Catalogue.bundled()).findings[0].count == 50


def test_a_file_that_is_no_table_is_refused() -> None:
    """With the sentence of the check."""
    found = scan(b"%PDF-1.7", Catalogue.bundled())
    assert found.status == "refused"
    assert found.refusal is not None and found.refusal.code == "pdf" and found.refusal.message


def test_findings_travel_as_json() -> None:
    """What `to_dict` writes, `from_dict` reads."""
    found = _found(["nir", "tel"], [[NIR, "06 12 34 56 78"]])
    assert Findings.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_the_scan_runs_behind_the_walls(tmp_path: Path) -> None:
    """The child answers the same as the engine does here."""
    path = tmp_path / "a.csv"
    path.write_bytes(_csv(["nir"], [[NIR]]))
    assert sandbox.privacy(path) == scan(path.read_bytes(), Catalogue.bundled())
    assert sandbox.privacy(path, lang="en").findings[0].message.startswith("Column A")
    assert sandbox.privacy(path, limits=sandbox.Limits(memory=1 << 20)).status == "refused"
