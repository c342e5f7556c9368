"""The views of the portal, one module for each subject."""

from __future__ import annotations

from .invitation import invitation_blueprint
from .organization import organization_blueprint

__all__ = ["invitation_blueprint", "organization_blueprint"]
