"""One CKAN instance on this machine: its ini file, its databases, its processes."""

from __future__ import annotations

import configparser
import hashlib
import os
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import postgres, redis, solr
from .environment import clean_environ
from .errors import StackError, ending, reason
from .layout import Layout, State, write_private
from .ports import LOOPBACK
from .supervisor import Service
from .terminal import say

ADMIN = "admin"
STANDARD_PATH = "/usr/local/bin:/usr/bin:/bin"
# What a process that lives on takes from the terminal of `up`: who it is, how it reaches the network.
PASSED_ON = (
    "HOME", "USER", "LOGNAME", "TMPDIR", "TZ",
    "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
)  # fmt: skip


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


def own_services(environ: Mapping[str, str]) -> frozenset[str]:
    """The services that this stack runs itself: those that the environment does not name."""
    variables = {"postgres": "CKAN_SQLALCHEMY_URL", "redis": "CKAN_REDIS_URL", "solr": "CKAN_SOLR_URL"}
    return frozenset(name for name, variable in variables.items() if not environ.get(variable))


def addresses(state: State, environ: Mapping[str, str], *, database: str = "ckan", number: int = 0) -> Addresses:
    """Our own services, but for those that the environment names."""
    ports = state.get("ports", {})
    own = own_services(environ)
    if "postgres" in own:
        write, read = (
            postgres.url(state, ports["postgres"], f"{database}_datastore", role)
            for role in (postgres.OWNER, postgres.READER)
        )
    else:
        write, read = environ.get("CKAN_DATASTORE_WRITE_URL"), environ.get("CKAN_DATASTORE_READ_URL")
    return Addresses(
        site=state.get("site_url") or f"http://{LOOPBACK}:{ports['web']}",
        sqlalchemy=environ.get("CKAN_SQLALCHEMY_URL") or postgres.url(state, ports["postgres"], database),
        datastore_write=write,
        datastore_read=read,
        redis=environ.get("CKAN_REDIS_URL") or redis.url(state, ports["redis"], number),
        solr=environ.get("CKAN_SOLR_URL") or solr.url(ports["solr"], database),
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
        "ckan.harvest.mq.redis_db": urlsplit(where.redis).path.strip("/") or "0",
    }
    host, port, password = _redis_parts(where.redis)
    settings |= {
        "ckan.harvest.mq.hostname": host,
        "ckan.harvest.mq.port": port,
        "ckan.harvest.mq.password": password,
    }
    if where.datastore_write and where.datastore_read:
        settings |= {
            "ckan.datastore.write_url": where.datastore_write,
            "ckan.datastore.read_url": where.datastore_read,
        }
    lines = [
        "# Written by bin/portal at each start. Settings of your own go into local.ini beside this file.",
        "[app:main]",
    ]
    lines += ["use = config:local.ini"]
    # The ini file expands %: an address with a percent-encoded password holds them.
    lines += [f"{key} = {str(value).replace('%', '%%')}" for key, value in settings.items()]
    return "\n".join(lines) + "\n"


def _redis_parts(address: str) -> tuple[str, str, str]:
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


