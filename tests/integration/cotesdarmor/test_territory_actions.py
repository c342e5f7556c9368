"""The register of the territory as the API gives it."""

from __future__ import annotations

import pytest

import ckan.plugins.toolkit as tk

KEYS = {
    "siren", "insee", "name", "kind", "population", "population_year", "epci", "postcodes", "former_codes"
}  # fmt: skip


def test_list_holds_the_whole_register(act):
    """Without parameters a visitor gets the Département, 11 EPCI and 344 communes, with these keys."""
    listed = act("territory_list")
    assert len(listed) == 1 + 11 + 344
    assert set(listed[0]) == KEYS


def test_list_narrows_by_kind_epci_and_name(act):
    """Kind, EPCI and name each narrow the list, and narrow each other."""
    epci = next(one for one in act("territory_list", kind="epci") if one["name"] == "Leff Armor Communauté")
    communes = act("territory_list", epci=epci["siren"])
    assert {one["kind"] for one in communes} == {"commune"}
    assert [one["name"] for one in act("territory_list", q="chatelaud", epci=epci["siren"])] == [
        "Châtelaudren-Plouagat"
    ]
    assert len(act("territory_list", kind="commune", limit=3)) == 3


def test_list_refuses_an_unknown_kind(act):
    """A kind that the register does not know is said to be wrong rather than answered by nothing."""
    with pytest.raises(tk.ValidationError):
        act("territory_list", kind="region")


@pytest.mark.parametrize(
    ("key", "name"),
    [("212200166", "Île-de-Bréhat"), ("22016", "Île-de-Bréhat"), ("22120", "Caouënnec-Lanvézéac")],
)
def test_show_takes_siren_and_insee_codes(act, key, name):
    """A SIREN, a code in force and a former code each name one collectivité."""
    assert act("territory_show", id=key)["name"] == name


def test_show_of_an_unknown_code_is_not_found(act):
    """A code outside the register is not found."""
    with pytest.raises(tk.ObjectNotFound):
        act("territory_show", id="213500000")
