"""What an editor chose among the corrections of a proposal: whole groups, single texts, answers to questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .model import Change, NoLog, Proposal, Question

MOST = 2_000
"""Groups, texts of one group, and answers that a choice may hold."""


@dataclass(frozen=True)
class Choice:
    """Which changes of a proposal are wanted; what it does not name is.

    Attributes:
        only: of a group (field and rule) the texts that are changed, and no other.
        without: of a group the texts that stay as they are.
        answers: what a person wrote for a question, by field and the text that is asked about.
    """

    only: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    without: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether everything is wanted and nothing was answered."""
        return not (self.only or self.without or self.answers)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, which `from_dict` reads back."""
        groups = [
            {"field": name, "rule": rule, kind: sorted(texts)}
            for kind, named in (("only", self.only), ("without", self.without))
            for (name, rule), texts in named.items()
        ]
        answers = [
            {"field": name, "value": value, "answer": answer} for (name, value), answer in self.answers.items()
        ]
        return {"groups": groups, "answers": answers}

    @classmethod
    def from_dict(cls, values: Any) -> Choice:
        """Read JSON values: `groups` of field, rule and `only` or `without`; `answers` of field, value and answer.

        Raises:
            NoLog: they are of another form, or too many.
        """
        told = values if isinstance(values, dict) else {"groups": None}
        only, without = {}, {}
        for group in _records(told.get("groups", []), "groups"):
            key = _text(group, "field"), _text(group, "rule")
            if "only" in group:
                only[key] = _texts(group, "only")
            else:
                without[key] = _texts(group, "without")
        answers = {
            (_text(each, "field"), _text(each, "value")): _text(each, "answer")
            for each in _records(told.get("answers", []), "answers")
        }
        return cls(only, without, answers)


def chosen(proposal: Proposal, choice: Choice) -> Proposal:
    """Return the part of a proposal that was chosen, with the answers in it."""
    return replace(
        proposal,
        changes=tuple(change for change in proposal.changes if _takes(choice, change)),
        questions=tuple(_answered(choice, question) for question in proposal.questions),
    )


def _takes(choice: Choice, change: Change) -> bool:
    group = (change.field, change.rule)
    if group in choice.only:
        return change.before in choice.only[group]
    return change.before not in choice.without.get(group, frozenset())


def _answered(choice: Choice, question: Question) -> Question:
    answer = choice.answers.get((question.field, question.value))
    return question if answer is None else replace(question, answer=answer)


def _records(values: Any, part: str) -> list[Mapping[str, Any]]:
    if not isinstance(values, list) or len(values) > MOST or not all(isinstance(each, dict) for each in values):
        raise NoLog(part)
    return values


def _text(values: Mapping[str, Any], part: str) -> str:
    value = values.get(part)
    if not isinstance(value, str):
        raise NoLog(part)
    return value


def _texts(values: Mapping[str, Any], part: str) -> frozenset[str]:
    texts = values.get(part)
    if not isinstance(texts, list) or len(texts) > MOST or not all(isinstance(each, str) for each in texts):
        raise NoLog(part)
    return frozenset(texts)


def ticked(proposal: Mapping[str, Any], taken: frozenset[str], answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the choice, as `from_dict` reads it, of who ticked boxes on a list of what `preview` proposes.

    Args:
        proposal: what was listed.
        taken: boxes that are ticked: "2-0" for the first change of the third group, "2-rest" for those not listed.
        answers: what was written for a question, by its number.
    """
    groups = []
    for number, group in enumerate(proposal["groups"]):
        boxes = [(f"{number}-{place}", each["before"]) for place, each in enumerate(group["changes"])]
        with_rest = group["rest"] == 0 or f"{number}-rest" in taken
        left = [before for box, before in boxes if box not in taken]
        key = {"field": group["field"], "rule": group["rule"]}
        if not with_rest:
            groups.append(key | {"only": [before for box, before in boxes if box in taken]})
        elif left:
            groups.append(key | {"without": left})
    told = [
        {"field": question["field"], "value": question["value"], "answer": answers[str(number)]}
        for number, question in enumerate(proposal["questions"])
        if answers.get(str(number))
    ]
    return {"groups": groups, "answers": told}