def local_setting(layout: Layout, key: str) -> str | None:
    """What local.ini says about a setting that the stack has to know too: the public address, behind a proxy.

    Raises:
        StackError: the file cannot be read.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(layout.home / "local.ini", "utf-8")
    except configparser.Error as error:
        raise StackError(f"{layout.home / 'local.ini'} cannot be read: {error.message}") from error
    return parser.get("app:main", key, fallback="").strip().rstrip("/") or None


def environ_of(layout: Layout) -> dict[str, str]:
    """The environment of a command on this instance: the caller's, with this instance's settings."""
    return {
        **clean_environ(),
        **_own_environ(layout),
        "PATH": f"{layout.venv / 'bin'}:{os.environ.get('PATH', STANDARD_PATH)}",
    }


def _own_environ(layout: Layout) -> dict[str, str]:
    return {
        "CKAN_INI": str(layout.ini),
        "PATH": f"{layout.venv / 'bin'}:{STANDARD_PATH}",
        "PYTHONDONTWRITEBYTECODE": "",
        "LC_ALL": "C.UTF-8",
    }


def _service_environ(layout: Layout, state: State) -> dict[str, str]:
    """The environment of what lives on: it must not differ from terminal to terminal.

    PORTAL_VERSION does differ when code, settings or tables changed; that is how `up` puts them into force.
    """
    passed = {name: os.environ[name] for name in PASSED_ON if os.environ.get(name)}
    return {**passed, **_own_environ(layout), "PORTAL_VERSION": _version(layout, state)}


def _version(layout: Layout, state: State) -> str:
    """A mark of all that a running process has read: settings, code and data, environment, tables."""
    mark = hashlib.sha256()
    for path in (layout.ini, layout.home / "local.ini", *sorted((layout.root / "config").glob("*.*"))):
        mark.update(path.read_bytes())
    for key in ("environment", "migrated", "texts"):
        mark.update(str(state.get(key)).encode())
    for path in _code(layout.root):
        known = path.stat()
        mark.update(f"{path} {known.st_size} {known.st_mtime_ns}\n".encode())
    return mark.hexdigest()[:16]


def _code(root: Path) -> list[Path]:
    """Every file of the packages, but for what Python compiles there."""
    return sorted(
        Path(folder, name)
        for folder, _, names in os.walk(root / "ckanext")
        if not folder.endswith("__pycache__")
        for name in names
    )


def services(layout: Layout, state: State, port: int) -> list[Service]:
    """What must live beside the databases: the web, two workers, the clock."""
    environ = _service_environ(layout, state)
    ckan = [str(layout.ckan), "--config", str(layout.ini)]
    web = Service(
        name="web",
        argv=[
            str(layout.python),
            "-m",
            "gunicorn",
            "--bind",
            f"{LOOPBACK}:{port}",
            "--chdir",
            str(layout.root / "config"),
            "--workers",
            "1",
            "--threads",
            "8",
            "--worker-class",
            "gthread",
            "--timeout",
            "120",
            "--graceful-timeout",
            "20",
            "--limit-request-line",
            "8190",
            "--access-logfile",
            "-",
            "--no-control-socket",
            "wsgi:application",
        ],
        cwd=str(layout.root),
        env=environ,
        port=port,
        grace=25.0,
        tier=1,
    )
    # Pages come before what nobody waits for: a worker yields the processor to them.
    worker = ["nice", "-n", "5", *ckan, "jobs", "worker"]
    workers = [
        Service(name=f"worker-{number}", argv=worker, cwd=str(layout.root), env=environ, tier=1)
        for number in (1, 2)
    ]
    clock = Service(name="clock", argv=[*ckan, "scdl", "clock"], cwd=str(layout.root), env=environ, tier=1)
    return [web, *workers, clock]


def ckan(layout: Layout, *arguments: str, complaint: str, answer: str = "") -> str:
    """Run one of CKAN's commands; its output, or an error in a sentence; all that it said is then in a log.

    `answer` is what it reads where it asks: a password does not belong among the arguments, for any user
    can see them.
    """
    done = subprocess.run(
        [str(layout.ckan), "--config", str(layout.ini), *arguments],
        cwd=layout.root,
        env=environ_of(layout),
        input=answer,
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}".strip()
        log = layout.logs / "command.log"
        write_private(log, f"ckan {' '.join(arguments)}\n{said}\n")
        why = (done.returncode > 0 and reason(said)) or ending(done.returncode)
        raise StackError(f"{complaint}: {why}.\nAll that the command said: bin/portal logs command -n 1000")
    return done.stdout


def migrate(layout: Layout, state: State, where: Addresses, *, databases: tuple[str, str] | None) -> None:
    """Bring the tables up to date.

    `databases` are the names (portal, DataStore) where the cluster is ours, else None.
    """
    mark = hashlib.sha256(where.sqlalchemy.encode())
    mark.update(str(state.get("environment")).encode())
    for script in sorted(layout.root.glob("ckanext/*/migration/*/versions/*.py")):
        mark.update(script.read_bytes())
    if state.get("migrated") == mark.hexdigest():
        return
    say("Creating and migrating the databases")
    ckan(layout, "db", "init", complaint="CKAN's tables could not be made")
    ckan(layout, "db", "upgrade", complaint="The extensions' tables could not be made")
    if databases:
        sql = ckan(
            layout,
            "datastore",
            "set-permissions",
            complaint="The DataStore's permissions could not be written",
        )
        # The script begins with a psql command that connects to the right database.
        postgres.psql(state, state.get("ports")["postgres"], databases[1], sql)
    state.set("migrated", mark.hexdigest())


def ensure_admin(layout: Layout, state: State, where: Addresses) -> str:
    """The administrator's password; the account is made the first time.

    A database given from outside may already have an account of that name: its password stays what it is, and
    what comes back is empty.
    """
    password = state.once("admin_password", lambda: secrets.token_urlsafe(12))
    mark = hashlib.sha256(where.sqlalchemy.encode()).hexdigest()
    if state.get("admin_in") == mark:
        return password
    if state.get("admin_elsewhere") == mark:
        return ""
    if "postgres" not in where.own and _has_user(layout, ADMIN):
        state.set("admin_elsewhere", mark)
        return ""
    ckan(
        layout,
        "sysadmin",
        "add",
        "--create",
        ADMIN,
        "email=admin@localhost.invalid",
        "fullname=Administrateur",
        answer=f"{password}\n{password}\n",
        complaint="The administrator could not be made",
    )
    state.set("admin_in", mark)
    return password


def _has_user(layout: Layout, name: str) -> bool:
    shown = ckan(layout, "user", "show", name, complaint="The database's accounts could not be read")
    return "User: None" not in shown
