"""Prints the ini file of a container from its environment: `python settings.py > ckan.ini`.

CKAN itself reads CKAN_SQLALCHEMY_URL and the other addresses; here stands what it reads from a file only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

BASE = Path(__file__).resolve().parent.parent / "config" / "ckan.ini"
REQUIRED = (
    "CKAN_SITE_URL",
    "CKAN_SQLALCHEMY_URL",
    "CKAN_DATASTORE_WRITE_URL",
    "CKAN_DATASTORE_READ_URL",
    "CKAN_REDIS_URL",
    "CKAN_SOLR_URL",
    "PORTAL_SECRET_KEY",
    "PORTAL_TOKEN_SECRET",
)
SHORTEST_SECRET = 32
PREFIX = "PORTAL_SETTING_"  # PORTAL_SETTING_ckan__site_title=… becomes ckan.site_title = …


class WrongSettings(Exception):
    """The environment cannot make a portal; the text says what to change."""


def ini_text(environ: Mapping[str, str], base: Path = BASE) -> str:
    """The ini file that this environment asks for.

    Raises:
        WrongSettings: something is missing, or a secret is too short to be one.
    """
    missing = [name for name in REQUIRED if not environ.get(name)]
    if missing:
        raise WrongSettings(f"These variables are missing from the environment: {', '.join(missing)}.")
    for name in ("PORTAL_SECRET_KEY", "PORTAL_TOKEN_SECRET"):
        if len(environ[name]) < SHORTEST_SECRET:
            raise WrongSettings(f"{name} is shorter than {SHORTEST_SECRET} characters: openssl rand -hex 32")
    redis = urlsplit(environ["CKAN_REDIS_URL"])
    settings = {
        "ckan.site_url": environ["CKAN_SITE_URL"].rstrip("/"),
        "SECRET_KEY": environ["PORTAL_SECRET_KEY"],
        "api_token.jwt.encode.secret": f"string:{environ['PORTAL_TOKEN_SECRET']}",
        "api_token.jwt.decode.secret": f"string:{environ['PORTAL_TOKEN_SECRET']}",
        "ckan.harvest.mq.hostname": redis.hostname or "redis",
        "ckan.harvest.mq.port": str(redis.port or 6379),
        "ckan.harvest.mq.password": unquote(redis.password or ""),
        "ckan.harvest.mq.redis_db": redis.path.strip("/") or "0",
    }
    settings |= {
        name.removeprefix(PREFIX).replace("__", "."): value
        for name, value in environ.items()
        if name.startswith(PREFIX)
    }
    for key, value in settings.items():
        if "\n" in value:
            raise WrongSettings(f"The value of {key} has more than one line.")
    lines = ["[app:main]", f"use = config:{base}"]
    # The reader of ini files expands %.
    lines += [f"{key} = {value.replace('%', '%%')}" for key, value in settings.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    try:
        sys.stdout.write(ini_text(os.environ))
    except WrongSettings as error:
        sys.exit(f"portal: {error}")
