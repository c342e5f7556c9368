"""The validators of the portal, one module for each subject."""

from __future__ import annotations

from . import dataset
from .dataset import *  # noqa: F403 - the module's own list of names is what the plugin registers
from .organization import (
    cotesdarmor_census_year,
    cotesdarmor_count,
    cotesdarmor_insee_code,
    cotesdarmor_no_field_in_extras,
    cotesdarmor_reserved,
    cotesdarmor_siren,
    cotesdarmor_siren_is_free,
    cotesdarmor_sirens,
    cotesdarmor_siret_of_seat,
    cotesdarmor_telephone,
)
from .publication import cotesdarmor_has_rows, cotesdarmor_no_chosen_ids, cotesdarmor_policy_kept

__all__ = [
    *dataset.__all__,
    "cotesdarmor_census_year",
    "cotesdarmor_count",
    "cotesdarmor_insee_code",
    "cotesdarmor_has_rows",
    "cotesdarmor_no_chosen_ids",
    "cotesdarmor_no_field_in_extras",
    "cotesdarmor_policy_kept",
    "cotesdarmor_reserved",
    "cotesdarmor_siren",
    "cotesdarmor_siren_is_free",
    "cotesdarmor_sirens",
    "cotesdarmor_siret_of_seat",
    "cotesdarmor_telephone",
]
