"""Organisations from the register: the actions and the commands over them."""

from __future__ import annotations

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli.cli import ckan
from ckan.tests import factories, helpers

pytestmark = pytest.mark.usefixtures("clean_db")

SAINT_BRIEUC, LANNION, SYNDICAT = "212202782", "212201131", "252200019"


@pytest.fixture
def command(cli):
    """Run `ckan cotesdarmor …`: its exit status and what it says."""

    def run(*arguments: str):
        result = cli.invoke(ckan, ["cotesdarmor", *arguments])
        model.Session.remove()
        return result

    return run


@pytest.fixture
def unchanged(app):
    """How the commands say that nothing changed, in the portal's language."""
    with app.flask_app.test_request_context():
        return tk._("unchanged")


def organizations() -> list[str]:
    """The names of all organisations."""
    return helpers.call_action("organization_list")


def activities() -> int:
    """How many activities were written."""
    from ckanext.activity.model import Activity

    return model.Session.query(Activity).count()


def test_organisation_is_made_from_the_register(act, sysadmin):
    """Name, codes, kind and population are those of the register; nobody is a member yet."""
    (line,) = act("cotesdarmor_organization_ensure", sysadmin, sirens=[SAINT_BRIEUC])
    made = helpers.call_action("organization_show", id=line["id"], include_users=True)
    assert line["outcome"] == "created"
    assert (made["name"], made["title"], made["insee_code"]) == ("saint-brieuc", "Saint-Brieuc", "22278")
    assert made["users"] == []


def test_second_time_changes_nothing(act, sysadmin):
    """No write and no activity: the action stops before CKAN."""
    act("cotesdarmor_organization_ensure", sysadmin, sirens=[SAINT_BRIEUC, LANNION])
    before = activities()
    lines = act("cotesdarmor_organization_ensure", sysadmin, sirens=[SAINT_BRIEUC, LANNION])
    assert [line["outcome"] for line in lines] == ["unchanged", "unchanged"]
    assert activities() == before


def test_what_differs_is_brought_up_to_date(act, sysadmin):
    """An old population is replaced; the title that people chose stays."""
    (line,) = act("cotesdarmor_organization_ensure", sysadmin, sirens=SAINT_BRIEUC)
    act("organization_patch", sysadmin, id=line["id"], title="Ville de Saint-Brieuc", population="1")
    (line,) = act("cotesdarmor_organization_ensure", sysadmin, sirens=SAINT_BRIEUC, policy="block")
    shown = helpers.call_action("organization_show", id=line["id"])
    assert (line["outcome"], line["changes"]) == ("updated", ["population", "publication_policy"])
    assert (shown["title"], shown["population"]) == ("Ville de Saint-Brieuc", 44364)


def test_taken_address_is_not_taken_again(act, sysadmin):
    """A group of the same name does not stand in the way."""
    factories.Group(name="saint-brieuc")
    (line,) = act("cotesdarmor_organization_ensure", sysadmin, sirens=SAINT_BRIEUC)
    assert line["name"] == "saint-brieuc-22278"


def test_body_outside_the_register_needs_name_and_kind(act, sysadmin):
    """A syndicat is made by SIREN, name and kind, once."""
    with pytest.raises(tk.ValidationError):
        act("cotesdarmor_organization_ensure", sysadmin, sirens=SYNDICAT)
    for outcome in ("created", "unchanged"):
        (line,) = act(
            "cotesdarmor_organization_ensure",
            sysadmin,
            sirens=SYNDICAT,
            name="Syndicat des eaux",
            kind="syndicat",
        )
        assert (line["name"], line["outcome"]) == ("syndicat-des-eaux", outcome)


@pytest.mark.parametrize("wrong", ["212202783", SYNDICAT])
def test_one_wrong_siren_leaves_all_undone(act, sysadmin, wrong):
    """Everything is checked before anything is written."""
    with pytest.raises(tk.ValidationError):
        act("cotesdarmor_organization_ensure", sysadmin, sirens=[SAINT_BRIEUC, wrong])
    assert organizations() == []


@pytest.mark.parametrize("who", ["member", "editor", "admin", "stranger", "visitor"])
def test_both_actions_are_the_sysadmins(act, organization, stranger, who):
    """No other role makes organisations or gives roles in several of them."""
    user = {**organization["people"], "stranger": stranger, "visitor": None}[who]
    for action in ("cotesdarmor_organization_ensure", "cotesdarmor_organization_grant"):
        with pytest.raises(tk.NotAuthorized):
            act(action, user, sirens=[SAINT_BRIEUC], username="somebody", role="editor")


def test_command_ensures_all_epci(command, unchanged):
    """The eight EPCI with their seat in the département, and again without a change."""
    assert command("organization", "ensure", "--all-epci").exit_code == 0
    assert len(organizations()) == 8
    again = command("organization", "ensure", "--all-epci")
    assert again.output.count(unchanged) == 8


def test_command_takes_a_policy(command):
    """`--policy` reaches the organisation."""
    command("organization", "ensure", SAINT_BRIEUC, "--policy", "block")
    assert helpers.call_action("organization_show", id="saint-brieuc")["publication_policy"] == "block"


@pytest.mark.parametrize(
    "arguments",
    [
        ("ensure",),
        ("ensure", "212202783"),
        ("ensure", SYNDICAT),
        ("ensure", SAINT_BRIEUC, LANNION, "--name", "Deux"),
        ("ensure", SAINT_BRIEUC, "--kind", "epci"),
        ("ensure", SAINT_BRIEUC, "--policy", "laxiste"),
        ("grant", "nobody", SAINT_BRIEUC),
    ],
)
def test_command_refuses_with_a_sentence_and_a_status(command, arguments):
    """Bad input is one sentence, no traceback, nothing written."""
    result = command("organization", *arguments)
    assert result.exit_code != 0
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)
    assert organizations() == []


def test_command_grants_once(command, unchanged):
    """A vendor gets a role in several organisations; the second run says that nothing changed."""
    vendor = factories.User()
    command("organization", "ensure", SAINT_BRIEUC, LANNION)
    first = command("organization", "grant", vendor["name"], SAINT_BRIEUC, LANNION)
    second = command("organization", "grant", vendor["name"], SAINT_BRIEUC, LANNION)
    assert first.exit_code == second.exit_code == 0
    assert second.output.count(unchanged) == 2
    for name in ("saint-brieuc", "lannion"):
        members = helpers.call_action("member_list", id=name, object_type="user", capacity="editor")
        assert [member[0] for member in members] == [vendor["id"]]


def test_command_grants_nowhere_when_one_is_unknown(command):
    """An organisation that does not exist stops the whole."""
    vendor = factories.User()
    command("organization", "ensure", SAINT_BRIEUC)
    assert command("organization", "grant", vendor["name"], SAINT_BRIEUC, LANNION).exit_code == 1
    assert helpers.call_action("member_list", id="saint-brieuc", object_type="user") == []
