"""The line of a dataset in scdl/catalogue: every official field, and the page that documents them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ckanext.cotesdarmor.core.catalogue_mapping import MAPPING, VERSION, Source, catalogue_row
from ckanext.cotesdarmor.core.territory import COLUMNS
from ckanext.cotesdarmor.core.territory.register import read_register
from ckanext.scdl.core.catalogue import Catalogue

PAGE = Path(__file__).parents[3] / "docs" / "metadata.md"
OFFICIAL = Catalogue.bundled().get("scdl/catalogue", VERSION)
EUROPE = "http://publications.europa.eu/resource/authority/"
REGISTER = (
    ",".join(COLUMNS)
    + "\n"
    + "\n".join(
        ",".join(cells)
        for cells in (
            ("departement", "222200016", "22", "Côtes-d'Armor", "", "600000", "2023", "", "1", "", "", ""),
            ("epci", "200067460", "", "Loudéac Communauté", "CC", "52000", "2023", "", "1", "", "", ""),
            (
                "commune",
                "212201362",
                "22136",
                "Loudéac",
                "",
                "9500",
                "2023",
                "200067460",
                "1",
                "22600",
                "",
                "",
            ),
        )
    )
)
TERRITORY = read_register(REGISTER)
DATASET = {
    "name": "subventions-2024",
    "title": "Subventions 2024",
    "notes": "Aides aux associations.",
    "theme": [EUROPE + "data-theme/ECON", EUROPE + "data-theme/GOVE"],
    "territory": "212201362",
    "temporal_start": "2024-01-01",
    "temporal_end": "2024-12-31",
    "frequency": EUROPE + "frequency/ANNUAL",
    "license_id": "lov2",
    "metadata_created": "2025-02-03T10:00:00",
    "metadata_modified": "2026-01-01T10:00:00",
    "tags": [{"name": "Subventions"}, {"name": "associations"}],
    "resources": [
        {"format": "CSV", "created": "2025-02-03T10:00:00", "last_modified": "2025-03-04T10:00:00"},
        {"format": "XLSX", "created": "2025-02-03T10:00:00"},
        {"format": "CSV", "created": "2025-02-03T10:00:00"},
    ],
}
ORGANIZATION = {
    "title": "Commune de Loudéac",
    "siren": "212201362",
    "siret": "21220136200010",
    "kind": "commune",
}


def row_of(**changes):
    organization = {**ORGANIZATION, **changes.pop("organization", {})}
    return catalogue_row(Source({**DATASET, **changes}, organization, TERRITORY, "https://portail.example/d"))


def test_every_official_field_is_mapped_in_its_order():
    """The twenty fields of scdl/catalogue, neither more nor fewer."""
    assert [entry.field for entry in MAPPING] == list(OFFICIAL.field_names)
    assert len(MAPPING) == 20


def test_a_full_dataset_fills_every_field():
    """Nothing that the official schema requires is empty."""
    row = row_of()
    assert row == {
        "COLL_NOM": "Commune de Loudéac",
        "COLL_SIRET": "21220136200010",
        "ID": "subventions-2024",
        "TITRE": "Subventions 2024",
        "DESCRIPTION": "Aides aux associations.",
        "THEME": "Économie et finances;Vie publique et administration",
        "PRODUCTEUR_NOM": "Commune de Loudéac",
        "PRODUCTEUR_SIRET": "21220136200010",
        "COUV_SPAT_MAILLE": "Communale",
        "COUV_SPAT_NOM": "Loudéac",
        "COUV_TEMP_DEBUT": "2024-01-01",
        "COUV_TEMP_FIN": "2024-12-31",
        "DATE_PUBL": "2025-02-03",
        "FREQ_MAJ": "Annuelle",
        "DATE_MAJ": "2025-03-04",
        "MOTS_CLES": "associations;subventions",
        "LICENCE": "Licence Ouverte-LO",
        "NOMBRE_RESSOURCES": "3",
        "FORMAT_RESSOURCES": "csv;xlsx",
        "URL": "https://portail.example/d",
    }
    for name in OFFICIAL.required_names:
        assert row[name]


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"granularity": "infracommunale"}, "COUV_SPAT_MAILLE", "Infracommunale"),
        ({"territory": "200067460"}, "COUV_SPAT_MAILLE", "Intercommunale"),
        ({"territory": "222200016"}, "COUV_SPAT_MAILLE", "Départementale"),
        ({"territory": ""}, "COUV_SPAT_MAILLE", "Communale"),
        ({"territory": "", "organization": {"kind": "ccas"}}, "COUV_SPAT_MAILLE", "Autre"),
        ({"territory": ""}, "COUV_SPAT_NOM", "Commune de Loudéac"),
        ({"frequency": ""}, "FREQ_MAJ", "Inconnue"),
        ({"license_id": "notspecified"}, "LICENCE", "Spécifique ou autre"),
        ({"license_id": "cc-by"}, "LICENCE", "Creative Commons-CC"),
        ({"modified": "2024-05-06"}, "DATE_MAJ", "2024-05-06"),
        ({"issued": "2024-01-02"}, "DATE_PUBL", "2024-01-02"),
        ({"producer_name": "Syndicat"}, "PRODUCTEUR_NOM", "Syndicat"),
        ({"producer_name": "Syndicat"}, "PRODUCTEUR_SIRET", ""),
        ({"producer_siret": "21220136200010"}, "PRODUCTEUR_SIRET", "21220136200010"),
    ],
)
def test_what_the_dataset_says_wins_and_the_rest_is_derived(changes, field, value):
    """Empty fields take what the portal knows otherwise, never a guess about others."""
    assert row_of(**changes)[field] == value


def test_the_page_shows_the_mapping():
    """docs/metadata.md and the code say the same of every field."""
    table = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert table == [(entry.field, entry.origin) for entry in MAPPING]
