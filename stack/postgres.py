"""A PostgreSQL cluster of our own: French collation, loopback only, a password for everyone."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from .errors import StackError
from .layout import Layout, State
from .machine import POSTGRES_BIN
from .ports import LOOPBACK
from .supervisor import Service
from .terminal import say

SUPERUSER = "portal_admin"
OWNER = "ckan"
READER = "datastore_reader"


def data_folder(layout: Layout) -> Path:
    """Where the cluster lives: in the state folder if PostgreSQL's user can enter it, else in its own."""
    inside = layout.home / "postgres"
    if os.geteuid() != 0 or _open_to_all(layout.home):
        return inside
    mark = hashlib.sha256(str(layout.home).encode()).hexdigest()[:12]
    return Path("/var/lib/postgresql") / f"portal-{mark}"


def _open_to_all(folder: Path) -> bool:
    """Whether any user may pass through this folder and those above it."""
    return all(
        stat.S_IMODE(parent.stat().st_mode) & stat.S_IXOTH for parent in (folder, *folder.parents) if parent.exists()
    )


def account() -> str | None:
    """The user that runs the server: PostgreSQL refuses root."""
    return "postgres" if os.geteuid() == 0 else None


def prepare(layout: Layout, state: State) -> None:
    """Make the cluster once."""
    folder = data_folder(layout)
    if (folder / "PG_VERSION").exists():
        return
    say("Making the PostgreSQL cluster (French collation)")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    who: dict[str, object] = {}
    if account():
        entry = pwd.getpwnam("postgres")
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        who = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    reading, writing = os.pipe()
    os.write(writing, (state.secret("postgres_admin") + "\n").encode())
    os.close(writing)
    os.fchmod(reading, 0o600)
    if account():
        os.fchown(reading, entry.pw_uid, entry.pw_gid)
    done = subprocess.run(
        [
            str(POSTGRES_BIN / "initdb"),
            "--pgdata",
            str(folder),
            "--username",
            SUPERUSER,
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--locale-provider",
            "icu",
            "--icu-locale",
            "fr",
            "--auth",
            "scram-sha-256",
            "--pwfile",
            f"/proc/self/fd/{reading}",
        ],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        pass_fds=[reading],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        **who,  # type: ignore[call-overload]  # the account's three keys
    )
    os.close(reading)
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise StackError(f"PostgreSQL's initdb failed:\n{(done.stdout + done.stderr).strip()}")


def service(layout: Layout, port: int) -> Service:
    """The server's process; SIGINT is PostgreSQL's quick, orderly stop."""
    return Service(
        name="postgres",
        argv=[
            str(POSTGRES_BIN / "postgres"),
            "-D",
            str(data_folder(layout)),
            "-p",
            str(port),
            "-h",
            LOOPBACK,
            "-k",
            "",
            "-c",
            "max_connections=100",
            "-c",
            "shared_buffers=128MB",
            "-c",
            "log_min_messages=warning",
        ],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        user=account(),
        port=port,
        stop_signal="SIGINT",
    )


def url(state: State, port: int, database: str, role: str = OWNER) -> str:
    """The address of a database for SQLAlchemy."""
    return f"postgresql://{role}:{state.secret(f'postgres_{role}')}@{LOOPBACK}:{port}/{database}"


def psql(state: State, port: int, database: str, sql: str) -> str:
    """Run `sql` as the cluster's administrator; the rows, unadorned."""
    done = subprocess.run(
        [
            str(POSTGRES_BIN / "psql"),
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            LOOPBACK,
            "-p",
            str(port),
            "-U",
            SUPERUSER,
            "-d",
            database,
        ],
        input=sql,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PGPASSWORD": state.secret("postgres_admin"), "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        raise StackError(f"PostgreSQL refused a statement on « {database} »: {done.stderr.strip()}")
    return done.stdout.strip()


def ensure_databases(state: State, port: int, names: list[str]) -> None:
    """The two roles and the databases that are named, made where they are missing."""
    roles = set(psql(state, port, "postgres", "SELECT rolname FROM pg_roles").split())
    for role in (OWNER, READER):
        if role not in roles:
            psql(
                state,
                port,
                "postgres",
                f"CREATE ROLE {role} LOGIN PASSWORD '{state.secret(f'postgres_{role}')}'",
            )
    present = set(psql(state, port, "postgres", "SELECT datname FROM pg_database").split())
    for name in names:
        if name not in present:
            psql(state, port, "postgres", f"CREATE DATABASE {name} OWNER {OWNER}")
