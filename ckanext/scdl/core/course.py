"""What becomes of a deposit once it was checked: published, kept for a person, refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["valid", "invalid", "refused", "unchecked"]
State = Literal["checked", "waiting", "published", "refused"]


@dataclass(frozen=True)
class Facts:
    """What was found out about a deposit.

    Attributes:
        verdict: that of the check; "unchecked" for a file that follows no schema.
        publishes: its sender asked for publication without a person.
        personal: it holds personal data about which nobody has decided.
        blocks: its organisation publishes conform files only.
        hindrance: why it cannot be published without a person, such as a target that is not clear; its code.
    """

    verdict: Verdict
    publishes: bool = False
    personal: bool = False
    blocks: bool = False
    hindrance: str = ""


@dataclass(frozen=True)
class Step:
    """The next state of a deposit, and the code of its cause where it needs one."""

    state: State
    cause: str = ""


def next_step(facts: Facts) -> Step:
    """Return the next state. Nothing is published silently: what is not plainly right waits for a person."""
    if facts.verdict == "refused":
        return Step("refused", "unreadable")
    if facts.personal:
        return Step("waiting", "personal-data")
    if not facts.publishes:
        return Step("checked")
    if facts.verdict == "invalid" and facts.blocks:
        return Step("refused", "not-conform")
    if facts.hindrance:
        return Step("waiting", facts.hindrance)
    return Step("published")
