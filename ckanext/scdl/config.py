"""Reads the settings of this package; nobody else asks `tk.config` for them."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException

from .core.catalogue import Catalogue
from .core.local import Territory, read_territory


def schemas_folder() -> Path:
    """Folder that `scdl schemas sync` fills; it may not be there yet."""
    folder = tk.config["ckanext.scdl.schemas_folder"]
    return Path(folder) if folder else Path(tk.config["ckan.storage_path"]) / "scdl" / "schemas"


def catalogue() -> Catalogue:
    """Return the schemas that the portal knows: its own, and over them those of the official catalogue."""
    return Catalogue.load(schemas_folder())


def territory() -> Territory:
    """Return the territory that local checks compare files with, read again when one of its files changes.

    Raises:
        CkanConfigurationException: a file of the setting cannot be read.
    """
    paths = tuple(map(Path, str(tk.config["ckanext.scdl.territory"] or "").split()))
    missing = next((path for path in paths if not path.is_file()), None)
    if missing is not None:
        raise _wrong_territory(missing)
    return _territory(paths, tuple(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=2)
def _territory(paths: tuple[Path, ...], _written: tuple[int, ...]) -> Territory:
    whole = Territory()
    for path in paths:
        try:
            whole = whole.joined(read_territory(path.read_text(encoding="utf-8-sig")))
        except (OSError, ValueError) as error:
            raise _wrong_territory(path) from error
    return whole


def _wrong_territory(path: Path) -> CkanConfigurationException:
    message = f"ckanext.scdl.territory: {path} cannot be read as outlines (GeoJSON) or as a list of communes (CSV)."
    return CkanConfigurationException(message)


def check_at_once_bytes() -> int:
    """Size up to which a browser's file is checked while its editor waits, in bytes."""
    return int(tk.config["ckanext.scdl.check_at_once_megabytes"]) << 20


def largest_bytes() -> dict[str, int]:
    """Size of the largest file that is taken, in bytes, by ending of its name.

    Raises:
        CkanConfigurationException: the setting is not of the form `csv=100 xlsx=12.5`.
    """
    told = str(tk.config["ckanext.scdl.largest_megabytes"] or "").split()
    try:
        pairs = [(kind, float(size)) for kind, _, size in (each.partition("=") for each in told)]
        if not all(0 < size < 1_000_000 for _, size in pairs):
            raise ValueError
    except ValueError as error:
        message = "ckanext.scdl.largest_megabytes: write sizes in megabytes, such as csv=100 xlsx=12.5."
        raise CkanConfigurationException(message) from error
    return {kind.lower(): int(size * (1 << 20)) for kind, size in pairs}


def preview_bytes() -> int:
    """Size up to which the rows of a file are shown and its corrections listed, in bytes."""
    return int(tk.config["ckanext.scdl.preview_megabytes"]) << 20


def check_bytes() -> int:
    """Size of the largest file that `scdl_check` takes, in bytes."""
    return int(tk.config["ckanext.scdl.check_megabytes"]) << 20


def check_is_open() -> bool:
    """Whether visitors without an account may have a file checked."""
    return bool(tk.config["ckanext.scdl.check_open"])


def open_checks_an_hour() -> int:
    """How many files a visitor without an account may have checked in an hour."""
    return int(tk.config["ckanext.scdl.check_open_per_hour"])


def abandoned_after() -> timedelta:
    """Age at which an unpublished deposit is cancelled."""
    return timedelta(days=int(tk.config["ckanext.scdl.abandoned_after_days"]))


def grid_rows() -> int:
    """Rows that a grid takes."""
    return int(tk.config["ckanext.scdl.grid_rows"])


def grid_bytes() -> int:
    """Size up to which the rows of a grid are kept, in bytes."""
    return int(tk.config["ckanext.scdl.grid_kilobytes"]) << 10


def grid_draft_age() -> timedelta:
    """Age at which the draft of a grid is forgotten."""
    return timedelta(days=int(tk.config["ckanext.scdl.grid_draft_days"]))


def kept_versions() -> int:
    """How many earlier versions of a file are kept, so that one can go back to them."""
    return max(0, int(tk.config["ckanext.scdl.kept_versions"]))


def personal_kept() -> timedelta:
    """Age at which a deposit that waits because of personal data is cancelled."""
    return timedelta(days=int(tk.config["ckanext.scdl.personal_kept_days"]))


def nightly_hour() -> int:
    """Hour of Europe/Paris from which the night's work starts."""
    return int(tk.config["ckanext.scdl.nightly_hour"])


def license_id() -> str:
    """Licence that a deposit's form proposes."""
    return str(tk.config["ckanext.scdl.license"])
