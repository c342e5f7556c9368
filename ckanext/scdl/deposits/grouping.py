"""Which files that were sent together make one dataset: those of one schema, unless an editor groups them otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from ckan import model

from ..model import Deposit
from ..model.deposit import OPEN_STATES, new_id

PLACED = ("published", *OPEN_STATES)


class NotTheseFiles(Exception):
    """The groups do not hold the files of one batch, each once, or part what was published as one."""


def groups_of(batch: str, organization_id: str, *, held: bool = False) -> list[list[Deposit]]:
    """Return the files of a batch that are published or may be, by the dataset that they make, in order of arrival.

    Args:
        batch: name of the batch.
        organization_id: whose files.
        held: whether the rows are held until the transaction ends.
    """
    groups: dict[str, list[Deposit]] = {}
    for deposit in Deposit.of_batch(batch, organization_id, PLACED, held=held):
        groups.setdefault(deposit.group or deposit.id, []).append(deposit)
    return list(groups.values())


def regroup(batch: str, organization_id: str, wanted: Sequence[Sequence[str]]) -> None:
    """Let each list of deposits become one dataset, and commit.

    What is left as it was proposed keeps following the proposal: a file of a schema may still join what its
    collectivité has published of it.

    Raises:
        NotTheseFiles: nothing was changed.
    """
    before = groups_of(batch, organization_id, held=True)
    known = {deposit.id: deposit for group in before for deposit in group}
    listed = [ident for group in wanted for ident in group]
    if sorted(listed) != sorted(known):
        raise _refused()
    groups = [[known[ident] for ident in group] for group in wanted if group]
    published = [{deposit.group or deposit.id for deposit in group if deposit.state == "published"} for group in groups]
    if any(len(keys) > 1 for keys in published) or sum(map(len, published)) > len(set().union(*published)):
        raise _refused()
    proposed = _proposed(list(known.values()))
    for group, keys in zip(groups, published, strict=True):
        is_proposed = {deposit.id for deposit in group} in proposed
        key = keys.pop() if keys else new_id()
        for deposit in group:
            deposit.grouping = None if is_proposed else key
    model.Session.commit()


def _proposed(deposits: Sequence[Deposit]) -> list[set[str]]:
    by_schema: dict[str, set[str]] = {}
    for deposit in deposits:
        by_schema.setdefault(deposit.schema or deposit.id, set()).add(deposit.id)
    return list(by_schema.values())


def _refused() -> NotTheseFiles:
    model.Session.rollback()
    return NotTheseFiles()
