"""Bringing the whole portal up, saying how it is, taking it down."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import environment, given, instance, machine, ports, postgres, redis, solr, supervisor
from .errors import StackError, reason
from .layout import Layout, State
from .terminal import say

PREFERRED = {"web": 5000, "postgres": 5455, "redis": 6388, "solr": 8988}
INFRASTRUCTURE = ("postgres", "redis", "solr")
TOO_OFTEN = 3  # deaths in a row that show a service cannot start


@contextmanager
def alone(layout: Layout) -> Iterator[None]:
    """One `up`, `down` or `test` at a time: the others wait."""
    layout.home.mkdir(parents=True, exist_ok=True)
    with (layout.home / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another bin/portal is at work here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare_machine(layout: Layout, state: State, own: frozenset[str], extras: tuple[str, ...]) -> None:
    """The packages and the virtual environment that the services in `own` need; nothing is started."""
    machine.python_is_right()
    layout.home.chmod(0o711)  # PostgreSQL's user passes through; what is secret inside is 0600
    jars = "solr" in own and not solr.has_jars(layout)
    needs = machine.service_needs(postgres="postgres" in own, redis="redis" in own, solr="solr" in own, jars=jars)
    if not environment.is_there(layout):
        needs = machine.environment_needs() + needs
    if "test" in extras:
        needs += machine.browser_needs()
    machine.ensure(needs)
    environment.ensure(layout, state, extras)


def start_infrastructure(layout: Layout, state: State, own: frozenset[str], *, new_ports: bool = False) -> None:
    """The services of our own, until each answers."""
    if new_ports:
        supervisor.stop_running(layout.home)
        state.set("ports", {name: port for name, port in state.get("ports", {}).items() if name == "web"})
    numbers = {name: ports.keep(state, name, PREFERRED[name]) for name in INFRASTRUCTURE}
    _await_orphans(layout)
    running = supervisor.read_state(layout.home).get("services", {})
    for name in sorted(own):
        if not running.get(name, {}).get("pid"):
            ports.require_free(name, numbers[name])
    services: list[supervisor.Service] = []
    if "postgres" in own:
        postgres.prepare(layout, state)
        services.append(postgres.service(layout, numbers["postgres"]))
    if "redis" in own:
        services.append(redis.service(layout, state, numbers["redis"]))
    if "solr" in own:
        solr.fetch_jars(layout)
        solr.write_home(layout)
        services.append(solr.service(layout, numbers["solr"]))
    # A portal that runs stays as it is until its own turn comes; one that does not must not start first.
    listed = supervisor.read_services(layout.home / "services.json")
    kept = [service for service in listed if service.name not in INFRASTRUCTURE and service.name in running]
    _supervise(layout, services + kept)
    ready: dict[str, Callable[[], bool]] = {
        "postgres": lambda: _postgres_answers(state, numbers["postgres"]),
        "redis": lambda: ports.answers(numbers["redis"]),
        "solr": lambda: all(solr.is_ready(numbers["solr"], core) for core in solr.CORES),
    }
    for name in sorted(own):
        wait(ready[name], f"The service « {name} » does not answer", layout, name, 90)


def _supervise(layout: Layout, services: list[supervisor.Service]) -> None:
    """Have these services run, and no others; what changed in its definition is started again.

    What dies again and again begins anew: its cause may have been put right, and neither the pause it is in nor
    the deaths it is judged by should outlast that.
    """
    running = supervisor.read_state(layout.home).get("services", {})
    sound = [service for service in services if not running.get(service.name, {}).get("failures")]
    if len(sound) < len(services):
        supervisor.write_services(layout.home / "services.json", sound)
        supervisor.ensure_running(layout.home, layout.root)
    supervisor.write_services(layout.home / "services.json", services)
    supervisor.ensure_running(layout.home, layout.root)


def _await_orphans(layout: Layout) -> None:
    """Where the supervisor was killed, its processes are still ending: let them leave their ports."""
    if supervisor.read_state(layout.home):
        return
    left = [entry["pid"] for entry in supervisor.last_state(layout.home).get("services", {}).values() if entry["pid"]]
    deadline = time.monotonic() + 30
    while any(supervisor.is_alive(pid) for pid in left) and time.monotonic() < deadline:
        time.sleep(0.1)


def _postgres_answers(state: State, port: int) -> bool:
    if not ports.answers(port):
        return False
    try:
        return postgres.psql(state, port, "postgres", "SELECT 1") == "1"
    except StackError:
        return False


def wait(condition: Callable[[], bool], complaint: str, layout: Layout, service: str, seconds: float) -> None:
    """Wait for a condition.

    Raises:
        StackError: `seconds` have passed, or the service has died too often for waiting to make sense.
            It carries the last lines of the service's log and, where one stands there, the reason.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        entry = supervisor.read_state(layout.home).get("services", {}).get(service, {})
        gave_up = entry.get("failures", 0) >= TOO_OFTEN
        if gave_up or time.monotonic() > deadline:
            end = tail(layout, service, 12)
            why = (reason(end) or f"it ended {entry['failures']} times") if gave_up else f"waited {seconds:.0f} s"
            raise StackError(f"{complaint}: {why}.\nLast lines of its log (bin/portal logs {service}):\n{end}")
        time.sleep(0.2)


