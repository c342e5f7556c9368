"""The processes in which a worker's jobs are done, among the others that it has started."""

from __future__ import annotations

from pathlib import Path


def horses(worker: int) -> list[int]:
    """The numbers of the processes of a worker's jobs: each leads a group of its own in the worker's session."""
    session = _fields(worker)[3:4]
    return [child for child in children(worker) if _fields(child)[2:4] == [str(child), *session]]


def children(pid: int) -> list[int]:
    """The numbers of a process's children."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in told.read_text().split()] if told.exists() else []


def _fields(pid: int) -> list[str]:
    """State, parent, group, session and so on of a process; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
