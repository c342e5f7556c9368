"""The only door to the network: public addresses, bounded bytes and time, every redirect looked at again.

A name is resolved once, all its addresses must be public, and the connection goes to the address that was
checked; certificate and `Host` stay those of the name. A watchdog shuts the socket down at the deadline,
because read timeouts start again with every byte. Environment proxies are not used; an operator's egress
proxy is a second wall, not this one.
"""

from __future__ import annotations

import errno
import hashlib
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
Allow = Callable[[str, int, Address], bool]

MAX_REDIRECTS = 5
MAX_ADDRESSES = 3
PORTS = frozenset({80, 443, 8080, 8443})
CONNECT_SECONDS = 10.0
USER_AGENT = "ckanext-scdl (open data portal)"

_CHUNK = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?|[0-9A-Fa-f:.]+")

# What `is_global` lets through in some releases of Python, and what leads to an IPv4 address by translation.
_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
        "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip


class FetchError(Exception):
    """A transfer that was refused or failed; `code` is stable and carries no text of the server.

    Codes: url, address, name, redirect, too-big, timeout, tls, connection, incomplete.
    """

    def __init__(self, code: str, url: str) -> None:
        super().__init__(code, url)
        self.code = code
        self.url = url


@dataclass(frozen=True)
class Fetched:
    """What arrived: any HTTP status below 300 or above 399, for the caller to judge."""

    final_url: str
    status: int
    content_type: str
    filename: str
    etag: str | None
    last_modified: str | None
    sha256: str
    size: int


@dataclass(frozen=True)
class _Target:
    """A checked address to connect to, under the name that was asked for."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[Address, ...]


def resolve(host: str, port: int) -> Sequence[str]:
    """Return all addresses of a name, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the open Internet."""
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _REFUSED_NETWORKS if network.version == address.version)
    )


def allow_public(host: str, port: int, address: Address) -> bool:
    """Let only public addresses and the usual ports of the web through."""
    return port in PORTS and is_public(address)


def fetch(
    url: str,
    destination: Path,
    *,
    max_bytes: int,
    max_seconds: float,
    headers: Mapping[str, str] | None = None,
    resolver: Resolver = resolve,
    allow: Allow = allow_public,
) -> Fetched:
    """Copy what stands at an address into a file.

    Args:
        url: an http or https address.
        destination: file to write; removed again when the transfer fails.
        max_bytes: limit of the decoded body.
        max_seconds: limit of everything together, names and redirects included.
        headers: more request headers, such as `If-None-Match`; not passed on to another host.
        resolver: turns a host and port into addresses; tests inject their own.
        allow: decides on (host, port, address); the default lets public addresses through.

    Raises:
        FetchError: with the code of the cause.
    """
    with _Watchdog(max_seconds) as watchdog:
        current = url
        first_host: str | None = None
        for _ in range(MAX_REDIRECTS + 1):
            target = _target(current, resolver, allow, watchdog)
            first_host = first_host or target.host
            extra = dict(headers or {}) if target.host == first_host else {}
            with _failures(watchdog, current), _request(target, extra, watchdog) as response:
                location = response.headers.get("Location")
                if response.status not in _REDIRECTS or not location:
                    size, digest = _store(response, destination, max_bytes, current)
                    return _fetched(current, response, size, digest)
            following = urljoin(current, location)
            if urlsplit(current).scheme == "https" and urlsplit(following).scheme != "https":
                raise FetchError("redirect", current)
            current = following
        raise FetchError("redirect", current)


class _Watchdog:
    """Ends whatever connection is open when time is up, from a thread of its own."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._bite)
        self._timer.daemon = True
        self.expired = False

    def __enter__(self) -> _Watchdog:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._release()

    @property
    def left(self) -> float:
        """Seconds until the deadline, never less than a moment."""
        return max(self._deadline - time.monotonic(), 0.01)

    def watch(self, connection: socket.socket) -> None:
        """Hold a second handle on a connection: shutting it down ends a handshake or a blocked read."""
        handle = connection.dup()
        with self._lock:
            previous, self._socket = self._socket, handle
        if previous is not None:
            previous.close()
        if self.expired:
            self._bite()

    def _bite(self) -> None:
        self.expired = True
        with self._lock:
            if self._socket is not None:
                try:
                    self._socket.shutdown(socket.SHUT_RDWR)
                except OSError:
                    return  # already closed by the other side

    def _release(self) -> None:
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None


