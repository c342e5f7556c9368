"""From the register to an organisation: SIREN, addresses, what has changed."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import yaml

import ckanext.cotesdarmor
from ckanext.cotesdarmor.core import organization as core
from ckanext.cotesdarmor.core.territory import Collectivite, Kind

SCHEMA = yaml.safe_load(
    (Path(ckanext.cotesdarmor.__file__).parent / "schemas" / "organization.yaml").read_text("utf-8")
)
FIELDS = {field["field_name"]: field for field in SCHEMA["fields"]}


@pytest.mark.parametrize(
    "typed", ["212202782", "212 202 782", "212.202.782", "212-202-782", " 212\u202f202\u00a0782 "]
)
def test_siren_is_read_however_it_is_grouped(typed):
    """Separators between the digits do not matter."""
    assert core.clean_siren(typed) == "212202782"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("212202783", "key"),
        ("21220278", "length"),
        ("2122027820", "length"),
        ("21220278200018", "siret"),
        ("21220278A", "characters"),
        ("", "characters"),
        ("٢١٢٢٠٢٧٨٢", "characters"),
    ],
)
def test_what_is_no_siren_is_told_why(typed, reason):
    """Each fault has its own reason."""
    with pytest.raises(core.SirenError) as caught:
        core.clean_siren(typed)
    assert caught.value.reason == reason


@pytest.mark.parametrize("typed", ["21220278200018", "212 202 782 00018", "212.202.782\u00a000018"])
def test_siret_is_read_however_it_is_grouped(typed):
    """Separators between the digits do not matter."""
    assert core.clean_siret(typed, "212202782") == "21220278200018"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("21220278200017", "key"),
        ("212202782", "siren"),
        ("2122027820001", "length"),
        ("2122027820001A", "characters"),
        ("", "characters"),
        ("21220113100019", "other"),
    ],
)
def test_what_is_no_siret_of_the_body_is_told_why(typed, reason):
    """Each fault has its own reason, and another body's SIRET is one of them."""
    with pytest.raises(core.SiretError) as caught:
        core.clean_siret(typed, "212202782")
    assert caught.value.reason == reason


def test_siret_of_a_body_without_siren_is_only_checked_by_its_key():
    """An organisation may be made before its SIREN is known."""
    assert core.clean_siret("21220113100019") == "21220113100019"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Île-de-Bréhat", "ile-de-brehat"),
        ("Plœuc-L'Hermitage", "ploeuc-l-hermitage"),
        ("Communauté de communes du Kreiz-Breizh (CCKB)", "communaute-de-communes-du-kreiz-breizh-cckb"),
        ("Y", "organisation-y"),
        ("?", "organisation"),
    ],
)
def test_name_becomes_an_address(name, slug):
    """Accents, ligatures and signs go; two characters at least remain."""
    assert core.slug(name) == slug


def test_long_name_leaves_room_for_a_code():
    """CKAN's limit of 100 characters holds for the longest candidate too."""
    assert all(len(name) <= 100 for name in core.slugs("Syndicat mixte " * 20, "212202782", "22278"))


def test_addresses_to_try_end_with_one_of_its_own():
    """Two bodies of one name get different addresses."""
    assert list(core.slugs("Dinan", "200076578", "22050")) == ["dinan", "dinan-22050", "dinan-200076578"]
    assert list(core.slugs("SDIS", "282200015")) == ["sdis", "sdis-282200015"]


def test_register_row_becomes_texts():
    """The portal stores texts, so a comparison with them finds no difference."""
    one = Collectivite(Kind.COMMUNE, "212202782", "22278", "Saint-Brieuc", 44364, 2023)
    assert core.from_register(one) == {
        "siren": "212202782",
        "insee_code": "22278",
        "kind": "commune",
        "population": "44364",
        "population_year": "2023",
    }


def test_only_what_differs_is_a_change():
    """Numbers equal their text, an absent value equals an empty one."""
    stored = {"population": 44364, "kind": "commune", "other": "kept"}
    wanted = {"population": "44364", "kind": "epci", "insee_code": ""}
    assert core.changes(stored, wanted) == {"kind": "epci"}


@pytest.mark.parametrize(
    ("text", "siren"), [("Lannion (212201131)", "212201131"), ("Lannion", None), ("(123)", None)]
)
def test_suggestion_carries_its_siren(text, siren):
    """What a person picked from the list is taken exactly."""
    assert core.siren_in(text) == siren


def test_form_offers_the_kinds_and_policies_of_the_code():
    """The YAML and the code name the same values, in the same order."""
    assert tuple(choice["value"] for choice in FIELDS["kind"]["choices"]) == core.KINDS
    assert tuple(choice["value"] for choice in FIELDS["publication_policy"]["choices"]) == core.POLICIES


def test_reserved_fields_are_the_sysadmins_and_checked_as_such():
    """A field is shown as reserved if and only if its validators keep it so."""
    reserved = {name for name, field in FIELDS.items() if field.get("reserved")}
    assert reserved == {*core.REGISTER_FIELDS, "convention_date", "publication_policy"}
    assert reserved == {
        name
        for name, field in FIELDS.items()
        if field.get("validators", "").startswith("cotesdarmor_reserved")
    }


def test_every_text_of_the_form_is_in_french_and_english():
    """Labels, helps, placeholders, titles and choices have both languages."""
    keys = ("label", "help_text", "form_placeholder", "fieldset")
    texts = [field[key] for field in FIELDS.values() for key in keys if key in field]
    texts += [choice["label"] for field in FIELDS.values() for choice in field.get("choices", ())]
    assert all(set(text) == {"fr", "en"} for text in texts)


def test_register_fields_are_all_filled():
    """What the register fills in and what the schema keeps have the same names."""
    one = Collectivite(Kind.EPCI, "200069409", "", "Saint-Brieuc Armor Agglomération", 154167, 2023)
    assert tuple(core.from_register(one)) == core.REGISTER_FIELDS


def test_names_of_accounts_never_end():
    """However many people share a name, each gets an account."""
    from ckanext.cotesdarmor.core.invitation import user_names

    assert list(islice(user_names("Anne Le Gall", "a@b.fr"), 3)) == [
        "anne-le-gall",
        "anne-le-gall-2",
        "anne-le-gall-3",
    ]
    assert next(user_names("!", "mairie@b.fr")) == "mairie"
    assert next(user_names("!", "?@b.fr")) == "utilisateur"
