"""A portal in real processes, doors before its services, and the comparison of a disturbed story with its twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
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

from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.scdl.model import ClockMark


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Real processes of the portal; they end with the test."""
    started = Processes(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def new_town(
    clean_db: None, reset_db: Any, reset_index: Any, reset_redis: Any, tmp_path: Path, processes: Processes,
    act: Callable[..., Any], monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], Town]:  # fmt: skip
    """Empty the portal, and found a town there."""
    founded = []

    def found() -> Town:
        founded.append(tmp_path / f"storage-{len(founded)}")
        founded[-1].mkdir()
        monkeypatch.setitem(tk.config, "ckan.storage_path", str(founded[-1]))
        processes.environ["CKAN_STORAGE_PATH"] = str(founded[-1])
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


def _before(setting: str, default_port: int, processes: Processes, monkeypatch: pytest.MonkeyPatch) -> Door:
    parts = urlsplit(tk.config[setting])
    door = Door(str(parts.hostname), parts.port or default_port)
    login = parts.netloc.rpartition("@")[0]
    address = urlunsplit(parts._replace(netloc=f"{login}{'@' if login else ''}127.0.0.1:{door.port}"))
    monkeypatch.setitem(tk.config, setting, address)
    processes.environ["CKAN_" + setting.removeprefix("ckan.").replace(".", "_").upper()] = address
    return door


@pytest.fixture
def redis_door(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """A door before the real Redis, for the tests' own process and for those that they start."""
    door = _before("ckan.redis.url", 6379, processes, monkeypatch)
    monkeypatch.setattr(ckan_redis, "_connection_pool", None)
    monkeypatch.setattr(ckan_jobs, "_queues", {})
    yield door
    door.shut()


@pytest.fixture
def solr_door(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """A door before the real Solr, likewise."""
    door = _before("solr_url", 8983, processes, monkeypatch)
    yield door
    door.shut()
