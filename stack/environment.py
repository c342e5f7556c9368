"""The virtual environment: made once, brought up to date when pyproject.toml changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

from .errors import StackError, ending
from .layout import Layout, State
from .terminal import say


def ensure(layout: Layout, state: State, extras: tuple[str, ...]) -> bool:
    """Install this checkout with the extras where they are not yet there; whether something was installed."""
    wanted = set(extras) | set(state.get("extras", []))
    mark = hashlib.sha256(
        b"\0".join(
            [
                (layout.root / "pyproject.toml").read_bytes(),
                (layout.root / "setup.py").read_bytes(),
                sys.version.encode(),
                str(layout.root).encode(),
                " ".join(sorted(wanted)).encode(),
            ]
        )
    ).hexdigest()
    if state.get("environment") == mark and is_there(layout) and _is_sound(layout):
        return False
    if not _is_sound(layout):
        say("Making the virtual environment")
        _run(
            [sys.executable, "-m", "venv", "--clear", str(layout.venv)],
            "The virtual environment could not be made",
        )
    say(f"Installing Python packages ({', '.join(sorted(wanted))}; about a minute the first time)")
    _run(
        [
            str(layout.python),
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--editable",
            f".[{','.join(sorted(wanted))}]",
        ],
        "pip could not install the packages",
        cwd=str(layout.root),
    )
    state.set("extras", sorted(wanted))
    state.set("environment", mark)
    return True


def is_there(layout: Layout) -> bool:
    """Whether CKAN's command was installed."""
    return layout.ckan.exists()


def _is_sound(layout: Layout) -> bool:
    """Whether the environment was made whole, and in this place: its commands name their Python in full."""
    noted = layout.venv / "pyvenv.cfg"
    if not (layout.python.exists() and noted.exists() and (layout.venv / "bin" / "pip").exists()):
        return False
    return any(
        line.startswith("command =") and line.endswith(f" {layout.venv}")
        for line in noted.read_text("utf-8").splitlines()
    )


def _run(command: list[str], complaint: str, cwd: str | None = None) -> None:
    done = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=clean_environ()
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise StackError(f"{complaint}: {ending(done.returncode)}. Its last words:\n{tail}")


def clean_environ() -> dict[str, str]:
    """This process's environment without what would steer CKAN or Python past what is meant here."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("CKAN_") and key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
