"""The answer for a person: in French, like the command, the gravest first."""

from __future__ import annotations

from .findings import Findings

_SECTIONS = (("block", "À décider avant toute publication"), ("warn", "À revoir"), ("info", "Pour information"))
_VERDICTS = {
    "none": "aucune donnée personnelle repérée",
    "findings": "des données personnelles sont à revoir",
    "refused": "refusé",
}


def as_text(name: str, found: Findings) -> str:
    """Return the findings below one another."""
    rows = "" if found.refusal else f" ({'1 ligne' if found.rows == 1 else f'{found.rows} lignes'} de données)"
    lines = [f"{name} : {_VERDICTS[found.status]}{rows}"]
    if found.refusal is not None:
        lines.append(found.refusal.message)
    for level, title in _SECTIONS:
        told = [finding.message for finding in found.findings if finding.level == level]
        if told:
            lines.extend(["", title, *(f"  - {message}" for message in told)])
    if found.exempt:
        lines.extend(["", "Prévu par le schéma", *(f"  - {each.message}" for each in found.exempt)])
    return "\n".join([*lines, ""])
