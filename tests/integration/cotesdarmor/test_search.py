"""Search finds what people of here type, on the real Solr."""

from __future__ import annotations

import pytest

import ckan.plugins.toolkit as tk
from ckan.plugins import get_plugin
from ckan.tests import factories, helpers

from ckanext.cotesdarmor.implementations import search


@pytest.fixture
def datasets(clean_db, clean_index):
    """Three datasets whose words are hard for an English index."""
    organization = factories.Organization()
    for name, title, notes in (
        ("ecoles", "Écoles et l’eau potable", "Délibérations du conseil municipal"),
        ("menus", "Menus collectifs", "Restauration des collèges"),
        ("budget", "Budget 2024 : recettes", "Zones, [crochets] et « guillemets »"),
    ):
        factories.Dataset(name=name, title=title, notes=notes, owner_org=organization["id"])


def _found(query, **params):
    return [dataset["name"] for dataset in helpers.call_action("package_search", q=query, **params)["results"]]


@pytest.mark.usefixtures("datasets")
class TestSearch:
    def test_words_of_one_family_find_the_same(self):
        """Accents, number, elision and kind of apostrophe do not matter."""
        for query in (
            "école",
            "ecole",
            "écoles",
            "ECOLES",
            "l'eau",
            "l’eau",
            "eau",
            "délibération",
            "deliberations",
            "délibérations",
            "municipaux",
        ):
            assert _found(query) == ["ecoles"], query
        for query in ("menu", "menus", "Menu collectif"):
            assert _found(query) == ["menus"], query

    def test_a_title_finds_itself(self):
        """A colon in a title is a colon, not a field."""
        assert _found("Budget 2024 : recettes") == ["budget"]

    @pytest.mark.parametrize(
        "query",
        [
            "budget:",
            '"budget',
            "[2024",
            "budget)",
            "{!func}budget",
            "_query_:budget",
            "AND budget",
            "budget/recettes",
            "budget\\",
            "budget^^",
            "budget && ||",
            "' OR 1=1",
        ],
    )
    def test_what_a_person_types_never_fails(self, query):
        """Any characters are an ordinary question."""
        assert isinstance(_found(query), list)

    def test_the_page_answers_whatever_is_typed(self, app):
        """The list of datasets answers 200 with the dataset for a title with a colon."""
        page = app.get("/dataset/", query_string={"q": "Budget 2024 : recettes"})
        assert "Budget 2024 : recettes" in page.body

    def test_programs_keep_their_fields(self):
        """Field queries of CKAN's API work as before."""
        assert _found("name:menus") == ["menus"]
        assert _found("*:*", fq="name:(menus OR budget)", sort="name asc") == ["budget", "menus"]

    def test_titles_sort_as_in_a_dictionary(self):
        """École stands between Budget and Menus, not after Zoo."""
        assert _found("*:*", sort="title_string asc") == ["budget", "ecoles", "menus"]

    def test_a_giant_field_does_not_lose_the_dataset(self, organization_with_giant):
        """A field over Lucene's limit is left out of the index, the dataset is found."""
        assert _found("géant") == ["geant"]


@pytest.fixture
def organization_with_giant(datasets):
    return factories.Dataset(
        name="geant",
        title="Géant",
        extras=[{"key": "annexe", "value": "é" * 20_000}],
        owner_org=factories.Organization()["id"],
    )


def test_the_test_core_has_our_fields():
    """The Solr of the stack defines every field of the portal."""
    assert search.missing_fields() == []


def test_a_core_without_our_fields_is_said(monkeypatch):
    """On a stock core French search would be silently off: the log says what to do."""
    monkeypatch.setattr(search, "FIELDS", (*search.FIELDS, "a_field_of_tomorrow"))
    complaints = []
    monkeypatch.setattr(search.log, "error", lambda text, *facts: complaints.append(text % facts))
    get_plugin("cotesdarmor").configure(tk.config)
    assert "a_field_of_tomorrow" in complaints[0]
