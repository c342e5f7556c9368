"""One CKAN instance on this machine: its ini file, its databases, its processes."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import postgres, redis, solr
from .environment import clean_environ
from .errors import StackError
from .layout import Layout, State, write_private
from .ports import LOOPBACK
from .supervisor import Service
from .terminal import say

ADMIN = "admin"
OUTSIDE = {"sqlalchemy": "CKAN_SQLALCHEMY_URL", "redis": "CKAN_REDIS_URL", "solr": "CKAN_SOLR_URL"}


@dataclass(frozen=True)
class Addresses:
    """Where an instance finds its services, and where it is found itself."""

    site: str
    sqlalchemy: str
    datastore_write: str | None
    datastore_read: str | None
    redis: str
    solr: str
    own: frozenset[str] = field(default_factory=frozenset)


def addresses(state: State, environ: Mapping[str, str], *, database: str = "ckan", number: int = 0) -> Addresses:
    """Our own services, but for those that the environment names."""
    ports = state.get("ports", {})
    given = {name: environ[variable] for name, variable in OUTSIDE.items() if environ.get(variable)}
    own = frozenset({"postgres", "redis", "solr"}) - {
        {"sqlalchemy": "postgres"}.get(name, name) for name in given
    }
    if "postgres" in own:
        write, read = (
            postgres.url(state, ports["postgres"], f"{database}_datastore", role) for role in (postgres.OWNER, postgres.READER)
        )
    else:
        write, read = environ.get("CKAN_DATASTORE_WRITE_URL"), environ.get("CKAN_DATASTORE_READ_URL")
    return Addresses(
        site=state.get("site_url") or f"http://{LOOPBACK}:{ports['web']}",
        sqlalchemy=given.get("sqlalchemy") or postgres.url(state, ports["postgres"], database),
        datastore_write=write,
        datastore_read=read,
        redis=given.get("redis") or redis.url(state, ports["redis"], number),
        solr=given.get("solr") or solr.url(ports["solr"], database),
        own=own,
    )


def ini_text(layout: Layout, state: State, where: Addresses) -> str:
    """The machine's own settings, on top of local.ini and config/ckan.ini."""
    settings = {
        "ckan.site_url": where.site,
        "sqlalchemy.url": where.sqlalchemy,
        "ckan.redis.url": where.redis,
        "solr_url": where.solr,
        "ckan.storage_path": str(layout.storage),
        "SECRET_KEY": state.secret("secret_key", 64),
        "api_token.jwt.encode.secret": f"string:{state.secret('api_token', 64)}",
        "api_token.jwt.decode.secret": f"string:{state.secret('api_token', 64)}",
        "ckan.harvest.mq.redis_db": where.redis.rpartition("/")[2] or "0",
    }
    host, port, password = _redis_parts(where.redis)
    settings |= {"ckan.harvest.mq.hostname": host, "ckan.harvest.mq.port": port, "ckan.harvest.mq.password": password}
    if where.datastore_write and where.datastore_read:
        settings |= {"ckan.datastore.write_url": where.datastore_write, "ckan.datastore.read_url": where.datastore_read}
    lines = ["# Written by bin/portal at each start. Settings of your own go into local.ini beside this file.", "[app:main]"]
    lines += ["use = config:local.ini"]
    # The ini file expands %: an address with a percent-encoded password holds them.
    lines += [f"{key} = {str(value).replace('%', '%%')}" for key, value in settings.items()]
    return "\n".join(lines) + "\n"


def _redis_parts(address: str) -> tuple[str, str, str]:
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(address)
    return parts.hostname or LOOPBACK, str(parts.port or 6379), unquote(parts.password or "")


