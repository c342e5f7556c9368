"""Running the tests: on databases, a Redis number, a Solr core and a storage of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from . import portal, postgres, redis, solr
from .environment import clean_environ
from .errors import StackError, WrongUse
from .layout import Layout, State
from .terminal import say

KINDS = ("unit", "integration", "e2e")
REDIS_NUMBERS = {"integration": 1, "e2e": 2}
DATABASES = {"integration": "ckan_test", "e2e": "ckan_e2e"}
NO_TEST = 5  # pytest's status where it chose no test


def run(layout: Layout, arguments: list[str]) -> int:
    """Run one kind of tests, or all three in the order of their cost; the worst exit status.

    The rest of the arguments goes to pytest.
    """
    kinds, arguments = plan(layout, arguments)
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
        for kind in kinds:
            if kind in DATABASES:
                _open_datastore(layout, state, DATABASES[kind])
    statuses = []
    for kind in kinds:
        say(f"Tests: {kind}")
        meant = arguments if len(kinds) == 1 else [each for each in arguments if _kind_of(each) in (None, kind)]
        statuses.append(_pytest(layout, state, kind, meant))
    return worst(statuses)


def _open_datastore(layout: Layout, state: State, database: str) -> None:
    """Give a DataStore of tests its roles and functions, as `ckan datastore set-permissions` would."""
    [script] = layout.venv.glob("lib/python3*/site-packages/ckanext/datastore/set_permissions.sql")
    names = {"maindb": database, "datastoredb": f"{database}_datastore"}
    roles = {"mainuser": postgres.OWNER, "writeuser": postgres.OWNER, "readuser": postgres.READER}
    sql = script.read_text("utf-8").format(**{key: f'"{name}"' for key, name in (names | roles).items()})
    postgres.psql(state, state.get("ports")["postgres"], names["datastoredb"], sql)


def plan(layout: Layout, arguments: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The kinds of tests to run, and what pytest is told: a path under tests/ says its kind by itself.

    Raises:
        WrongUse: the first word is neither a kind, nor an option, nor a path.
    """
    if not arguments:
        return KINDS, []
    first = arguments[0]
    if first in KINDS:
        return (first,), arguments[1:]
    if not first.startswith("-") and not (layout.root / first.partition("::")[0]).exists():
        raise WrongUse(f"There are no tests « {first} ». Known: {', '.join(KINDS)}, or a path under tests/.")
    named = {kind for kind in map(_kind_of, arguments) if kind}
    return tuple(kind for kind in KINDS if kind in named) or KINDS, arguments


def _kind_of(argument: str) -> str | None:
    parts = argument.removeprefix("./").split("/")
    return parts[1] if len(parts) > 1 and parts[0] == "tests" and parts[1] in KINDS else None


def worst(statuses: list[int]) -> int:
    """The worst status; « no test was chosen » counts only where it is so of every kind."""
    return max([status for status in statuses if status != NO_TEST], default=NO_TEST)


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
    chosen = any(_kind_of(argument) for argument in arguments)
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
