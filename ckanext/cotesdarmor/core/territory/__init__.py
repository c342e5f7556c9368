"""The register of a territory: its collectivités, who belongs to which EPCI, and other zonings."""

from __future__ import annotations

from .errors import TerritoryError, UnknownCollectivite, ZoningError
from .names import normalised
from .register import (
    COLUMNS,
    REGISTER_FILE,
    Collectivite,
    CommuneDeleguee,
    Kind,
    Territory,
    is_valid_siren,
    load_territory,
    read_register,
)
from .zoning import MAXIMUM_BYTES, Zone, Zoning, parse_zoning

__all__ = [
    "COLUMNS",
    "MAXIMUM_BYTES",
    "REGISTER_FILE",
    "Collectivite",
    "CommuneDeleguee",
    "Kind",
    "Territory",
    "TerritoryError",
    "UnknownCollectivite",
    "Zone",
    "Zoning",
    "ZoningError",
    "is_valid_siren",
    "load_territory",
    "normalised",
    "parse_zoning",
    "read_register",
]
