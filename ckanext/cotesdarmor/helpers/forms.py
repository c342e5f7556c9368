"""What the forms of datasets and organisations need beyond scheming."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ..core.vocabularies import vocabulary

# Fields whose form has another id than `field-NAME`.
_IDS = {"owner_org": "field-organizations"}


def cotesdarmor_field_id(field: Mapping[str, Any]) -> str:
    """The id of a field's element, to which the list of errors above the form leads."""
    return _IDS.get(field["field_name"], f"field-{field['field_name']}")


def cotesdarmor_dataset_errors(errors: Mapping[str, Any] | None) -> dict[str, Any]:
    """The errors of a dataset's fields, those of its keywords at the field in which they were typed.

    CKAN splits that text, checks each word and tells what is wrong with the n-th one, for which no field stands. That
    somebody else has changed the dataset meanwhile is told apart, above the others.
    """
    shown = {field: told for field, told in (errors or {}).items() if field != "metadata_seen"}
    words = shown.pop("tags", None)
    if words:
        messages = [text for word in words if isinstance(word, Mapping) for texts in word.values() for text in texts]
        messages += [word for word in words if isinstance(word, str)]
        shown["tag_string"] = list(dict.fromkeys([*shown.get("tag_string", ()), *messages]))
    return shown


@tk.chained_helper
def license_options(_next: Callable[..., list[tuple[str, str]]], existing: str | None = None) -> list[tuple[str, str]]:
    """CKAN's list of licences, with our labels: in the reader's language, the usual one first."""
    lang = tk.h.lang()
    terms = [(term.value, term.label(lang)) for term in vocabulary("license")]
    known = {id for id, _label in terms}
    return terms if not existing or existing in known else [(existing, existing), *terms]
