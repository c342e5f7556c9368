"""What a page shows of a file: its first rows and its faulty ones, wherever they stand and however it is read."""

from __future__ import annotations

import io

import pytest

from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.corrections import preview as module
from ckanext.scdl.core.corrections.fixing import Wishes
from ckanext.scdl.core.corrections.preview import FIRST_ROWS, MOST_ROWS, preview
from ckanext.scdl.core.fast import blocks
from ckanext.scdl.core.local import Facts

HEADER = "COMMUNE_NOM;COLL_INSEE;ENFANT_SEXE;ENFANT_PRENOM;NOMBRE_OCCURRENCES;ANNEE\n"
ROW = "Dinan;22050;F;{};3;2024\n"
ROWS = 12_000
LARGE = 200_000
"""Bytes from which a file is large here, for the tests to be quick."""


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of these tests are large."""
    monkeypatch.setattr(module, "FAST_FROM", LARGE)


def _table(data: bytes, lines: set[int]) -> dict:
    found = preview(
        io.BytesIO(data), Catalogue.bundled(), Wishes("scdl/prenoms", None), Facts(), lines=lines, proposes=False
    )
    assert found["proposal"] is None
    return found["table"]


def _large(odd: str = "Anna") -> bytes:
    names = (odd if number == 30 else f"Nom{number}" for number in range(ROWS))
    return (HEADER + "".join(map(ROW.format, names))).encode()


@pytest.mark.parametrize("odd", ["Anna", '"An""na"', '"An\nna"'], ids=["plain", "quotes", "a line end in a cell"])
def test_a_large_file_is_shown_like_a_small_one(monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    """In pieces or at once: the same rows, at the same lines."""
    data, lines = _large(odd), {40, 9_000, ROWS}
    in_pieces = _table(data, lines)
    monkeypatch.setattr(module, "FAST_FROM", len(data) + 1)
    assert in_pieces == _table(data, lines)
    shown = [line for line, _ in in_pieces["rows"]]
    assert len(shown) == FIRST_ROWS + len(lines) and lines < set(shown) and not in_pieces["whole"]


def test_a_large_file_that_is_not_plain_is_shown_as_well() -> None:
    """A row of another width asks for the careful reader."""
    assert len(_large()) > LARGE
    data = _large() + b"Dinan;22050;F\n"
    with pytest.raises(blocks.OutOfReach):
        list(blocks.blocks(io.BytesIO(data), blocks.open_head(io.BytesIO(data), frozenset({"anne"}))))
    last = data.count(b"\n")
    assert _table(data, {last})["rows"][-1] == [last, ["Dinan", "22050", "F"]]


def test_a_page_holds_what_a_person_reads() -> None:
    """However many rows are faulty."""
    table = _table(_large(), set(range(2, ROWS)))
    assert len(table["rows"]) == MOST_ROWS and not table["whole"]


def test_all_rows_of_a_small_file_are_all_of_it() -> None:
    """And it says so."""
    table = _table((HEADER + ROW.format("Anna") * 5).encode(), set())
    assert (len(table["rows"]), table["whole"]) == (5, True)
