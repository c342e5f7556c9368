"""F12, F14: what comes at the same moment, or in between; and a web server that is killed on the way."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from tests.integration.scdl.faults.endless import endless
from tests.integration.scdl.faults.locks import locks
from tests.integration.scdl.faults.processes import PATIENCE, until
from tests.integration.scdl.faults.town import Town
from werkzeug.datastructures import FileStorage

from ckan import model

from ckanext.scdl import storage
from ckanext.scdl.model import Deposit


@contextmanager
def nothing_is_kept(content: bytes) -> Iterator[Callable[[int], Any]]:
    """Hold what every upload of these bytes waits for; call the result to wait until so many stand there."""
    key = int(hashlib.sha256(content).hexdigest()[:15], 16)
    with model.meta.engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
        yield lambda count: until(lambda: locks(granted=False).count(key) == count, "the uploads wait")


def _post(town: Town, address: str, content: bytes) -> dict[str, Any]:
    answer = requests.post(
        f"{address}/api/3/action/scdl_deposit_create",
        data={"organization_id": town.id, "publish": "true", "idempotency_key": "one click"},
        files={"upload": ("prenoms.csv", content)}, headers={"Authorization": town.editor["token"]}, timeout=PATIENCE,
    )  # fmt: skip
    assert answer.ok, answer.text
    return answer.json()["result"]


def test_two_clicks_in_one_moment(ends_as_its_twin, prenoms):
    """F12: two requests of the real web server, both half way at once: one deposit, both answered with it."""

    def one_click(town: Town, disturb: Callable[..., None]) -> None:
        with town.processes.web() as (_, address):
            disturb(address)
            _post(town, address, prenoms())
        town.processes.work()

    def two_more(town: Town, address: str) -> None:
        with ThreadPoolExecutor(2) as people, nothing_is_kept(prenoms()) as uploads_wait:
            clicks = [people.submit(_post, town, address, prenoms()) for _ in range(2)]
            uploads_wait(2)
        assert len({click.result()["id"] for click in clicks}) == 1

    ends_as_its_twin(one_click, two_more)


def test_the_web_server_is_killed_during_an_upload(ends_as_its_twin, prenoms):
    """Nothing is there but the beginning of a file, which the night removes; the next click is as good as the first."""

    def one_click(town: Town, disturb: Callable[..., None]) -> None:
        disturb()
        with town.processes.web() as (_, address):
            _post(town, address, prenoms())
        town.processes.work()

    def killed(town: Town) -> None:
        with ThreadPoolExecutor(1) as people, town.processes.web() as (_, address):
            with nothing_is_kept(prenoms()) as uploads_wait:
                click = people.submit(_post, town, address, prenoms())
                uploads_wait(1)
                town.processes.stop()
            with pytest.raises(requests.ConnectionError):
                click.result()
        assert model.Session.query(Deposit).count() == 0
        assert storage.sweep(time.time() + 2 * storage.DAY) == 1

    ends_as_its_twin(one_click, killed)


def test_a_file_is_replaced_while_a_worker_reads_it(ends_as_its_twin, long_prenoms, prenoms):
    """F14: the verdict on the older bytes is dropped, as if they had never been looked at; the newer are checked."""

    def replaced(town: Town, disturb: Callable[..., None]) -> None:
        first = town.send(prenoms())
        town.processes.work()
        resource_id = str(town.deposit(first).resource_id)
        _upload(town, resource_id, long_prenoms)
        disturb(resource_id)
        if _waiting(resource_id).sha256 == hashlib.sha256(long_prenoms).hexdigest():
            _upload(town, resource_id, prenoms(count=9))
        town.processes.work()
        assert _waiting(resource_id).state == "checked"

    def in_between(town: Town, resource_id: str) -> None:
        with endless(storage.store().path(str(_waiting(resource_id).sha256))) as reader_of_it:
            worker = town.processes.worker()
            reader_of_it()
            _upload(town, resource_id, prenoms(count=9))
        assert worker.wait() == 0

    ends_as_its_twin(replaced, in_between)


def _upload(town: Town, resource_id: str, content: bytes) -> None:
    town.act("resource_patch", town.editor, id=resource_id, upload=FileStorage(BytesIO(content), "prenoms.csv"))


def _waiting(resource_id: str) -> Deposit:
    model.Session.remove()
    found = Deposit.waiting_for(resource_id)
    assert found
    return found
