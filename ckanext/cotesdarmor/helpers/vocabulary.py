"""Helpers that show controlled words: choices and suggestions of forms, labels on pages."""

from __future__ import annotations

import datetime
from typing import Any

from babel.dates import format_date

import ckan.plugins.toolkit as tk

from ckanext.cotesdarmor import instance
from ckanext.cotesdarmor.core.schema_reference import UnknownSchema, versioned_schema
from ckanext.cotesdarmor.core.territory import Kind, UnknownCollectivite
from ckanext.cotesdarmor.core.vocabularies import vocabulary
from ckanext.scdl import config

__all__ = [
    "cotesdarmor_day",
    "cotesdarmor_label",
    "cotesdarmor_schema_label",
    "cotesdarmor_schema_suggestions",
    "cotesdarmor_territory_choices",
    "cotesdarmor_territory_name",
    "cotesdarmor_vocabulary_choices",
    "cotesdarmor_vocabulary_suggestions",
]


def cotesdarmor_vocabulary_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The terms of the vocabulary that a field of the schema names, for ckanext-scheming."""
    return vocabulary(field["vocabulary"]).choices()


def cotesdarmor_vocabulary_suggestions(field: dict[str, Any]) -> list[dict[str, str]]:
    """What a text field with an open list proposes: the labels of its vocabulary."""
    return [{"value": term.label(tk.h.lang()), "label": ""} for term in vocabulary(field["vocabulary"])]


def cotesdarmor_label(name: str, value: str) -> str:
    """The label of a vocabulary's term in the visitor's language."""
    return vocabulary(name).label(value, tk.h.lang())


def cotesdarmor_territory_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The collectivités of the register: the département, the EPCI, then the communes."""
    territory = instance.territory()
    kinds = (Kind.DEPARTEMENT, Kind.EPCI, Kind.COMMUNE)
    return [
        {"value": one.siren, "label": one.name if one.kind != Kind.COMMUNE else f"{one.name} ({one.insee})"}
        for kind in kinds
        for one in territory.of_kind(kind)
    ]


def cotesdarmor_territory_name(siren: str) -> str:
    """The name of a collectivité of the register, or what was given when the register has it no more."""
    try:
        return instance.territory().by_siren(siren).name
    except UnknownCollectivite:
        return siren


def cotesdarmor_schema_suggestions(field: dict[str, Any]) -> list[dict[str, str]]:
    """The schemas that the portal holds: what to write, and the name of each."""
    return [{"value": each.id, "label": each.label(tk.h.lang())} for each in config.catalogue().all()]


def cotesdarmor_schema_label(url: str) -> str:
    """A short name for the schema of a file: its title and its version, or `owner/name version`."""
    try:
        found = versioned_schema(url, config.catalogue())
    except UnknownSchema:
        return url
    return f"{found.title or found.id} ({found.version})"


def cotesdarmor_day(value: str) -> str:
    """A stored day as the visitor's language writes it; another text is left as it is."""
    try:
        return format_date(datetime.date.fromisoformat(value), "long", locale=tk.h.lang())
    except ValueError:
        return value
