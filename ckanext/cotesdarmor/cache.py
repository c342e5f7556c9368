"""A memory of a minute, for what is public, the same for everybody and asked for at each visit."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")
SECONDS = 60
_forgetful: list[Callable[[], None]] = []


def for_a_minute(function: Callable[[], T]) -> Callable[[], T]:
    """Keep the answer of a function without arguments in this process for a minute.

    Two threads may ask at the same time and both do the work: cheaper than making one wait for the other.
    """
    kept: list[tuple[float, T]] = []

    @wraps(function)
    def remembered() -> T:
        if kept and time.monotonic() - kept[0][0] < SECONDS:
            return kept[0][1]
        answer = function()
        kept[:] = [(time.monotonic(), answer)]
        return answer

    _forgetful.append(kept.clear)
    return remembered


def forget() -> None:
    """Forget every answer, for a test that changes the data behind them."""
    for clear in _forgetful:
        clear()
