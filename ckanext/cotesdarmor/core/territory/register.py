"""The collectivités of a territory, read from `register.csv` and looked up by code, by EPCI or by name.

One row per collectivité. Lists inside a cell are separated by `|`. All populations of one register are
populations municipales of the same reference year: a register that mixes years is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from stdnum.fr import siren as siren_number

from .errors import TerritoryError, UnknownCollectivite
from .names import normalised

REGISTER_FILE = "register.csv"
COLUMNS = (
    "kind",
    "siren",
    "insee",
    "name",
    "category",
    "population",
    "population_year",
    "epci_siren",
    "seat_in_territory",
    "postcodes",
    "former_codes",
    "communes_deleguees",
)
_REBUILD = "Build the register again with scripts/build_territory.py."


class Kind(StrEnum):
    """The kinds of collectivité that the register knows."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"


@dataclass(frozen=True, slots=True)
class CommuneDeleguee:
    """A former commune that lives on inside a commune nouvelle."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Collectivite:
    """One row of the register.

    `population` is the population municipale of `population_year`; for an EPCI it counts all its members,
    those outside the territory too. `epci_siren` is empty for a commune that belongs to none.
    `seat_in_territory` is false for an EPCI that only reaches into the territory.
    """

    kind: Kind
    siren: str
    insee: str
    name: str
    population: int
    population_year: int
    category: str = ""
    epci_siren: str = ""
    seat_in_territory: bool = True
    postcodes: tuple[str, ...] = ()
    former_codes: tuple[str, ...] = ()
    communes_deleguees: tuple[CommuneDeleguee, ...] = ()


@dataclass(frozen=True)
class Territory:
    """All collectivités of a register, in the order of the file, with the look-ups that the portal needs."""

    collectivites: tuple[Collectivite, ...]
    population_year: int

    @cached_property
    def _sirens(self) -> Mapping[str, Collectivite]:
        return {one.siren: one for one in self.collectivites}

    @cached_property
    def _insee_codes(self) -> Mapping[str, Collectivite]:
        # A commune nouvelle often keeps the code of one of its parts: codes in force win over former ones.
        former = {code: one for one in self.communes for code in one.former_codes}
        delegated = {part.code: one for one in self.communes for part in one.communes_deleguees}
        return {**delegated, **former, **{one.insee: one for one in self.communes}}

    @cached_property
    def _members(self) -> Mapping[str, tuple[Collectivite, ...]]:
        members: dict[str, list[Collectivite]] = {}
        for commune in self.communes:
            members.setdefault(commune.epci_siren, []).append(commune)
        return {siren: tuple(communes) for siren, communes in members.items()}

    @cached_property
    def _search_keys(self) -> tuple[tuple[str, tuple[str, ...], Collectivite], ...]:
        return tuple(
            (normalised(one.name), tuple(normalised(part.name) for part in one.communes_deleguees), one)
            for one in self.collectivites
        )

    def of_kind(self, kind: Kind | str) -> tuple[Collectivite, ...]:
        """The collectivités of one kind, in the order of the register."""
        return tuple(one for one in self.collectivites if one.kind == kind)

    @cached_property
    def communes(self) -> tuple[Collectivite, ...]:
        """The communes in force."""
        return self.of_kind(Kind.COMMUNE)

    @cached_property
    def epcis(self) -> tuple[Collectivite, ...]:
        """The EPCI with at least one commune in the territory, those with their seat elsewhere too."""
        return self.of_kind(Kind.EPCI)

    @cached_property
    def departement(self) -> Collectivite:
        """The Département itself."""
        return self.of_kind(Kind.DEPARTEMENT)[0]

    def by_siren(self, siren: str) -> Collectivite:
        """The collectivité with this SIREN.

        Raises:
            UnknownCollectivite: when the register has no such SIREN.
        """
        try:
            return self._sirens[siren.replace(" ", "")]
        except KeyError:
            raise UnknownCollectivite(siren) from None

    def by_insee(self, code: str) -> Collectivite:
        """The commune in force that a code means today, be it the code of a former commune.

        Raises:
            UnknownCollectivite: when no commune of the territory has or had this code.
        """
        try:
            return self._insee_codes[code.strip().upper()]
        except KeyError:
            raise UnknownCollectivite(code) from None

    def communes_of(self, epci: Collectivite | str) -> tuple[Collectivite, ...]:
        """The communes of this territory that belong to an EPCI; its members outside are not here."""
        siren = epci if isinstance(epci, str) else epci.siren
        return self._members.get(siren, ()) if siren else ()

    def epci_of(self, commune: Collectivite) -> Collectivite | None:
        """The EPCI of a commune, or nothing for the few islands that have none."""
        return self._sirens.get(commune.epci_siren)

    def population(self, communes: Iterable[Collectivite] | None = None) -> int:
        """Population municipale of some communes, by default of all; never add EPCI to communes."""
        return sum(one.population for one in (self.communes if communes is None else communes))

    def search(self, text: str, kind: Kind | str | None = None, limit: int = 20) -> tuple[Collectivite, ...]:
        """Find collectivités by name, code or postcode as a person types them.

        Accents, case, hyphens and « St » do not matter, and the last word may be unfinished. Exact names come
        first, then names that begin with the text, then names that hold every word, then those of a commune
        déléguée.
        """
        wanted = normalised(text)
        if not wanted:
            return ()
        found: list[tuple[int, str, str, Collectivite]] = []
        for name, other_names, one in self._search_keys:
            if kind is not None and one.kind != kind:
                continue
            rank = _rank(wanted, name, other_names, one)
            if rank is not None:
                found.append((rank, name, one.siren, one))
        found.sort(key=lambda item: item[:3])
        return tuple(item[3] for item in found[:limit])


def is_valid_siren(siren: str) -> bool:
    """Whether nine digits carry the right key."""
    return len(siren) == 9 and siren_number.is_valid(siren)


def load_territory(folder: Path) -> Territory:
    """Read the register that lies in a territory's folder.

    Raises:
        TerritoryError: with the file, the line and what to do.
    """
    path = folder / REGISTER_FILE
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TerritoryError(str(path), "The register is missing.", _REBUILD) from None
    except UnicodeDecodeError:
        raise TerritoryError(str(path), "The register is not UTF-8.", "Save it as UTF-8.") from None
    return read_register(content, str(path))


def read_register(content: str, file: str = REGISTER_FILE) -> Territory:
    """Read a register from its text and check that its rows agree with each other."""
    reader = csv.DictReader(content.splitlines(keepends=True))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise TerritoryError(file, f"These columns are missing: {', '.join(missing)}.", _REBUILD, line=1)
    collectivites = []
    for row in reader:
        collectivites.append(_collectivite(row, file, reader.line_num))
    return Territory(tuple(collectivites), _check_whole(collectivites, file))


def _collectivite(row: Mapping[str, str | None], file: str, line: int) -> Collectivite:
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    if cells["kind"] not in set(Kind):
        raise TerritoryError(
            file,
            f"“{cells['kind']}” is not a kind of collectivité.",
            f"Write one of {', '.join(Kind)}.",
            line,
        )
    if not is_valid_siren(cells["siren"]):
        raise TerritoryError(
            file, f"“{cells['siren']}” is not a SIREN: its key is wrong.", "Check its nine digits.", line
        )
    for column in ("name", "insee") if cells["kind"] == Kind.COMMUNE else ("name",):
        if not cells[column]:
            raise TerritoryError(file, f"The column {column} is empty.", _REBUILD, line)
    return Collectivite(
        kind=Kind(cells["kind"]),
        siren=cells["siren"],
        insee=cells["insee"],
        name=cells["name"],
        category=cells["category"],
        population=_number(cells, "population", file, line),
        population_year=_number(cells, "population_year", file, line),
        epci_siren=cells["epci_siren"],
        seat_in_territory=cells["seat_in_territory"] == "1",
        postcodes=_list(cells["postcodes"]),
        former_codes=_list(cells["former_codes"]),
        communes_deleguees=tuple(
            CommuneDeleguee(*part.partition(":")[::2]) for part in _list(cells["communes_deleguees"])
        ),
    )


def _check_whole(collectivites: list[Collectivite], file: str) -> int:
    """Check what no single row can show, and return the one year of all populations."""
    departements = sum(one.kind == Kind.DEPARTEMENT for one in collectivites)
    if departements != 1:
        raise TerritoryError(file, f"There must be one département, there are {departements}.", _REBUILD)
    years = {one.population_year for one in collectivites}
    if len(years) != 1:
        raise TerritoryError(
            file, f"Populations of several years are mixed: {', '.join(map(str, sorted(years)))}.", _REBUILD
        )
    sirens: set[str] = set()
    codes: set[str] = set()
    for one in collectivites:
        if one.siren in sirens or (one.kind == Kind.COMMUNE and one.insee in codes):
            raise TerritoryError(file, f"“{one.name}” ({one.siren}) is there twice.", "Keep one row of it.")
        sirens.add(one.siren)
        if one.kind == Kind.COMMUNE:
            codes.add(one.insee)
    epcis = {one.siren for one in collectivites if one.kind == Kind.EPCI}
    for one in collectivites:
        if one.epci_siren and one.epci_siren not in epcis:
            raise TerritoryError(
                file,
                f"“{one.name}” belongs to the EPCI {one.epci_siren}, which is not in the file.",
                _REBUILD,
            )
    return years.pop()


def _rank(wanted: str, name: str, other_names: tuple[str, ...], one: Collectivite) -> int | None:
    if wanted.replace(" ", "") in (one.siren, one.insee.lower()) or wanted == name:
        return 0
    if name.startswith(wanted):
        return 1
    if _holds_words(wanted, name):
        return 2
    if wanted in one.postcodes or wanted in one.former_codes:
        return 3
    return 4 if any(_holds_words(wanted, other) for other in other_names) else None


def _holds_words(wanted: str, name: str) -> bool:
    words = name.split()
    *whole, begun = wanted.split()
    return all(word in words for word in whole) and any(word.startswith(begun) for word in words)


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _number(cells: Mapping[str, str], column: str, file: str, line: int) -> int:
    if not cells[column].isdecimal():
        raise TerritoryError(
            file, f"The column {column} holds “{cells[column]}”.", "Write a whole number.", line
        )
    return int(cells[column])
