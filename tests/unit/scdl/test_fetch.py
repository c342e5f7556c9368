"""The door to the network, tried on a loopback server with an injected resolver; nothing else is met."""

from __future__ import annotations

import errno
import gzip
import hashlib
import http.server
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ckanext.scdl.fetch import Address, FetchError, allow_public, fetch, is_public

LOOPBACK = ipaddress.ip_address("127.0.0.1")


class _Handler(http.server.BaseHTTPRequestHandler):
    seen: list[tuple[str, str]] = []

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep the test run quiet."""

    def do_GET(self) -> None:
        self.seen.append((self.headers["Host"], self.path))
        getattr(self, "serve_" + self.path.strip("/").partition("?")[0].replace("-", "_"))()

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve_plain(self) -> None:
        self._send(
            200, b"a;b\n1;2\n", Content_Type="text/csv; charset=utf-8", ETag='"v1"',
            Content_Disposition='attachment; filename="../../etc/budget 2024.csv"',
        )  # fmt: skip

    def serve_missing(self) -> None:
        self._send(404, b"nothing")

    def serve_redirect(self) -> None:
        self._send(302, Location="/plain")

    def serve_loop(self) -> None:
        self._send(302, Location="/loop")

    def serve_to_inside(self) -> None:
        self._send(302, Location="http://inside.example/secret")

    def serve_to_file(self) -> None:
        self._send(302, Location="file:///etc/hostname")

    def serve_bomb(self) -> None:
        self._send(200, gzip.compress(b"0" * 5_000_000), Content_Encoding="gzip")

    def serve_big(self) -> None:
        self._send(200, b"0" * 3_000)

    def serve_short(self) -> None:
        self._send(200, b"only this", Content_Length="1000")

    def serve_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(40):
            try:
                self.wfile.write(b"x")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    def serve_slow_headers(self) -> None:
        for number in range(40):
            try:
                self.wfile.write(f"X-{number}: 1\r\n".encode() if number else b"HTTP/1.1 200 OK\r\n")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    """A hostile and a friendly web server in one, on loopback."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def _loopback(host: str, port: int) -> Sequence[str]:
    return ["10.0.0.8"] if host == "inside.example" else ["127.0.0.1"]


def _allow_loopback(host: str, port: int, address: Address) -> bool:
    return address == LOOPBACK


def _fetch(server: http.server.ThreadingHTTPServer, path: str, folder: Path, **options: float) -> object:
    url = f"http://ouvert.example:{server.server_port}{path}"
    limits = {"max_bytes": 2_000, "max_seconds": 5.0, **options}
    return fetch(url, folder / "file", resolver=_loopback, allow=_allow_loopback, **limits)  # type: ignore[arg-type]  # a mix of int and float


def test_a_file_arrives_with_its_description(server: http.server.ThreadingHTTPServer, tmp_path: Path) -> None:
    """Bytes, digest, type, tag and a harmless name come back, and the server saw the name it was asked by."""
    fetched = _fetch(server, "/plain", tmp_path)
    body = (tmp_path / "file").read_bytes()
    assert body == b"a;b\n1;2\n"
    assert (fetched.status, fetched.size, fetched.sha256) == (
        200,
        len(body),
        hashlib.sha256(body).hexdigest(),
    )
    assert (fetched.content_type, fetched.etag, fetched.filename) == ("text/csv", '"v1"', "budget 2024.csv")
    assert _Handler.seen[-1][0] == f"ouvert.example:{server.server_port}"


def test_a_full_disk_is_no_fault_of_the_server(server: http.server.ThreadingHTTPServer, tmp_path: Path) -> None:
    """No room for the file: that is said as it is, and not as a file that came in part."""
    (tmp_path / "file").symlink_to("/dev/full")
    with pytest.raises(OSError) as error:
        _fetch(server, "/plain", tmp_path)
    assert error.value.errno == errno.ENOSPC



