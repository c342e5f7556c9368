"""How the tests are run."""

from __future__ import annotations

import subprocess

import pytest
from stack import testing
from stack.layout import Layout, State


@pytest.fixture
def layout(tmp_path):
    return Layout(root=tmp_path, home=tmp_path / ".portal")


@pytest.fixture
def state(layout):
    made = State(layout.state_file)
    made.set("ports", {"postgres": 5455, "redis": 6388, "solr": 8988})
    return made


def test_tests_run_on_services_of_their_own(layout, state, monkeypatch):
    """Whatever the caller's CKAN_* variables say, no test touches what they name."""
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://precious")
    monkeypatch.setenv("CKAN_SMTP_SERVER", "mail.example")
    environ = testing.environ_of(layout, state, "integration")
    assert environ["CKAN_SQLALCHEMY_URL"].endswith("@127.0.0.1:5455/ckan_test")
    assert environ["CKAN_REDIS_URL"].endswith("@127.0.0.1:6388/1")
    assert environ["CKAN_SOLR_URL"] == "http://127.0.0.1:8988/solr/ckan_test"
    assert environ["CKAN_STORAGE_PATH"].startswith(str(layout.home))
    assert "CKAN_SMTP_SERVER" not in environ


def test_unit_tests_see_no_service(layout, state):
    """Nothing of CKAN's is in their environment."""
    environ = testing.environ_of(layout, state, "unit")
    assert not [name for name in environ if name.startswith("CKAN_")]


@pytest.mark.parametrize(("ended", "status"), [(0, 0), (1, 1), (-9, 137)])
def test_the_status_of_pytest_is_handed_on(layout, state, monkeypatch, ended, status):
    """A run that was killed is a failure."""
    monkeypatch.setattr(testing.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], ended))
    assert testing._pytest(layout, state, "unit", []) == status
