"""Large files put right in pieces: the same bytes and the same log as with every care."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

import pytest

from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.corrections import fixing
from ckanext.scdl.core.corrections.fixing import Fixed, Wishes, fix
from ckanext.scdl.core.fast import blocks, pieces, repair
from ckanext.scdl.core.local import Facts

DATE = "Date de la délibération"
LABELS = ["COLL_SIRET", "COLL_NOM", "DELIB_ID", DATE, "DELIB_MATIERE_CODE", "DELIB_OBJET", "BUDGET_ANNEE", "BUDGET_NOM",
          "PREF_DATE", "VOTE_EFFECTIF", "VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION",
          "NOTE"]  # fmt: skip
ODD = {
    "COLL_SIRET": ["212 201 131 00019", "2,12E+13", "212201131", ""],
    "COLL_NOM": ["", " Lannion"],
    DATE: ["31/12/2023", "03/04/2023", "2024/01/07", "31/12/23", "hier"],
    "DELIB_MATIERE_CODE": ["7,1", "7"],
    "DELIB_OBJET": ["", 'dit "oui",\nou non'],
    "BUDGET_ANNEE": ["2024_2025", ""],
    "PREF_DATE": ["01/01/2001", "2001/01/01", ""],
    "VOTE_EFFECTIF": ["19,0", "1 000", "douze"],
    "VOTE_POUR": ["12,0", "999,0", ""],
    "VOTE_REEL": ["19,0", "1,234"],
}


def dirty(seed: int, rows: int = 400, separator: str = ";") -> bytes:
    """Return a file of délibérations with many faults, blank lines among its rows."""
    chance = random.Random(seed)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(LABELS)
    for number in range(rows):
        row = ["21220113100019", "Lannion", f"D{number}", "2023-05-02", "7.1", f"Objet {number}", "2024", "Principal",
               "2023-06-01", "19", "19", "15", "4", "0", "x"]  # fmt: skip
        for position, label in enumerate(LABELS):
            if label in ODD and chance.random() < 0.15:
                row[position] = chance.choice(ODD[label])
        writer.writerow(row)
        if chance.random() < 0.02:
            text.write(separator * (len(LABELS) - 1) + "\n")
    return text.getvalue().encode()


def _fixed(data: bytes, wishes: Wishes, facts: Facts) -> tuple[Fixed, bytes]:
    target = io.BytesIO()
    done = fix(io.BytesIO(data), target, Catalogue.bundled(), wishes, facts)
    assert isinstance(done, Fixed)
    return done, target.getvalue()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("wishes", [Wishes(), Wishes(level="likely"), Wishes(except_=("heading", "order", "date"))])
def test_both_ways_agree(seed: int, wishes: Wishes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of the pieces, nothing tells which way a file went."""
    data, facts = dirty(seed, separator=",;"[seed % 2]), Facts(publisher="21220113100019" if seed % 3 else None)
    careful = _fixed(data, wishes, facts)
    used: list[Any] = []
    monkeypatch.setattr(fixing, "FAST_FROM", 0)
    monkeypatch.setattr(pieces, "BLOCK", 7_000)
    original = repair.repair_file
    monkeypatch.setattr(repair, "repair_file", lambda *given: used.append(original(*given)) or used[-1])
    fast = _fixed(data, wishes, facts)
    assert fast == careful
    assert used
    assert {each.rule for each in fast[0].log.questions} >= {"contradiction", "scientific", "short-year"}


def test_a_file_without_rows_keeps_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to put right below it."""
    data = dirty(1, rows=0)
    careful = _fixed(data, Wishes(), Facts())
    monkeypatch.setattr(fixing, "FAST_FROM", 0)
    assert _fixed(data, Wishes(), Facts()) == careful
    assert careful[1].startswith(b"COLL_NOM,COLL_SIRET,")


def test_what_needs_care_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row too long is nothing for the fast way; the corrected file is the careful one's alone."""
    data = dirty(1) + b"21220113100019;Lannion;D;31/12/2023;7.1;O;2024;P;2023-06-01;19;19;15;4;0;x;surplus\n"
    careful = _fixed(data, Wishes(), Facts())
    monkeypatch.setattr(fixing, "FAST_FROM", 0)
    monkeypatch.setattr(pieces, "BLOCK", 7_000)
    assert _fixed(data, Wishes(), Facts()) == careful


@pytest.mark.parametrize("wishes", [Wishes(), Wishes(level="likely")])
def test_a_table_read_with_care_is_put_right_by_columns(wishes: Wishes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows text, damaged letters, titles above: the same bytes and the same log either way."""
    text = "Délibérations de Lannion\n" + dirty(2).decode().replace("Objet 1", "LâÃ©tÃ© 1").replace(";x\n", ";\n")
    text = text.replace("LâÃ©tÃ©", "L'Ã©tÃ©") + "é œ\n" * 0
    careful = _fixed(text.encode("cp1252"), wishes, Facts())
    used: list[Any] = []
    original = repair.repair_table
    monkeypatch.setattr(fixing, "FAST_FROM_CELLS", 0)
    monkeypatch.setattr(blocks, "_ROWS", 90)
    monkeypatch.setattr(repair, "repair_table", lambda *given: used.append(original(*given)) or used[-1])
    assert _fixed(text.encode("cp1252"), wishes, Facts()) == careful
    assert used
