"""The data files beside the checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# The parser in C is forty times faster where PyYAML was built with it; a check of a small file would feel the other.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> dict[str, Any]:
    """Return what a file of ours holds."""
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # a safe one, either way
    return loaded
