"""How well corrections do on a labelled corpus, and that the page tells it."""

from __future__ import annotations

import pytest
from scripts import write_pages
from tests.unit.scdl.dirty_corpus import Score, measure

from ckanext.scdl.core.corrections import CODES


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    """The corpus, put right once."""
    return measure()


def test_no_sure_correction_is_wrong(scores: dict[str, Score]) -> None:
    """Neither of a fault nor of what looks like one."""
    assert {kind: score.wrong_sure for kind, score in scores.items() if score.wrong_sure} == {}


def test_likely_corrections_are_right(scores: dict[str, Score]) -> None:
    """At least 98 in 100."""
    right = sum(score.likely for score in scores.values())
    wrong = sum(len(score.wrong_likely) for score in scores.values())
    assert right > 1_000
    assert right >= 0.98 * (right + wrong)


def test_most_faults_are_put_right(scores: dict[str, Score]) -> None:
    """Nine in ten of each kind whose answer is known."""
    assert {kind for kind, score in scores.items() if score.recall is not None and score.recall < 0.9} == set()


def test_the_page_tells_what_is_measured(scores: dict[str, Score]) -> None:
    """docs/fix.md has the table of this very corpus."""
    wanted = write_pages.page("fix", write_pages.fix_part(scores))
    assert write_pages.page_of("fix").read_text("utf-8") == wanted, "run scripts/write_pages.py fix"


def test_the_page_names_every_correction() -> None:
    """Who wants to leave one out finds its name."""
    page = write_pages.page_of("fix").read_text("utf-8")
    assert [code for code in CODES if f"`{code}`" not in page] == []
