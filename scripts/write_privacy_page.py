"""Write the tables of docs/privacy.md as they are measured: `python scripts/write_privacy_page.py`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from tests.unit.scdl.privacy_corpus import Score

PAGE = ROOT / "docs" / "privacy.md"
START, END = "<!-- written by scripts/write_privacy_page.py -->", "<!-- end of what is written -->"


def page(scores: Mapping[str, Score]) -> str:
    """Return the page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(START)
    return f"{head}{START}\n\n{_measures(scores)}\n\n{_codes()}\n\n{END}{rest.partition(END)[2]}"


def _measures(scores: Mapping[str, Score]) -> str:
    lines = [
        f"| `{kind}` | {score.right + score.missed} | {score.precision:.3f} | {score.recall:.3f} |"
        for kind, score in sorted(scores.items())
    ]
    return "\n".join(["| kind | planted | precision | recall |", "| --- | --- | --- | --- |", *lines])


def _codes() -> str:
    from ckanext.scdl.core.privacy.findings import CODES
    from ckanext.scdl.core.privacy.sentences import texts

    lines = [f"| `{kind}` | `{code}` | {level} | {texts('fr')[code]} |" for code, (kind, level) in CODES.items()]
    return "\n".join(["| kind | code | level | sentence |", "| --- | --- | --- | --- |", *lines])


def main() -> None:
    """Scan the corpus and bring the page up to date."""
    from tests.unit.scdl.privacy_corpus import measure

    PAGE.write_text(page(measure()), encoding="utf-8")


if __name__ == "__main__":
    main()
