"""Organisations: who may say what of them, and one for each SIREN."""

from __future__ import annotations

import threading

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories, helpers

pytestmark = pytest.mark.usefixtures("clean_db")

SIREN, OTHER_SIREN = "212202782", "212201131"


@pytest.fixture
def town(act, organization, sysadmin):
    """The shared organisation, with what a sysadmin says of it."""
    act(
        "organization_patch",
        sysadmin,
        id=organization["id"],
        siren=SIREN,
        insee_code="22278",
        kind="commune",
        population="44 364",
        population_year="2023",
        convention_date="2024-01-15",
        publication_policy="block",
    )
    return organization


def show(organization):
    """The organisation as a visitor sees it."""
    return helpers.call_action("organization_show", id=organization["id"])


def test_policy_warns_by_default():
    """An organisation about which nothing is said publishes with warnings."""
    assert factories.Organization()["publication_policy"] == "warn"


def test_separators_of_a_siren_are_dropped(act, sysadmin):
    """What is stored are nine digits."""
    made = act(
        "organization_create", sysadmin, name="saint-brieuc", title="Saint-Brieuc", siren="212 202 782"
    )
    assert made["siren"] == SIREN


def test_population_is_a_number(town):
    """A reader gets numbers where the form took texts."""
    shown = show(town)
    assert (shown["population"], shown["population_year"]) == (44364, 2023)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siren", "212202783"),
        ("siren", "21220278200018"),
        ("siret", "21220278200017"),
        ("siret", "212202782"),
        ("insee_code", "2278"),
        ("kind", "royaume"),
        ("population", "beaucoup"),
        ("population_year", "23"),
        ("contact_email", "mairie"),
        ("contact_telephone", "appelez-nous"),
        ("contact_url", "javascript:alert(1)"),
        ("membership_date", "bientôt"),
        ("convention_date", "31/31/2024"),
        ("publication_policy", "laisser-faire"),
        ("title", ""),
    ],
)
def test_fault_is_said_of_its_field(act, sysadmin, field, value):
    """A wrong value is refused, and the error carries the name of its field only."""
    data = {"name": "saint-brieuc", "title": "Saint-Brieuc", field: value}
    with pytest.raises(tk.ValidationError) as caught:
        act("organization_create", sysadmin, **data)
    assert list(caught.value.error_dict) == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siren", OTHER_SIREN),
        ("insee_code", "22113"),
        ("kind", "epci"),
        ("population", "1"),
        ("population_year", "2020"),
        ("convention_date", "2025-01-01"),
        ("publication_policy", "warn"),
    ],
)
def test_reserved_field_is_not_for_the_organisations_admin(act, town, field, value):
    """Its own admin cannot change what the programme keeps."""
    before = show(town)[field]
    with pytest.raises(tk.ValidationError) as caught:
        act("organization_patch", town["people"]["admin"], id=town["id"], **{field: value})
    assert list(caught.value.error_dict) == [field]
    assert show(town)[field] == before


def test_admin_keeps_what_the_form_does_not_send(act, town):
    """The form of an admin leaves the reserved fields out: they stay as they are."""
    act("organization_update", town["people"]["admin"], id=town["id"], name=town["name"], title="Ville")
    shown = show(town)
    assert (shown["title"], shown["siren"], shown["publication_policy"]) == ("Ville", SIREN, "block")
    assert shown["convention_date"] == "2024-01-15"


def test_admin_may_send_what_is_stored(act, town):
    """Sending the organisation back as it was shown, in any grouping, is no attempt to change it."""
    sent = {"description": "Port", "kind": "commune", "population": 44364}
    act("organization_patch", town["people"]["admin"], id=town["id"], **sent)
    shown = show(town)
    assert (shown["description"], shown["siren"], shown["population"]) == ("Port", SIREN, 44364)


def test_admin_cannot_go_round_by_extras(act, town):
    """An extra with the name of a field is refused."""
    extras = [{"key": "publication_policy", "value": "warn"}]
    with pytest.raises(tk.ValidationError):
        act("organization_patch", town["people"]["admin"], id=town["id"], extras=extras)
    assert show(town)["publication_policy"] == "block"


