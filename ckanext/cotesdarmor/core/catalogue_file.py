"""A collectivité's catalogue as a file of the official schema, complete enough to pass its check.

The schema requires twenty values of every dataset. What the portal knows is in `catalogue_mapping`; where it knows
nothing, a value stands in that says so or that is true of the collectivité that answers for the data.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from .catalogue_mapping import MAPPING

UNKNOWN = "Non renseigné"

STAND_INS: tuple[tuple[str, str], ...] = (
    ("PRODUCTEUR_SIRET", "COLL_SIRET"),
    ("DESCRIPTION", "TITRE"),
    ("THEME", ""),
    ("MOTS_CLES", "THEME"),
    ("FORMAT_RESSOURCES", ""),
    ("DATE_MAJ", "DATE_PUBL"),
    ("COUV_TEMP_DEBUT", "DATE_PUBL"),
    ("COUV_TEMP_FIN", "DATE_MAJ"),
)
"""A field that may lack, and the one whose value stands in, in this order; `UNKNOWN` where there is none."""


def complete(row: Mapping[str, str]) -> dict[str, str]:
    """Return the line of a dataset without gaps, where the collectivité has its SIRET."""
    whole = dict(row)
    if not whole["PRODUCTEUR_SIRET"]:
        # A producer that cannot be named by its number is named by the collectivité that publishes.
        whole["PRODUCTEUR_NOM"] = whole["COLL_NOM"]
    for field, other in STAND_INS:
        if not whole[field].strip():
            whole[field] = whole[other] if other else UNKNOWN
    whole["COUV_TEMP_FIN"] = max(whole["COUV_TEMP_DEBUT"], whole["COUV_TEMP_FIN"])
    return whole


def has_files(row: Mapping[str, str]) -> bool:
    """Whether a dataset belongs into the catalogue: the schema asks for at least one file."""
    return row["NOMBRE_RESSOURCES"] != "0"


def as_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return the file: UTF-8, commas, the official header, no cell that a spreadsheet program would run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(entry.field for entry in MAPPING)
    writer.writerows([_harmless(row[entry.field]) for entry in MAPPING] for row in rows)
    return text.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
