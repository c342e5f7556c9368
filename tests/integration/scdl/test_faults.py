"""Whatever fails, and whoever comes in between: each deposit has a defined end, and nothing is lost."""

from __future__ import annotations

import time
from datetime import timedelta
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.scdl import deposits, jobs, storage
from ckanext.scdl.deposits import cleaning, leases
from ckanext.scdl.model import AcceptedFile, Deposit
from ckanext.scdl.model.deposit import now

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")


@pytest.fixture
def queued(act, organization, prenoms):
    """A deposit that no worker has seen yet: its id."""

    def call(content=None, **wishes):
        wishes = {"organization_id": organization["id"], "publish": True} | wishes
        upload = FileStorage(BytesIO(content or prenoms()), "prenoms.csv")
        return act("scdl_deposit_create", organization["people"]["editor"], upload=upload, **wishes)["id"]

    return call


def lease_over(ident):
    Deposit.get(ident).lease_until = now() - timedelta(seconds=1)
    model.Session.commit()


def test_a_file_that_kills_every_worker_is_given_up(queued):
    """F1: after the second lost attempt the deposit fails, with a cause, and is not tried for ever."""
    ident = queued()
    for _ in range(2):
        assert Deposit.claim(ident)
        lease_over(ident)
        leases.sweep()
    row = Deposit.get(ident)
    assert (row.state, row.message) == ("failed", "worker-lost")
    assert leases.sweep() == []


def test_a_worker_that_lives_keeps_its_lease(queued, monkeypatch):
    """A check may take as long as it takes; two processes never write one verdict."""
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=0.3))
    ident = queued()
    first = Deposit.claim(ident)
    before, attempt = first.lease_until, first.attempt
    with leases.kept(ident, attempt):
        for _ in range(50):
            time.sleep(0.05)
            model.Session.rollback()
            if Deposit.held(ident).lease_until != before:
                break
    assert Deposit.held(ident).lease_until != before


def test_two_clicks_at_once_are_one_deposit(organization, prenoms, monkeypatch):
    """F12: two requests with one key, in the same moment: both are answered with the same deposit."""
    user = organization["people"]["editor"]["id"]
    wishes = {"organization_id": organization["id"], "user_id": user, "source": "browser", "idempotency_key": "form-1"}
    first = deposits.receive(BytesIO(prenoms()), "p.csv", **wishes).id
    asked_before = Deposit.asked_before
    answers = [None]  # the second has looked before the first was there
    monkeypatch.setattr(Deposit, "asked_before", lambda *key: answers.pop() if answers else asked_before(*key))
    second = deposits.receive(BytesIO(prenoms()), "p.csv", **wishes)
    assert (second.id, answers) == (first, [])
    assert model.Session.query(Deposit).count() == 1
    assert storage.store().path(second.sha256).exists()


def test_two_editors_replace_one_file(send, deposit, prenoms, act, organization):
    """F13: the second is told who has replaced the file meanwhile, and publishes over it only once more asked."""
    people = organization["people"]
    first = send(prenoms())
    mine = deposit("prenoms.csv", prenoms(count=4))
    send(prenoms(count=5), user=people["admin"])
    wish = {"id": mine["id"], "target": "replace", "resource_id": first["resource_id"]}
    with pytest.raises(tk.ValidationError) as error:
        act("scdl_deposit_accept", people["editor"], **wish)
    assert people["admin"]["display_name"] in error.value.error_dict["id"][0]
    act("scdl_deposit_accept", people["editor"], **wish)
    assert AcceptedFile.current_of(first["resource_id"]).sha256 == Deposit.get(mine["id"]).sha256


def test_a_deposit_that_was_overtaken_says_so(send, prenoms, act, organization):
    """What a program left for a person is superseded by its next file: the person reads that."""
    editor = organization["people"]["editor"]
    send(prenoms())
    older = send(prenoms(count=4), publish=False)
    send(prenoms(count=5))
    with pytest.raises(tk.ValidationError) as error:
        act("scdl_deposit_accept", editor, id=older["id"])
    assert "later" in error.value.error_dict["id"][0]


def test_what_was_deleted_leaves_nothing(send, prenoms, act, organization):
    """The night after: no report, no verdict, no bytes."""
    made = send(prenoms())
    act("package_delete", organization["people"]["editor"], id=made["dataset_id"])
    assert cleaning.forget_deleted() == 1
    row = Deposit.get(made["id"])
    model.Session.refresh(row)
    assert (row.report, row.privacy) == (None, None)
    assert not storage.store().path(row.sha256).exists()
    assert cleaning.forget_deleted() == 0


def test_one_key_in_two_first_deposits(queued, prenoms):
    """Two programs start with the same new source key at once: one resource in the end."""
    idents = [queued(prenoms(count=count), source_key="k") for count in (1, 2)]
    Deposit.get(idents[0]).state = "queued"  # as if it had come at the same moment
    model.Session.commit()
    for ident in idents:
        jobs.check_deposit(ident)
    assert len({Deposit.get(ident).resource_id for ident in idents}) == 1
    assert model.Session.query(model.Resource).count() == 1


def test_bytes_that_are_gone_are_said(queued):
    """A file that somebody removed from the disk: a cause, no endless attempts."""
    ident = queued()
    storage.store().forget(Deposit.get(ident).sha256)
    jobs.check_deposit(ident)
    assert (Deposit.get(ident).state, Deposit.get(ident).message) == ("failed", "bytes-gone")
