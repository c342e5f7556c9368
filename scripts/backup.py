"""Copies an instance to a folder, and brings it back: databases, files, and the secrets that tokens hang on.

    bin/portal python scripts/backup.py make FOLDER       a new folder in FOLDER, named by the hour
    bin/portal python scripts/backup.py check BACKUP      whether it is whole
    bin/portal python scripts/backup.py restore BACKUP    into this instance, whose content it replaces

The index is not in it: it is built from the database. After `restore`, run `bin/portal up`, then
`bin/portal ckan search-index rebuild`.
"""

from __future__ import annotations

import argparse
import configparser
import hashlib
import json
import os
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

DATABASES = {"portal": "sqlalchemy.url", "datastore": "ckan.datastore.write_url"}
SECRETS = ("secret_key", "api_token", "admin_password")
MADE_ANEW = ("webassets", "i18n")  # folders of the storage that the portal fills by itself
PROGRAMS = Path("/usr/lib/postgresql/15/bin")


class BackupError(Exception):
    """What keeps a backup from being made or brought back, in a sentence."""


def settings(ini: Path) -> dict[str, str]:
    """The instance's own settings: those that bin/portal writes."""
    parser = configparser.ConfigParser()
    parser.read(ini, "utf-8")
    return dict(parser["app:main"])


def connection(url: str) -> dict[str, str]:
    """A database's address as variables for PostgreSQL's programs: arguments can be seen by others."""
    parts = urlsplit(url)
    return {
        "PGHOST": parts.hostname or "127.0.0.1",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.strip("/"),
    }


def administrator(home: Path, url: str) -> dict[str, str]:
    """The same database as the cluster's administrator: some of the DataStore's functions are its own."""
    given = os.environ.get("PORTAL_DATABASE_ADMIN_URL")
    if given:
        return {**connection(given), "PGDATABASE": connection(url)["PGDATABASE"]}
    password = json.loads((home / "state.json").read_text("utf-8")).get("postgres_admin")
    if not password:
        raise BackupError("Give the address of the database's administrator in PORTAL_DATABASE_ADMIN_URL.")
    return {**connection(url), "PGUSER": "portal_admin", "PGPASSWORD": password}


def program(name: str) -> str:
    """One of PostgreSQL's programs: that of the server's release where it is installed."""
    return str(PROGRAMS / name) if (PROGRAMS / name).exists() else name


def run(command: list[str], environ: dict[str, str]) -> None:
    done = subprocess.run(command, env={"PATH": os.environ.get("PATH", ""), **environ}, capture_output=True, text=True)
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-600:]}")


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def make(home: Path, ini: Path, target: Path, now: datetime) -> Path:
    """Write a backup below `target`; its folder. Databases first: a file they name is never younger."""
    known = settings(ini)
    folder = target / f"{now:%Y-%m-%dT%H%M%SZ}"
    folder.mkdir(parents=True, mode=0o700)
    for name, key in DATABASES.items():
        if key in known:
            out = folder / f"{name}.dump"
            run([program("pg_dump"), "--format=custom", f"--file={out}"], connection(known[key]))
    storage = Path(known["ckan.storage_path"])
    with tarfile.open(folder / "storage.tar", "w") as archive:
        for path in sorted(storage.iterdir()) if storage.exists() else []:
            if path.name not in MADE_ANEW:
                archive.add(path, arcname=path.name)
    state = json.loads((home / "state.json").read_text("utf-8"))
    (folder / "secrets.json").write_text(json.dumps({key: state[key] for key in SECRETS if key in state}), "utf-8")
    if (home / "local.ini").exists():
        (folder / "local.ini").write_text((home / "local.ini").read_text("utf-8"), "utf-8")
    files = {path.name: {"bytes": path.stat().st_size, "sha256": digest(path)} for path in sorted(folder.iterdir())}
    for name in files:
        (folder / name).chmod(0o600)
    # Written last: a folder without it was interrupted.
    (folder / "manifest.json").write_text(json.dumps({"made": now.isoformat(), "files": files}, indent=1), "utf-8")
    return folder


def check(folder: Path) -> dict[str, Any]:
    """The manifest of a backup that is whole.

    Raises:
        BackupError: a file is missing or is not what was written.
    """
    if not (folder / "manifest.json").exists():
        raise BackupError(f"{folder} holds no manifest.json: it is no backup, or was interrupted.")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for name, noted in manifest["files"].items():
        path = folder / name
        if not path.exists():
            raise BackupError(f"{name} is missing from the backup.")
        if digest(path) != noted["sha256"]:
            raise BackupError(f"{name} is not what was written: the backup is damaged.")
    return manifest


def restore(home: Path, ini: Path, folder: Path) -> None:
    """Replace this instance's databases, files and secrets by those of the backup."""
    manifest = check(folder)
    known = settings(ini)
    for name, key in DATABASES.items():
        if f"{name}.dump" not in manifest["files"]:
            continue
        if key not in known:
            raise BackupError(f"The backup has a database for {key}, and this instance has none.")
        where = administrator(home, known[key])
        run(
            [
                program("pg_restore"), "--clean", "--if-exists", "--single-transaction",
                f"--dbname={where['PGDATABASE']}", str(folder / f"{name}.dump"),
            ],
            where,
        )  # fmt: skip
    storage = Path(known["ckan.storage_path"])
    storage.mkdir(parents=True, exist_ok=True)
    _unpack(folder / "storage.tar", storage)
    state_file = home / "state.json"
    state = json.loads(state_file.read_text("utf-8"))
    state |= json.loads((folder / "secrets.json").read_text("utf-8"))
    # The tables and the index are another's now: the next `up` looks at both.
    state = {key: value for key, value in state.items() if key not in ("migrated", "indexed")}
    written = state_file.with_name(".state.json.restored")
    written.touch(mode=0o600)
    written.write_text(json.dumps(state, indent=1, sort_keys=True) + "\n", "utf-8")
    written.replace(state_file)


def _unpack(source: Path, target: Path) -> None:
    """The files of an archive, below `target` and nowhere else; Debian 12 has no tarfile filters."""
    with tarfile.open(source) as archive:
        members = archive.getmembers()
        for member in members:
            inside = (target / member.name).resolve().is_relative_to(target.resolve())
            if not inside or not (member.isfile() or member.isdir()):
                raise BackupError(f"The archive of files has {member.name}, no file of the portal.")
        archive.extractall(target, members)


def main(arguments: list[str]) -> int:
    """Run one of the three words."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("word", choices=("make", "check", "restore"))
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args(arguments)
    ini = Path(os.environ["CKAN_INI"])
    try:
        if chosen.word == "make":
            print(make(ini.parent, ini, chosen.folder.resolve(), datetime.now(UTC)))
        elif chosen.word == "check":
            print(f"whole, made {check(chosen.folder)['made']}")
        else:
            restore(ini.parent, ini, chosen.folder.resolve())
            print("Restored. Now: bin/portal up, then bin/portal ckan search-index rebuild")
    except BackupError as error:
        print(f"backup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
