"""The territory as maps and lists."""

from __future__ import annotations

from typing import Any

from .. import instance
from ..core.outlines import SvgMap
from ..core.places import landmarks
from ..core.territory import Collectivite, Kind, normalised


def cotesdarmor_map() -> dict[str, Any]:
    """All that the map of the territory is drawn from.

    Returns:
        `view_box`, `shapes` (a pair of shape and commune for each), `borders` (shapes of the EPCI) and
        `labels` (the shapes whose names are written on the map).
    """
    territory, communes = instance.territory(), instance.drawing("communes")
    populations = {one.insee: one.population for one in territory.communes}
    return {
        "view_box": communes.view_box,
        "shapes": [(shape, territory.by_insee(shape.code)) for shape in communes.shapes],
        "borders": instance.drawing("epci").shapes,
        "labels": landmarks(communes.shapes, populations),
    }


def cotesdarmor_locator(siren: str) -> dict[str, Any] | None:
    """A small map that shows where a collectivité lies; nothing for one that is the whole territory."""
    one = instance.territory().by_siren(siren)
    if one.kind == Kind.DEPARTEMENT:
        return None
    epcis: SvgMap = instance.drawing("epci")
    layer, code = ("communes", one.insee) if one.kind == Kind.COMMUNE else ("epci", one.siren)
    own = next((shape for shape in instance.drawing(layer).shapes if shape.code == code), None)
    return {"view_box": epcis.view_box, "borders": epcis.shapes, "own": own} if own else None


def cotesdarmor_by_epci() -> list[dict[str, Any]]:
    """The communes of each EPCI, and last those that belong to none; names as a dictionary orders them."""
    territory = instance.territory()
    groups = [
        {"epci": epci, "communes": _sorted(territory.communes_of(epci))} for epci in _sorted(territory.epcis)
    ]
    alone = tuple(one for one in territory.communes if not one.epci_siren)
    return [*groups, {"epci": None, "communes": _sorted(alone)}] if alone else groups


def cotesdarmor_collectivite_names() -> list[str]:
    """Every name that the search of a collectivité proposes."""
    return [one.name for one in _sorted(instance.territory().collectivites)]


def cotesdarmor_register_suggestions() -> list[str]:
    """Names to suggest where a collectivité is picked, each with its SIREN: « Lannion (212201131) »."""
    return [f"{one.name} ({one.siren})" for one in instance.territory().collectivites]


def _sorted(collectivites: tuple[Collectivite, ...]) -> list[Collectivite]:
    return sorted(collectivites, key=lambda one: normalised(one.name))
