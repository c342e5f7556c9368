"""Personal data in files: what is found, what is left alone, and that no value is ever told."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from tests.unit.scdl.document_samples import DOCUMENT_SAMPLES
from tests.unit.scdl.privacy_samples import IBAN, NIR, NIR_WRITTEN, SAMPLES, book, csv_bytes

from ckanext.scdl import commandline, sandbox
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.data_files import read_yaml
from ckanext.scdl.core.privacy import exemptions as exemptions_module
from ckanext.scdl.core.privacy.findings import CODES, Findings
from ckanext.scdl.core.privacy.scan import scan
from ckanext.scdl.core.privacy.sentences import texts


def _id(value: object) -> str:
    return value if isinstance(value, str) else ""


def _found(labels: list[str], rows: list[list[str]]) -> Findings:
    return scan(csv_bytes(labels, rows), Catalogue.bundled())


def test_each_code_has_samples_and_a_sentence() -> None:
    """A detector without both kinds of samples is not tried."""
    assert set(SAMPLES) | set(DOCUMENT_SAMPLES) == set(CODES) == set(texts("fr"))
    assert all(right and wrong for right, wrong in (*SAMPLES.values(), *DOCUMENT_SAMPLES.values()))


@pytest.mark.parametrize(
    ("code", "content"), [(code, each) for code, (right, _) in SAMPLES.items() for each in right], ids=_id
)
def test_what_is_there_is_found(code: str, content: bytes) -> None:
    """Each passing sample gives its code, with a whole French sentence."""
    found = {each.code: each for each in scan(content, Catalogue.bundled()).findings}
    assert code in found
    assert found[code].message.endswith(".") and not re.search(r"[{}]|None", found[code].message)


@pytest.mark.parametrize(
    ("code", "content"), [(code, each) for code, (_, wrong) in SAMPLES.items() for each in wrong], ids=_id
)
def test_what_looks_alike_is_left_alone(code: str, content: bytes) -> None:
    """No failing sample gives the code."""
    assert code not in {each.code for each in scan(content, Catalogue.bundled()).findings}


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


def test_a_header_of_names_shows_no_label() -> None:
    """Without a number in it either; beside a label that is one, a name is still none."""
    people = [["Anne", "MORVAN"], ["Jean", "QUERE"], ["Marie", "LE BRAS"]]
    (finding,) = _found(["Yann", "LE GOFF"], people).findings
    assert (finding.code, finding.column, finding.label) == ("person-name", "A", None)
    beside = _found(["Yann Le Goff", "tel"], [["Anne Morvan", "06 12 34 56 78"]] * 3)
    assert {each.label for each in beside.findings} == {None, "tel"}


def test_other_sheets_are_scanned() -> None:
    """With their number, and their header as well."""
    content = book(lambda made: made.create_sheet("Paie").append(["matricule", NIR]))
    (finding,) = scan(content, Catalogue.bundled()).findings
    assert (finding.code, finding.sheet) == ("nir", 2)
    assert "Feuille n° 2" in finding.message


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
    small, large = csv_bytes(["contact", "objet"], rows[:50]), csv_bytes(["contact", "objet"], rows)
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
    path.write_bytes(csv_bytes(["nir"], [[NIR]]))
    assert sandbox.privacy(path) == scan(path.read_bytes(), Catalogue.bundled())
    assert sandbox.privacy(path, lang="en").findings[0].message.startswith("Column A")
    assert sandbox.privacy(path, limits=sandbox.Limits(memory=1 << 20)).status == "refused"


def test_what_a_dying_child_says_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The text of an exception may hold what the file holds."""
    with pytest.raises(sandbox.SandboxError):
        sandbox._judged("privacy", 1, b"", io.BytesIO(f"ValueError: {NIR}".encode()))
    assert "privacy" in caplog.text and NIR not in caplog.text


def test_a_strange_answer_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that was taken over cannot make the caller fail."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n1;2\n")
    monkeypatch.setattr(sandbox, "run", lambda *arguments: {"status": "none", "findings": "all"})
    assert sandbox.privacy(path).status == "refused"


@pytest.mark.parametrize(
    ("content", "status"),
    [(csv_bytes(["lieu"], [["Lannion"]]), 0), (csv_bytes(["nir"], [[NIR]]), 1), (b"%PDF-1.7", 2), (None, 64)],
)
def test_the_command_tells_by_its_exit_status(
    content: bytes | None, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 nothing, 1 something, 2 refused, 64 misused; JSON on standard output alone."""
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    for form in ("json", "text"):
        with pytest.raises(SystemExit) as end:
            commandline.main(["privacy", str(path), "--format", form])
        assert end.value.code == status
    told = capsys.readouterr()
    assert NIR not in told.out + told.err
    if content is not None:
        answer, end_of_json = json.JSONDecoder().raw_decode(told.out)
        assert {finding["kind"] for finding in answer["findings"]} == ({"nir"} if status == 1 else set())
        assert told.out[end_of_json:].strip().startswith("a.csv : ")


def test_many_equal_cells_far_below_are_quickly_placed() -> None:
    """The line of a value is looked for once, however often the value comes."""
    rows = [[str(number)] for number in range(2_000)] + [["06 12 34 56 78"]] * 30_000
    (finding,) = _found(["contact"], rows).findings
    assert (finding.count, finding.rows) == (30_000, (2_002,))


def test_every_exemption_names_a_field_and_codes_that_exist() -> None:
    """A field that a schema renames does not keep its exemption by mistake."""
    catalogue = Catalogue.bundled()
    read = read_yaml(Path(exemptions_module.__file__).with_name("exemptions.yaml"))
    assert set(read["codes"]) == set(read["reasons"]) == {group for each in read["schemas"].values() for group in each}
    for schema in read["schemas"]:
        for field, exemption in exemptions_module.exemptions(schema).items():
            assert field in catalogue.get(schema).field_names
            assert exemption.codes <= set(CODES)
            assert not any(CODES[code][1] == "block" for code in exemption.codes)
