"""Delimited text to tables: separators, quotes, edges, line numbers, notices, and the proof of a plain grid."""

from __future__ import annotations

import pytest

from ckanext.scdl.core.catalogue import normalise_label
from ckanext.scdl.core.delimited import read_text
from ckanext.scdl.core.notices import with_text_notices
from ckanext.scdl.core.reader import read
from ckanext.scdl.core.table import Refused, Table

KNOWN = frozenset(normalise_label(name) for name in ("COMMUNE_NOM", "ENFANT_PRENOM", "NOMBRE", "ANNEE"))
GRID = "COMMUNE_NOM,ENFANT_PRENOM,NOMBRE\nLannion,Zoé,3\nTrégueux,Maël,12\n"


def _codes(table: Table) -> dict[str, tuple[int, ...]]:
    return {issue.code: issue.rows for issue in table.notices}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", ":", "^", "~", "¦", "§", "!"])
def test_any_sign_may_separate(separator: str) -> None:
    """What cuts the lines evenly and brings known columns to light is the separator."""
    table = read(GRID.replace(",", separator).encode(), KNOWN)
    assert (table.reading.separator, table.labels) == (separator, ("COMMUNE_NOM", "ENFANT_PRENOM", "NOMBRE"))
    assert table.rows[1] == ["Trégueux", "Maël", "12"]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_line_that_names_the_separator_is_followed(first: str) -> None:
    """It is neither title nor header, counts as a line, and is remarked on: others take it for the header."""
    table = read(f"{first}\r\na;b\r\n1;2\r\n".encode(), KNOWN)
    assert (table.labels, table.lines, table.reading.assumed) == (("a", "b"), [3], ("separator-line",))


def test_a_line_that_names_another_separator_than_the_one_in_use_is_not_believed() -> None:
    """The table is cut where it is cut."""
    assert read(b"sep=|\nCOMMUNE_NOM;NOMBRE\na;1\n", KNOWN).labels == ("COMMUNE_NOM", "NOMBRE")


def test_empty_edges_are_left_out_and_letters_stay() -> None:
    """A table that begins at C4 keeps the letters and lines a person sees."""
    text = "\n;;Titre\n;;;\n;;COMMUNE_NOM;NOMBRE;;\n;;Lannion;3;;\n;;;;;\n;;Tonquédec;@x;;\n;;;;;\n;;;;;\n"
    table = read(text.encode(), KNOWN)
    assert table.labels == ("COMMUNE_NOM", "NOMBRE")
    assert (table.rows, table.lines) == ([["Lannion", "3"], ["Tonquédec", "@x"]], [5, 7])
    assert (table.blank_lines, table.first_column, table.letter(0)) == ((6,), 2, "C")
    assert table.reading.assumed == ("title-lines", "blank-columns", "blank-columns-left")
    assert [(issue.column, issue.rows) for issue in table.notices] == [("D", (7,))]


def test_an_unnamed_column_with_content_stays() -> None:
    """Only what is empty from top to bottom is left out."""
    table = read(b";COMMUNE_NOM;NOMBRE;\n;a;1;\nx;b;2;\n;c;3;y\n", KNOWN)
    assert (table.labels, table.first_column) == (("", "COMMUNE_NOM", "NOMBRE", ""), 0)


def test_line_ends_may_be_mixed() -> None:
    """Lines are counted as an editor shows them."""
    table = read(b'COMMUNE_NOM,NOMBRE\r\na,1\rb,2\n"c\r\nd",3\r\re,4', KNOWN)
    assert (table.lines, table.blank_lines) == ([2, 3, 4, 7], (6,))
    assert table.rows[2] == ["c\r\nd", "3"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b,c,d\n1,2,3,4\n"5,6,7,8\n9,10,11,12\n13,14,15,"16\n17,18,19,20\n', 3),
        ('a,b,c,d\n1,2,3,4\n"5,6,7,8\n' + "1,2,3,4\n" * 15 + '"9",10,11,12\n', 3),
        ('"a,b,c,d\n1,2,3,4\n5,6,7,8\n9,10,11,12\n', 1),
    ],
)
def test_quotes_that_swallow_rows_are_refused(text: str, line: int) -> None:
    """Two stray quotes far apart close each other: what is between them is rows, not a cell."""
    with pytest.raises(Refused) as refusal:
        read(text.encode())
    assert (refusal.value.code, refusal.value.line) == ("unbalanced-quote", line)


