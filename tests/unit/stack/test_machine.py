"""What the machine must have."""

from __future__ import annotations

import subprocess

import pytest
from stack import machine
from stack.errors import StackError
from stack.machine import Need


@pytest.fixture
def calls(monkeypatch):
    """Every command that would have run, in order; each succeeds."""
    done: list[list[str]] = []

    def run(command, **_):
        done.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(machine.subprocess, "run", run)
    monkeypatch.setattr(machine.shutil, "which", lambda name: f"/usr/bin/{name}")
    return done


def test_nothing_missing_runs_nothing(calls):
    """A machine that has all is left alone."""
    machine.ensure([Need("gcc", lambda: True)])
    assert calls == []


def test_a_plain_user_hears_the_packages(calls, monkeypatch):
    """Who may not install hears one command that names what is missing, and only that."""
    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    needs = [Need("gcc", lambda: True), Need("redis-server", lambda: False), Need("maven", lambda: False)]
    with pytest.raises(StackError, match="sudo apt-get install --no-install-recommends redis-server maven"):
        machine.ensure(needs)
    assert calls == []


def test_root_installs_what_is_missing(calls, monkeypatch):
    """apt is asked for the missing packages alone."""
    monkeypatch.setattr(machine.os, "geteuid", lambda: 0)
    machine.ensure([Need("gcc", lambda: True), Need("maven", lambda: bool(calls))])
    assert [command[:2] for command in calls] == [["apt-get", "update"], ["apt-get", "install"]]
    assert calls[-1][-1] == "maven"
    assert "gcc" not in calls[-1]


def test_what_apt_did_not_bring_is_told(calls, monkeypatch):
    """apt says it succeeded and the program is still not there."""
    monkeypatch.setattr(machine.os, "geteuid", lambda: 0)
    with pytest.raises(StackError, match="Installed, but still not found on this machine: maven"):
        machine.ensure([Need("maven", lambda: False)])


def test_apts_own_words_are_told(monkeypatch):
    """A failure of apt carries the end of what it printed."""
    monkeypatch.setattr(machine.os, "geteuid", lambda: 0)
    monkeypatch.setattr(machine.shutil, "which", lambda name: f"/usr/bin/{name}")
    failed = subprocess.CompletedProcess([], 100, "", "E: Unable to locate package maven\n")
    monkeypatch.setattr(machine.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(StackError, match="Unable to locate package maven"):
        machine.ensure([Need("maven", lambda: False)])


def test_only_services_of_our_own_need_packages():
    """A database that is given from outside wants no PostgreSQL here."""
    packages = [need.package for need in machine.service_needs(postgres=False, redis=True, solr=False, jars=False)]
    assert packages == ["redis-server"]
