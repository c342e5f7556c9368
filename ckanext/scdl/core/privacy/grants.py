"""Grants to people: the beneficiary of a row is no organisation, as far as its name and identifiers say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from . import masks, names
from .cells import Verdict
from .columns import Cells, ColumnScan, Found

_SCHEMA = "scdl/subventions"


@dataclass(frozen=True)
class GrantColumns:
    """Where a table of grants names its beneficiary, and where it registers it."""

    name: int
    registers: tuple[int, ...]

    def settle(self, scans: Sequence[ColumnScan]) -> None:
        """Take for people whom only a first name makes likely, where most beneficiaries are registered."""
        column = scans[self.name]
        registered = max((scans[place].filled for place in self.registers), default=0)
        if registered * 2 >= column.filled and (likely := column.found.pop("natural-person-grant-likely", None)):
            column.found.setdefault("natural-person-grant", Found()).take_in(likely)


def grant_columns(schema: str | None, fields: dict[int, str], roles: Sequence[frozenset[str]]) -> GrantColumns | None:
    """Return the columns of a table of grants, None where it is none."""
    if schema == _SCHEMA:
        position = {field: position for position, field in fields.items()}
        if "nomBeneficiaire" in position:
            registers = (position.get("idBeneficiaire"), position.get("rnaBeneficiaire"))
            return GrantColumns(position["nomBeneficiaire"], tuple(each for each in registers if each is not None))
        return None
    named = [place for place, each in enumerate(roles) if "beneficiary" in each and "registered" not in each]
    if not named or not any("amount" in each for each in roles):
        return None
    return GrantColumns(named[0], tuple(place for place, each in enumerate(roles) if "registered" in each))


def grants_to_people(columns: Sequence[Cells], where: GrantColumns) -> Iterator[tuple[int, Verdict]]:
    """Yield the rows of a block that go to a person, by index."""
    cells: Iterable[tuple[str, ...]] = zip(
        *(columns[place].take() for place in (where.name, *where.registers)), strict=True
    )
    for index, (name, *registers) in enumerate(cells):
        if code := _code(name.strip(), any(each.strip() for each in registers)):
            yield index, Verdict(code, masks.words(name))


def _code(name: str, registered: bool) -> str | None:
    """Judge one beneficiary: who is in no register and bears a person's name is taken for a person.

    Associations bear such names too, so a first name alone makes it likely only.
    """
    if names.has_civility(name):
        return "natural-person-grant-registered" if registered else "natural-person-grant"
    if registered:
        return None
    if names.is_structured(name):
        return "natural-person-grant"
    return "natural-person-grant-likely" if names.bears_first_name(name) else None
