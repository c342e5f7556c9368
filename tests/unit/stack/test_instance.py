"""Addresses, the ini file and the processes of an instance."""

from __future__ import annotations

import configparser

import pytest
from stack import instance
from stack.errors import StackError
from stack.instance import Addresses
from stack.layout import Layout, State

OUTSIDE = {
    "CKAN_SQLALCHEMY_URL": "postgresql://u:p@db.example/portail",
    "CKAN_REDIS_URL": "redis://:p%40ss@cache.example:6400/3",
    "CKAN_SOLR_URL": "http://search.example:8983/solr/portail",
}


@pytest.fixture
def layout(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "ckan.ini").write_text("[app:main]\n")
    (tmp_path / "ckanext").mkdir()
    (tmp_path / "ckanext" / "module.py").write_text("")
    return Layout(root=tmp_path, home=tmp_path / ".portal")


@pytest.fixture
def state(layout):
    made = State(layout.state_file)
    made.set("ports", {"web": 5000, "postgres": 5455, "redis": 6388, "solr": 8988})
    return made


def test_all_services_are_our_own_by_default(state):
    """Addresses are loopback's, with the kept ports and secrets."""
    where = instance.addresses(state, {})
    assert where.own == {"postgres", "redis", "solr"}
    assert where.site == "http://127.0.0.1:5000"
    assert where.sqlalchemy == f"postgresql://ckan:{state.secret('postgres_ckan')}@127.0.0.1:5455/ckan"
    assert where.redis == f"redis://:{state.secret('redis')}@127.0.0.1:6388/0"
    assert where.solr == "http://127.0.0.1:8988/solr/ckan"


def test_services_given_from_outside_are_used(state):
    """CKAN_*_URL name services that run elsewhere; none of ours is started then."""
    where = instance.addresses(state, OUTSIDE)
    assert where.own == set()
    assert (where.sqlalchemy, where.redis, where.solr) == tuple(OUTSIDE.values())


@pytest.mark.parametrize(
    ("variable", "service"),
    [("CKAN_SQLALCHEMY_URL", "postgres"), ("CKAN_REDIS_URL", "redis"), ("CKAN_SOLR_URL", "solr")],
)
def test_one_service_may_be_given(state, variable, service):
    """The others stay our own."""
    assert instance.addresses(state, {variable: OUTSIDE[variable]}).own == {"postgres", "redis", "solr"} - {service}


def test_an_outside_database_has_the_datastore_it_is_given(state):
    """Without its two addresses the DataStore is left out of the ini file: ours would be wrong."""
    assert instance.addresses(state, OUTSIDE).datastore_write is None
    given = {
        **OUTSIDE,
        "CKAN_DATASTORE_WRITE_URL": "postgresql://w",
        "CKAN_DATASTORE_READ_URL": "postgresql://r",
    }
    where = instance.addresses(state, given)
    assert (where.datastore_write, where.datastore_read) == ("postgresql://w", "postgresql://r")


def test_the_ini_file_says_what_was_meant(layout, state):
    """A percent sign in an address survives the expansion that CKAN's reader makes."""
    parser = configparser.ConfigParser()
    parser.read_string(instance.ini_text(layout, state, instance.addresses(state, OUTSIDE)))
    read = parser["app:main"]
    assert read["ckan.redis.url"] == OUTSIDE["CKAN_REDIS_URL"]
    assert read["ckan.harvest.mq.hostname"] == "cache.example"
    assert read["ckan.harvest.mq.port"] == "6400"
    assert read["ckan.harvest.mq.password"] == "p@ss"
    assert read["ckan.harvest.mq.redis_db"] == "3"
    assert "ckan.datastore.write_url" not in read


def test_local_settings_are_never_overwritten(layout, state):
    """local.ini belongs to the person; ckan.ini, written at each start, builds on it."""
    where = Addresses("http://127.0.0.1:5000", "postgresql://x", None, None, "redis://x/0", "http://x")
    instance.write_ini(layout, state, where)
    local = layout.home / "local.ini"
    assert (layout.home / "local.ini").read_text().endswith("use = config:../config/ckan.ini\n")
    local.write_text("mine")
    instance.write_ini(layout, state, where)
    assert local.read_text() == "mine"


def test_another_terminal_changes_no_service(layout, state, monkeypatch):
    """`up` from a terminal with other variables must not start everything again."""
    instance.write_ini(layout, state, instance.addresses(state, {}))
    before = instance.services(layout, state, 5000)
    monkeypatch.setenv("SOME_VARIABLE", "of this terminal")
    monkeypatch.setenv("PATH", "/elsewhere:/usr/bin:/bin")
    assert instance.services(layout, state, 5000) == before


@pytest.mark.parametrize("changed", ["ckanext/module.py", ".portal/local.ini", "config/ckan.ini"])
def test_what_a_process_has_read_changes_its_service(layout, state, changed):
    """`up` after an update of the code or of a setting puts it into force."""
    instance.write_ini(layout, state, instance.addresses(state, {}))
    before = instance.services(layout, state, 5000)
    with (layout.root / changed).open("a") as stream:
        stream.write("# changed\n")
    assert all(old != new for old, new in zip(before, instance.services(layout, state, 5000), strict=True))


def test_web_workers_and_clock_live(layout, state):
    """What must live beside the databases, and stops before them."""
    instance.write_ini(layout, state, instance.addresses(state, {}))
    found = {service.name: service.tier for service in instance.services(layout, state, 5000)}
    assert found == {"web": 1, "worker-1": 1, "worker-2": 1, "clock": 1}


def test_workers_yield_to_pages(layout, state):
    """A worker, and all that it starts, has a lower priority than the web server."""
    instance.write_ini(layout, state, instance.addresses(state, {}))
    commands = {service.name: service.argv[:3] for service in instance.services(layout, state, 5000)}
    assert commands["worker-1"] == commands["worker-2"] == ["nice", "-n", "5"] != commands["web"]


def test_the_public_address_is_the_persons(layout, state):
    """Behind a proxy local.ini names it; without that, it is the portal's own port."""
    instance.write_ini(layout, state, instance.addresses(state, {}))
    assert instance.local_setting(layout, "ckan.site_url") is None
    with (layout.home / "local.ini").open("a") as stream:
        stream.write("ckan.site_url = https://donnees.example.fr/\nckan.site_title = 100 % ouvert\n")
    state.set("site_url", instance.local_setting(layout, "ckan.site_url"))
    assert instance.addresses(state, {}).site == "https://donnees.example.fr"


def test_a_local_file_that_cannot_be_read_is_told(layout):
    """A setting before any section is a frequent slip."""
    layout.home.mkdir()
    (layout.home / "local.ini").write_text("ckan.site_title = x\n")
    with pytest.raises(StackError, match=r"local\.ini cannot be read"):
        instance.local_setting(layout, "ckan.site_url")


def test_a_queue_without_a_number_is_the_first(layout, state):
    """redis://HOST:PORT means number 0, to CKAN and to the harvester."""
    outside = {**OUTSIDE, "CKAN_REDIS_URL": "redis://cache.example:6400"}
    assert "\nckan.harvest.mq.redis_db = 0\n" in instance.ini_text(layout, state, instance.addresses(state, outside))
