"""Files put right: what could be changed and how sure that is, what has to be asked, and the corrected file.

    proposal = propose(table, schema, names)
    log = accept(proposal, Taken("sure", except_=frozenset({"heading"})))
    corrected = apply(table, log)
    revert(corrected, log) == table.rows

A cell is changed only where that leaves fewer faults in it and none that was not there, in it or in its row.
"""

from __future__ import annotations

from .applying import Unfit, apply, revert
from .base import Known, Publisher
from .model import Change, NoLog, OutColumn, Proposal, Question, Taken, accept
from .proposing import propose
from .rules import CODES

__all__ = [
    "CODES", "Change", "Known", "NoLog", "OutColumn", "Proposal", "Publisher", "Question",
    "Taken", "Unfit", "accept", "apply", "propose", "revert",
]  # fmt: skip
