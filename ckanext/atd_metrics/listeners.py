"""Writes down what the other packages tell by signal. A journal that fails never breaks what it writes about."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from .core.events import READERS
from .model import EventRow

log = logging.getLogger(__name__)


def note(name: str, sender: Any, **told: Any) -> None:
    """Write the events of one signal."""
    try:
        EventRow.write(READERS[name](datetime.now(UTC), told))
    except SQLAlchemyError:
        log.exception("the signal %s of %r could not be written down", name, sender)


def listeners() -> dict[str, Callable[..., None]]:
    """For each signal the function that hears it; kept here, for blinker holds its receivers weakly."""
    return {name: partial(note, name) for name in READERS}
