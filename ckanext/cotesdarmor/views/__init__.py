"""The views of the portal, one module for each subject."""

from __future__ import annotations

from .collectivite import collectivite_blueprint
from .home import home_blueprint
from .invitation import invitation_blueprint
from .organization import organization_blueprint
from .pages import pages_blueprint

__all__ = [
    "collectivite_blueprint",
    "home_blueprint",
    "invitation_blueprint",
    "organization_blueprint",
    "pages_blueprint",
]
