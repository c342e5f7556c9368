"""Pages that an editor asks for one after the other, for as long as something else goes on."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Mapping
from types import TracebackType

import requests


class Visits:
    """Ask for each page in turn, without a pause, in a thread; afterwards `seconds` holds how long each took."""

    def __init__(self, browser: requests.Session, pages: Mapping[str, str]) -> None:
        self.seconds: dict[str, list[float]] = {name: [] for name in pages}
        self.failed: list[str] = []
        self._browser = browser
        self._pages = pages
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._visit, daemon=True)

    def __enter__(self) -> Visits:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End after the page that is asked for."""
        self._over.set()
        self._thread.join()

    def _visit(self) -> None:
        while not self._over.is_set():
            for name, address in self._pages.items():
                start = time.perf_counter()
                try:
                    status = self._browser.get(address, timeout=120).status_code
                except requests.RequestException as error:
                    status = type(error).__name__
                self.seconds[name].append(time.perf_counter() - start)
                if status != 200:
                    self.failed.append(f"{name}: {status}")


def middle(seconds: list[float]) -> float:
    """The median."""
    return statistics.median(seconds)


def slow(seconds: list[float]) -> float:
    """What 95 of 100 do not exceed."""
    return sorted(seconds)[int(0.95 * (len(seconds) - 1))]