def test_admin_gives_the_siret_of_the_seat(act, town):
    """It is the body's own business, and stored without separators."""
    act("organization_patch", town["people"]["admin"], id=town["id"], siret="212 202 782 00018")
    assert show(town)["siret"] == "21220278200018"


def test_siret_begins_with_the_siren_of_the_organisation(act, town):
    """Also when the SIREN is not sent along."""
    with pytest.raises(tk.ValidationError) as caught:
        act("organization_patch", town["people"]["admin"], id=town["id"], siret="21220113100019")
    assert list(caught.value.error_dict) == ["siret"]
    assert SIREN in caught.value.error_dict["siret"][0]


def test_admin_empties_the_siret(act, town):
    """A wrong number can be taken back."""
    act("organization_patch", town["people"]["admin"], id=town["id"], siret="21220278200018")
    act("organization_patch", town["people"]["admin"], id=town["id"], siret="")
    assert not show(town).get("siret")


@pytest.mark.parametrize("who", ["editor", "member", "stranger", "visitor"])
def test_others_change_nothing(act, town, stranger, who):
    """Who does not manage the organisation is refused as a whole."""
    user = {**town["people"], "stranger": stranger, "visitor": None}[who]
    with pytest.raises(tk.NotAuthorized):
        act("organization_patch", user, id=town["id"], publication_policy="warn")
    assert show(town)["publication_policy"] == "block"


def test_sysadmin_empties_a_reserved_field(act, town, sysadmin):
    """An empty text removes a value, an absent field does not."""
    act("organization_update", sysadmin, id=town["id"], name=town["name"], title="Ville", convention_date="")
    shown = show(town)
    assert (shown.get("convention_date"), shown["siren"]) == (None, SIREN)


def test_second_organisation_of_a_siren_is_refused_by_name(act, town, sysadmin):
    """The message says which organisation has it already."""
    with pytest.raises(tk.ValidationError) as caught:
        act("organization_create", sysadmin, name="doublon", title="Doublon", siren=SIREN)
    assert town["name"] in caught.value.error_dict["siren"][0]


def test_deleted_organisation_does_not_block(act, town, sysadmin):
    """A SIREN is free again after its organisation was deleted, and taken when somebody brings that back."""
    act("organization_delete", sysadmin, id=town["id"])
    assert (
        act("organization_create", sysadmin, name="nouvelle", title="Nouvelle", siren=SIREN)["siren"] == SIREN
    )
    with pytest.raises(tk.ValidationError):
        act("organization_patch", sysadmin, id=town["id"], state="active")


def test_two_people_who_save_at_once_make_one_organisation(act, sysadmin):
    """The second transaction waits for the first and sees what it wrote."""
    barrier, outcomes = threading.Barrier(2), []

    def create(name: str) -> None:
        barrier.wait()
        try:
            context = {"user": sysadmin["name"], "ignore_auth": True}
            tk.get_action("organization_create")(context, {"name": name, "title": name, "siren": SIREN})
            outcomes.append("created")
        except tk.ValidationError as error:
            outcomes.append("".join(error.error_dict))
        finally:
            model.Session.remove()

    for attempt in range(4):
        barrier.reset()
        outcomes.clear()
        names = [f"commune-{attempt}-{number}" for number in range(2)]
        threads = [threading.Thread(target=create, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["created", "siren"]
        model.Session.remove()
        for group in model.Session.query(model.Group).filter(model.Group.name.in_(names)):
            act("organization_delete", sysadmin, id=group.id)


def test_second_transaction_waits_until_the_first_has_ended(sysadmin):
    """With the first writer held before its commit, the second decides nothing."""
    context = {"user": sysadmin["name"], "ignore_auth": True, "defer_commit": True}
    tk.get_action("organization_create")(context, {"name": "premiere", "title": "Première", "siren": SIREN})
    ended = threading.Event()
    errors: list[dict[str, list[str]]] = []

    def second() -> None:
        try:
            data = {"name": "seconde", "title": "Seconde", "siren": SIREN}
            tk.get_action("organization_create")({"user": sysadmin["name"], "ignore_auth": True}, data)
        except tk.ValidationError as error:
            errors.append(error.error_dict)
        finally:
            model.Session.remove()
            ended.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not ended.wait(0.5)
    model.Session.commit()
    thread.join(10)
    assert "premiere" in errors[0]["siren"][0]
