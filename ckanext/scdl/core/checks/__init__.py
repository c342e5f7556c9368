"""The checks of a table, one module per family, and the names under which schemas ask for the custom ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .base import Factory, RowCheck
from .contacts import opening_hours, phone_number
from .identifiers import nomenclature_acte, siren, siret
from .places import french_coordinates
from .relations import cohesive_columns, compare_columns, one_of_required, sum_columns, year_interval

REGISTRY: Mapping[str, Factory] = {
    "siren": siren,
    "french-siren-value": siren,
    "siret": siret,
    "french-siret-value": siret,
    "nomenclature-acte": nomenclature_acte,
    "nomenclature-actes-value": nomenclature_acte,
    "one-of-required": one_of_required,
    "cohesive-columns-value": cohesive_columns,
    "compare-columns-value": compare_columns,
    "sum-columns-value": sum_columns,
    "year-interval-value": year_interval,
    "phone-number-value": phone_number,
    "opening-hours-value": opening_hours,
    "french-gps-coordinates": french_coordinates,
    "coordonnees-gps-francaises": french_coordinates,
}
"""Old and new names of the checks that official schemas use, as their `custom_checks` write them."""


def asked_checks(descriptor: Mapping[str, Any]) -> list[Any]:
    """Return the checks a schema asks for: of the table, then those written beside a field."""
    asked = list(descriptor.get("custom_checks") or ())
    for field in descriptor["fields"]:
        entry = field.get("customCheck")
        if entry:
            named = dict(entry) if isinstance(entry, Mapping) else {"name": entry}
            asked.append({**named, "params": {"column": field["name"], **(named.get("params") or {})}})
    return asked


def build_checks(described: Iterable[Any]) -> tuple[list[RowCheck], list[str]]:
    """Return the checks a schema asks for, and the names of those that are unknown or wrongly described."""
    checks: list[RowCheck] = []
    unknown: list[str] = []
    for entry in described:
        name = str(entry.get("name")) if isinstance(entry, Mapping) else str(entry)
        factory = REGISTRY.get(name)
        try:
            if factory is None:
                raise KeyError(name)
            checks.append(factory(entry.get("params") or {}))
        except (KeyError, TypeError, ValueError):
            unknown.append(name)
    return checks, unknown
