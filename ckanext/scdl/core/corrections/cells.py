"""The corrections of one column: each distinct text in it is asked about once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .base import Column, Doubt, Rewriter, Rewriting, Rule
from .model import Confidence, Taken
from .rules import FORM, MEANING

_SLOW_FORMATS = frozenset({"uri", "email", "uuid"})
"""Formats that cost more to judge than to ask the rules about."""


class Rewritten(NamedTuple):
    """What a text becomes, by which rule."""

    after: str
    rule: str
    confidence: Confidence


@dataclass
class Decisions:
    """What is decided about the texts of a column; what is in neither stays as it is."""

    rewritten: dict[str, Rewritten] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)


_Made = Sequence[tuple[Rule, Rewriter]]


def decide(column: Column, takes: Taken) -> Decisions:
    """Return what to do about the distinct texts of a column, by the corrections that are wanted."""
    form, meaning = _made(FORM, column), _made(MEANING, column)
    judged_first = str(column.described.get("format")) not in _SLOW_FORMATS
    beyond = any(rule.beyond_faults for rule, _ in meaning)
    decisions = Decisions()
    for text in column.texts:
        if not text or (judged_first and not beyond and text.isascii() and not column.faults(text)):
            continue
        answer = _answer(column, text, form, meaning)
        if isinstance(answer, Doubt):
            decisions.doubts[text] = answer
        elif answer is not None and takes(answer.rule, answer.confidence):
            decisions.rewritten[text] = answer
    return decisions


def _made(rules: Sequence[Rule], column: Column) -> _Made:
    return [(rule, made) for rule in rules if (made := rule.build(column)) is not None]


def _answer(column: Column, text: str, form: _Made, meaning: _Made) -> Rewritten | Doubt | None:
    """Return what a text becomes, or what to ask; the least change that leaves nothing wrong comes first."""
    current, by = text, ""
    for rule, ask in form:
        answer = ask(current)
        if isinstance(answer, Rewriting) and (rule.beyond_faults or column.faults(text)):
            current, by = answer.after, by or rule.code
    in_form = Rewritten(current, by, "sure") if by and _is_better(column, text, current, by == "mojibake") else None
    settled = in_form is not None and not column.faults(current)
    for rule, ask in meaning:
        if settled and not rule.beyond_faults:
            continue
        answer = ask(current)
        if answer is None or not (rule.beyond_faults or column.faults(text)):
            continue
        if isinstance(answer, Doubt):
            return replace(answer, choices=tuple(each for each in answer.choices if not column.faults(each)))
        if _is_better(column, text, answer.after, rule.beyond_faults):
            return Rewritten(answer.after, rule.code, answer.confidence)
    return in_form


def _is_better(column: Column, before: str, after: str, beyond_faults: bool) -> bool:
    """Tell whether a text has fewer faults than another and no new one."""
    if after == before or after in column.planned.missing:
        return False
    left, were = column.faults(after), column.faults(before)
    return left < were or (beyond_faults and left <= were)
