"""Files that are no table – texts, maps, archives – as the texts that stand in them, to be searched for personal data.

Nothing here judges what a text says. What cannot be read is said as such, never left out in silence.
"""

from __future__ import annotations

from .gathering import Gathered, Passages, Table, Unread
from .reading import gather

__all__ = ["Gathered", "Passages", "Table", "Unread", "gather"]
