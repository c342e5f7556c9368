"""Write the table of docs/fix.md as it is measured: `python scripts/write_fix_page.py`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from tests.unit.scdl.dirty_corpus import Score

PAGE = ROOT / "docs" / "fix.md"
START, END = "<!-- written by scripts/write_fix_page.py -->", "<!-- end of what is written -->"


def page(scores: Mapping[str, Score]) -> str:
    """Return the page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(START)
    return f"{head}{START}\n\n{_table(scores)}\n\n{END}{rest.partition(END)[2]}"


def _table(scores: Mapping[str, Score]) -> str:
    lines = ["| fault | planted | sure | likely | asked | wrong (sure / likely) | recall |", "| --- |" + " --- |" * 6]
    for kind, score in scores.items():
        recall = "no answer known" if score.recall is None else f"{100 * score.recall:.1f} %"
        wrong = f"{len(score.wrong_sure)} / {len(score.wrong_likely)}"
        cells = (kind, score.planted, score.sure, score.likely, score.asked, wrong, recall)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> None:
    """Put the corpus right and bring the page up to date."""
    from tests.unit.scdl.dirty_corpus import measure

    PAGE.write_text(page(measure()), encoding="utf-8")


if __name__ == "__main__":
    main()
