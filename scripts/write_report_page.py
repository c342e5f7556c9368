"""Write the list of codes of docs/report.md as the code has it: `python scripts/write_report_page.py`.

`--check` writes nothing and exits with 1 where the page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

PAGE = ROOT / "docs" / "report.md"
START, END = "<!-- codes, written by scripts/write_report_page.py -->", "<!-- end of codes -->"


def listed() -> str:
    """Return the two tables: what is found in a file, and why one is refused."""
    from ckanext.scdl.core.sentences import issue_texts, refusal_texts

    found = _table("code of an issue", issue_texts("fr"))
    refused = _table("code of a refusal", refusal_texts("fr"))
    return f"{START}\n\n{found}\n{refused}\n{END}"


def page() -> str:
    """Return the page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(START)
    return head + listed() + rest.partition(END)[2]


def _table(title: str, sentences: Mapping[str, str]) -> str:
    lines = [f"| `{code}` | {sentence.replace('|', '¦')} |" for code, sentence in sentences.items()]
    return "\n".join([f"| {title} | sentence |", "| --- | --- |", *lines, ""])


def main(arguments: list[str]) -> int:
    """Bring the page up to date, or say that it is not."""
    wanted = page()
    if wanted == PAGE.read_text(encoding="utf-8"):
        return 0
    if "--check" in arguments:
        print(f"{PAGE.name} is out of date")
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
