"""What an editor chose among proposed corrections, and the rows that its page marks."""

from __future__ import annotations

import pytest

from ckanext.scdl.core.corrections.choosing import MOST, Choice, chosen, ticked
from ckanext.scdl.core.corrections.model import Change, NoLog, OutColumn, Proposal, Question
from ckanext.scdl.core.excerpt import faulty_lines, marked
from ckanext.scdl.core.report import Issue, Reading, Report

PROPOSAL = Proposal(
    "scdl/x", "1", Reading(), ("jour",), (OutColumn("jour", 0, "jour"),),
    changes=(
        Change("jour", "A", "1/2/2024", "2024-02-01", "date", "sure", (2,)),
        Change("jour", "A", "3/2/2024", "2024-02-03", "date", "sure", (3, 4)),
    ),
    questions=(Question("jour", "A", "01/02/24", "short-year", ("2024-02-01",), (5,)),),
)  # fmt: skip
LISTED = {
    "groups": [
        {"field": "jour", "rule": "date", "rest": 0, "changes": [{"before": "1/2/2024"}, {"before": "3/2/2024"}]},
    ],
    "questions": [{"field": "jour", "value": "01/02/24"}],
}


def _left(choice):
    return [change.before for change in chosen(PROPOSAL, Choice.from_dict(choice)).changes]


def test_everything_is_wanted_unless_it_is_named():
    """An empty choice takes the proposal as it is."""
    assert Choice.from_dict({}).is_empty
    assert chosen(PROPOSAL, Choice()) == PROPOSAL


@pytest.mark.parametrize(
    ("group", "left"),
    [
        ({"only": ["1/2/2024"]}, ["1/2/2024"]),
        ({"only": []}, []),
        ({"without": ["1/2/2024"]}, ["3/2/2024"]),
    ],
)
def test_a_group_is_taken_in_part(group, left):
    """By the texts that are wanted, or by those that are not."""
    assert _left({"groups": [{"field": "jour", "rule": "date", **group}]}) == left


def test_an_answer_is_written_into_its_question():
    """What a person says is carried out like a change."""
    choice = Choice.from_dict({"answers": [{"field": "jour", "value": "01/02/24", "answer": "2024-02-01"}]})
    assert chosen(PROPOSAL, choice).questions[0].answer == "2024-02-01"


def test_boxes_become_a_choice():
    """What is unticked is left, what lies beyond the list goes with its own box."""
    assert _left(ticked(LISTED, frozenset({"0-1"}), {})) == ["3/2/2024"]
    assert ticked(LISTED, frozenset({"0-0", "0-1"}), {}) == {"groups": [], "answers": []}
    more = {**LISTED, "groups": [{**LISTED["groups"][0], "rest": 7}]}
    assert ticked(more, frozenset({"0-0"}), {})["groups"] == [{"field": "jour", "rule": "date", "only": ["1/2/2024"]}]
    answered = ticked(LISTED, frozenset(), {"0": "2024-02-01"})["answers"]
    assert answered == [{"field": "jour", "value": "01/02/24", "answer": "2024-02-01"}]


def test_a_choice_survives_its_journey():
    """JSON there and back."""
    choice = Choice({("a", "date"): frozenset({"x"})}, {("b", "year"): frozenset({"y"})}, {("c", "z"): "w"})
    assert Choice.from_dict(choice.to_dict()) == choice


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], {"groups": 1}, {"groups": ["x"]}, {"groups": [{"field": "a"}]}, {"answers": [{"field": 1}]},
        {"groups": [{"field": "a", "rule": "b", "only": [1]}]}, {"answers": [{}] * (MOST + 1)},
    ],
)  # fmt: skip
def test_what_is_no_choice_is_refused(wrong):
    """Whatever is sent, it is read whole or not at all."""
    with pytest.raises(NoLog):
        Choice.from_dict(wrong)


def test_cells_are_marked_where_the_report_says():
    """By line and letter; what is about a whole row stands beside its line; the gravest level wins."""
    report = Report(
        "invalid",
        issues=(
            Issue("a", "warning", column="B", rows=(3,), message="W"),
            Issue("b", "error", column="B", rows=(3,), message="E"),
            Issue("c", "error", rows=(2,), message="R"),
        ),
    )
    assert faulty_lines(report) == {2, 3}
    first, second = marked({"letters": ["A", "B"], "rows": [[2, ["x", "y"]], [3, ["x", "y"]]]}, report)
    assert (first.messages, first.is_faulty, first.cells[1].level) == (("R",), True, None)
    assert (second.cells[0].level, second.cells[1].level, second.cells[1].messages) == (None, "error", ("W", "E"))
