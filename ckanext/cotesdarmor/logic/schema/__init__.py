"""The schemas of the actions' input, one module for each subject."""

from __future__ import annotations