def test_far_too_many_lines_are_refused_before_they_are_cut() -> None:
    """Lines cost memory even when they are blank."""
    with pytest.raises(Refused) as refusal:
        read(b"a,b\n" + b"\n" * 5_100_000)
    assert refusal.value.code == "too-many-lines"


def test_long_texts_with_commas_stay_cells() -> None:
    """Prose of several lines is no stack of rows."""
    prose = "D'abord, ceci,\npuis cela, enfin, le reste, etc.,\net pour finir, rien."
    table = read(f'a,b,c,d\n1,"{prose}",3,4\n'.encode())
    assert table.rows == [["1", prose, "3", "4"]]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("=HYPERLINK(1)", "formula-like"), ("@SUM", "formula-like"), ('"\tx"', "formula-like"),
        ("a\u2028b", "line-separators"), ("a\u202eb", "direction-marks"), ("a\u200bb", "unseen-characters"),
        ("a\x0bb", "control-characters"), ("a\x07", "control-characters"), ("a\x85é", "control-characters"),
        ("perdu\ufffd", "replacement-characters"), ("Ã©cole été", "mojibake-cell"),
    ],
)  # fmt: skip
def test_what_is_odd_in_a_cell_is_told_with_its_place(cell: str, code: str) -> None:
    """Line, letter and label stand beside each warning, and the cell is left as it is."""
    table = read(f"COMMUNE_NOM;NOMBRE\nà;1\n\n{cell};2\n".encode(), KNOWN)
    assert table.rows[1][0] == cell.strip('"')
    issue = next(issue for issue in table.notices if issue.code == code)
    assert (issue.level, issue.official, issue.label, issue.column) == ("warning", None, "COMMUNE_NOM", "A")
    assert issue.rows == (4,)


@pytest.mark.parametrize("cell", ["-12", "+33 2 96", "a=b", "x@y.fr", "CHÂTEAU", "Âge", "été", "1\t2", "a\nb"])
def test_what_is_usual_in_a_cell_gives_no_notice(cell: str) -> None:
    """Numbers with a sign, addresses, capitals with accents are what they are."""
    assert with_text_notices(read(f'COMMUNE_NOM;NOMBRE\n"{cell}";2\n'.encode(), KNOWN)).notices == ()


def test_notices_do_not_grow_with_their_values() -> None:
    """Beyond 200 values of a column they share one group, as everywhere in a report."""
    rows = "".join(f"=A{number},x\n" for number in range(5_000))
    table = read(f"COMMUNE_NOM,NOMBRE\n{rows}".encode(), KNOWN)
    assert len(table.notices) == 201
    assert sum(issue.count for issue in table.notices) == 5_000


WRAPPED = {
    "every line": ['"{}"', '"{}"', '"{}"'],
    "lines with a comma": ["{}", '"{}"', "{}"],
}


@pytest.mark.parametrize("ways", WRAPPED.values(), ids=WRAPPED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_that_were_taken_for_cells_are_rows(ways: list[str], end: str) -> None:
    """Opened with the wrong separator and saved again, a file of rows is a file of quoted lines."""
    lines = ["nom;siret;montant", 'Comité ""des fêtes"";1;12,5', "Amicale;2;13"]
    data = end.join(way.format(line) for way, line in zip(ways, lines, strict=True)).encode() + end.encode()
    records, reading = read_text(data, frozenset({"nom", "siret", "montant"}))
    assert [cells for _, cells in records] == [["nom", "siret", "montant"], ['Comité "des fêtes"', "1", "12,5"],
                                               ["Amicale", "2", "13"]]  # fmt: skip
    assert (reading.separator, reading.assumed) == (";", ("quoted-lines",))


def test_a_column_of_quoted_texts_stays_one_column() -> None:
    """Quotes round a text that holds separators are what they are for."""
    records, reading = read_text(b'nom\n"a;b;c"\n"d;e;f"\n', frozenset({"nom", "siret"}))
    assert ([cells for _, cells in records], reading.assumed) == ([["nom"], ["a;b;c"], ["d;e;f"]], ())


@pytest.mark.parametrize("separator", list("&*+/-.=°%"))
def test_any_sign_may_separate_where_the_names_of_columns_tell(separator: str) -> None:
    """A sign of ordinary texts counts once it brings known names to light, and not before."""
    data = "\n".join(separator.join(cells) for cells in (("nom", "siret"), ("a", "1"), ("b", "2"))).encode()
    assert read_text(data, frozenset({"nom", "siret"}))[1].separator == separator
    assert read_text(data, frozenset())[1].separator == ("=" if separator == "=" else ",")