def tail(layout: Layout, service: str, lines: int) -> str:
    """The end of a service's log."""
    log = layout.logs / f"{service}.log"
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:]) if log.exists() else "(no log yet)"


def up(layout: Layout, *, port: int | None = None, new_ports: bool = False) -> dict[str, Any]:
    """Bring everything up; idempotent. Returns the address and the administrator's login."""
    with alone(layout):
        state = State(layout.state_file)
        given.check(os.environ, lambda key: instance.local_setting(layout, key))
        ports.keep(state, "web", PREFERRED["web"], wanted=port)
        own = instance.own_services(os.environ)
        number = state.get("ports")["web"]
        _require_port(layout, number)
        prepare_machine(layout, state, own, ("portal",))
        start_infrastructure(layout, state, own, new_ports=new_ports)
        state.set("site_url", instance.local_setting(layout, "ckan.site_url"))
        where = instance.addresses(state, os.environ)
        databases = ("ckan", "ckan_datastore")
        if "postgres" in own:
            postgres.ensure_databases(state, state.get("ports")["postgres"], list(databases))
        layout.storage.mkdir(parents=True, exist_ok=True)
        instance.write_ini(layout, state, where)
        instance.migrate(layout, state, where, databases=databases if "postgres" in own else None)
        password = instance.ensure_admin(layout, state, where)
        _build_texts(layout, state)
        _supervise(layout, _infrastructure(layout) + instance.services(layout, state, number))
        say("Waiting for the portal to answer")
        wait(lambda: answers(number), "The portal does not answer", layout, "web", 120)
        _rebuild_index(layout, state, where)
        return {"url": where.site, "login": instance.ADMIN, "password": password}


def _infrastructure(layout: Layout) -> list[supervisor.Service]:
    listed = supervisor.read_services(layout.home / "services.json")
    return [service for service in listed if service.name in INFRASTRUCTURE]


def _require_port(layout: Layout, number: int) -> None:
    """Raise where the portal's port is another program's, before anything is started."""
    _await_orphans(layout)
    web = supervisor.read_state(layout.home).get("services", {}).get("web", {})
    if web.get("failures"):  # it dies again and again, and may hold the port in between
        _supervise(layout, _infrastructure(layout))
    elif web.get("pid") and web["port"] == number:
        return
    ports.require_free("web", number)


