"""What the feed says beyond stored fields, and which schema a reference means."""

from __future__ import annotations

import pytest

from ckanext.cotesdarmor.core import dcat
from ckanext.cotesdarmor.core.outlines import Outline
from ckanext.cotesdarmor.core.schema_reference import UnknownSchema, versioned_schema
from ckanext.scdl.core.catalogue import Catalogue

OFFICIAL = "https://schema.data.gouv.fr/schemas/"
SUBVENTIONS = OFFICIAL + "scdl/subventions/2.1.1/schema.json"


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("scdl/subventions", SUBVENTIONS),
        (" scdl/subventions@2.1.1 ", SUBVENTIONS),
        (SUBVENTIONS, SUBVENTIONS),
        (OFFICIAL + "scdl/subventions/latest/schema.json", SUBVENTIONS),
        (OFFICIAL + "scdl/subventions/2.0.0/schema.json", OFFICIAL + "scdl/subventions/2.0.0/schema.json"),
        (
            "http://schema.data.gouv.fr/schemas/etalab/schema-irve-statique/2.3.1/schema-statique.json",
            OFFICIAL + "etalab/schema-irve-statique/2.3.1/schema-statique.json",
        ),
    ],
)
def test_a_reference_becomes_a_versioned_address(reference, url):
    """What was checked once must not change its meaning later."""
    assert versioned_schema(reference, Catalogue.bundled()).url == url


@pytest.mark.parametrize(
    "reference",
    [
        "subventions",
        "scdl/rien",
        OFFICIAL + "etalab/rien/latest/schema.json",
        "https://elsewhere.example/1.0/schema.json",
    ],
)
def test_an_unknown_reference_names_what_is_known(reference):
    """The message next to the field lists what can be written."""
    with pytest.raises(UnknownSchema) as caught:
        versioned_schema(reference, Catalogue.bundled())
    assert "scdl/subventions" in caught.value.known


def test_an_unknown_version_names_the_known_ones():
    """A typo in the version is told from a typo in the name."""
    with pytest.raises(UnknownSchema) as caught:
        versioned_schema("scdl/subventions@9.9", Catalogue.bundled())
    assert caught.value.known_versions[-2:] == ("2.1.0", "2.1.1")


def test_a_licence_without_address_is_not_named():
    """A literal where an address is expected would break the feed."""
    assert dcat.licence_of({"license_id": "other-open"}) is None
    assert dcat.licence_of({}) is None
    assert dcat.licence_of({"license_id": "lov2"}).uri.endswith("licence-ouverte-open-licence")


def test_the_form_of_a_file_has_both_addresses():
    """https for IANA: data.gouv.fr keeps the http form whole."""
    found = dcat.file_type_of({"format": "CSV"})
    assert found.format.endswith("/file-type/CSV")
    assert found.media_type == "https://www.iana.org/assignments/media-types/text/csv"
    assert dcat.file_type_of({"format": "something"}) is None
    assert dcat.file_type_of({"format": "SHP"}).media_type == ""


def test_the_day_of_the_data_ignores_edits_of_the_metadata():
    """data.gouv.fr judges punctuality by it."""
    dataset = {
        "metadata_created": "2025-01-01T00:00:00",
        "metadata_modified": "2026-06-06T00:00:00",
        "resources": [
            {"created": "2025-01-01T00:00:00"},
            {"created": "2025-01-01", "last_modified": "2025-05-05T01:00:00"},
        ],
    }
    assert dcat.day_of_data(dataset) == "2025-05-05"
    assert dcat.day_of_data({**dataset, "modified": "2025-09-09"}) == "2025-09-09"
    assert dcat.day_of_data({**dataset, "resources": []}) == "2025-01-01"


def test_only_an_address_is_a_schema():
    """A text left by an older version of the portal is no `dct:conformsTo`."""
    assert dcat.schema_of({"schema": SUBVENTIONS}) == SUBVENTIONS
    assert dcat.schema_of({"schema": "{}"}) == dcat.schema_of({}) == ""


def test_a_rectangle_closes_and_spans_all_polygons():
    """WKT wants the first point again at the end."""
    outline = Outline(
        "22001", "Ici", ((((0.0, 1.0), (2.0, 1.0), (2.0, 3.0)),), (((5.0, 4.0), (6.0, 4.0), (6.0, 4.5)),))
    )
    corners = "0.00000 1.00000, 6.00000 1.00000, 6.00000 4.50000, 0.00000 4.50000, 0.00000 1.00000"
    assert dcat.bounding_boxes([outline]) == {"22001": f"POLYGON (({corners}))"}


@pytest.mark.parametrize(
    ("dataset", "organization", "name", "email"),
    [
        ({"contact_name": "Voirie", "contact_email": "v@a.fr"}, {"contact_email": "m@a.fr"}, "Voirie", "v@a.fr"),
        ({"contact_email": "v@a.fr"}, {"title": "Dinan", "contact_name": "Accueil"}, "Dinan", "v@a.fr"),
        ({}, {"title": "Dinan", "contact_name": "Accueil", "contact_email": "m@a.fr"}, "Accueil", "m@a.fr"),
        ({}, {"title": "Dinan", "contact_email": " m@a.fr "}, "Dinan", "m@a.fr"),
        ({"contact_name": "Voirie"}, {"contact_email": "m@a.fr"}, "Voirie", "m@a.fr"),
        ({"contact_name": "Voirie"}, {"title": "Dinan"}, "Voirie", ""),
    ],
)
def test_whom_to_ask_is_the_organisation_where_the_dataset_names_no_mailbox(dataset, organization, name, email):
    """What the dataset says comes first."""
    assert dcat.contact_of(dataset, organization) == dcat.ContactPoint(name, email)


def test_nobody_is_named_where_nobody_is_known():
    """The title of an organisation alone is no contact."""
    assert dcat.contact_of({}, {"title": "Dinan", "contact_name": "Accueil"}) is None
