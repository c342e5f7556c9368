"""Helpers of the pages and forms of organisations."""

from __future__ import annotations

from ckanext.cotesdarmor import instance

__all__ = ["cotesdarmor_register_suggestions"]


def cotesdarmor_register_suggestions() -> list[str]:
    """Names to suggest where a collectivité is picked, each with its SIREN: « Lannion (212201131) »."""
    return [f"{one.name} ({one.siren})" for one in instance.territory().collectivites]
