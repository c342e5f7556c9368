"""The mail to a collectivité: what programs sent and people should look at, once a day."""

from __future__ import annotations

from datetime import date

import pytest

from ckan import model
from ckan.lib.mailer import MailerException

from ckanext.scdl.deposits import notices
from ckanext.scdl.model import ClockMark, Deposit

pytestmark = [
    pytest.mark.usefixtures("clean_db", "clean_index"),
    pytest.mark.ckan_config("smtp.server", "localhost:9"),
]


@pytest.fixture
def mailbox(monkeypatch):
    """What would be sent."""
    sent = []
    monkeypatch.setattr(notices, "mail_recipient", lambda *message: sent.append(message))
    return sent


@pytest.fixture
def contact(clean_db, clean_index, act, organization, sysadmin):
    act("organization_patch", sysadmin, id=organization["id"], contact_email="mairie@dinan.example")


@pytest.mark.usefixtures("contact")
def test_what_waits_is_mailed_once_a_day(send, mailbox, monkeypatch):
    """The first at once, the others of that day with the next mail."""
    send(b"nom;ville\nx;y\n", name="premier.csv")
    send(b"nom;ville\nx;z\n", name="second.csv")
    [(_name, address, subject, body)] = mailbox
    assert (address, "premier.csv" in body, "second.csv" in body) == ("mairie@dinan.example", True, False)
    assert subject
    monkeypatch.setattr(notices, "today", lambda: date(2099, 1, 1))
    notices.tell_all()
    assert "second.csv" in mailbox[1][3]
    assert "premier.csv" not in mailbox[1][3]


@pytest.mark.usefixtures("contact")
def test_a_refused_file_is_mailed_with_its_cause(send, mailbox, organization):
    """With the way to its page, and nothing of its content."""
    made = send(b"%PDF-1.7\n", name="budget.csv")
    assert made["state"] == "refused"
    assert f"/publier/{made['id']}" in mailbox[0][3]


@pytest.mark.usefixtures("contact")
def test_nothing_is_mailed_about_what_is_published_or_comes_by_hand(send, deposit, prenoms, mailbox):
    """Whoever sits before the page sees it."""
    send(prenoms())
    deposit("liste.csv", b"%PDF-1.7\n")
    assert mailbox == []


def test_without_an_address_nobody_is_told(send, mailbox):
    """The deposit stands in the list all the same, and is told of once there is an address."""
    made = send(b"nom;ville\nx;y\n", name="x.csv")
    assert mailbox == []
    assert not Deposit.get(made["id"]).told


@pytest.mark.usefixtures("contact")
def test_a_mail_server_that_fails_stops_nothing(send, monkeypatch):
    """The deposit has its state; it is told of with the next mail."""

    def fail(*_):
        raise MailerException("no")

    monkeypatch.setattr(notices, "mail_recipient", fail)
    made = send(b"nom;ville\nx;y\n", name="x.csv")
    assert (made["state"], Deposit.get(made["id"]).told) == ("waiting", False)
    assert model.Session.query(ClockMark).count() == 1