def test_an_error_page_is_handed_over_with_its_status(
    server: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    """The door does not judge the status; its caller does."""
    assert _fetch(server, "/missing", tmp_path).status == 404


def test_a_redirect_is_followed_to_its_end(server: http.server.ThreadingHTTPServer, tmp_path: Path) -> None:
    """The address after redirects is the one reported."""
    assert _fetch(server, "/redirect", tmp_path).final_url.endswith("/plain")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/loop", "redirect"),
        ("/to-inside", "address"),
        ("/to-file", "url"),
        ("/big", "too-big"),
        ("/bomb", "too-big"),
        ("/short", "incomplete"),
    ],
)
def test_a_hostile_answer_is_refused(
    server: http.server.ThreadingHTTPServer, tmp_path: Path, path: str, code: str
) -> None:
    """Each trick of a server ends with the code of its cause and without a file."""
    with pytest.raises(FetchError) as refusal:
        _fetch(server, path, tmp_path)
    assert refusal.value.code == code
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize("path", ["/drip", "/slow-headers"])
def test_a_dripping_server_does_not_outlast_the_deadline(
    server: http.server.ThreadingHTTPServer, tmp_path: Path, path: str
) -> None:
    """A byte now and then, in the body or in the headers, does not extend the time."""
    started = time.monotonic()
    with pytest.raises(FetchError) as refusal:
        _fetch(server, path, tmp_path, max_seconds=0.4)
    assert refusal.value.code == "timeout"
    assert time.monotonic() - started < 1.5


def test_a_resolver_that_hangs_does_not_outlast_the_deadline(tmp_path: Path) -> None:
    """Names count in the time too."""
    released = threading.Event()

    def hanging(host: str, port: int) -> Sequence[str]:
        released.wait(5)
        return []

    with pytest.raises(FetchError) as refusal:
        fetch("http://lent.example/", tmp_path / "f", max_bytes=1, max_seconds=0.2, resolver=hanging)
    released.set()
    assert refusal.value.code == "timeout"


def test_a_name_is_resolved_once(server: http.server.ThreadingHTTPServer, tmp_path: Path) -> None:
    """A second answer is never asked for: the checked address is the one connected to."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    url = f"http://rebond.example:{server.server_port}/plain"
    fetch(url, tmp_path / "f", max_bytes=100, max_seconds=5, resolver=rebinding, allow=_allow_loopback)
    assert asked == ["rebond.example"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fc00::1",
        "fec0::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:db8::1", "2001::1", "fe80::1%eth0",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused_before_any_connection(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a name resolves to, only the open Internet is connected to."""

    def no_connection(*arguments: object) -> None:
        raise AssertionError("a connection was attempted")

    monkeypatch.setattr(socket.socket, "connect", no_connection)
    with pytest.raises(FetchError) as refusal:
        fetch(
            "http://interne.example/",
            tmp_path / "f",
            max_bytes=1,
            max_seconds=2,
            resolver=lambda host, port: [address],
        )
    assert refusal.value.code == "address"


def test_one_inside_address_among_public_ones_is_enough_to_refuse(tmp_path: Path) -> None:
    """A name with several homes is as safe as the worst of them."""
    with pytest.raises(FetchError) as refusal:
        fetch(
            "http://double.example/", tmp_path / "f", max_bytes=1, max_seconds=2,
            resolver=lambda host, port: ["1.1.1.1", "127.0.0.1"],
        )  # fmt: skip
    assert refusal.value.code == "address"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname", "ftp://example.org/a", "gopher://x/", "//example.org/", "example.org",
        "http://",
        "http://user:secret@example.org/", "http://@example.org/", "http://exa mple.org/",
        "http://example.org/\r\nX: 1",
        "http://example.org:99999/", "javascript:alert(1)", "http://[::1", "http://a..b\x00/",
    ],
)  # fmt: skip
def test_an_address_that_is_not_plain_http_is_refused(url: str, tmp_path: Path) -> None:
    """Other schemes, credentials and broken addresses never reach the resolver."""

    def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError("resolved")

    with pytest.raises(FetchError) as refusal:
        fetch(url, tmp_path / "f", max_bytes=1, max_seconds=2, resolver=never)
    assert refusal.value.code == "url"


def test_a_name_without_address_is_named_as_the_cause(tmp_path: Path) -> None:
    """An unknown name is not a connection fault."""

    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror()

    with pytest.raises(FetchError) as refusal:
        fetch("http://inconnu.example/", tmp_path / "f", max_bytes=1, max_seconds=2, resolver=unknown)
    assert refusal.value.code == "name"


def test_a_certificate_that_nobody_signed_is_refused(
    server: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    """A server that does not speak TLS properly ends the transfer."""
    url = f"https://ouvert.example:{server.server_port}/plain"
    with pytest.raises(FetchError) as refusal:
        fetch(url, tmp_path / "f", max_bytes=100, max_seconds=3, resolver=_loopback, allow=_allow_loopback)
    assert refusal.value.code == "tls"


def test_public_addresses_pass() -> None:
    """Ordinary addresses of both families are let through on the ports of the web only."""
    for text in ("1.1.1.1", "193.252.22.22", "2a01:e0a::1", "2606:4700::1111"):
        address = ipaddress.ip_address(text)
        assert is_public(address)
        assert allow_public("x", 443, address)
        assert not allow_public("x", 25, address)
