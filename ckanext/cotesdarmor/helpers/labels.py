"""Words for people in the place of codes and addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.scdl import config
from ckanext.scdl.core.catalogue import InvalidCatalogue, SchemaNotFound

from .. import instance
from ..core.territory import UnknownCollectivite
from ..core.vocabularies import vocabulary
from .instance import language

_SOME_OTHERS = 5


def cotesdarmor_activity_label(activity_type: str) -> str:
    """A type of activity in words; the type itself where another extension has added one."""
    names = {
        "new package": tk._("Dataset created"),
        "changed package": tk._("Dataset changed"),
        "deleted package": tk._("Dataset deleted"),
        "follow dataset": tk._("Dataset followed"),
        "new resource view": tk._("View of a file created"),
        "changed resource view": tk._("View of a file changed"),
        "deleted resource view": tk._("View of a file deleted"),
        "new user": tk._("Account created"),
        "changed user": tk._("Account changed"),
        "follow user": tk._("Person followed"),
        "new organization": tk._("Organization created"),
        "changed organization": tk._("Organization changed"),
        "deleted organization": tk._("Organization deleted"),
        "follow organization": tk._("Organization followed"),
    }
    return names.get(activity_type, activity_type)


def cotesdarmor_facet_label(field: str, item: Mapping[str, Any] | str) -> str:
    """The word for one value of a facet, for a chosen one too; the value itself where there is no better."""
    value, shown = (item, item) if isinstance(item, str) else (item["name"], item["display_name"])
    label = _LABELS.get(field)
    return (label(value) or shown) if label else shown


def cotesdarmor_kind_label(kind: str) -> str:
    """The kind of a collectivité, as one says it."""
    names = {"commune": tk._("Commune"), "epci": tk._("EPCI"), "departement": tk._("Département")}
    return names.get(kind, kind)


def cotesdarmor_themes(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The themes in the vocabulary's order, each with how many datasets it has."""
    return [
        {
            "value": term.value,
            "code": term.code,
            "label": term.label(language()),
            "count": counts.get(term.value, 0),
        }
        for term in vocabulary("theme")
    ]


def cotesdarmor_same_schema(address: str | None, dataset_id: str) -> dict[str, Any]:
    """The public datasets beside this one with a file of the same schema: `schema`, `count`, some `datasets`."""
    try:
        schema = config.catalogue().resolve(address or "").id
    except SchemaNotFound:
        return {"schema": "", "count": 0, "datasets": []}
    others = f'+portal_schema:"{schema}" -id:"{dataset_id}"'
    # An empty user: nobody's rights widen what everybody sees.
    found = tk.get_action("package_search")({"user": "", "auth_user_obj": None}, {"fq": others, "rows": _SOME_OTHERS})
    return {"schema": schema, "count": found["count"], "datasets": found["results"]}


def _epci(value: str) -> str:
    try:
        return instance.territory().by_siren(value).name
    except UnknownCollectivite:
        return ""


def _schema(value: str) -> str:
    try:
        return config.catalogue().get(value).label(language())
    except (SchemaNotFound, InvalidCatalogue):
        return ""


def _conformity(value: str) -> str:
    names = {
        "success": tk._("Conforms to its schema"),
        "failure": tk._("Does not conform to its schema"),
        "error": tk._("Could not be checked"),
        "running": tk._("Being checked"),
        "created": tk._("Waiting to be checked"),
    }
    return names.get(value, "")


def _license(value: str) -> str:
    term = vocabulary("license").find(value)
    return str(term.facts["title"]) if term else ""


_LABELS: dict[str, Callable[[str], str]] = {
    "portal_epci": _epci,
    "portal_theme": lambda value: vocabulary("theme").label(value, language()),
    "portal_schema": _schema,
    "portal_conformity": _conformity,
    "license_id": _license,
}
