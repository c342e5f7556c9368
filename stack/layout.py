"""Where things stand: the repository and the folder of this machine's own state."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import StackError

ROOT = Path(__file__).resolve().parent.parent


def write_private(path: Path, text: str) -> None:
    """Write `text` whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    written = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        written.chmod(0o600)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


@dataclass(frozen=True)
class Layout:
    """Every path the stack uses, from two roots."""

    root: Path
    home: Path

    @classmethod
    def here(cls, environ: Mapping[str, str]) -> Layout:
        """The layout of this checkout; `PORTAL_HOME` moves the machine's own state elsewhere."""
        home = environ.get("PORTAL_HOME")
        return cls(root=ROOT, home=Path(home).resolve() if home else ROOT / ".portal")

    @property
    def venv(self) -> Path:
        return self.home / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def ckan(self) -> Path:
        return self.venv / "bin" / "ckan"

    @property
    def ini(self) -> Path:
        return self.home / "ckan.ini"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def storage(self) -> Path:
        return self.home / "storage"

    @property
    def solr(self) -> Path:
        return self.home / "solr"

    @property
    def redis(self) -> Path:
        return self.home / "redis"

    @property
    def state_file(self) -> Path:
        return self.home / "state.json"


class State:
    """Ports, secrets and marks of finished steps, kept in one private JSON file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, Any] = {}
        if path.exists():
            try:
                self.values = json.loads(path.read_text("utf-8"))
            except json.JSONDecodeError as error:
                raise StackError(
                    f"{path} cannot be read ({error}). Put it back from a backup, or start anew without it."
                ) from error

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        if self.values.get(key) != value:
            self.values[key] = value
            self.save()

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """The value of `key`, made the first time it is asked for and kept."""
        if key not in self.values:
            self.set(key, make())
        return self.values[key]

    def secret(self, key: str, length: int = 32) -> str:
        """A random word for `key`, safe in a URL and in an ini file."""
        return self.once(key, lambda: secrets.token_hex(length // 2))

    def save(self) -> None:
        write_private(self.path, json.dumps(self.values, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
