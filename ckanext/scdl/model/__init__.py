"""Tables of the deposits: what was sent, what was accepted, what the clock did, what the DataStore holds."""

from __future__ import annotations

from .clock import ClockMark
from .deposit import AcceptedFile, Deposit
from .table import FileTable

__all__ = ["AcceptedFile", "ClockMark", "Deposit", "FileTable"]
