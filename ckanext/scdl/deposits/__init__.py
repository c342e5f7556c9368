"""The life of a deposit: received, checked in the sandbox, accepted into a dataset or given up.

The ring's own verbs, without permissions: actions and jobs call them after they have settled who may.
"""

from __future__ import annotations

from .checking import CHILDREN, check, check_at_once, child_place, look_at
from .correcting import check_again, preview
from .differences import differences
from .examining import known_of
from .grouping import NotTheseFiles, groups_of, regroup
from .leases import sweep
from .publishing import accept, dataset_id_of, policy_of, revert
from .receiving import KeyTaken, cancel, receive, receive_link
from .settling import fields_of, find_target, has_personal_data, is_orphaned, needs_decision, settle
from .targeting import Removed, batch_dataset, choices, hold, place

__all__ = [
    "CHILDREN", "KeyTaken", "NotTheseFiles", "Removed", "accept", "batch_dataset", "cancel", "check", "check_again",
    "check_at_once", "child_place", "choices", "dataset_id_of", "differences", "fields_of", "find_target",
    "groups_of", "has_personal_data", "hold", "is_orphaned", "known_of", "look_at", "needs_decision", "place",
    "policy_of", "preview", "receive", "receive_link", "regroup", "revert", "settle", "sweep",
]  # fmt: skip
