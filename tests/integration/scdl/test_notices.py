"""The mail to a collectivité: what programs sent and people should look at, once a day."""

from __future__ import annotations

from datetime import date

import pytest

from ckan import model
from ckan.lib.mailer import MailerException

from ckanext.scdl.deposits import notices
from ckanext.scdl.model import ClockMark, Deposit, Link

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


@pytest.fixture
def link(send, prenoms):
    """A published link of the organisation."""
    made = send(prenoms())
    model.Resource.get(made["resource_id"]).url = "https://dinan.example/a.csv"
    row = Link(resource_id=made["resource_id"], url="https://dinan.example/a.csv", failures=0)
    model.Session.add(row)
    model.Session.commit()
    return row


@pytest.mark.usefixtures("contact")
def test_a_link_that_fails_is_mailed_once(link, mailbox, monkeypatch):
    """With its cause and since when; again only after it had come back."""
    link.note_failure("link-timeout")
    model.Session.commit()
    notices.tell_all()
    [(_name, _address, subject, body)] = mailbox
    assert subject == "1 lien ne peut plus être lu"
    assert "https://dinan.example/a.csv, depuis le " in body and "a mis trop" in body
    monkeypatch.setattr(notices, "today", lambda: date(2099, 1, 1))
    link.note_failure("link-timeout")
    model.Session.commit()
    notices.tell_all()
    assert len(mailbox) == 1
    link.note_read()
    link.note_failure("link-name")
    model.Session.commit()
    notices.tell_all()
    assert len(mailbox) == 2


@pytest.mark.usefixtures("contact")
def test_files_and_links_come_in_one_mail(send, link, mailbox, monkeypatch):
    """One message a day, whatever it is about."""
    link.note_failure("link-tls")
    send(b"nom;ville\nx;y\n", name="premier.csv")
    [(_name, _address, _subject, body)] = mailbox
    assert "premier.csv" in body and "https://dinan.example/a.csv" in body
