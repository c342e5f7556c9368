"""What can go wrong while the stack is brought up, told in a sentence."""

from __future__ import annotations

import re
import signal


class StackError(Exception):
    """A condition that a person has to change; its text says what is wrong and what to do."""

    status = 1


class WrongUse(StackError):
    """A word or an argument that is not known; the status is EX_USAGE of sysexits.h."""

    status = 64


def reason(log: str) -> str:
    """What the end of a log says about why the process ended; empty where it says nothing plain.

    CKAN writes a wrong setting as a bare sentence, Python an error as its name and a sentence; all else has
    an hour, a bracket or an indent before it.
    """
    found = re.findall(r"^(?:[\w.]+\.)?([A-Z]\w*(?:Error|Exception|NotFound)\w*): *(\S.*)$", log, re.MULTILINE)
    if found:
        return f"{found[-1][1].rstrip('.')} ({found[-1][0]})"
    sentences = [line.strip() for line in log.splitlines() if re.match(r"[^\W\d]", line) and " " in line.strip()]
    return " ".join(dict.fromkeys(sentences))[-300:].rstrip(".")


def ending(status: int) -> str:
    """How a program ended, for a person: by itself, or killed, as where memory runs out."""
    return f"it was killed ({signal.Signals(-status).name})" if status < 0 else f"it ended with status {status}"
