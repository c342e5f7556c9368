"""Checks of what an organisation says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.authz import is_sysadmin
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ...core.organization import SirenError, SiretError, as_text, clean_siren, clean_siret
from ...model import organization as organizations

_INSEE = re.compile(r"\d[\dAB]|97\d|\d[\dAB]\d{3}")
_TELEPHONE = re.compile(r"\+?\d{4,15}")
_TELEPHONE_SEPARATORS = re.compile(r"[\s.\-/()\u00a0\u202f]")
_FIRST_CENSUS = 1801


def cotesdarmor_siren(value: Any) -> str:
    """Nine digits with the right key, however they were grouped."""
    try:
        return clean_siren(str(value))
    except SirenError as error:
        raise tk.Invalid(siren_problem(error)) from None


def cotesdarmor_sirens(value: Any) -> list[str]:
    """One SIREN or a list of them, each once, in the given order."""
    sirens = [value] if isinstance(value, str) else value
    if not isinstance(sirens, list):
        raise tk.Invalid(tk._("Give a SIREN or a list of them."))
    return list(dict.fromkeys(cotesdarmor_siren(siren) for siren in sirens))


def siren_problem(error: SirenError) -> str:
    """What is wrong with a SIREN, and what to do about it, in the reader's language."""
    if error.reason == "siret":
        return tk._("{digits} is a SIRET, it has 14 digits: keep the first nine.").format(digits=error.digits)
    if error.reason == "length":
        return tk._("A SIREN has 9 digits, {digits} has {count}.").format(
            digits=error.digits, count=len(error.digits)
        )
    if error.reason == "key":
        message = tk._("{digits} is not a SIREN: its last digit does not match. Check for a typing error.")
        return message.format(digits=error.digits)
    return tk._("A SIREN is made of 9 digits; letters and signs do not belong in it.")


def cotesdarmor_siren_is_free(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Keep a SIREN to one organisation, also when two people save at the same moment.

    The lock lasts until the transaction that writes the organisation ends, so whoever comes second waits
    here, then sees what the first has written.
    """
    if errors[key]:  # CKAN goes on after a value was refused
        return
    siren = data[key]
    organizations.lock_siren(siren)
    other = organizations.by_siren(siren)
    own = context.get("group")
    if other is not None and (own is None or own.id != other.id):
        message = tk._("The SIREN {siren} is already that of the organization “{title}” ({name}).")
        raise tk.Invalid(message.format(siren=siren, title=other.title or other.name, name=other.name))


def cotesdarmor_siret_of_seat(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, _context: Context
) -> None:
    """Fourteen digits with the right key that begin with the SIREN of the same organisation."""
    # CKAN checks fields by their names in order: the SIREN, sent or stored, has been through its own check.
    siren = "" if errors.get(("siren",)) else as_text(data.get(("siren",)))
    try:
        data[key] = clean_siret(str(data[key]), siren)
    except SiretError as error:
        raise tk.Invalid(siret_problem(error, siren)) from None


def siret_problem(error: SiretError, siren: str) -> str:
    """What is wrong with a SIRET, and what to do about it, in the reader's language."""
    if error.reason == "siren":
        message = tk._("{digits} is a SIREN, it has 9 digits: add the five digits of the seat.")
        return message.format(digits=error.digits)
    if error.reason == "length":
        message = tk._("A SIRET has 14 digits, {digits} has {count}.")
        return message.format(digits=error.digits, count=len(error.digits))
    if error.reason == "key":
        message = tk._("{digits} is not a SIRET: its digits do not match. Check for a typing error.")
        return message.format(digits=error.digits)
    if error.reason == "other":
        message = tk._("The SIRET of the seat begins with the SIREN of the organization, {siren}.")
        return message.format(siren=siren)
    return tk._("A SIRET is made of 14 digits; letters and signs do not belong in it.")


def cotesdarmor_insee_code(value: Any) -> str:
    """The code of a commune (five characters) or of a département (two or three)."""
    code = str(value).strip().upper()
    if not _INSEE.fullmatch(code):
        raise tk.Invalid(
            tk._(
                "An INSEE code has five characters for a commune (22278) "
                "and two or three for a département (22)."
            )
        )
    return code


def cotesdarmor_count(value: Any) -> int:
    """A whole number, be it typed with spaces between thousands."""
    digits = re.sub(r"[\s\u00a0\u202f]", "", str(value))
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 9:
        raise tk.Invalid(tk._("Write a whole number, such as 1250."))
    return int(digits)


def cotesdarmor_census_year(value: Any) -> int:
    """A year in which France has counted its people."""
    digits = str(value).strip()
    year = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) == 4 else 0
    if not _FIRST_CENSUS <= year <= 2100:
        raise tk.Invalid(tk._("Write a year with four digits, such as 2023."))
    return year


def cotesdarmor_telephone(value: Any) -> str:
    """A telephone number, kept as it was typed."""
    typed = str(value).strip()
    if not _TELEPHONE.fullmatch(_TELEPHONE_SEPARATORS.sub("", typed)):
        raise tk.Invalid(tk._("Write a telephone number with digits, such as 02 96 62 62 22."))
    return typed


def cotesdarmor_reserved(
    field: dict[str, Any], _schema: dict[str, Any]
) -> Callable[[FlattenKey, FlattenDataDict, FlattenErrorDict, Context], None]:
    """Keep a field to the administrators of the portal.

    Nothing sent means that the stored value stays, for everybody. A sysadmin empties a field by sending an
    empty text; somebody else gets an error for sending another value than the stored one.
    """

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        group = context.get("group")
        stored = as_text((group.extras or {}).get(key[-1])) if group is not None else ""
        sent = data.get(key)
        if sent is tk.missing or sent is None:
            data[key] = stored
            return
        if context.get("ignore_auth") or is_sysadmin(context.get("user")):
            return
        known = {"", stored} if stored else {"", as_text(field.get("default"))}
        if as_text(sent) not in known:
            errors[key].append(tk._("Only an administrator of the portal can change this."))
            raise tk.StopOnError
        data[key] = stored

    return validator


# What scheming looks for: it then calls the function with the field before it validates anything.
cotesdarmor_reserved.is_a_scheming_validator = True  # type: ignore[attr-defined]  # a function takes attributes


def cotesdarmor_no_field_in_extras(
    _field: None, schema: dict[str, Any]
) -> Callable[[FlattenKey, FlattenDataDict, FlattenErrorDict, Context], None]:
    """Refuse an extra with the name of a field: it would pass by the checks of that field."""
    names = {field["field_name"] for field in schema["fields"]}

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        for path, value in list(data.items()):
            if path[0] == "extras" and path[-1] == "key" and str(value) in names:
                message = tk._("Send “{name}” as a field, not among the extras.").format(name=value)
                errors[(value,)].append(message)

    return validator


cotesdarmor_no_field_in_extras.is_a_scheming_validator = True  # type: ignore[attr-defined]  # as above
