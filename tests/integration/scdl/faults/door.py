"""A door before a service: a small proxy on loopback that can be shut, or keep an answer for itself."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PART = 1 << 16


@dataclass(frozen=True)
class Kept:
    """A request whose answer is not handed back."""

    request: bytes
    shuts: bool = False
    answered: threading.Event = field(default_factory=threading.Event)


class Door:
    """Hands what comes to its port on to a service; `port` stays the same while it is shut and opened again."""

    def __init__(self, host: str, port: int) -> None:
        self._service = (host, port)
        self._listener: socket.socket | None = None
        self._passing: set[socket.socket] = set()
        self._kept: Kept | None = None
        self.port = 0
        self.open()

    def open(self) -> None:
        """Let everybody pass."""
        self._kept = None
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._receive, args=(listener,), daemon=True).start()

    def shut(self) -> None:
        """Refuse whoever comes, and cut off who is inside."""
        listener, self._listener = self._listener, None
        if listener:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # closing alone does not end the thread that accepts
            listener.close()
        for end in list(self._passing):
            _cut(end)

    @contextmanager
    def keeping_answer_to(self, request: bytes) -> Iterator[Callable[[], bool]]:
        """Hand a request that holds these bytes on, and keep its answer; call the result for whether there is one.

        At the end the door is shut to whoever waits for that answer, and opened.
        """
        self._kept = Kept(request)
        try:
            yield self._kept.answered.is_set
        finally:
            self.shut()
            self.open()

    @contextmanager
    def shutting_on(self, request: bytes) -> Iterator[None]:
        """Hand a request that holds these bytes on, and shut when its answer comes; at the end, open again."""
        self._kept = Kept(request, shuts=True)
        try:
            yield
        finally:
            self.shut()
            self.open()

    @contextmanager
    def shut_for_a_while(self) -> Iterator[None]:
        """Be shut, then open again."""
        self.shut()
        try:
            yield
        finally:
            self.open()

    def _receive(self, listener: socket.socket) -> None:
        while True:
            try:
                asker, _ = listener.accept()
                service = socket.create_connection(self._service)
            except OSError:
                return
            self._passing |= {asker, service}
            asked = threading.Event()
            threading.Thread(target=self._hand_on, args=(asker, service, asked.set), daemon=True).start()
            threading.Thread(target=self._hand_back, args=(service, asker, asked.is_set), daemon=True).start()

    def _hand_on(self, asker: socket.socket, service: socket.socket, tell: Callable[[], None]) -> None:
        for part in self._parts(asker, service):
            if self._kept and self._kept.request in part:
                tell()
            service.sendall(part)

    def _hand_back(self, service: socket.socket, asker: socket.socket, is_kept: Callable[[], bool]) -> None:
        for part in self._parts(service, asker):
            if self._kept and is_kept():
                self._kept.answered.set()  # the service has done what it was asked for; nobody hears of it
                if self._kept.shuts:
                    self.shut()
            else:
                asker.sendall(part)

    def _parts(self, source: socket.socket, target: socket.socket) -> Iterator[bytes]:
        """What comes from one end, until one of the two is gone: then so is the other."""
        try:
            while part := source.recv(PART):
                yield part
        except OSError:
            pass
        finally:
            for end in (source, target):
                _cut(end)
                self._passing.discard(end)


def _cut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
