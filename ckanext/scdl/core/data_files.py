"""The data files of ours that lie beside the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def read_yaml(path: Path) -> dict[str, Any]:
    """Return what a file of ours holds."""
    import yaml  # only here: who starts a check imports the module, and leaves the reading to the child

    # The parser in C, where PyYAML was built with it, is forty times faster: a check of a small file feels that.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=loader)  # a safe one, either way
    return loaded
