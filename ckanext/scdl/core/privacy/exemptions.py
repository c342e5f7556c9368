"""Where a schema asks for what would be a finding elsewhere, and why that may be published: `exemptions.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..data_files import read_yaml


@dataclass(frozen=True)
class Exemption:
    """Codes that one field of a schema may show, and the reason in French."""

    codes: frozenset[str]
    reason: str


@cache
def exemptions(schema: str | None) -> Mapping[str, Exemption]:
    """Return the exemptions of a schema by field; none for a file that follows no known one."""
    read = read_yaml(Path(__file__).parent / "exemptions.yaml")
    return {
        field: Exemption(frozenset(read["codes"][group]), str(read["reasons"][group]))
        for group, fields in (read["schemas"].get(schema) or {}).items()
        for field in fields
    }
