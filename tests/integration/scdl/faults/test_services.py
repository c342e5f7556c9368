"""F5, F6, F7: Redis is emptied or away, Solr goes away in the middle of a save."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from tests.integration.scdl.faults.ending import differences, ending
from tests.integration.scdl.faults.processes import until
from tests.integration.scdl.faults.town import Town

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.redis import connect_to_redis

from ckanext.scdl import storage
from ckanext.scdl.deposits import reconciling
from ckanext.scdl.model import AcceptedFile, Deposit, FileTable

YEARS = range(2020, 2024)
PAGES = ("/", "/dataset/", "/collectivites", "/publier", "/mes-depots")
# What no visitor reads: where a service stands, and the words of a library.
INTERNALS = ("solr", "127.0.0.1", "redis", "Errno", "Traceback", "Exception")


def test_a_flushed_redis_loses_nothing(ends_as_its_twin, prenoms):
    """F5: what waited is asked for again by the clock, and a worker does all of it, each once."""

    def many_files(town: Town, disturb: Callable[..., None]) -> None:
        idents = [town.send(prenoms(year)) for year in YEARS]
        disturb()
        town.processes.work()
        assert {town.deposit(ident).state for ident in idents} == {"published"}

    def flushed(town: Town) -> None:
        connect_to_redis().flushdb()
        town.minutes_pass()

    ends_as_its_twin(many_files, flushed)


def test_a_portal_without_redis(ends_as_its_twin, redis_door, prenoms, app):
    """F6: pages answer, a file is taken and waits; the worker that was there goes on by itself once Redis is back."""
    workers = []

    def one_file(town: Town, disturb: Callable[..., None]) -> None:
        disturb("goes")
        ident = town.send(prenoms())
        disturb("is back")
        town.processes.work()
        assert town.deposit(ident).state == "published"

    def away(town: Town, what: str) -> None:
        if what == "goes":
            workers.append(town.processes.worker(burst=False))
            until(lambda: connect_to_redis().scard("rq:workers"), "the worker waits")
            redis_door.shut()
            return
        [waiting] = model.Session.query(Deposit)
        assert waiting.state == "queued"
        for address in PAGES:
            app.get(address, headers={"Authorization": town.editor["token"]}, status=200)
        town.minutes_pass()  # the clock bears it, too
        assert workers[0].poll() is None
        redis_door.open()
        town.minutes_pass()
        until(lambda: town.deposit(waiting.id).state == "published", "the worker goes on")
        until(lambda: model.Session.query(FileTable).filter_by(state="settled").count(), "it makes the table as well")
        town.processes.end(workers[0])

    ends_as_its_twin(one_file, away)


def test_solr_goes_away_while_somebody_publishes(ends_as_its_twin, solr_door, prenoms):
    """F7: one sentence, nothing published; `reconcile` clears the index, and the next click publishes."""

    def accepted(town: Town, disturb: Callable[..., None]) -> None:
        ident = town.send(prenoms(), publish=False)
        town.processes.work()
        disturb(ident)
        town.act("scdl_deposit_accept", town.editor, id=ident)
        town.processes.work()

    def gone(town: Town, ident: str) -> None:
        with solr_door.shutting_on(b"/update"), pytest.raises(tk.ValidationError) as error:
            town.act("scdl_deposit_accept", town.editor, id=ident)
        assert not [word for word in INTERNALS if word.lower() in str(error.value.error_dict).lower()]
        assert town.deposit(ident).state == "checked"
        town.index_ages()
        status, said = town.processes.command("scdl", "reconcile")
        assert (status, "indexed-only" in said) == (1, True)
        assert town.processes.command("scdl", "reconcile", "--repair")[0] == 0

    ends_as_its_twin(accepted, gone)


def test_solr_goes_away_while_a_worker_publishes(town, solr_door, prenoms):
    """F7: the verdict is kept, nothing is published, and a person accepts once it is back."""
    ident = town.send(prenoms())
    with solr_door.shutting_on(b"/update"):
        town.processes.work()
    row = town.deposit(ident)
    assert (row.state, row.message, row.status) == ("waiting", "search-away", "valid")
    assert (model.Session.query(model.Package).count(), model.Session.query(AcceptedFile).count()) == (0, 0)
    town.act("scdl_deposit_accept", town.editor, id=ident)
    assert town.deposit(ident).state == "published"


def _api(action: str, **data: Any) -> Callable[..., Any]:
    def call(app: Any, ids: dict[str, str], headers: dict[str, str]) -> Any:
        values = {key: value.format(**ids) if isinstance(value, str) else value for key, value in data.items()}
        return app.post(f"/api/3/action/{action}", json=values, headers=headers, status=500)

    return call


def _upload(app: Any, ids: dict[str, str], headers: dict[str, str]) -> Any:
    data = {"id": ids["resource"], "upload": (BytesIO(b"nom;age\nA;1\n"), "autre.csv")}
    options = {"content_type": "multipart/form-data", "headers": headers, "status": 500}
    return app.post("/api/3/action/resource_patch", data=data, **options)


def _form(app: Any, ids: dict[str, str], headers: dict[str, str]) -> Any:
    data = {"name": "autre", "title": "Autre", "notes": "A", "owner_org": ids["town"], "_ckan_phase": "", "save": ""}
    answer = app.post(f"/dataset/edit/{ids['dataset']}", data=data, headers=headers, status=503)
    assert "Le moteur de recherche ne répond pas." in answer.body
    return answer


SAVES = {
    "a new dataset": _api("package_create", name="autre", title="Autre", notes="A", owner_org="{town}"),
    "a changed one": _api("package_patch", id="{dataset}", title="Autre"),
    "a deleted one": _api("package_delete", id="{dataset}"),
    "a new link": _api("resource_create", package_id="{dataset}", url="https://ville.example/a.csv"),
    "a new file": _upload,
    "the form": _form,
}


KINDS = {"a new dataset": "indexed-only", "a deleted one": "not-indexed"}


def test_solr_goes_away_during_stock_saves(town, solr_door, prenoms, app):
    """F7: one sentence without internals; the database is as it was, and `reconcile` brings the index back to it."""
    ident = town.send(prenoms())
    town.processes.work()
    row = town.deposit(ident)
    ids = {"town": town.id, "dataset": str(row.dataset_id), "resource": str(row.resource_id)}
    download = f"/dataset/{ids['dataset']}/resource/{ids['resource']}/download/prenoms.csv"
    town.index_ages()
    before = ending()
    for name, save in SAVES.items():
        with solr_door.shutting_on(b"/update"):
            answer = save(app, ids, {"Authorization": town.editor["token"]})
        assert not [word for word in INTERNALS if word.lower() in answer.body.lower()], name
        town.index_ages()
        found = list(reconciling.mismatches())
        assert [mismatch.kind for mismatch in found] == [KINDS.get(name, "indexed-otherwise")]
        assert reconciling.mend_index() == 1
        assert app.get(download).data == prenoms(), name
        assert storage.sweep(time.time() + 2 * storage.DAY) == (name == "a new file")
        assert not differences(before, ending()), name
