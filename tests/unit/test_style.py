"""The linter's word stands: what pyproject.toml asks of the code holds everywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_linter_has_nothing_to_say():
    """`ruff check` passes on code, scripts and tests."""
    command = [sys.executable, "-m", "ruff", "check", "--output-format=concise"]
    rooms = ["ckanext", "demo", "stack", "scripts", "tests"]
    done = subprocess.run([*command, *rooms], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