def write_ini(layout: Layout, state: State, where: Addresses) -> None:
    """Write ckan.ini, and local.ini the first time."""
    local = layout.home / "local.ini"
    if not local.exists():
        base = os.path.relpath(layout.root / "config" / "ckan.ini", layout.home)
        write_private(
            local,
            "# Settings of this machine, kept from one start to the next: mail server, title, colours…\n"
            f"[app:main]\nuse = config:{base}\n",
        )
    write_private(layout.ini, ini_text(layout, state, where))


def environ_of(layout: Layout) -> dict[str, str]:
    """The environment of every process of this instance."""
    return {
        **clean_environ(),
        "CKAN_INI": str(layout.ini),
        "PATH": f"{layout.venv / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}",
        "PYTHONDONTWRITEBYTECODE": "",
        "LC_ALL": "C.UTF-8",
    }


def services(layout: Layout, port: int) -> list[Service]:
    """What must live beside the databases: the web, two workers, the clock."""
    environ = environ_of(layout)
    ckan = [str(layout.ckan), "--config", str(layout.ini)]
    web = Service(
        name="web",
        argv=[
            str(layout.python), "-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}", "--chdir", str(layout.root / "config"),
            "--workers", "1", "--threads", "8", "--worker-class", "gthread", "--timeout", "120", "--graceful-timeout", "20",
            "--limit-request-line", "8190", "--access-logfile", "-", "wsgi:application",
        ],
        cwd=str(layout.root), env=environ, port=port, grace=25.0,
    )
    workers = [
        Service(name=f"worker-{number}", argv=[*ckan, "jobs", "worker"], cwd=str(layout.root), env=environ) for number in (1, 2)
    ]
    clock = Service(name="clock", argv=[*ckan, "scdl", "clock"], cwd=str(layout.root), env=environ)
    return [web, *workers, clock]


def ckan(layout: Layout, *arguments: str, complaint: str, answer: str = "") -> str:
    """Run one of CKAN's commands; its output, or an error in a sentence with the command's last lines.

    `answer` is what it reads where it asks: a password does not belong among the arguments, which any user can see.
    """
    done = subprocess.run(
        [str(layout.ckan), "--config", str(layout.ini), *arguments],
        cwd=layout.root, env=environ_of(layout), input=answer, capture_output=True, text=True, start_new_session=True,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise StackError(f"{complaint} (ckan {' '.join(arguments[:2])}):\n{tail}")
    return done.stdout


def migrate(layout: Layout, state: State, where: Addresses, *, databases: tuple[str, str] | None) -> bool:
    """Bring the tables up to date; whether there was anything to do.

    `databases` are the names (portal, DataStore) where the cluster is ours, else None.
    """
    mark = hashlib.sha256(where.sqlalchemy.encode())
    mark.update(str(state.get("environment")).encode())
    for script in sorted(layout.root.glob("ckanext/*/migration/*/versions/*.py")):
        mark.update(script.read_bytes())
    if state.get("migrated") == mark.hexdigest():
        return False
    say("Creating and migrating the databases")
    ckan(layout, "db", "init", complaint="CKAN's tables could not be made")
    ckan(layout, "db", "upgrade", complaint="The extensions' tables could not be made")
    if databases:
        sql = ckan(layout, "datastore", "set-permissions", complaint="The DataStore's permissions could not be written")
        # The script begins with a psql command that connects to the right database.
        postgres.psql(state, state.get("ports")["postgres"], databases[1], sql)
    state.set("migrated", mark.hexdigest())
    return True


def ensure_admin(layout: Layout, state: State) -> str:
    """The administrator's password; the account is made the first time."""
    password = state.once("admin_password", lambda: secrets.token_urlsafe(12))
    mark = hashlib.sha256(layout.ini.read_bytes()).hexdigest()
    if state.get("admin_in") != mark:
        ckan(
            layout, "sysadmin", "add", "--create", ADMIN, "email=admin@localhost.invalid",
            "fullname=Administration du portail", answer=f"{password}\n{password}\n",
            complaint="The administrator could not be made",
        )
        state.set("admin_in", mark)
    return password
