"""Find out where a deposit belongs among what its organisation has published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ckan import model

from ..core.target import NEW, Ambiguous, Candidate, Target, choose
from ..model import AcceptedFile, Deposit, SourceKey

MOST_DATASETS = 300
"""Datasets of an organisation that a list offers."""


class Removed(Exception):
    """What the deposit was to replace was removed from the portal by somebody."""


def hold(deposit: Deposit) -> None:
    """Let nobody else place a deposit of the same organisation and group until the transaction ends."""
    words = f"scdl:{deposit.organization_id}:{deposit.group}"
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(words, 0))))


def place(deposit: Deposit) -> Target:
    """Return where a checked deposit belongs.

    A resource that it was sent for comes first, then the one that its source key names, then the dataset it names or
    that its group of the batch has made, then a new one where its editor grouped it so, then what has the same schema
    and period.

    Raises:
        Ambiguous: a person has to choose.
        Removed: a person has to say whether it is wanted again.
    """
    if deposit.resource_id and not deposit.source_key:
        return _replacing(deposit.resource_id)
    if deposit.source_key and deposit.organization_id:
        return _named(deposit, SourceKey.held(deposit.organization_id, deposit.source_key).resource_id)
    candidates = _candidates(deposit)
    if deposit.dataset_id:
        inside = [each for each in candidates if each.dataset_id == deposit.dataset_id]
        return choose(inside, deposit.period) if inside else Target("add", _standing(deposit.dataset_id))
    if made := batch_dataset(deposit):
        return Target("add", made)
    if deposit.grouping:
        return NEW
    if not deposit.schema:
        raise Ambiguous
    return choose(candidates, deposit.period)


def choices(deposit: Deposit) -> dict[str, Any]:
    """Return where a person may put a deposit, and what is proposed.

    Returns:
        proposed: kind (new, add or replace), dataset_id and resource_id, or None where a person has to choose;
        files: published files of the same schema, with resource_id, name, title of their dataset and period;
        datasets: id and title of the datasets that one more file may join.
    """
    try:
        target = place(deposit)
        proposed = {"kind": target.kind, "dataset_id": target.dataset_id, "resource_id": target.resource_id}
    except (Ambiguous, Removed):
        proposed = None
    published = AcceptedFile.published(deposit.organization_id, deposit.schema) if deposit.schema else []
    files = [
        {
            "resource_id": resource.id,
            "name": resource.name or "",
            "title": resource.package.title or resource.package.name,
            "period": sent.period.label if sent.period else "",
        }
        for resource, sent in published
    ]
    packages = [resource.package for resource, _ in published] if deposit.schema else _datasets(deposit.organization_id)
    if proposed and proposed["dataset_id"] not in {None, *(package.id for package in packages)}:
        packages = [*packages, model.Package.get(proposed["dataset_id"])]
    titles = {package.id: package.title or package.name for package in packages}
    return {"proposed": proposed, "files": files, "datasets": [{"id": key, "title": titles[key]} for key in titles]}


def _datasets(organization_id: str | None) -> Sequence[model.Package]:
    query = sa.select(model.Package).where(
        model.Package.owner_org == organization_id, model.Package.type == "dataset",
        model.Package.state.in_(("active", "draft")),
    )  # fmt: skip
    return model.Session.scalars(query.order_by(model.Package.title).limit(MOST_DATASETS)).all()


def _replacing(resource_id: str) -> Target:
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != "active" or resource.package.state not in ("active", "draft"):
        raise Removed
    return Target("replace", resource.package_id, resource_id)


def _named(deposit: Deposit, resource_id: str) -> Target:
    """Return where the resource stands that a source key names; a new one joins the dataset of its schema."""
    if model.Resource.get(resource_id) is not None:
        return _replacing(resource_id)
    if deposit.dataset_id:
        return Target("add", _standing(deposit.dataset_id), resource_id)
    datasets = {each.dataset_id for each in _candidates(deposit)}
    if len(datasets) > 1:
        raise Ambiguous
    return Target("add", datasets.pop(), resource_id) if datasets else Target("new", None, resource_id)


def _standing(dataset_id: str) -> str:
    dataset = model.Package.get(dataset_id)
    if dataset is None or dataset.state not in ("active", "draft"):
        raise Removed
    return dataset.id


def _candidates(deposit: Deposit) -> list[Candidate]:
    if not deposit.schema or not deposit.organization_id:
        return []
    found = AcceptedFile.published(deposit.organization_id, deposit.schema)
    return [Candidate(resource.package_id, resource.id, sent.period) for resource, sent in found]


def batch_dataset(deposit: Deposit) -> str | None:
    """The dataset that another deposit of the batch, of the same group, has become."""
    if not (deposit.batch and deposit.group):
        return None
    query = (
        sa.select(model.Package.id)
        .join(model.Resource, model.Resource.package_id == model.Package.id)
        .join(Deposit, Deposit.resource_id == model.Resource.id)
        .where(Deposit.batch == deposit.batch, Deposit.organization_id == deposit.organization_id)
        .where(Deposit.group == deposit.group, Deposit.state == "published", Deposit.id != deposit.id)
        .where(model.Resource.state == "active", model.Package.state.in_(("active", "draft")))
        .order_by(Deposit.modified)
    )
    return model.Session.scalars(query.limit(1)).first()


__all__ = ["NEW", "Ambiguous", "Removed", "Target", "batch_dataset", "choices", "hold", "place"]
