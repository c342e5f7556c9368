"""Tables of the deposits: what was sent, what was accepted, what the clock did."""

from __future__ import annotations

from .clock import ClockMark
from .deposit import AcceptedFile, Deposit

__all__ = ["AcceptedFile", "ClockMark", "Deposit"]
