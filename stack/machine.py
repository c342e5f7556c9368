"""What the machine must have: Debian packages, a user for PostgreSQL, and how to tell what is missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .errors import StackError, ending
from .terminal import say

POSTGRES_BIN = Path("/usr/lib/postgresql/15/bin")


@dataclass(frozen=True)
class Need:
    """One Debian package and the sign that it is there."""

    package: str
    present: Callable[[], bool]


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _library(pattern: str) -> Callable[[], bool]:
    return lambda: any(
        any(Path(folder).glob(pattern))
        for folder in ("/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")
    )


def _header(pattern: str) -> Callable[[], bool]:
    return lambda: any(Path("/usr/include").glob(pattern))


def environment_needs() -> list[Need]:
    """What it takes to make the virtual environment: psycopg2 comes as source."""
    return [
        Need("python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None),
        Need("python3-dev", lambda: _python_header().exists()),
        Need("gcc", _program("gcc")),
        Need("libc6-dev", _header("stdio.h")),
        Need("libpq-dev", _header("postgresql/libpq-fe.h")),
        Need("libmagic1", _library("libmagic.so.1*")),
    ]


def _python_header() -> Path:
    import sysconfig

    return Path(sysconfig.get_paths()["include"]) / "Python.h"


def service_needs(*, postgres: bool, redis: bool, solr: bool, jars: bool) -> list[Need]:
    """What the services that this stack starts itself are made of."""
    needs = []
    if postgres:
        needs.append(Need("postgresql-15", (POSTGRES_BIN / "postgres").exists))
    if redis:
        needs.append(Need("redis-server", _program("redis-server")))
    if solr:
        needs.append(Need("default-jre-headless", _program("java")))
    if jars:
        needs.append(Need("maven", _program("mvn")))
    return needs


def browser_needs() -> list[Need]:
    """What the browser tests drive."""
    return [Need("chromium", _program("chromium")), Need("fonts-dejavu-core", _font)]


def _font() -> bool:
    return any(Path("/usr/share/fonts").rglob("*.ttf")) if Path("/usr/share/fonts").exists() else False


def ensure(needs: list[Need]) -> None:
    """Install what is missing when root on Debian, else name it.

    Raises:
        StackError: packages are missing and this user cannot install them, or apt failed.
    """
    missing = [need.package for need in needs if not need.present()]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise StackError(
            "These packages are missing on this machine: {names}. Install them, then run the command again:\n"
            "  sudo apt-get install --no-install-recommends {names}".format(names=" ".join(missing))
        )
    say(f"Installing {', '.join(missing)} (apt)")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
            raise StackError(f"« {' '.join(command)} » failed, {ending(done.returncode)}. Its last words:\n{tail}")
    still = [need.package for need in needs if not need.present()]
    if still:
        raise StackError(f"Installed, but still not found on this machine: {', '.join(still)}.")


def python_is_right() -> None:
    """Raise where this interpreter is not the one the suite is made for."""
    if sys.version_info[:2] != (3, 11):
        raise StackError(f"Python 3.11 is needed; this is {sys.version.split()[0]}. Name another in PORTAL_PYTHON.")
