"""Older versions of a schema, each told by what distinguishes it from the version after it.

A folder `<owner>/<name>/<version>/` holds a whole `schema.json` or a small `changes.json`:

    {"newer": "2.1.0",
     "operations": [
       {"do": "rename", "field": "menuPlatNom", "to": "menuNomPlat"},
       {"do": "remove", "field": "rnaBeneficiaire"},
       {"do": "add", "after": "objet", "field": {"name": "lieu", "type": "string"}},
       {"do": "change", "field": "idRAE", "facts": {"constraints": null}},
       {"do": "order", "fields": ["objet", "lieu"]},
       {"do": "table", "facts": {"custom_checks": null}}]}

Read downwards: take the newer version, carry out the operations in order, and the older one stands there.
`after` is null for the first column; a fact that is null is taken away; a column keeps its title, description
and example when it is renamed; a version without operations differs from the next in its prose alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .schema import copied

Descriptor = dict[str, Any]
Operation = Mapping[str, Any]


class BrokenChanges(ValueError):
    """A `changes.json` does not fit the version it starts from; says which operation and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def rebuild(newer: Mapping[str, Any], version: str, changes: Mapping[str, Any]) -> Descriptor:
    """Return the whole older version; what it starts from stays as it is."""
    older = copied(newer)
    said = str(older.get("version") or "")
    older["version"] = version
    for key in ("path", "homepage"):
        if said and isinstance(older.get(key), str):
            older[key] = older[key].replace(f"/{said}/", f"/{version}/")
    for operation in changes.get("operations") or ():
        try:
            _OPERATIONS[operation["do"]](older, operation)
        except (KeyError, TypeError) as error:
            raise BrokenChanges(f"operation {dict(operation)!r} cannot be carried out ({error})") from error
    return older


def _rename(schema: Descriptor, operation: Operation) -> None:
    former, name = operation["field"], operation["to"]
    _field(schema, former)["name"] = name
    portal = schema.get("x-portal") or {}
    if former in portal.get("period_fields", ()):
        portal["period_fields"] = [name if each == former else each for each in portal["period_fields"]]


def _remove(schema: Descriptor, operation: Operation) -> None:
    name = operation["field"]
    schema["fields"].remove(_field(schema, name))
    portal = schema.get("x-portal") or {}
    if name in portal.get("period_fields", ()):
        portal["period_fields"] = [each for each in portal["period_fields"] if each != name]


def _add(schema: Descriptor, operation: Operation) -> None:
    fields, after = schema["fields"], operation["after"]
    place = 0 if after is None else fields.index(_field(schema, after)) + 1
    fields.insert(place, copied(operation["field"]))


def _change(schema: Descriptor, operation: Operation) -> None:
    _merge(_field(schema, operation["field"]), operation["facts"])


def _order(schema: Descriptor, operation: Operation) -> None:
    names = operation["fields"]
    if sorted(names) != sorted(field["name"] for field in schema["fields"]):
        raise BrokenChanges("an order names other columns than there are")
    schema["fields"] = [_field(schema, name) for name in names]


def _table(schema: Descriptor, operation: Operation) -> None:
    _merge(schema, operation["facts"])


_OPERATIONS: Mapping[str, Callable[[Descriptor, Operation], None]] = {
    "rename": _rename,
    "remove": _remove,
    "add": _add,
    "change": _change,
    "order": _order,
    "table": _table,
}


def _field(schema: Descriptor, name: str) -> Descriptor:
    for field in schema["fields"]:
        if field["name"] == name:
            return field
    raise KeyError(f"no column {name}")


def _merge(target: Descriptor, facts: Mapping[str, Any]) -> None:
    for key, value in facts.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = copied(value)
