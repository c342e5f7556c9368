"""The supervisor, with small processes of our own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from stack import portal, supervisor
from stack.errors import StackError
from stack.layout import ROOT, Layout
from stack.supervisor import Child, Service

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)",
]


def until(condition, seconds=60.0):
    """The condition's value as soon as it is true; a failure when it stays false."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("waited in vain")


def gone(pid):
    """Whether a process ended; a zombie has ended."""
    try:
        with open(f"/proc/{pid}/stat") as stream:
            return stream.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def home(tmp_path):
    """A state folder whose supervisor, if any, is stopped at the end."""
    yield tmp_path
    state = supervisor.read_state(tmp_path)
    supervisor.stop_running(tmp_path, patience=30)
    assert all(gone(entry["pid"]) for entry in state.get("services", {}).values() if entry["pid"])


@pytest.fixture
def hold(home):
    """Have these services run; the numbers of their processes."""

    def run(*services):
        supervisor.write_services(home / "services.json", list(services))
        supervisor.ensure_running(home, ROOT, patience=20)
        return until(lambda: all(pids_of(home).get(service.name) for service in services) and pids_of(home))

    def pids_of(folder):
        return {name: entry["pid"] for name, entry in supervisor.read_state(folder).get("services", {}).items()}

    return run


def a_service(name="one", argv=SLEEPER, **more):
    return Service(name=name, argv=argv, cwd="/", env={"PATH": "/usr/bin:/bin"}, **more)


def entry(home, name="one"):
    return supervisor.read_state(home)["services"][name]


def test_what_dies_is_started_again(home, hold):
    """A killed service comes back under another number, and the state says how often and how it ended."""
    first = hold(a_service())["one"]
    os.kill(first, signal.SIGKILL)
    second = until(lambda: (now := entry(home)["pid"]) != first and now)
    assert second != first
    assert entry(home)["restarts"] == 1
    assert entry(home)["last_exit"] == -signal.SIGKILL


def test_a_list_that_changes_is_carried_out(home, hold):
    """New services start, those no longer listed stop, an unchanged one stays as it is."""
    before = hold(a_service("kept"), a_service("dropped"))
    after = hold(a_service("kept"), a_service("new"))
    assert set(after) == {"kept", "new"}
    assert after["kept"] == before["kept"]
    assert gone(before["dropped"])


def test_a_changed_definition_is_started_again(home, hold):
    """Another environment is another process, and `up` returns once the old one is gone."""
    before = hold(a_service())
    after = hold(Service(name="one", argv=SLEEPER, cwd="/", env={"VERSION": "2"}))
    assert after["one"] != before["one"]
    assert gone(before["one"])


def test_a_stubborn_process_is_killed_after_its_grace(home, hold):
    """A process that does not end when asked does not keep the rest from ending."""
    pid = hold(a_service(argv=STUBBORN, grace=0.3))["one"]
    until(lambda: "ready" in (home / "logs" / "one.log").read_text())
    began = time.monotonic()
    assert supervisor.stop_running(home, patience=10)
    assert time.monotonic() - began < 5
    assert gone(pid)


def test_children_die_with_a_killed_supervisor(home, hold):
    """Nothing is left behind by kill -9, and the next supervisor starts everything anew."""
    pid = hold(a_service())["one"]
    held = supervisor.read_state(home)["pid"]
    os.kill(held, signal.SIGKILL)
    until(lambda: gone(pid))
    assert supervisor.read_state(home) == {}
    assert hold(a_service())["one"] != pid


def test_a_second_supervisor_refuses(home, hold):
    """One folder, one supervisor."""
    hold(a_service())
    second = subprocess.run(
        [sys.executable, "-m", "stack", "supervise"],
        cwd=ROOT,
        env={**os.environ, "PORTAL_HOME": str(home)},
        timeout=20,
    )
    assert second.returncode == 1
    assert entry(home)["pid"]


def test_a_supervisor_of_an_earlier_checkout_is_replaced(home, hold, monkeypatch):
    """What it would not understand is not given to it."""
    hold(a_service())
    held = supervisor.read_state(home)["pid"]
    monkeypatch.setattr(supervisor, "CODE", "of an update")
    monkeypatch.setattr(supervisor, "_start", lambda *_: pytest.fail("started"))
    with pytest.raises(pytest.fail.Exception):
        supervisor.ensure_running(home, ROOT)
    until(lambda: gone(held))


def test_a_supervisor_that_cannot_start_is_told(home, tmp_path):
    """Its log says why."""
    (tmp_path / "services.json").write_text('[{"name": "one"}]')
    with pytest.raises(StackError, match="missing .* required positional arguments"):
        supervisor.ensure_running(home, ROOT, patience=20)


