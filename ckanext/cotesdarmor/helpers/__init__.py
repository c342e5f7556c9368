"""Template helpers of the portal, one module for each subject; all names begin with `cotesdarmor_`."""

from __future__ import annotations

from . import organization, vocabulary
from .organization import *  # noqa: F403 - each module's own list of names is what the plugin registers
from .vocabulary import *  # noqa: F403

__all__: list[str] = [*organization.__all__, *vocabulary.__all__]
