"""A catalogue as a file: without gaps, and valid by the engine's own word."""

from __future__ import annotations

import csv
import io

import pytest

from ckanext.cotesdarmor.core.catalogue_file import UNKNOWN, as_csv, complete, has_files
from ckanext.cotesdarmor.core.catalogue_mapping import MAPPING
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check

BARE = {entry.field: "" for entry in MAPPING} | {
    "COLL_NOM": "Commune", "COLL_SIRET": "21220136200010", "ID": "a", "TITRE": "A", "PRODUCTEUR_NOM": "Autre",
    "COUV_SPAT_MAILLE": "Communale", "COUV_SPAT_NOM": "Commune", "DATE_PUBL": "2024-05-01", "FREQ_MAJ": "Inconnue",
    "LICENCE": "Licence Ouverte-LO", "NOMBRE_RESSOURCES": "1", "URL": "https://portail.example/dataset/a",
}  # fmt: skip


def test_gaps_are_filled_with_what_is_true():
    """The collectivité for a producer without number, the days that are known for the period."""
    whole = complete(BARE)
    assert all(whole.values())
    assert (whole["PRODUCTEUR_NOM"], whole["PRODUCTEUR_SIRET"]) == ("Commune", BARE["COLL_SIRET"])
    assert (whole["THEME"], whole["MOTS_CLES"], whole["DESCRIPTION"]) == (UNKNOWN, UNKNOWN, "A")
    assert (whole["COUV_TEMP_DEBUT"], whole["COUV_TEMP_FIN"]) == ("2024-05-01", "2024-05-01")
    assert complete({**BARE, "COUV_TEMP_DEBUT": "2025-01-01"})["COUV_TEMP_FIN"] == "2025-01-01"


def test_what_is_known_stays():
    """Nothing stands in for a value that is there."""
    whole = complete(BARE)
    assert complete(whole) == whole


@pytest.mark.parametrize("title", ["A", "=HYPERLINK(1)", 'Il dit « "oui" », puis\nnon', "-1+2"])
def test_the_file_passes_its_own_check(title):
    """Whatever a title holds, the engine finds a conform file, and no spreadsheet program a formula."""
    data = as_csv([complete({**BARE, "TITRE": title})])
    report = check(data, Catalogue.bundled(), "scdl/catalogue")
    assert (report.status, report.rows) == ("valid", 1)
    [row] = csv.DictReader(io.StringIO(data.decode(), newline=""))
    assert row["TITRE"].removeprefix("'") == title
    assert row["TITRE"][0] not in "=+-@"


def test_a_dataset_without_file_is_left_out():
    """The schema wants at least one."""
    assert has_files(BARE)
    assert not has_files({**BARE, "NOMBRE_RESSOURCES": "0"})
