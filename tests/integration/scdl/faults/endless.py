"""A stored file whose end never comes: to hold the sandbox where it reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.scdl.faults.processes import readers, until


@contextmanager
def endless(path: Path) -> Iterator[Callable[[], int]]:
    """Let a stored file be one whose end never comes; call the result for the process in the sandbox that reads it."""
    aside, writers = path.with_name("aside"), []
    path.rename(aside)
    os.mkfifo(path)

    def reader() -> int:
        writers.append(until(lambda: _writer(path), "somebody reads the file"))
        os.write(writers[0], aside.read_bytes()[:-1])
        return until(lambda: readers(path), "the sandbox reads the file")[0]

    try:
        yield reader
    finally:
        aside.rename(path)
        for writer in writers:
            os.close(writer)


def _writer(path: Path) -> int | None:
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:  # nobody reads it yet
        return None
