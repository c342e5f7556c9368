"""Writes the Solr schema of this installation: that of the CKAN beside it, with the portal's fields."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from stack.solr import merge_schema  # noqa: E402 - the path above leads there


def main(target: Path) -> None:
    """Write the merged schema to `target`."""
    found = importlib.util.find_spec("ckan")
    if found is None or found.origin is None:
        raise SystemExit("CKAN is not installed beside this Python.")
    ckan = Path(found.origin).parent / "config" / "solr" / "schema.xml"
    ours = ROOT / "config" / "solr" / "fields.xml"
    target.write_text(merge_schema(ckan.read_text("utf-8"), ours.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
