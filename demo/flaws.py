"""What happens to tables on their way from an office to a portal: one function for each mishap.

The first group changes how the file is written and leaves it valid; the second breaks rules of the schema in
a way that a program can put right; the third loses something that only the author knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Table:
    """A table of text, and how to write it down."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    separator: str = ","
    encoding: str = "utf-8"
    above: tuple[tuple[str, ...], ...] = ()
    numbers: frozenset[str] = frozenset()
    """Columns that a workbook holds as numbers."""


Flaw = Callable[[Table], Table]


def each_cell(table: Table, change: Callable[[str], str], *columns: str) -> Table:
    """Return the table with some columns changed cell by cell, all columns if none is named."""
    chosen = {rank for rank, label in enumerate(table.header) if label in columns or not columns}
    return replace(table, rows=tuple(
        tuple(change(cell) if rank in chosen else cell for rank, cell in enumerate(row)) for row in table.rows
    ))


# How the file is written

def semicolon(table: Table) -> Table:
    """Excel in French separates columns by semicolons."""
    return replace(table, separator=";")


def bom(table: Table) -> Table:
    """Excel's "CSV UTF-8" begins with a mark."""
    return replace(table, encoding="utf-8-sig")


def cp1252(table: Table) -> Table:
    """Excel's plain CSV is in the Windows alphabet."""
    return replace(table, encoding="cp1252")


def shuffled(table: Table) -> Table:
    """The columns come in the alphabetical order of an export."""
    order = sorted(range(len(table.header)), key=lambda rank: table.header[rank].casefold())
    return replace(
        table,
        header=tuple(table.header[rank] for rank in order),
        rows=tuple(tuple(row[rank] for rank in order) for row in table.rows),
    )


# What a program can put right

def french_dates(table: Table) -> Table:
    """Days are written 31/12/2024."""
    return each_cell(table, lambda cell: re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", r"\3/\2/\1", cell),
                     "dateConvention", "datesPeriodeVersement", "DELIB_DATE", "PREF_DATE")


def capital_words(table: Table) -> Table:
    """Words of a closed list begin with a capital."""
    return each_cell(table, lambda cell: cell[:1].upper() + cell[1:],
                     "nature", "notificationUE", "conditionsVersement",
                     "BGT_NATDEC", "BGT_SECTION", "BGT_CODRD")


def percent(table: Table) -> Table:
    """A share is written out of a hundred."""
    return each_cell(table, lambda cell: f"{float(cell) * 100:g}", "pourcentageSubvention")


def decimal_comma(table: Table) -> Table:
    """Numbers are written with a comma and a space between thousands."""
    def written(cell: str) -> str:
        whole, _, cents = cell.partition(".")
        sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        if not digits:
            return cell
        return sign + f"{int(digits):,}".replace(",", " ") + "," + (cents or "00")
    return each_cell(table, written, "montant", "EQUIP_LAT", "EQUIP_LONG", "BGT_MTPREV", "BGT_MTPROPNOUV",
                     "BGT_MTBUDGPREC", "BGT_CREDOUV")


def plain_header(table: Table) -> Table:
    """Labels are retyped by hand: words apart, capitals and accents as one speaks."""
    accents = {"Delib": "Délib", "Beneficiaire": "Bénéficiaire", "Prenom": "Prénom", "Annee": "Année"}

    def retyped(label: str) -> str:
        words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", label)
        return " ".join(accents.get(word.capitalize(), word.capitalize()) for word in words)
    return replace(table, header=tuple(retyped(label) for label in table.header))


def title_line(table: Table) -> Table:
    """A title and a blank line stand above the labels."""
    blank = ("",) * (len(table.header) - 1)
    return replace(table, above=(("Tableau récapitulatif annuel", *blank), ("", *blank)))


def underscore_period(table: Table) -> Table:
    """Both ends of a period are joined by the sign of an older rule."""
    return each_cell(table, lambda cell: cell.replace("/", "_"), "datesPeriodeVersement")


def upper_names(table: Table) -> Table:
    """First names come in capitals without accents, as from a register of births."""
    def capitals(cell: str) -> str:
        decomposed = unicodedata.normalize("NFKD", cell.upper())
        return "".join(char for char in decomposed if not unicodedata.combining(char))
    return each_cell(table, capitals, "ENFANT_PRENOM")


def spaced_phone(table: Table) -> Table:
    """Telephone numbers are written two digits by two digits."""
    def spaced(cell: str) -> str:
        digits = "0" + cell.removeprefix("+33 ")
        return " ".join(digits[start:start + 2] for start in range(0, len(digits), 2))
    return each_cell(table, spaced, "EQUIP_TEL")


def blank_columns(table: Table) -> Table:
    """Empty columns hang on at the right of the sheet."""
    return replace(table, header=(*table.header, "", ""), rows=tuple((*row, "", "") for row in table.rows))


def numeric_ids(table: Table) -> Table:
    """A workbook keeps SIRET as numbers."""
    return replace(table, numbers=table.numbers | {"idAttribuant", "idBeneficiaire"})


# What only the author knows

def scientific_siret(table: Table) -> Table:
    """A spreadsheet has rounded the SIRET to three figures."""
    def rounded(cell: str) -> str:
        return f"{float(cell):.2E}".replace(".", ",") if cell else cell
    return each_cell(table, rounded, "idAttribuant", "idBeneficiaire")


def no_dates(table: Table) -> Table:
    """The column of the day was not exported."""
    kept = [rank for rank, label in enumerate(table.header) if label not in {"DELIB_DATE", "dateConvention"}]
    return replace(
        table,
        header=tuple(table.header[rank] for rank in kept),
        rows=tuple(tuple(row[rank] for rank in kept) for row in table.rows),
    )


FLAWS: Mapping[str, Flaw] = {
    flaw.__name__: flaw
    for flaw in (
        semicolon, bom, cp1252, shuffled,
        french_dates, capital_words, percent, decimal_comma, plain_header, title_line, underscore_period,
        upper_names, spaced_phone, blank_columns, numeric_ids,
        scientific_siret, no_dates,
    )
}
