"""Message extractors for Babel, as CKAN's conventions expect them; everything else stands in pyproject.toml."""

from __future__ import annotations

from setuptools import setup

setup(
    message_extractors={
        "ckanext": [
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("**/templates/**.html", "ckan", None),
        ],
    },
)
