"""The life of a deposit: received, checked in the sandbox, accepted into a dataset or given up.

The ring's own verbs, without permissions: actions and jobs call them after they have settled who may.
"""

from __future__ import annotations

from .checking import CHILDREN, PATIENCE, check, check_at_once, known_of
from .publishing import CONTRACT, accept, dataset_id_of, policy_of
from .receiving import cancel, receive

__all__ = [
    "CHILDREN", "CONTRACT", "PATIENCE", "accept", "cancel", "check", "check_at_once", "dataset_id_of", "known_of",
    "policy_of", "receive",
]  # fmt: skip
