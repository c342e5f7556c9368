"""What columns are together: names, birth dates, addresses, and whether a row stands for a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from . import masks, names

_SHARE = 0.3
_LEAST_CELLS = 3
_DATE = re.compile(r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:1[89]|20)\d\d|(?:1[89]|20)\d\d[/.-]\d{1,2}[/.-]\d{1,2})(?:[T ].*)?")
_ANY_DATE = re.compile(rf"{_DATE.pattern}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d\d|\d{{1,2}}(?:er)? \w{{3,9}} (?:1[89]|20)\d\d")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_LIVES = 25
"""Years between the early and the late dates of a column from which they can only be those of lives."""
_STREET = re.compile(r"\d.{0,12} (?:\w+[ '’-])?\w{3,}")
_MAILBOX = re.compile(r"\S@\S")
_BARE_MOBILE = re.compile(r"0[67]\d{8}")
_PLATE = re.compile(r"([A-HJ-NP-TV-Z]{2})[ -]\d{3}[ -][A-HJ-NP-TV-Z]{2}")
NAMES = frozenset({"person-name", "sensitive"})
"""Codes of columns of names."""

NAMING = frozenset({"first-name", "last-name", "name", "birth-date", "civility", "nir"})
"""Roles of columns that tell whom a row is about, even beside a count."""

_PERSONAL = frozenset({"birth-date", "birth-year", "age", "sex", "civility", "nationality", "family"})


@dataclass(frozen=True)
class View:
    """A column as it is judged together with the others.

    Attributes:
        roles: what its name says.
        sample: some of its cells that are not empty.
        filled: number of all such cells.
        exempt: whether names are what its schema asks for.
        dated: whether its label speaks of a date and not of which.
    """

    roles: frozenset[str]
    sample: Sequence[str]
    filled: int
    exempt: bool = False
    dated: bool = False

    def share(self, judge: Callable[[str], object]) -> float:
        """Return the share of the sample that a judge accepts."""
        return sum(1 for cell in self.sample if judge(cell)) / len(self.sample) if self.sample else 0.0


@dataclass(frozen=True)
class Column:
    """A column that is a finding as a whole: its position, code and masked examples."""

    position: int
    code: str
    examples: tuple[str, ...] = ()


class People:
    """Judges the columns of one table.

    Attributes:
        views: its columns.
    """

    def __init__(self, views: Sequence[View]) -> None:
        self.views = views

    def columns(self) -> Iterator[Column]:
        """Yield the columns that tell of people."""
        for position, code in (*self._names.items(), *self._births.items(), *self._others().items()):
            yield Column(position, code, _examples(self.views[position].sample, code))

    @cached_property
    def has_rows_of_people(self) -> bool:
        """Whether a row stands for a person: it has a name or a birth date, or two traits and is no count."""
        if self._births or any(not self.views[position].exempt for position in self._names):
            return True
        traits = {role for role in _PERSONAL if self._has(role)}
        return len(traits) > 1 and not self._has("count")

    def _has(self, role: str) -> bool:
        return any(role in view.roles for view in self.views)

    @cached_property
    def _names(self) -> Mapping[int, str]:
        surnames = any("last-name" in view.roles or view.roles & {"name", "thing"} == {"name"} for view in self.views)
        counts = self._has("count") and not surnames
        sensitive = self._has("sensitive")
        return {
            position: "sensitive" if sensitive and not view.exempt else "person-name"
            for position, view in enumerate(self.views)
            if view.filled
            and view.share(_MAILBOX.search) <= 0.5  # a finding of its own, which says it better
            and (self._is_name(view) or self._holds_first_names(view))
            and not (counts and _is_bare(view))
        }

    def _is_name(self, view: View) -> bool:
        """Tell a column of names by its label, and where that leaves it open by its cells."""
        if view.share(str.isdigit) > 0.5:
            return False
        roles = view.roles
        if roles & {"first-name", "last-name"}:
            return True
        if "name" in roles and self._has("first-name") and "thing" not in roles:
            return True
        if "beneficiary" in roles and self._has("amount"):
            return False  # judged row by row, with what registers the beneficiary
        structured, named = view.share(names.is_structured), view.share(names.bears_first_name)
        civil = view.share(names.has_civility)
        if "person" in roles:
            return max(structured, named, civil) >= _SHARE
        if len(view.sample) < _LEAST_CELLS or "thing" in roles or self._has("coordinates"):
            return civil >= _SHARE
        return civil >= _SHARE or structured >= 0.5 or named >= 0.5 or (named >= _SHARE and "name" in roles)

    def _holds_first_names(self, view: View) -> bool:
        """Tell a column of first names that no label announces."""
        if len(view.sample) < _LEAST_CELLS or "thing" in view.roles or self._has("coordinates"):
            return False
        return view.share(lambda cell: " " not in cell and names.is_first_name(cell)) >= 0.5

    def _lives_there(self, view: View) -> bool:
        """Tell an address of whom a row names from one of a school, whose head it names."""
        whole = self._has("first-name") or self._has("last-name") or "person" in view.roles
        return bool(self._names) and whole

    @cached_property
    def _births(self) -> Mapping[int, str]:
        found = {}
        for position, view in enumerate(self.views):
            if "birth-date" in view.roles:
                if view.share(_ANY_DATE.fullmatch) >= 0.5:
                    found[position] = "birth-date"
            elif self._names and view.dated and view.share(_DATE.fullmatch) >= 0.8 and _spans_lives(view.sample):
                found[position] = "birth-date-likely"
        return found

    def _others(self) -> Mapping[int, str]:
        """Return what matters beside names, and plates and mobiles where no label announces them."""
        found = {}
        for position, view in enumerate(self.views):
            if "birth-place" in view.roles and view.filled and self.has_rows_of_people:
                found[position] = "birth-place"
            elif "address" in view.roles and self._lives_there(view) and view.share(_STREET.match) >= _SHARE:
                found[position] = "home-address"
            elif "plate" not in view.roles and _are_plates(view):
                found[position] = "plate"
            elif "phone" not in view.roles and _are_mobiles(view):
                found[position] = "phone-mobile"
        return found


def _is_bare(view: View) -> bool:
    """Tell a column whose names are single words: first names without family names."""
    return view.share(lambda cell: " " not in cell) >= 0.5


def _spans_lives(cells: Sequence[str]) -> bool:
    years = sorted(int(match[0]) for cell in cells if (match := _YEAR.search(cell)))
    if len(years) < _LEAST_CELLS:
        return False
    tenth = len(years) // 10
    return years[-1 - tenth] - years[tenth] >= _LIVES


def _are_plates(view: View) -> bool:
    """Tell plates from references of the same form, which begin alike."""
    starts = {match[1] for cell in view.sample if (match := _PLATE.fullmatch(cell))}
    return len(starts) > 2 and view.share(_PLATE.fullmatch) >= 0.6


def _are_mobiles(view: View) -> bool:
    """Tell mobile numbers in bare digits, which no label announces, from other numbers of ten digits."""
    return view.share(_BARE_MOBILE.fullmatch) >= 0.5 and len(set(view.sample)) >= _LEAST_CELLS


def _examples(cells: Sequence[str], code: str) -> tuple[str, ...]:
    mask = masks.words if code in NAMES | {"birth-place", "home-address"} else masks.shape
    return tuple(dict.fromkeys(mask(cell) for cell in cells[:3]))
