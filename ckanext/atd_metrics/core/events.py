"""What happened on the portal, as the other packages tell it: signals made into events of one form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Event:
    """One thing that happened; `facts` holds numbers and identifiers, never a text that a person wrote."""

    kind: str
    moment: datetime
    organization_id: str | None = None
    dataset_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def validated(moment: datetime, told: Mapping[str, Any]) -> Iterator[Event]:
    """A file was checked: its schema, verdict and counts."""
    facts = {key: told.get(key) for key in ("resource_id", "schema", "version", "status", "counts")}
    yield Event("validated", moment, told.get("organization_id"), told.get("dataset_id"), facts)


def published(moment: datetime, told: Mapping[str, Any]) -> Iterator[Event]:
    """A dataset was published."""
    yield Event(
        "published", moment, told.get("organization_id"), told.get("dataset_id"), {"schema": told.get("schema")}
    )


def harvested(moment: datetime, told: Mapping[str, Any]) -> Iterator[Event]:
    """A harvest is over: one event for each organisation that it touched."""
    for organization_id, counts in (told.get("organizations") or {}).items():
        yield Event(
            "harvested", moment, organization_id, None, {"source_id": told.get("source_id"), "counts": dict(counts)}
        )


# Name of a signal → what it becomes. The names are the contract between the packages.
READERS: Mapping[str, Callable[[datetime, Mapping[str, Any]], Iterator[Event]]] = {
    "scdl:validated": validated,
    "scdl:published": published,
    "cotesdarmor:harvested": harvested,
}
