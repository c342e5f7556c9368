"""How the tests are run."""

from __future__ import annotations

import subprocess

import pytest
from stack import testing
from stack.errors import WrongUse
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


@pytest.mark.parametrize(
    ("arguments", "kinds", "told"),
    [
        ([], testing.KINDS, []),
        (["unit", "-x"], ("unit",), ["-x"]),
        (["-k", "siren"], testing.KINDS, ["-k", "siren"]),
        (["tests/e2e/test_a.py::test_b"], ("e2e",), ["tests/e2e/test_a.py::test_b"]),
        (["-q", "./tests/unit"], ("unit",), ["-q", "./tests/unit"]),
    ],
)
def test_what_is_run(layout, arguments, kinds, told):
    """A kind, an option or a path: a path runs once, as the kind it stands under."""
    (layout.root / "tests" / "e2e").mkdir(parents=True)
    (layout.root / "tests" / "e2e" / "test_a.py").touch()
    assert testing.plan(layout, arguments) == (kinds, told)


@pytest.mark.parametrize("first", ["bogus", "tests/unit/gone.py"])
def test_no_such_tests(layout, first):
    """A slip is told at once, before anything is installed or started."""
    with pytest.raises(WrongUse, match=f"There are no tests « {first} »"):
        testing.run(layout, [first])
    assert not layout.home.exists()


@pytest.mark.parametrize(("statuses", "worst"), [([0, 5, 0], 0), ([5, 5], 5), ([5, 1, 0], 1), ([0, 137], 137)])
def test_the_worst_status(statuses, worst):
    """`-k` may choose tests of one kind only: the others chose none, and that is no failure."""
    assert testing.worst(statuses) == worst
