"""Validators of datasets and their resources: each says next to its field what to write instead."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from typing import Any

from stdnum.fr import siret

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.cotesdarmor import instance
from ckanext.cotesdarmor.core.schema_reference import SchemaReference, UnknownSchema, versioned_schema
from ckanext.cotesdarmor.core.territory import Collectivite, UnknownCollectivite
from ckanext.cotesdarmor.core.vocabularies import vocabulary
from ckanext.scdl import config

__all__ = [
    "cotesdarmor_conforms_to",
    "cotesdarmor_day",
    "cotesdarmor_default",
    "cotesdarmor_drop_reserved",
    "cotesdarmor_kept_by_portal",
    "cotesdarmor_license",
    "cotesdarmor_max_characters",
    "cotesdarmor_not_before",
    "cotesdarmor_not_moved",
    "cotesdarmor_open_term",
    "cotesdarmor_schema",
    "cotesdarmor_schema_version",
    "cotesdarmor_siret",
    "cotesdarmor_term",
    "cotesdarmor_terms",
    "cotesdarmor_territory",
    "cotesdarmor_territory_of_owner",
]

DEFAULT_LICENSE = "lov2"
# Written by the portal's own code, which says so in the context. A context never comes from a request.
FLAGS = {"scdl": "scdl_accepting", "harvest": "cotesdarmor_harvesting"}
RESERVED = {"harvest_": "harvest", "source_": "harvest", "validation_": "scdl"}
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_SCHEMING = "is_a_scheming_validator"

FieldValidator = Callable[[FlattenKey, FlattenDataDict, FlattenErrorDict, Context], Any]


def _of_field(make: Callable[[Any, dict[str, Any]], Any]) -> Callable[..., Any]:
    """Mark a validator that ckanext-scheming builds from the field's own description."""
    setattr(make, _SCHEMING, True)
    return make


def _is_empty(value: object) -> bool:
    return value is tk.missing or value is None or (isinstance(value, str) and not value.strip())


