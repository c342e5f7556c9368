"""Are regular expressions from outside fit to be run on what people upload?

Run as a program, this file reads `[[pattern, example], …]` from standard input and answers a list of verdicts: null,
"broken", "slow" (on a cell of the usual length already) or "heavy" (on a very long one: some official patterns are, and
the sandbox bounds what they cost). It is a program of its own because a hopeless pattern can only be stopped by a
signal or a kill.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

SECONDS_EACH = 0.5
SECONDS_ALL = 60.0
USUAL, LONG = 100, 3_000
"""Signs in a cell."""
_LITERAL = re.compile(r"[^\W\\]|[-/ ,;:.@|]")


class _Slow(Exception):
    """The alarm rang while a pattern was at work."""


def judge(patterns: Sequence[tuple[str, str]]) -> list[str | None]:
    """Return a verdict for each pattern with its example, from a process that is ended when it takes too long."""
    if not patterns:
        return []
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-X", "utf8", __file__],
            input=json.dumps(list(patterns)),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS_ALL,
            check=False,
        )
        answers: list[str | None] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return ["slow"] * len(patterns)
    return answers if len(answers) == len(patterns) else ["slow"] * len(patterns)


def verdict(pattern: str, example: str) -> str | None:
    """Try one pattern, as frictionless would apply it, on strings that make careless ones run for ever."""
    try:
        compiled = re.compile(f"^{pattern}$")
    except (re.error, RecursionError, OverflowError):
        return "broken"
    for length, answer in ((USUAL, "slow"), (LONG, "heavy")):
        signal.setitimer(signal.ITIMER_REAL, SECONDS_EACH)
        try:
            for text in hostile(pattern, example, length):
                compiled.match(text)
        except _Slow:
            return answer
        except RecursionError:
            return "broken"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return None


def hostile(pattern: str, example: str, length: int) -> list[str]:
    """Return long strings that nearly match: usual suspects, signs of the pattern, the example again and again."""
    signs = dict.fromkeys([*"a0A é-/;,|.", *_LITERAL.findall(pattern)])
    seeds = [*signs, "a ", "a0", "a-", "a,", "a/b", "0;", "ab", example, example + " ", example + ",", example + "|"]
    seeds.append(example + ";")
    return [seed * (length // len(seed)) + ending for seed in seeds if seed for ending in ("\x00", "!")]


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise _Slow


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _ring)
    sys.stdout.write(json.dumps([verdict(pattern, example) for pattern, example in json.load(sys.stdin)]))