def _target(url: str, resolver: Resolver, allow: Allow, watchdog: _Watchdog) -> _Target:
    """Take an address apart and check every part of it."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError as error:
        raise FetchError("url", url) from error
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not port or parts.username is not None or parts.password is not None:
        raise FetchError("url", url)
    host = _ascii_host(host, url)
    if any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise FetchError("url", url)
    addresses = _addresses(host, port, url, resolver, watchdog)
    for address in addresses:
        if not allow(host, port, address):
            raise FetchError("address", url)
    path = urllib3.util.parse_url(url).request_uri
    return _Target(url, parts.scheme, host, port, path, addresses[:MAX_ADDRESSES])


def _ascii_host(host: str, url: str) -> str:
    try:
        ascii_host = host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FetchError("url", url) from error
    if not _HOST.fullmatch(ascii_host):
        raise FetchError("url", url)
    return ascii_host


def _addresses(host: str, port: int, url: str, resolver: Resolver, watchdog: _Watchdog) -> tuple[Address, ...]:
    """Resolve a name within the time left, in a thread since the system's resolver cannot be stopped."""
    answers: list[Sequence[str]] = []

    def ask() -> None:
        try:
            answers.append(resolver(host, port))
        except (OSError, UnicodeError):
            answers.append(())

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(watchdog.left)
    if not answers:
        raise FetchError("timeout", url)
    try:
        addresses = tuple(ipaddress.ip_address(answer.partition("%")[0]) for answer in answers[0])
    except ValueError as error:
        raise FetchError("name", url) from error
    if not addresses:
        raise FetchError("name", url)
    return addresses


@contextmanager
def _request(target: _Target, headers: Mapping[str, str], watchdog: _Watchdog) -> Iterator[urllib3.BaseHTTPResponse]:
    """Open the response of one address, trying the checked addresses in turn."""
    default = {"http": 80, "https": 443}[target.scheme]
    host = f"[{target.host}]" if ":" in target.host else target.host
    sent = {
        "Host": host if target.port == default else f"{host}:{target.port}",
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        **headers,
    }
    for position, address in enumerate(target.addresses, start=1):
        pool = _pool(target, address, watchdog)
        try:
            response = pool.urlopen(
                "GET", target.path, headers=sent, redirect=False, retries=False, preload_content=False
            )
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
            pool.close()
            if position == len(target.addresses):
                raise
            continue
        try:
            yield response
        finally:
            response.close()
            pool.close()
        return


def _pool(target: _Target, address: Address, watchdog: _Watchdog) -> HTTPConnectionPool:
    """Return a pool of one connection, to the address that was checked and to nothing else."""

    def opened(connection: HTTPConnection) -> socket.socket:
        opening = HTTPConnection._new_conn(connection)
        watchdog.watch(opening)
        return opening

    timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, watchdog.left), read=watchdog.left)
    if target.scheme == "https":
        secure = type("SecureConnection", (HTTPSConnection,), {"_new_conn": opened})
        pool: HTTPConnectionPool = HTTPSConnectionPool(
            str(address),
            target.port,
            timeout=timeout,
            maxsize=1,
            cert_reqs=ssl.CERT_REQUIRED,
            ca_certs=certifi.where(),
            server_hostname=target.host,
            assert_hostname=target.host,
        )
        pool.ConnectionCls = secure
        return pool
    pool = HTTPConnectionPool(str(address), target.port, timeout=timeout, maxsize=1)
    pool.ConnectionCls = type("PlainConnection", (HTTPConnection,), {"_new_conn": opened})
    return pool


@contextmanager
def _failures(watchdog: _Watchdog, url: str) -> Iterator[None]:
    """Turn what the libraries raise into one of our codes."""
    try:
        yield
        if watchdog.expired:
            raise FetchError("timeout", url)
    except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise  # no fault of the server's
        if watchdog.expired or isinstance(error, urllib3.exceptions.TimeoutError):
            raise FetchError("timeout", url) from error
        if isinstance(error, (urllib3.exceptions.SSLError, ssl.SSLError)):
            raise FetchError("tls", url) from error
        if isinstance(error, urllib3.exceptions.NewConnectionError):
            raise FetchError("connection", url) from error
        raise FetchError("incomplete", url) from error


def _store(response: urllib3.BaseHTTPResponse, destination: Path, max_bytes: int, url: str) -> tuple[int, str]:
    """Write the decoded body, and count it while it comes."""
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise FetchError("too-big", url)
    digest = hashlib.sha256()
    size = 0
    try:
        with destination.open("wb") as file:
            for chunk in response.stream(_CHUNK, decode_content=True):
                size += len(chunk)
                if size > max_bytes:
                    raise FetchError("too-big", url)
                digest.update(chunk)
                file.write(chunk)
    except BaseException:
        destination.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def _fetched(url: str, response: urllib3.BaseHTTPResponse, size: int, digest: str) -> Fetched:
    described = Message()
    described["Content-Type"] = response.headers.get("Content-Type", "application/octet-stream")
    described["Content-Disposition"] = response.headers.get("Content-Disposition", "attachment")
    name = described.get_filename() or unquote(urlsplit(url).path)
    return Fetched(
        final_url=url,
        status=response.status,
        content_type=described.get_content_type(),
        filename=_safe_name(name),
        etag=response.headers.get("ETag"),
        last_modified=response.headers.get("Last-Modified"),
        sha256=digest,
        size=size,
    )


def _safe_name(name: Any) -> str:
    """Return the last part of a name without anything a file system or a page could take badly."""
    last = re.split(r"[/\\]", str(name))[-1]
    return re.sub(r"[^\w. ()'’-]", "_", last).strip(". ")[:120]
