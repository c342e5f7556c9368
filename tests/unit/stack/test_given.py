"""Services that the environment names are looked at before anything else happens."""

from __future__ import annotations

import socket

import pytest
from stack import given
from stack.errors import StackError


@pytest.fixture
def listening():
    """A port of loopback on which something answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def silent():
    """A port of loopback that is held, and where nothing answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def nothing_set(_):
    """A local.ini without settings."""


def test_nothing_named_is_nothing_to_check():
    """Where the portal runs its own services, addresses of a DataStore alone mean nothing."""
    given.check({}, nothing_set)
    given.check({"CKAN_DATASTORE_WRITE_URL": "nonsense"}, nothing_set)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("CKAN_REDIS_URL", "redis://:p%40ss@127.0.0.1:{port}/3"),
        ("CKAN_REDIS_URL", "redis://127.0.0.1:{port}"),
        ("CKAN_REDIS_URL", "unix:///run/redis/redis.sock"),
        ("CKAN_SOLR_URL", "http://127.0.0.1:{port}/solr/ckan"),
    ],
)
def test_an_address_that_answers(listening, name, address):
    """Ports, passwords and sockets as these services write them."""
    given.check({name: address.format(port=listening)}, nothing_set)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("CKAN_REDIS_URL", "bogus"),
        ("CKAN_REDIS_URL", "redis://127.0.0.1:6379/queue"),
        ("CKAN_REDIS_URL", "http://127.0.0.1/0"),
        ("CKAN_SOLR_URL", "127.0.0.1:8983/solr/ckan"),
        ("CKAN_SOLR_URL", "http://127.0.0.1:port/solr/ckan"),
        ("CKAN_SQLALCHEMY_URL", "mysql://ckan@127.0.0.1/ckan"),
    ],
)
def test_an_address_that_cannot_be_read(name, address):
    """The variable is named, and what it should look like; the address is not, for it may hold a password."""
    environ = {name: address, **dict.fromkeys(given.DATASTORE, "postgresql:///ckan_datastore")}
    with pytest.raises(StackError, match=f"{name} is no address .* should look like") as refusal:
        given.check(environ, nothing_set)
    assert address not in str(refusal.value)


def test_a_service_that_does_not_answer(silent):
    """Told at once: a web server starts without a queue, and its work waits for ever."""
    with pytest.raises(StackError, match=f"CKAN_REDIS_URL names 127.0.0.1:{silent}, where nothing answers"):
        given.check({"CKAN_REDIS_URL": f"redis://127.0.0.1:{silent}/0"}, nothing_set)


def test_a_database_wants_the_datastores_two():
    """One of three would be tried with an account of CKAN's own example."""
    with pytest.raises(StackError, match="name CKAN_DATASTORE_WRITE_URL and CKAN_DATASTORE_READ_URL too"):
        given.check({"CKAN_SQLALCHEMY_URL": "postgresql:///ckan"}, nothing_set)


@pytest.mark.parametrize(
    "settings",
    [
        {"ckan.plugins": "activity scdl"},
        {"ckan.datastore.write_url": "postgresql:///d", "ckan.datastore.read_url": "postgresql:///d"},
    ],
)
def test_local_ini_may_settle_the_datastore(settings):
    """No DataStore, or addresses written there."""
    given.check({"CKAN_SQLALCHEMY_URL": "postgresql:///ckan"}, settings.get)
