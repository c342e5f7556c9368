"""Sentences for people: one for every code, whole in both languages, without a word of a library."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ckanext.scdl.core import messages
from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.engine import check
from ckanext.scdl.core.report import OTHER_VALUES, Issue, Refusal, Report

CORE = Path(messages.__file__).parent
SAMPLE = {
    "field": "montant",
    "label": "montant",
    "column": "I",
    "value": "17 833",
    "count": 12,
    "rows": (4, 5, 6, 7, 8, 9),
}


def _codes() -> set[str]:
    """Every code the checks and the reader write, as they stand in the source."""
    found: set[str] = set()
    for path in [*CORE.glob("*.py"), *(CORE / "checks").glob("*.py"), *(CORE / "local").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Issue", "Finding", "Odd"}:
                values = (
                    [node.args[0]]
                    if node.args
                    else [each.value for each in node.keywords if each.arg == "code"]
                )
                for value in values:
                    found |= {each.value for each in ast.walk(value) if isinstance(each, ast.Constant)} - {
                        None
                    }
    return {code for code in found if isinstance(code, str) and re.fullmatch(r"[a-z-]+", code)}


def _refusals() -> set[str]:
    found: set[str] = {"too-heavy", "timeout", "crashed"}
    for path in CORE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in {"Refused", "refused"}
                and node.args
            ):
                found |= {each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)}
    return {code for code in found if isinstance(code, str)}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "code", sorted(_codes() | {"type-number", "type-duration", "format-email", "format-binary"})
)
def test_every_code_has_a_whole_sentence(code: str, lang: str) -> None:
    """Nothing is left to fill in, and what to do stands beside what is wrong."""
    text = messages.sentence(Issue(code, expected=("a", "b"), **SAMPLE), lang)
    assert text.endswith(".") and not text[0].islower()
    assert not re.search(r"[{}]|None(?! of)", text)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("code", sorted(_refusals()))
def test_every_refusal_has_a_sentence_and_a_next_step(code: str, lang: str) -> None:
    """A refused file is never a dead end."""
    report = messages.spelled(Report("refused", Refusal(code, line=7, nearest=("scdl/budget",))), lang)
    assert report.refusal is not None
    assert report.refusal.message.endswith((" 7.",))
    assert messages.next_step(report, lang).endswith(".")


def test_french_differs_from_english_for_every_sentence() -> None:
    """A sentence without French would show here."""
    issue = Issue("required", **SAMPLE)
    assert messages.sentence(issue, "fr") != messages.sentence(issue, "en")
    assert messages.sentence(issue, "fr_FR") == messages.sentence(issue, "fr")


def test_a_sentence_says_where() -> None:
    """Column letter, name and rows, the rest as a number."""
    text = messages.sentence(Issue("type-number", **SAMPLE), "fr")
    assert text.startswith("Colonne I (montant), lignes 4, 5, 6, 7, 8 et 7 autres")
    assert "17 833" in text


def test_a_proposal_stands_at_the_end() -> None:
    """What to write instead is part of the sentence."""
    text = messages.sentence(Issue("type-number", correction="17833", **SAMPLE), "fr")
    assert text.endswith("Proposition\u00a0: «\u00a017833\u00a0».")


def test_braces_in_a_cell_do_no_harm() -> None:
    """A cell is not a template."""
    issue = Issue("enum", value="{0.__class__} {value}", expected=("{a}",), column="A")
    assert "{0.__class__} {value}" in messages.sentence(issue, "fr")


def test_the_group_of_other_values_has_its_own_sentence() -> None:
    """It names no value, since it stands for many."""
    text = messages.sentence(Issue("enum", column="A", value=OTHER_VALUES, count=300), "fr")
    assert "300" in text and OTHER_VALUES in text


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Report("valid", rows=3), "tel quel"),
        (Report("valid", rows=0, issues=(Issue("no-data", "warning"),)), "Ajoutez les données"),
        (Report("valid", rows=3, issues=(Issue("encoding", "warning"),)), "remarques"),
        (
            Report("invalid", issues=(Issue("missing-label", field="objet"), Issue("required", count=9))),
            "« objet »",
        ),
        (Report("invalid", issues=(Issue("enum", label="nature", correction="x", count=3),)), "3 sur 3"),
        (
            Report("invalid", issues=(Issue("enum", label="nature", count=3), Issue("enum", label="objet"))),
            "« nature »",
        ),
        (Report("invalid", issues=(Issue("one-of-required", rows=(4,)),)), "première ligne"),
    ],
)
def test_the_next_step_is_one_thing_to_do(report: Report, words: str) -> None:
    """Header first, then what needs no research, then the worst column."""
    text = messages.next_step(report, "fr")
    assert words.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in text
    assert text.count(".") == 1


def test_no_word_of_a_library_and_no_expression_is_shown() -> None:
    """Of all faults in a bad file none is explained by a pattern or in English."""
    text = (
        "nomAttribuant,idAttribuant,dateConvention,montant,nature,idBeneficiaire,datesPeriodeVersement,notificationUE\n"
        "Lannion,12,hier,beaucoup,don,,demain,peut-être\nLannion,12,hier\n"
    )
    report = check(text.encode(), Catalogue.bundled(), "scdl/subventions")
    assert report.errors > 10
    for issue in report.issues:
        assert not re.search(r"constraint|pattern|regex|\\d|\^|\$|type is", issue.message), issue.message


def test_the_first_step_names_a_column_that_is_there() -> None:
    """A header without any official name says no name itself; the first column found under another one does."""
    lost = Issue("unmatched-header", official="unmatched-header", rows=(1,), expected=("objet", "montant"))
    renamed = Issue("missing-label", field="montant", label="Somme", column="B")
    assert "montant" in messages.next_step(Report("invalid", rows=1, issues=(lost, renamed)))
    assert "objet, montant" in messages.next_step(Report("invalid", rows=1, issues=(lost,)))


@pytest.mark.parametrize(
    ("count", "words"), [(1, "ligne 2"), (3, "lignes 2, 3, 4"), (6, "et une autre"), (8, "et 3 autres")]
)
def test_one_more_row_is_not_several(count: int, words: str) -> None:
    """A secretary does not read « 1 autres »."""
    issue = Issue("enum", "error", column="J", rows=tuple(range(2, 2 + min(count, 5))), count=count)
    assert words in messages.place(issue)
