"""Running the tests: on databases, a Redis number, a Solr core and a storage of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from . import portal, postgres, redis, solr
from .environment import clean_environ
from .errors import StackError
from .layout import Layout, State
from .terminal import say

KINDS = ("unit", "integration", "e2e")
REDIS_NUMBERS = {"integration": 1, "e2e": 2}
DATABASES = {"integration": "ckan_test", "e2e": "ckan_e2e"}


def run(layout: Layout, arguments: list[str]) -> int:
    """Run one kind of tests, or all three in the order of their cost; the worst exit status.

    The rest of the arguments goes to pytest.
    """
    kinds = KINDS
    if arguments and arguments[0] in KINDS:
        kinds, arguments = (arguments[0],), arguments[1:]
    # Unit tests want the environment and no service.
    own = frozenset(portal.INFRASTRUCTURE) if any(kind in DATABASES for kind in kinds) else frozenset()
    with portal.alone(layout):
        state = State(layout.state_file)
        portal.prepare_machine(layout, state, own, ("portal", "test"))
        if own:
            portal.start_infrastructure(layout, state, own)
        names = [
            name + suffix
            for kind in kinds
            if kind in DATABASES
            for name in (DATABASES[kind],)
            for suffix in ("", "_datastore")
        ]
        if names:
            postgres.ensure_databases(state, state.get("ports")["postgres"], names)
    worst = 0
    for kind in kinds:
        say(f"Tests: {kind}")
        worst = max(worst, _pytest(layout, state, kind, arguments))
    return worst


def environ_of(layout: Layout, state: State, kind: str) -> dict[str, str]:
    """The environment of one kind of tests: nothing of the caller's CKAN_* variables survives."""
    environ = {
        **clean_environ(),
        "PATH": f"{layout.venv / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}",
        "LC_ALL": "C.UTF-8",
        "PORTAL_ARTEFACTS": str(layout.root / "artefacts"),
    }
    if kind not in DATABASES:
        return environ
    ports, database = state.get("ports"), DATABASES[kind]
    storage = layout.home / "test" / kind
    shutil.rmtree(storage, ignore_errors=True)
    storage.mkdir(parents=True)
    return environ | {
        "CKAN_INI": str(layout.root / "test.ini"),
        "CKAN_SQLALCHEMY_URL": postgres.url(state, ports["postgres"], database),
        "CKAN_DATASTORE_WRITE_URL": postgres.url(state, ports["postgres"], f"{database}_datastore"),
        "CKAN_DATASTORE_READ_URL": postgres.url(state, ports["postgres"], f"{database}_datastore", postgres.READER),
        "CKAN_REDIS_URL": redis.url(state, ports["redis"], REDIS_NUMBERS[kind]),
        "CKAN_SOLR_URL": solr.url(ports["solr"], database),
        "CKAN_STORAGE_PATH": str(storage),
    }


def _pytest(layout: Layout, state: State, kind: str, arguments: list[str]) -> int:
    chosen = [argument for argument in arguments if argument.startswith("tests/")]
    # CKAN's pytest plugin boots a whole CKAN: only the integration tests want one.
    without_ckan = [] if kind == "integration" else ["-p", "no:ckan", "-p", "no:ckan_fixtures"]
    command = [
        str(layout.python),
        "-m",
        "pytest",
        "-q",
        *without_ckan,
        *arguments,
        *([] if chosen else [f"tests/{kind}"]),
    ]
    status = subprocess.run(command, cwd=layout.root, env=environ_of(layout, state, kind)).returncode
    # Killed by a signal is a negative number: it must not lose against the success of another kind.
    return status if status >= 0 else 128 - status


def bench(layout: Layout, name: str, arguments: list[str]) -> int:
    """Run the benchmark tests/bench/NAME.py on the running portal's environment."""
    folder = layout.root / "tests" / "bench"
    script = folder / f"{name}.py"
    known = (
        sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")) if folder.exists() else []
    )
    if Path(name).name != name or not script.exists():
        raise StackError(f"There is no benchmark « {name} ». Known: {', '.join(known) or 'none yet'}.")
    environ = {
        **clean_environ(),
        "CKAN_INI": str(layout.ini),
        "PATH": f"{layout.venv / 'bin'}:{os.environ.get('PATH', '')}",
    }
    return subprocess.run([str(layout.python), str(script), *arguments], cwd=layout.root, env=environ).returncode