def _build_texts(layout: Layout, state: State) -> None:
    """JavaScript's texts and the assets, built when a catalogue, an asset or the environment changed."""
    mark = hashlib.sha256(str(state.get("environment")).encode())
    for pattern in ("ckanext/*/i18n/**/*.mo", "ckanext/*/i18n/**/*.po", "ckanext/*/assets/**/*.*"):
        for path in sorted(layout.root.glob(pattern)):
            mark.update(path.read_bytes())
    if state.get("texts") == mark.hexdigest():
        return
    say("Building texts and assets")
    instance.ckan(layout, "translation", "js", complaint="The texts for JavaScript could not be built")
    instance.ckan(layout, "asset", "build", complaint="The style sheets and scripts could not be built")
    state.set("texts", mark.hexdigest())


def _rebuild_index(layout: Layout, state: State, where: instance.Addresses) -> None:
    """The index holds absolute addresses and depends on the schema: either one changed means a rebuild."""
    parts = [
        where.site,
        where.solr,
        where.sqlalchemy,
        (layout.root / "config" / "solr" / "fields.xml").read_text("utf-8"),
    ]
    mark = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    if state.get("indexed") != mark:
        say("Building the search index")
        instance.ckan(layout, "search-index", "rebuild", complaint="The search index could not be built")
        state.set("indexed", mark)


def answers(port: int) -> bool:
    """Whether the portal answers over HTTP."""
    try:
        with urllib.request.urlopen(f"http://{ports.LOOPBACK}:{port}/api/3/action/status_show", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def status(layout: Layout) -> dict[str, Any]:
    """How the portal is: ready or not, its address, and each service."""
    state = State(layout.state_file)
    running = supervisor.read_state(layout.home).get("services", {})
    listed = supervisor.read_services(layout.home / "services.json")
    services = {
        service.name: {
            "port": service.port,
            "pid": None,
            "state": "stopped",
            "restarts": 0,
            **running.get(service.name, {}),
        }
        for service in listed
    }
    web = services.get("web", {})
    alive = bool(services) and all(entry["pid"] for entry in services.values())
    ready = bool(alive and web.get("port") and answers(web["port"]))
    url = state.get("site_url") or (f"http://{ports.LOOPBACK}:{web['port']}" if web.get("port") else None)
    return {"ready": ready, "url": url, "services": services}


def print_status(layout: Layout, as_json: bool) -> int:
    """Print the status; 0 when ready, 1 when not."""
    now = status(layout)
    if as_json:
        print(json.dumps(now, indent=1))
    else:
        print(f"{'ready' if now['ready'] else 'not ready'}  {now['url'] or ''}")
        for name, entry in now["services"].items():
            again = f"  started again {entry['restarts']} times" if entry["restarts"] else ""
            print(f"  {name:10} {entry['state']:8} pid {entry['pid'] or '-':<8} port {entry['port'] or '-'}{again}")
        if not now["services"]:
            print("  nothing runs; start with: bin/portal up")
    return 0 if now["ready"] else 1


def down(layout: Layout) -> None:
    """Stop everything; the data stay."""
    with alone(layout):
        _stop(layout)


def _stop(layout: Layout) -> None:
    say("Stopped" if supervisor.stop_running(layout.home) else "Nothing was running")
    _await_orphans(layout)


def reset(layout: Layout, *, everything: bool) -> None:
    """Stop, then forget databases, index, files, secrets; with `everything`, the environment and jars too."""
    with alone(layout):
        _stop(layout)
        folders = [layout.redis, layout.storage, layout.logs, layout.solr / "home", layout.home / "test"]
        folders.append(postgres.data_folder(layout))
        if everything:
            folders += [layout.venv, layout.solr]
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        for name in ("ckan.ini", "services.json", "supervisor.json"):
            (layout.home / name).unlink(missing_ok=True)
        state = State(layout.state_file)
        state.values = {key: state.get(key) for key in ("environment", "extras") if state.get(key) and not everything}
        state.save()
        say("Reset" + (" whole" if everything else ""))
