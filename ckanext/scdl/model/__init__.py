"""Tables: what was sent, what was accepted, what the clock did, what the DataStore holds, unfinished grids."""

from __future__ import annotations

from .clock import ClockMark
from .deposit import AcceptedFile, Deposit
from .grid_draft import GridDraft
from .table import FileTable

__all__ = ["AcceptedFile", "ClockMark", "Deposit", "FileTable", "GridDraft"]
