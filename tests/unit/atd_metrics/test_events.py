"""Signals become events of one form."""

from __future__ import annotations

from datetime import UTC, datetime

from ckanext.atd_metrics.core.events import READERS, Event

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_check_becomes_one_event():
    """Verdict and counts are kept, the file's text is not asked for."""
    told = {
        "resource_id": "r", "dataset_id": None, "organization_id": "o", "schema": "scdl/subventions",
        "version": "2.1.1",
        "status": "invalid", "counts": {"rows": 3, "errors": 1, "warnings": 0}, "filename": "secret.csv",
    }  # fmt: skip
    [event] = READERS["scdl:validated"](NOW, told)
    assert (event.kind, event.organization_id, event.facts["status"]) == ("validated", "o", "invalid")
    assert "filename" not in event.facts


def test_a_publication_becomes_one_event():
    """The schema goes with it."""
    [event] = READERS["scdl:published"](NOW, {"dataset_id": "d", "organization_id": "o", "schema": None})
    assert event == Event("published", NOW, "o", "d", {"schema": None})


def test_a_harvest_becomes_one_event_for_each_organisation():
    """Counts are kept by organisation; a run that touched nobody says nothing."""
    told = {"source_id": "s", "organizations": {"o1": {"created": 2}, "o2": {"updated": 1}}}
    assert [event.organization_id for event in READERS["cotesdarmor:harvested"](NOW, told)] == ["o1", "o2"]
    assert not list(READERS["cotesdarmor:harvested"](NOW, {"source_id": "s"}))
