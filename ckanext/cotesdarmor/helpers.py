"""Template helpers of the portal; all names begin with `cotesdarmor_`."""

from __future__ import annotations

__all__: list[str] = []
