"""Services that the environment names: each address must be readable and somebody must answer there.

Told before anything is installed: what CKAN says of a wrong address comes minutes later, in its own words, and a
queue that does not answer stops no web server, only the work behind it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from .errors import StackError

DATASTORE = {
    "CKAN_DATASTORE_WRITE_URL": "ckan.datastore.write_url",
    "CKAN_DATASTORE_READ_URL": "ckan.datastore.read_url",
}


@dataclass(frozen=True)
class Kind:
    """What an address of one kind of service looks like."""

    example: str
    schemes: tuple[str, ...]
    port: int


POSTGRES = Kind("postgresql://ckan:PASSWORD@db.example/ckan", ("postgresql", "postgresql+psycopg2"), 5432)
REDIS = Kind("redis://:PASSWORD@cache.example:6379/0", ("redis", "rediss", "unix"), 6379)
SOLR = Kind("http://search.example:8983/solr/ckan", ("http", "https"), 80)
KINDS = {
    "CKAN_SQLALCHEMY_URL": POSTGRES,
    **dict.fromkeys(DATASTORE, POSTGRES),
    "CKAN_REDIS_URL": REDIS,
    "CKAN_SOLR_URL": SOLR,
}


def check(environ: Mapping[str, str], setting: Callable[[str], str | None]) -> None:
    """Check every service that `environ` names; `setting` reads one of local.ini.

    Raises:
        StackError: an address cannot be read, nobody answers there, or the DataStore's two are missing.
    """
    if environ.get("CKAN_SQLALCHEMY_URL") and _wants_datastore(setting("ckan.plugins")):
        missing = [name for name, key in DATASTORE.items() if not (environ.get(name) or setting(key))]
        if missing:
            raise StackError(f"CKAN_SQLALCHEMY_URL names a database of yours: name {' and '.join(missing)} too.")
    for name, kind in KINDS.items():
        address = environ.get(name)
        used = name not in DATASTORE or environ.get("CKAN_SQLALCHEMY_URL")
        if address and used:
            _check(name, address, kind)


def _wants_datastore(plugins: str | None) -> bool:
    return plugins is None or "datastore" in plugins.split()


def _check(name: str, address: str, kind: Kind) -> None:
    parts, port = _read(address, kind)
    if parts is None:
        raise StackError(f"{name} is no address of that kind of service. It should look like {kind.example}")
    if not parts.hostname or "," in parts.netloc:  # a socket of this machine, or a choice of several servers
        return
    try:
        socket.create_connection((parts.hostname, port), timeout=5).close()
    except OSError as error:
        raise StackError(f"{name} names {parts.hostname}:{port}, where nothing answers ({error}).") from error


def _read(address: str, kind: Kind) -> tuple[SplitResult | None, int]:
    try:
        parts = urlsplit(address)
        port = kind.port if "," in parts.netloc else parts.port
    except ValueError:
        return None, 0
    if parts.scheme not in kind.schemes or not (parts.netloc or parts.path.strip("/")):
        return None, 0
    if kind is REDIS and parts.scheme != "unix" and not (parts.path.strip("/") or "0").isdecimal():
        return None, 0
    return parts, port or (443 if parts.scheme == "https" else kind.port)
