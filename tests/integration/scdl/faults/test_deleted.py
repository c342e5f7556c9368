"""F15: what a deposit is for is deleted while a worker is at it. Nothing comes back to life, and no byte stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.integration.scdl.faults.ending import ending
from tests.integration.scdl.faults.locks import nobody_is_placed
from tests.integration.scdl.faults.town import Town

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories, helpers

from ckanext.scdl import jobs

Deletion = Callable[[Town, str], None]


def _dataset(town: Town, ident: str) -> None:
    town.act("package_delete", town.editor, id=ident)


def _dataset_for_ever(town: Town, ident: str) -> None:
    helpers.call_action("dataset_purge", id=ident)


def _while_a_worker_is_at_it(delete: Deletion) -> Callable[..., None]:
    def fault(town: Town, ident: str) -> None:
        with nobody_is_placed(town) as one_waits:
            worker = town.processes.worker()
            assert one_waits()
            delete(town, ident)
        assert worker.wait() == 0

    return fault


@pytest.mark.parametrize("delete", [_dataset, _dataset_for_ever])
def test_what_a_deposit_was_to_replace_is_deleted(ends_as_its_twin, undisturbed, prenoms, delete):
    """The deposit waits, then goes by night with the bytes: as if the deletion had come before the check."""

    def replaced(town: Town, disturb: Callable[..., None]) -> None:
        first = town.send(prenoms())
        town.processes.work()
        row = town.deposit(first)
        second = town.send(prenoms(count=9), resource_id=row.resource_id)
        disturb(row.dataset_id)
        if town.deposit(second).state == "queued":
            delete(town, row.dataset_id)
            town.processes.work()
        assert (town.deposit(second).state, town.deposit(second).message) == ("waiting", "removed")
        jobs.nightly("2026-03-01")
        town.processes.work()  # the rows of the DataStore go as well
        assert (town.deposit(second).state, town.deposit(second).message) == ("cancelled", "dataset-deleted")
        assert {town.deposit(ident).report for ident in (first, second)} == {None}
        assert ending()["files"] == []

    undisturbed.clear()
    ends_as_its_twin(replaced, _while_a_worker_is_at_it(delete))


def _organization(town: Town, ident: str) -> None:
    helpers.call_action("organization_delete", {"user": "sysadmin"}, id=ident)


def test_the_organization_of_a_deposit_is_deleted(ends_as_its_twin, prenoms):
    """No dataset is made for it, not even where an administrator of the portal has sent the file."""

    def sent(town: Town, disturb: Callable[..., None]) -> None:
        sysadmin = factories.Sysadmin(name="sysadmin")
        ident = town.send(prenoms(), user=sysadmin)
        disturb(town.id)
        if town.deposit(ident).state == "queued":
            _organization(town, town.id)
            town.processes.work()
        assert (town.deposit(ident).state, town.deposit(ident).message) == ("waiting", "organization-deleted")
        with pytest.raises(tk.ValidationError):
            town.act("scdl_deposit_accept", sysadmin, id=ident)
        jobs.nightly("2026-03-01")
        assert (town.deposit(ident).state, town.deposit(ident).report) == ("cancelled", None)
        assert model.Session.query(model.Package).count() == 0
        assert (ending()["files"], ending()["index"]) == ([], [])

    ends_as_its_twin(sent, _while_a_worker_is_at_it(_organization))