def test_a_program_that_does_not_exist_is_told_in_its_log(home):
    """The service is failing, the supervisor lives, the log says why."""
    supervisor.write_services(home / "services.json", [a_service("lost", argv=["/nonexistent/program"]), a_service()])
    supervisor.ensure_running(home, ROOT, patience=20)
    until(lambda: entry(home)["pid"])
    assert entry(home, "lost")["pid"] is None
    assert entry(home, "lost")["state"] == "failing"
    assert "cannot start lost" in (home / "logs" / "lost.log").read_text()


def test_the_state_is_private(home, hold):
    """It names processes and ports; the list beside it holds passwords."""
    hold(a_service())
    for name in ("supervisor.json", "services.json"):
        assert (home / name).stat().st_mode & 0o777 == 0o600


def test_an_unknown_key_of_the_list_is_passed_over(tmp_path):
    """A list that a later checkout wrote is still read."""
    listed = tmp_path / "services.json"
    supervisor.write_services(listed, [a_service()])
    listed.write_text(json.dumps([{**json.loads(listed.read_text())[0], "later": 1}]))
    assert supervisor.read_services(listed) == [a_service()]


@pytest.fixture
def child(tmp_path):
    made = Child(a_service(argv=["true"]), tmp_path / "one.log")
    yield made
    made.await_stop(0)


def die(child, now):
    child.start(now)
    child.process.wait()
    child.note_death(now)


def test_pauses_grow_and_are_bounded(child):
    """What cannot start is tried ever more rarely, but at least twice a minute."""
    pauses = []
    for _ in range(8):
        die(child, now=0.0)
        pauses.append(child.pause)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_long_life_wipes_out_failures(child):
    """What ran well for a while starts again at once."""
    die(child, now=0.0)
    child.start(10.0)
    child.process.wait()
    child.note_death(10.0 + supervisor.STABLE_AFTER + 1)
    assert child.pause == 0


def test_a_life_that_lasts_wipes_them_out_too(child):
    """A service that recovered a day ago is not failing, though it has not died since."""
    die(child, now=0.0)
    child.started = 100.0
    child.note_life(100.0 + supervisor.STABLE_AFTER)
    assert child.failures == 1
    child.note_life(100.1 + supervisor.STABLE_AFTER)
    assert child.failures == 0


def test_up_gives_a_failing_service_a_new_beginning(home):
    """Its cause was put right: neither its pause nor its count of deaths may make `up` give up on it."""
    cured = home / "cured"
    script = f"import pathlib, sys, time; pathlib.Path({str(cured)!r}).exists() or sys.exit(1); time.sleep(600)"
    service = a_service(argv=[sys.executable, "-c", script])
    supervisor.write_services(home / "services.json", [service])
    supervisor.ensure_running(home, ROOT, patience=60)
    until(lambda: entry(home)["failures"] >= portal.TOO_OFTEN and not entry(home)["pid"])
    cured.touch()
    portal._supervise(Layout(root=ROOT, home=home), [service])
    begun = until(lambda: entry(home)["pid"] and entry(home))
    assert (begun["failures"], begun["restarts"]) == (0, 0)


def test_an_unknown_account_is_a_failure_of_that_service(tmp_path, monkeypatch):
    """PostgreSQL's user was removed: the supervisor goes on."""
    monkeypatch.setattr(supervisor.os, "geteuid", lambda: 0)
    made = Child(a_service(user="no-such-account"), tmp_path / "one.log")
    made.start(0.0)
    assert not made.alive
    assert made.failures == 1
    assert "cannot start one" in (tmp_path / "one.log").read_text()


def test_a_log_that_grew_is_put_aside(tmp_path, monkeypatch):
    """The disk does not fill: one older log is kept."""
    monkeypatch.setattr(supervisor, "LARGEST_LOG", 10)
    made = Child(a_service(), tmp_path / "one.log")
    (tmp_path / "one.log").write_text("a line longer than that")
    made.trim_log()
    assert (tmp_path / "one.log").read_text() == ""
    assert (tmp_path / "one.log.1").read_text() == "a line longer than that"


def test_higher_tiers_stop_first(tmp_path):
    """The portal ends before the databases it writes to."""
    order = tmp_path / "order"
    script = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2])\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    children = [
        Child(
            a_service(name, argv=[sys.executable, "-c", script, str(order), name], tier=tier),
            tmp_path / f"{name}.log",
        )
        for name, tier in (("d", 0), ("w", 1))
    ]
    for child in children:
        child.start(0.0)
        until(lambda child=child: "ready" in child.log.read_text())
    supervisor.stop_all(children)
    assert order.read_text() == "wd"
