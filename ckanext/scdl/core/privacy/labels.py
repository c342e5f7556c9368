"""Names of columns that may be shown: the first row of a file without header holds what its rows hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..catalogue import normalise_label
from . import names
from .roles import roles_of, words_of

_MOST = 60
_DATES = frozenset({"date", "dates", "jour", "dt"})
_VALUE = re.compile(r"@|\d{3}")


def shown(labels: Sequence[str], known: frozenset[str]) -> list[str | None]:
    """Return each label, or None where it may be a value.

    Args:
        labels: the header as it stands in the file.
        known: names of columns of all schemas, as `normalise_label` writes them.
    """
    plain = [label.strip() for label in labels]
    if not any(speaks(label, known) for label in plain):
        return [None] * len(plain)
    return [None if not label or _is_value(label, known) else label[:_MOST] for label in plain]


def speaks(label: str, known: frozenset[str]) -> bool:
    """Tell a label that says what stands in its column."""
    return normalise_label(label) in known or (bool(roles_of(label)) and not re.search(r"\d", label))


def is_any_date(label: str) -> bool:
    """Tell a label that speaks of a date without saying of which, or that is one itself."""
    return all(word in _DATES or word.isdigit() for word in words_of(label))


def _is_value(label: str, known: frozenset[str]) -> bool:
    """Tell a label that looks like a person's name, a number or an address."""
    if normalise_label(label) in known:
        return False
    named = names.is_structured(label) or names.bears_first_name(label) or names.has_civility(label)
    return named or bool(_VALUE.search(label)) or (" " not in label and names.is_first_name(label))
