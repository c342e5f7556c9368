"""Write what docs/ takes from the code and from the corpora: `python scripts/write_pages.py [report|fix|privacy …]`.

Each page has one part between two marks that is written here; the rest is written by hand. Tests compare the two.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from tests.unit.scdl.dirty_corpus import Score as FixScore
    from tests.unit.scdl.privacy_corpus import Score as PrivacyScore

DOCS = ROOT / "docs"
START, END = "<!-- written by scripts/write_pages.py -->", "<!-- end of what is written -->"


def report_part() -> str:
    """Return the tables of docs/report.md: what is found in a file, and why one is refused."""
    from ckanext.scdl.core.sentences import issue_texts, refusal_texts

    return "\n\n".join(
        _table((title, "sentence"), [(f"`{code}`", text.replace("|", "¦")) for code, text in texts.items()])
        for title, texts in (("code of an issue", issue_texts("fr")), ("code of a refusal", refusal_texts("fr")))
    )


def fix_part(scores: Mapping[str, FixScore] | None = None) -> str:
    """Return the table of docs/fix.md: how the corpus of planted faults is put right, measured now unless given."""
    if scores is None:
        from tests.unit.scdl.dirty_corpus import measure

        scores = measure()
    rows = []
    for kind, score in scores.items():
        recall = "no answer known" if score.recall is None else f"{100 * score.recall:.1f} %"
        wrong = f"{len(score.wrong_sure)} / {len(score.wrong_likely)}"
        rows.append((kind, score.planted, score.sure, score.likely, score.asked, wrong, recall))
    return _table(("fault", "planted", "sure", "likely", "asked", "wrong (sure / likely)", "recall"), rows)


def privacy_part(scores: Mapping[str, PrivacyScore] | None = None) -> str:
    """Return the tables of docs/privacy.md: the scan of its corpus, measured now unless given, and its codes."""
    from ckanext.scdl.core.privacy.findings import CODES
    from ckanext.scdl.core.privacy.sentences import texts

    if scores is None:
        from tests.unit.scdl.privacy_corpus import measure

        scores = measure()
    measures = [
        (f"`{kind}`", score.right + score.missed, f"{score.precision:.3f}", f"{score.recall:.3f}")
        for kind, score in sorted(scores.items())
    ]
    codes = [(f"`{kind}`", f"`{code}`", level, texts("fr")[code]) for code, (kind, level) in CODES.items()]
    measured = _table(("kind", "planted", "precision", "recall"), measures)
    return f"{measured}\n\n{_table(('kind', 'code', 'level', 'sentence'), codes)}"


PARTS: Mapping[str, Callable[[], str]] = {"report": report_part, "fix": fix_part, "privacy": privacy_part}


def page_of(name: str) -> Path:
    """Return where a page stands."""
    return DOCS / f"{name}.md"


def page(name: str, part: str) -> str:
    """Return a page with its part as it should be."""
    head, _, rest = page_of(name).read_text(encoding="utf-8").partition(START)
    return f"{head}{START}\n\n{part}\n\n{END}{rest.partition(END)[2]}"


def _table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def main(names: Sequence[str]) -> int:
    """Bring the named pages up to date, or all."""
    if unknown := set(names).difference(PARTS):
        print(f"no such page: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 64
    for name in names or PARTS:
        page_of(name).write_text(page(name, PARTS[name]()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
