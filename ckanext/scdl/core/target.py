"""Where a deposit belongs: a dataset of its own, one more file of a dataset, or the next version of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .period import Period

Kind = Literal["new", "add", "replace"]


@dataclass(frozen=True)
class Candidate:
    """A published file of the same organisation and schema."""

    dataset_id: str
    resource_id: str
    period: Period | None = None


@dataclass(frozen=True)
class Target:
    """What accepting a deposit would do, and to which dataset and resource."""

    kind: Kind
    dataset_id: str | None = None
    resource_id: str | None = None


NEW = Target("new")


class Ambiguous(Exception):
    """Several files or datasets come into question; a person has to choose."""


def choose(candidates: Sequence[Candidate], period: Period | None) -> Target:
    """Return where a file of that period belongs among what is published.

    A file replaces the one that tells of the same period. A period that nothing tells of yet is one more file of the
    dataset. A file without a period replaces the only one there is.

    Raises:
        Ambiguous: more than one answer would do.
    """
    if not candidates:
        return NEW
    if period is None or any(each.period is None for each in candidates):
        return _replacing(candidates)
    same = [each for each in candidates if each.period is not None and each.period.overlaps(period)]
    if not same:
        return _adding(candidates)
    if len(same) == 1 and same[0].period is not None and period.continues(same[0].period):
        return _replacing(same)
    raise Ambiguous


def _replacing(candidates: Sequence[Candidate]) -> Target:
    if len(candidates) > 1:
        raise Ambiguous
    return Target("replace", candidates[0].dataset_id, candidates[0].resource_id)


def _adding(candidates: Sequence[Candidate]) -> Target:
    datasets = {each.dataset_id for each in candidates}
    if len(datasets) > 1:
        raise Ambiguous
    return Target("add", datasets.pop())
