"""A portal in real processes, doors before its services, and the comparison of a disturbed story with its twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice, product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import sqlalchemy as sa
from tests.integration.scdl.faults.door import Door
from tests.integration.scdl.faults.ending import differences, ending
from tests.integration.scdl.faults.processes import Processes
from tests.integration.scdl.faults.town import Town

import ckan.plugins.toolkit as tk
from ckan.lib import jobs as ckan_jobs
from ckan.lib import redis as ckan_redis
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp

from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.scdl.model import ClockMark

MANY = 400  # rows: more than what is read of a file before the sandbox begins


@pytest.fixture(scope="session")
def long_prenoms(prenoms: Callable[..., bytes]) -> bytes:
    """A conform file that is longer than what the portal looks at first."""
    head, _, row = prenoms().partition(b"\n")
    names = islice(product("abcdefgh", repeat=3), MANY)
    return head + b"\n" + b"".join(row.replace(b"Anna", f"Anna{''.join(name)}".encode()) for name in names)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Real processes of the portal; they end with the test."""
    started = Processes(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def setting(app: CKANTestApp, processes: Processes, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Change a setting for the tests' own process, inside requests and outside, and for those that they start."""

    def change(name: str, value: str) -> None:
        monkeypatch.setitem(tk.config, name, value)
        monkeypatch.setitem(app.flask_app.config, name, value)
        processes.environ["CKAN_" + name.removeprefix("ckan.").replace(".", "_").upper()] = value

    return change


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Where the portal has its files."""
    return tmp_path


@pytest.fixture
def new_town(
    clean_db: None, reset_db: Any, reset_index: Any, reset_redis: Any, room: Path, processes: Processes,
    act: Callable[..., Any], setting: Callable[[str, str], None],
) -> Callable[[], Town]:  # fmt: skip
    """Empty the portal, and found a town there."""
    founded = []

    def found() -> Town:
        founded.append(room / f"storage-{len(founded)}")
        founded[-1].mkdir()
        setting("ckan.storage_path", str(founded[-1]))
        reset_db()
        _drop_rows()
        reset_index()
        reset_redis()
        editor, admin = factories.UserWithToken(name="editrice"), factories.UserWithToken(name="administrateur")
        users = [{"name": "editrice", "capacity": "editor"}, {"name": "administrateur", "capacity": "admin"}]
        told = {"name": "ville", "title": "Ville", "description": "Une ville", "image_url": ""}
        town = factories.Organization(**told, users=users)
        assert ClockMark.claim("nightly", date.max)  # no test is to see the night's work begin
        return Town(town["id"], town["name"], editor, admin, processes, act)

    return found


def _drop_rows() -> None:
    """Empty the DataStore, which CKAN's own fixture leaves as it is."""
    with get_write_engine().begin() as connection:
        for name in sa.inspect(connection).get_table_names():
            if not name.startswith("_"):
                connection.execute(sa.text(f'DROP TABLE "{name}" CASCADE'))


@pytest.fixture
def town(new_town: Callable[[], Town]) -> Town:
    """A town, for a test that has no twin."""
    return new_town()


Story = Callable[[Town, Callable[..., None]], None]


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    """How each story of a module ends when nothing comes in between."""
    return {}


@pytest.fixture
def ends_as_its_twin(new_town: Callable[[], Town], undisturbed: dict[str, Any]) -> Callable[..., Town]:
    """Let a story happen twice, once with its fault: both must end the same; the town of the second."""

    def compare(story: Story, fault: Callable[..., None]) -> Town:
        if story.__name__ not in undisturbed:
            story(new_town(), lambda *_: None)
            undisturbed[story.__name__] = ending()
        town = new_town()
        story(town, lambda *arguments: fault(town, *arguments))
        found = differences(undisturbed[story.__name__], ending())
        assert not found, "\n".join(found)
        return town

    return compare


def _before(name: str, setting: Callable[[str, str], None]) -> Door:
    parts = urlsplit(tk.config[name])
    door = Door(str(parts.hostname), int(parts.port or 0))
    login = "".join(parts.netloc.rpartition("@")[:2])
    setting(name, urlunsplit(parts._replace(netloc=f"{login}127.0.0.1:{door.port}")))
    return door


@pytest.fixture
def redis_door(setting: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """A door before the real Redis, for the tests' own process and for those that they start."""
    door = _before("ckan.redis.url", setting)
    monkeypatch.setattr(ckan_redis, "_connection_pool", None)
    monkeypatch.setattr(ckan_jobs, "_queues", {})
    yield door
    door.shut()


@pytest.fixture
def solr_door(setting: Callable[[str, str], None]) -> Iterator[Door]:
    """A door before the real Solr, likewise."""
    door = _before("solr_url", setting)
    yield door
    door.shut()
