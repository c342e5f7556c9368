"""What a scan of one file says, as values that travel as JSON; values of the file stand in it masked only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..report import Refusal

Level = Literal["block", "warn", "info"]
Status = Literal["none", "findings", "refused"]
Unit = Literal["row", "line", "page", "item", ""]

LEVELS: Mapping[Level, int] = {"block": 0, "warn": 1, "info": 2}
MOST_EXAMPLES = 3
MOST_ROWS = 5
MOST_FINDINGS = 500
"""A table has at most a thousand columns, and a workbook many sheets: an answer stays readable."""

CODES: Mapping[str, tuple[str, Level]] = {
    "nir": ("nir", "block"),
    "iban": ("iban", "block"),
    "iban-supplier": ("iban", "warn"),
    "phone-mobile": ("phone", "warn"),
    "phone-landline": ("phone", "info"),
    "email-personal": ("email", "warn"),
    "email-named": ("email", "warn"),
    "email-generic": ("email", "info"),
    "person-name": ("person-name", "warn"),
    "person-name-text": ("person-name", "warn"),
    "sensitive": ("sensitive", "block"),
    "birth-date": ("birth-date", "block"),
    "birth-date-likely": ("birth-date", "warn"),
    "birth-date-text": ("birth-date", "warn"),
    "birth-place": ("birth-place", "warn"),
    "home-address": ("home-address", "warn"),
    "plate": ("plate", "warn"),
    "natural-person-grant": ("natural-person-grant", "block"),
    "natural-person-grant-likely": ("natural-person-grant", "warn"),
    "natural-person-grant-registered": ("natural-person-grant", "warn"),
    "hidden-sheet": ("hidden-content", "block"),
    "hidden-list": ("hidden-content", "warn"),
    "hidden-rows": ("hidden-content", "warn"),
    "hidden-columns": ("hidden-content", "warn"),
    "comments": ("hidden-content", "warn"),
    "author": ("hidden-content", "warn"),
    "unread-sheet": ("hidden-content", "warn"),
    "author-document": ("hidden-content", "warn"),
    **{f"unread-{why}": ("unread", "warn") for why in (
        "image", "scan", "pages", "pictures", "password", "damaged", "zip-bomb", "archive", "attachment", "kind",
        "file", "rest",
    )},
    "reidentification": ("reidentification", "warn"),
    "reidentification-safe": ("reidentification", "info"),
}
"""Kind and level of each finding, by its code: a kind has several codes where its sentence differs."""


@dataclass(frozen=True)
class Finding:
    """Places of one column that may tell of people.

    Attributes:
        code: what was found, a key of CODES.
        column: letter of the column; None for what is no column.
        label: its name, or that of a field of a document, where that holds nothing personal itself.
        sheet: number of the sheet, from 1; None for the table that would be published.
        count: number of cells, rows or things.
        rows: lines of the file where the first ones stand.
        unit: what `rows` count: rows of a table; lines, pages or items of a document.
        file: the file of an archive that it is about.
        examples: some values, masked.
        figures: what was measured, for a finding that is a measure.
        reason: why the schema's column may hold this; then it is no finding but something exempt.
        message: what it is, where, and what to do.
    """

    code: str
    column: str | None = None
    label: str | None = None
    sheet: int | None = None
    count: int = 1
    rows: tuple[int, ...] = ()
    examples: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    message: str = ""
    unit: Unit = "row"
    file: str = ""

    @property
    def kind(self) -> str:
        """Return the family of the finding, such as "phone"."""
        return CODES[self.code][0]

    @property
    def level(self) -> Level:
        """Return how much it weighs: block, warn or info."""
        return CODES[self.code][1]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "kind": self.kind,
            "level": self.level,
            **{name: list(item) if isinstance(item, tuple) else item for name, item in vars(self).items()},
            "figures": dict(self.figures),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Finding:
        """Undo `to_dict`."""
        # What was stored before a field was added has none of it.
        kept = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        return cls(**{**kept, "rows": tuple(kept["rows"]), "examples": tuple(kept["examples"])})


@dataclass(frozen=True)
class Findings:
    """The answer on one file.

    Attributes:
        status: "none", "findings" or "refused".
        refusal: why the file could not be read.
        schema: the schema it was recognised to follow, which may exempt columns.
        rows: rows of data that were looked at, on all sheets.
        findings: the gravest first.
        exempt: what was seen where a schema wants it, with the reason.
    """

    status: Status
    refusal: Refusal | None = None
    schema: str | None = None
    rows: int = 0
    findings: tuple[Finding, ...] = ()
    exempt: tuple[Finding, ...] = ()

    @property
    def blocks(self) -> bool:
        """Tell whether something has to be decided before the file is published."""
        return any(finding.level == "block" for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, under the names of the command's contract."""
        return {
            "status": self.status,
            "refusal": None if self.refusal is None else {**vars(self.refusal), "nearest": list(self.refusal.nearest)},
            "schema": self.schema,
            "rows": self.rows,
            "findings": [finding.to_dict() for finding in self.findings],
            "exempt": [finding.to_dict() for finding in self.exempt],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Findings:
        """Rebuild an answer from what `to_dict` returned, also after a journey through JSON."""
        refusal = values["refusal"]
        return cls(
            status=values["status"],
            refusal=None if refusal is None else Refusal(**{**refusal, "nearest": tuple(refusal["nearest"])}),
            schema=values["schema"],
            rows=values["rows"],
            findings=tuple(map(Finding.from_dict, values["findings"])),
            exempt=tuple(map(Finding.from_dict, values["exempt"])),
        )


def refused(refusal: Refusal) -> Findings:
    """Return the answer on a file that could not be read."""
    return Findings("refused", replace(refusal, nearest=()))


def ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings, the gravest first, then by sheet and column."""

    def key(finding: Finding) -> tuple[int, int, int, str, str]:
        column = finding.column or ""
        return (LEVELS[finding.level], finding.sheet or 0, len(column), column, finding.code)

    return tuple(sorted(findings, key=key)[:MOST_FINDINGS])
