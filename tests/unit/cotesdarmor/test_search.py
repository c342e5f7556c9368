"""What a person types becomes a question that Solr understands."""

from __future__ import annotations

import pytest

from ckanext.cotesdarmor.core.search import french_sort, index_fields, is_fielded, typed_query, without_giants


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Budget 2024 : recettes", "Budget 2024 recettes"),
        ("budget:", "budget"),
        ("objet:recettes", "objet recettes"),
        ("notes: réunion", "notes réunion"),
        ('"conseil municipal', "conseil municipal"),
        ('"conseil municipal" eau', '"conseil municipal" eau'),
        ("[2024", "2024"),
        ("(eau OR", "eau or"),
        ("Saint-Brieuc -budget", "Saint-Brieuc -budget"),
        ("budget - recettes", "budget recettes"),
        ("{!lucene}x", "lucene x"),
        ("_query_:secret", "_query_ secret"),
        ("l’eau", "l’eau"),
        ("", "*:*"),
        ("???", "*:*"),
        ("*:*", "*:*"),
        ("a/b\\c^2~", "a b c 2"),
    ],
)
def test_a_person_is_understood(typed, asked):
    """Nothing that a person types is syntax to Solr, but quoted phrases and a leading minus."""
    assert typed_query(typed) == asked


@pytest.mark.parametrize(
    "query",
    [
        "name:foo",
        "title:eau AND tags:scdl",
        "+organization:x",
        "extras_siren:212200463",
        "metadata_modified:[NOW-1DAY TO *]",
    ],
)
def test_a_program_is_left_alone(query):
    """A query that names a field of the index goes through as it is."""
    assert is_fielded(query)
    assert typed_query(query) == query


def test_titles_sort_as_in_french():
    """CKAN's sort by title becomes the collated one, other sorts stay."""
    assert french_sort("title_string asc, metadata_modified desc") == "title_sort_fr asc, metadata_modified desc"


def test_index_fields_hold_schema_conformity_theme_and_epci():
    """The portal's fields come from the resources, the themes and the EPCI, each value once."""
    dataset = {
        "theme": ["GOVE", "ECON"],
        "resources": [
            {
                "schema": "https://schema.data.gouv.fr/schemas/scdl/subventions/2.1.1/schema.json",
                "validation_status": "success",
            },
            {
                "schema": "https://schema.data.gouv.fr/schemas/scdl/subventions/2.1.1/schema.json",
                "validation_status": "failure",
            },
            {},
        ],
    }
    assert index_fields(dataset, "200069409") == {
        "portal_schema": ["scdl/subventions"],
        "portal_conformity": ["success", "failure"],
        "portal_theme": ["GOVE", "ECON"],
        "portal_epci": ["200069409"],
    }


def test_a_giant_field_does_not_reach_solr():
    """A field over Lucene's limit for one term is left out; analysed fields may be as long as they are."""
    fields = without_giants({"notes": "x" * 40_000, "annexe": "é" * 20_000, "court": "x"})
    assert set(fields) == {"notes", "court"}
