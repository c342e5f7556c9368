"""Tables: what was sent, accepted and decided, what the clock did, what the DataStore holds, unfinished grids."""

from __future__ import annotations

from .clock import ClockMark
from .decision import Decision
from .deposit import Deposit
from .file import AcceptedFile
from .grid_draft import GridDraft
from .source import Link, SourceKey
from .table import FileTable

__all__ = ["AcceptedFile", "ClockMark", "Decision", "Deposit", "FileTable", "GridDraft", "Link", "SourceKey"]
