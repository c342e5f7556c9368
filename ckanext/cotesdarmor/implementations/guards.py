"""Walls round every request: forms, bodies, downloads, cookies."""

from __future__ import annotations

import ckan.plugins as p


class Guards(p.IMiddleware):
    """Puts the guards into the Flask application."""
