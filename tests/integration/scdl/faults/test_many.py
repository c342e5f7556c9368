"""Twenty deposits at once, while a work-horse and a worker are killed: pages answer, each is published exactly once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, product
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from tests.horses import kill_horse, kill_worker
from tests.integration.scdl.faults.processes import until
from tests.integration.scdl.faults.town import Town
from tests.tally import amiss
from tests.visits import Visits

from ckan import model

from ckanext.scdl.model import FileTable

MANY, ROWS = 20, 10_000
BY_FORM = 5  # each fifth is sent by the form of the page
LONG = 300.0  # seconds after which a queue of so many does not end at all
PENDING = ("queued", "checking")


@pytest.fixture(scope="session")
def many_prenoms(prenoms: Callable[..., bytes]) -> Callable[[int], bytes]:
    """A conform file of 10,000 rows, all different, for a year."""

    def made(year: int) -> bytes:
        head, _, row = prenoms(year).partition(b"\n")
        names = islice(product("abcdefgh", repeat=5), ROWS)
        return head + b"\n" + b"".join(row.replace(b"Anna", f"Anna{''.join(name)}".encode()) for name in names)

    return made


@pytest.fixture
def program(town: Town) -> requests.Session:
    """Asks for pages and actions in the editor's name."""
    session = requests.Session()
    session.headers["Authorization"] = town.editor["token"]
    return session


def by_action(town: Town, site: str, content: bytes, **wishes: Any) -> str:
    """Send a file as a program does, to be published; the id of its deposit."""
    answer = requests.post(
        f"{site}/api/3/action/scdl_deposit_create", data={"organization_id": town.id, "publish": "true", **wishes},
        files={"upload": ("prenoms.csv", content)}, headers={"Authorization": town.editor["token"]},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]["id"]


def by_form(town: Town, site: str, content: bytes, dataset_id: str) -> str:
    """Send a file and publish it as the pages' forms do, as one more of the dataset; the id of its deposit."""
    mine = {"headers": {"Authorization": town.editor["token"]}}
    data, files = {"organization_id": town.id}, {"upload": ("prenoms.csv", content)}
    page = requests.post(f"{site}/publier", data=data, files=files, **mine)
    ident = urlsplit(page.url).path.rpartition("/")[2]
    state = f"{site}/publier/{ident}/etat"
    until(lambda: requests.get(state, **mine).json()["state"] == "checked", "a file has its verdict", LONG)
    place = {"target": "add", "dataset_id": dataset_id}
    assert requests.post(f"{site}/publier/{ident}/publier", data=place, **mine).status_code == 200
    return ident


def done(town: Town, idents: set[str]) -> int:
    """How many of these deposits nobody has to check any more."""
    return sum(town.deposit(ident).state not in PENDING for ident in idents)


def tables_are_made() -> bool:
    """Whether nothing waits for its rows to be loaded."""
    model.Session.remove()
    return model.Session.query(FileTable).filter(FileTable.state == "queued").count() == 0


def test_many_at_once_with_a_horse_and_a_worker_killed(town, program, many_prenoms):
    """Nothing is lost, nothing is there twice, and whoever looks at the portal meanwhile sees it."""
    for _ in range(2):
        town.processes.worker(burst=False)
    with town.processes.web() as (_, site), ThreadPoolExecutor(MANY) as pool:
        first = by_action(town, site, many_prenoms(2000))
        dataset_id = until(lambda: town.deposit(first).dataset_id, "the first is published")
        pages = ("/", f"/dataset/{dataset_id}", "/mes-depots", "/dataset/?q=prenoms")
        with Visits(program, {page: site + page for page in pages}) as visits:
            coming = [
                pool.submit(by_form if number % BY_FORM == 0 else by_action, town, site, many_prenoms(2000 + number),
                            dataset_id=dataset_id)
                for number in range(1, MANY)
            ]  # fmt: skip
            lost = kill_horse(town.id)
            kill_worker(town.id)
            sent = [each.result() for each in coming]
            others = {first, *sent} - {lost}
            until(lambda: done(town, others) == len(others), "the others are done", LONG)
    assert visits.failed == []
    assert len(visits.seconds["/"]) > 0
    assert town.deposit(lost).state == "checking"
    town.leases_end()
    town.processes.clock()
    until(lambda: done(town, {lost}), "the clock has what was lost done again", LONG)
    assert town.deposit(lost).attempt == 2
    until(tables_are_made, "all rows are loaded", LONG)
    assert amiss(town.id, dict.fromkeys([first, *sent], ROWS)) == []
