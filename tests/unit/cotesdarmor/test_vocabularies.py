"""The controlled words: complete, unambiguous, with the addresses that data.gouv.fr and Europe know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ckanext.cotesdarmor.core import vocabularies
from ckanext.cotesdarmor.core.vocabularies import NAMES, InvalidVocabulary, build_vocabulary, vocabulary
from ckanext.scdl.core.catalogue import Catalogue

EUROPE = "http://publications.europa.eu/resource/authority/"
OFFICIAL = {
    each.name: each.constraints.get("enum") for each in Catalogue.bundled().get("scdl/catalogue").fields
}
LICENSES = json.loads((Path(vocabularies.__file__).parent / "licenses.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_every_term_is_found_by_its_value_code_address_and_labels(name):
    """A client may send any of the words that mean a term."""
    words = vocabulary(name)
    for term in words:
        for word in (term.value, term.code, term.uri, *term.labels.values()):
            if word:
                assert words.find(word.upper()) is term


@pytest.mark.parametrize("name", NAMES)
def test_choices_have_french_and_english_labels(name):
    """Forms of both languages show words, never addresses."""
    for choice in vocabulary(name).choices():
        assert set(choice["label"]) == {"fr", "en"}
        assert not any(label.startswith("http") for label in choice["label"].values())


@pytest.mark.parametrize(
    ("name", "folder", "code"),
    [
        ("frequency", "frequency", "ANNUAL"),
        ("theme", "data-theme", "ECON"),
        ("language", "language", "FRA"),
        ("access_right", "access-right", "PUBLIC"),
        ("file_type", "file-type", "CSV"),
    ],
)
def test_european_terms_are_stored_as_their_exact_address(name, folder, code):
    """https or another case is lost in silence by data.gouv.fr."""
    assert vocabulary(name).find(code).value == f"{EUROPE}{folder}/{code}"
    assert all(term.value == f"{EUROPE}{folder}/{term.code}" for term in vocabulary(name))


def test_there_are_thirteen_themes():
    """The European table has thirteen; the schemas of files propose among them."""
    codes = {term.code for term in vocabulary("theme")}
    assert len(codes) == 13
    assert {schema.theme for schema in Catalogue.bundled().all()} <= codes


def test_frequencies_proposed_by_schemas_exist():
    """What a schema proposes can be chosen."""
    assert all(vocabulary("frequency").find(schema.frequency) for schema in Catalogue.bundled().all())


@pytest.mark.parametrize(
    ("name", "field"),
    [("frequency", "FREQ_MAJ"), ("license", "LICENCE"), ("granularity", "COUV_SPAT_MAILLE")],
)
def test_words_for_the_official_catalogue_are_in_its_lists(name, field):
    """A line of scdl/catalogue made from these terms is valid, and each official word can be reached."""
    words = {term.facts["scdl"] for term in vocabulary(name)}
    assert words == set(OFFICIAL[field])


def test_licence_ouverte_is_the_first_with_the_address_that_data_gouv_fr_knows():
    """The default of the form is the licence of French public data."""
    first = vocabulary("license").terms[0]
    assert (first.value, first.uri) == ("lov2", "https://www.etalab.gouv.fr/licence-ouverte-open-licence")
    assert vocabulary("license").find("etalab-2.0") is first


def test_licences_have_what_ckan_reads():
    """CKAN shows title and address, and tells open licences by their conformance."""
    for licence in LICENSES:
        assert {"id", "title", "url", "od_conformance", "osd_conformance", "status"} <= set(licence)
    assert [licence["id"] for licence in LICENSES] == [term.value for term in vocabulary("license")]


def test_licences_are_plain_ascii():
    """CKAN opens the file in the encoding of the machine."""
    assert (Path(vocabularies.__file__).parent / "licenses.json").read_text(encoding="ascii")


@pytest.mark.parametrize(
    ("word", "code"), [("CSV", "CSV"), (".csv", "CSV"), ("esri shapefile", "SHP"), ("jpg", "JPEG")]
)
def test_file_types_are_found_by_what_a_publisher_writes(word, code):
    """The field `format` is free text."""
    assert vocabulary("file_type").of_format(word).code == code


def test_a_format_means_one_file_type():
    """Two types for one word would make the feed change with the order of a file."""
    words = [word for term in vocabulary("file_type") for word in term.facts["formats"]]
    assert len(words) == len(set(words))


def test_labels_of_unknown_values_are_the_values():
    """A harvested record may hold what no vocabulary knows; a page shows it as it is."""
    assert (
        vocabulary("theme").label("https://elsewhere.example/theme/1") == "https://elsewhere.example/theme/1"
    )


@pytest.mark.parametrize(
    ("described", "term"),
    [
        ({"name": "x", "source": "s", "terms": []}, ""),
        ({"name": "x", "terms": [{"code": "a", "fr": "A", "en": "A"}]}, ""),
        ({"name": "x", "source": "s", "terms": [{"code": "a", "fr": "A"}]}, "a"),
        (
            {
                "name": "x",
                "source": "s",
                "terms": [{"code": "a", "fr": "A", "en": "A"}, {"code": "A", "fr": "B", "en": "B"}],
            },
            "A",
        ),
    ],
)
def test_a_wrong_description_is_refused(described, term):
    """The name of the vocabulary and the term tell where to look."""
    with pytest.raises(InvalidVocabulary) as caught:
        build_vocabulary(described)
    assert (caught.value.vocabulary, caught.value.term) == ("x", term)


def test_there_is_no_other_vocabulary():
    """A misspelt name is no empty list."""
    with pytest.raises(InvalidVocabulary):
        vocabulary("frequencies")