@_of_field
def cotesdarmor_default(field: dict[str, Any], schema: dict[str, Any]) -> FieldValidator:
    """Take the field's default where a new dataset says nothing about it."""

    def fill(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        if "default" in field and data.get(key) is tk.missing and context.get("package") is None:
            data[key] = field["default"]

    return fill


@_of_field
def cotesdarmor_term(field: dict[str, Any], schema: dict[str, Any]) -> Callable[[Any], Any]:
    """Store the value of a vocabulary's term; its code, its address and its labels name it too."""

    def check(value: Any) -> Any:
        if _is_empty(value):
            return ""
        term = vocabulary(field["vocabulary"]).find(str(value))
        if term is None:
            raise tk.Invalid(_unknown_term(str(value)))
        return term.value

    return check


@_of_field
def cotesdarmor_open_term(field: dict[str, Any], schema: dict[str, Any]) -> Callable[[Any], Any]:
    """Store the label of a term that is named by its code, and any other text as it is."""

    def check(value: Any) -> Any:
        term = vocabulary(field["vocabulary"]).find(str(value))
        return term.value if term else value

    return check


@_of_field
def cotesdarmor_terms(field: dict[str, Any], schema: dict[str, Any]) -> FieldValidator:
    """Store several terms of a vocabulary, each once and in its order; accepts a list, one word or JSON."""

    def check(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        words = vocabulary(field["vocabulary"])
        chosen = set()
        for word in _as_list(data.get(key)):
            term = words.find(word)
            if term is None:
                errors[key].append(_unknown_term(word))
            else:
                chosen.add(term.value)
        if not errors[key]:
            data[key] = json.dumps([term.value for term in words if term.value in chosen])

    return check


def _unknown_term(word: str) -> str:
    return tk._("“{value}” is not in the list. Choose one of the proposed values.").format(value=word)


def _as_list(value: Any) -> list[str]:
    if _is_empty(value):
        return []
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            try:
                value = json.loads(value)
            except ValueError:
                return [value]
        else:
            value = [value]
    if not isinstance(value, list):
        raise tk.Invalid(tk._("A list of values is expected here."))
    return [str(each) for each in value if not _is_empty(each)]


def cotesdarmor_license(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Require a known licence: Licence Ouverte for a new dataset that says nothing, else what is stored."""
    value, package = data.get(key), context.get("package")
    if value is tk.missing:
        data[key] = (package.license_id if package else None) or DEFAULT_LICENSE
        return
    if _is_empty(value):
        raise tk.Invalid(tk._("Choose a licence: without one nobody may use the data."))
    term = vocabulary("license").find(str(value))
    if term is None:
        message = tk._("“{value}” is not a licence that the portal knows. Choose one of the list.")
        raise tk.Invalid(message.format(value=value))
    data[key] = term.value


def cotesdarmor_day(value: Any) -> Any:
    """Store a full day as YYYY-MM-DD; a day written as in French (31/12/2024) is understood."""
    if _is_empty(value):
        return ""
    text = value.isoformat() if isinstance(value, datetime.date) else str(value).strip()
    french = _FRENCH_DAY.fullmatch(text)
    if french:
        text = f"{french[3]}-{int(french[2]):02}-{int(french[1]):02}"
    try:
        return datetime.date.fromisoformat(text[:10] if "T" in text else text).isoformat()
    except ValueError:
        message = tk._("“{value}” is not a full date. Write the day, the month and the year: 31/12/2024.")
        raise tk.Invalid(message.format(value=value)) from None


@_of_field
def cotesdarmor_not_before(field: dict[str, Any], schema: dict[str, Any]) -> FieldValidator:
    """Refuse a day that comes before the one in the field that `not_before` names."""

    def check(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        try:
            start = cotesdarmor_day(data.get((*key[:-1], field["not_before"])))
        except tk.Invalid:
            return  # The other field has its own message.
        if start and data.get(key) and not errors[key] and data[key] < start:
            message = tk._("The period ends before it begins ({start}). Check both dates.")
            errors[key].append(message.format(start=_in_french(start)))

    return check


def _in_french(day: str) -> str:
    return datetime.date.fromisoformat(day).strftime("%d/%m/%Y")


def cotesdarmor_siret(value: Any) -> Any:
    """Store the 14 digits of a SIRET whose key is right."""
    if _is_empty(value):
        return ""
    digits = re.sub(r"\s", "", str(value))
    if not siret.is_valid(digits):
        message = tk._("“{value}” is not a SIRET. Check its 14 digits, or leave the field empty.")
        raise tk.Invalid(message.format(value=value))
    return digits


@_of_field
def cotesdarmor_max_characters(field: dict[str, Any], schema: dict[str, Any]) -> Callable[[Any], Any]:
    """Refuse a text that is longer than the field's `max_characters`; the search index has its limits."""

    def check(value: Any) -> Any:
        limit = int(field["max_characters"])
        if isinstance(value, str) and len(value) > limit:
            message = tk._("This text has {count} characters, {limit} are allowed. Shorten it.")
            raise tk.Invalid(message.format(count=len(value), limit=limit))
        return value

    return check


def cotesdarmor_territory(value: Any) -> Any:
    """Store the SIREN of a collectivité of the register; an INSEE code or its exact name are understood."""
    if _is_empty(value):
        return ""
    found = _collectivite(str(value))
    if found is None:
        message = tk._("“{value}” is not a collectivité of the register. Choose a name of the list.")
        raise tk.Invalid(message.format(value=value))
    return found.siren


def _collectivite(word: str) -> Collectivite | None:
    territory = instance.territory()
    for look_up in (territory.by_siren, territory.by_insee):
        try:
            return look_up(word)
        except UnknownCollectivite:
            continue
    named = [one for one in territory.collectivites if one.name.casefold() == word.strip().casefold()]
    return named[0] if len(named) == 1 else None


def cotesdarmor_territory_of_owner(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Take the territory of the organisation where a new dataset names none and the register knows it."""
    if data.get(key) is not tk.missing or context.get("package") is not None:
        return
    owner = model.Group.get(data.get(("owner_org",)) or "")
    siren = (owner.extras.get("siren") or "") if owner else ""
    found = _collectivite(str(siren)) if siren else None
    data[key] = found.siren if found else ""


def cotesdarmor_not_moved(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Leave a published dataset with its organisation: only the portal's administrators move it."""
    package = context.get("package")
    if package is None or not package.owner_org:
        return
    if data.get(key) is tk.missing:
        data[key] = package.owner_org
    if package.state == "draft":
        return
    wanted = model.Group.get(data.get(key) or "")
    user = model.User.get(context.get("user"))
    if (wanted is None or wanted.id != package.owner_org) and not (user and user.sysadmin):
        message = tk._("Only an administrator of the portal can move a dataset to another organisation.")
        raise tk.Invalid(message)


def cotesdarmor_schema(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Store the versioned address of the schema that an id, `owner/name@version` or an address names."""
    value = data.get(key)
    if _is_empty(value):
        data[key] = ""
        return
    try:
        data[key] = versioned_schema(str(value), config.catalogue()).url
    except UnknownSchema as error:
        raise tk.Invalid(_unknown_schema(error)) from None


def _unknown_schema(error: UnknownSchema) -> str:
    if error.known_versions:
        message = tk._("“{value}” names a version that the portal does not have. Known versions: {versions}.")
        return message.format(value=error.reference, versions=", ".join(error.known_versions))
    message = tk._(
        "“{value}” is not a schema that the portal knows. Write one of {ids}, or the address of a version on "
        "schema.data.gouv.fr."
    )
    return message.format(value=error.reference, ids=", ".join(error.known))


def cotesdarmor_schema_version(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Derive the version from the field `schema`; what is sent for it does not count."""
    found = _sibling_schema(key, data)
    data[key] = found.version if found else ""


def cotesdarmor_conforms_to(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Derive from the field `schema` the list that the feed reads; what is sent for it does not count."""
    found = _sibling_schema(key, data)
    data[key] = json.dumps([found.url]) if found else ""


def _sibling_schema(key: FlattenKey, data: FlattenDataDict) -> SchemaReference | None:
    value = data.get((*key[:-1], "schema"))
    if _is_empty(value):
        return None
    try:
        return versioned_schema(str(value), config.catalogue())
    except UnknownSchema:
        return None  # The field `schema` has the message.


@_of_field
def cotesdarmor_kept_by_portal(field: dict[str, Any], schema: dict[str, Any]) -> FieldValidator:
    """Keep what is stored, whoever sends what; only code that raises its flag in the context may write."""
    flag = FLAGS[field["kept_by"]]

    def keep(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        if context.get(flag) is True and data.get(key) is not tk.missing:
            return
        stored = _stored(key, data, context)
        if stored is None:
            data.pop(key, None)
            raise tk.StopOnError
        data[key] = stored

    return keep


def _stored(key: FlattenKey, data: FlattenDataDict, context: Context) -> Any:
    package = context.get("package")
    if package is None:
        return None
    if len(key) == 1:
        return package.extras.get(key[0])
    ident = data.get((*key[:-1], "id"))
    resource = model.Resource.get(ident) if isinstance(ident, str) else None
    # The id of another dataset's resource must not lend its status.
    if resource is None or resource.package_id != package.id:
        return None
    if key[-1].startswith("validation_") and not _is_what_was_checked(key, data, resource):
        return None
    return resource.extras.get(key[-1])


def _is_what_was_checked(key: FlattenKey, data: FlattenDataDict, resource: model.Resource) -> bool:
    """Whether a resource still is the file, and names the schema, of which the verdict speaks."""
    schema = _sibling_schema(key, data)
    same_schema = (schema.url if schema else "") == (resource.extras.get("schema") or "")
    return same_schema and data.get((*key[:-1], "url_type")) == resource.url_type


@_of_field
def cotesdarmor_drop_reserved(field: None, schema: dict[str, Any]) -> FieldValidator:
    """Forget free extras and unknown keys of resources that bear a prefix kept for the portal."""
    # Fields of the schema have validators of their own, and CKAN refuses extras that bear their name.
    names = {each["field_name"] for part in ("dataset_fields", "resource_fields") for each in schema[part]}

    def drop(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        closed = tuple(prefix for prefix, part in RESERVED.items() if context.get(FLAGS[part]) is not True)

        def is_closed(name: object) -> bool:
            return isinstance(name, str) and name.startswith(closed) and name not in names

        extras = {each[1] for each, name in data.items() if _is_extra_name(each) and is_closed(name)}
        for each in list(data):
            in_extras = each[0] == "extras" and len(each) == 3 and each[1] in extras
            if in_extras or (each[0] == "resources" and len(each) == 3 and is_closed(each[2])):
                del data[each]

    return drop


def _is_extra_name(key: FlattenKey) -> bool:
    return len(key) == 3 and key[0] == "extras" and key[2] == "key"
