"""Ports that stay, and ports that others took."""

from __future__ import annotations

import socket

import pytest
from stack import ports
from stack.errors import StackError
from stack.layout import State


@pytest.fixture
def state(tmp_path):
    return State(tmp_path / "state.json")


@pytest.fixture
def taken():
    """A port of loopback on which another program listens."""
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_is_kept(state, tmp_path):
    """The second start takes the port of the first."""
    first = ports.keep(state, "web")
    assert ports.keep(State(tmp_path / "state.json"), "web") == first


def test_a_preferred_port_that_is_taken_gives_way(state, taken):
    """Nobody asked for that very port: a free one does."""
    assert ports.keep(state, "web", taken) != taken


def test_a_wanted_port_that_is_taken_is_refused(state, taken):
    """Who names a port hears that it is taken, and what to do."""
    with pytest.raises(
        StackError, match=rf"Port {taken} is taken by another program\. Stop that program, or choose another"
    ):
        ports.keep(state, "web", wanted=taken)
    assert state.get("ports") is None


def test_a_wanted_port_of_root_is_refused(state, monkeypatch):
    """A plain user cannot have port 80, and hears why."""
    monkeypatch.setattr(ports.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(ports, "_first_unprivileged", lambda: 1024)
    with pytest.raises(StackError, match="Port 80 is reserved for root"):
        ports.keep(state, "web", wanted=80)


def test_a_wanted_port_replaces_the_kept_one(state):
    """`up --port` is kept for the next starts."""
    ports.keep(state, "web")
    wanted = ports.any_free()
    assert ports.keep(state, "web", wanted=wanted) == wanted
    assert ports.keep(state, "web") == wanted


@pytest.mark.parametrize(("service", "remedy"), [("web", "up --port N"), ("solr", "up --new-ports")])
def test_a_kept_port_that_is_taken_is_told(taken, service, remedy):
    """The remedy fits the service."""
    with pytest.raises(StackError, match=remedy):
        ports.require_free(service, taken)


def test_a_free_port_is_fine():
    """Nothing is said where nothing is wrong."""
    ports.require_free("web", ports.any_free())
