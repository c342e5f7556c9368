"""A labelled corpus for corrections: columns as real files have them, each fault with its known right answer.

The same seed gives the same columns. Each fault of the survey of real files is planted, and beside it what looks like
it and is something else: there the right answer is unknown, and whatever is done without asking is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.unit.scdl import dirty_columns as columns

from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.corrections import Known, Publisher, propose
from ckanext.scdl.core.local import Territory
from ckanext.scdl.core.report import Reading
from ckanext.scdl.core.table import Table

FILES = 30
SQUARE = ((-3.7, 48.0), (-1.9, 48.0), (-1.9, 48.95), (-3.7, 48.95))
KNOWN = Known(Publisher(columns.PUBLISHER, "Département"), Territory(frozenset(), (SQUARE,)))


@dataclass(frozen=True)
class Kind:
    """One kind of fault: the column it is planted in, and what makes a file of it."""

    name: str
    schema: str
    fields: tuple[str, ...]
    make: Callable[[columns.Chance], list[tuple[columns.Cell, ...]]]
    known: Known = Known()


@dataclass
class Score:
    """What became of the faults of a kind, and of the cells beside them."""

    planted: int = 0
    sure: int = 0
    likely: int = 0
    asked: int = 0
    wrong_sure: list[tuple[str, str]] = field(default_factory=list)
    wrong_likely: list[tuple[str, str]] = field(default_factory=list)
    unknowable: int = 0

    @property
    def recall(self) -> float | None:
        """Share of the faults with a known answer that were put right; None where none has one."""
        knowable = self.planted - self.unknowable
        return (self.sure + self.likely) / knowable if knowable else None


def measure(seed: int = 2024) -> dict[str, Score]:
    """Return the score of each kind over its files."""
    scores: dict[str, Score] = {}
    for kind in KINDS:
        score = scores.setdefault(kind.name, Score())
        for number in range(FILES):
            _count(kind, kind.make(random.Random(f"{seed} {kind.name} {kind.fields} {number}")), score)
    return scores


def _count(kind: Kind, rows: Sequence[tuple[columns.Cell, ...]], score: Score) -> None:
    schema = Catalogue.bundled().get(kind.schema)
    lines = list(range(2, len(rows) + 2))
    table = Table(kind.fields, [[cell[0] for cell in row] for row in rows], lines, (), Reading(header_line=1))
    proposal = propose(table, schema, dict(enumerate(kind.fields)), known=kind.known)
    made = {(each.field, line): each for each in proposal.changes for line in each.lines}
    asked = {(each.field, line) for each in proposal.questions for line in each.lines}
    for line, row in zip(lines, rows, strict=True):
        for name, (dirty, right, planted) in zip(kind.fields, row, strict=True):
            change = made.get((name, line))
            score.planted += planted
            score.unknowable += planted and right is None
            if change is None:
                score.asked += planted and (name, line) in asked
            elif change.after != right:
                (score.wrong_sure if change.confidence == "sure" else score.wrong_likely).append((dirty, change.after))
            elif change.confidence == "sure":
                score.sure += 1
            else:
                score.likely += 1


DELIBERATIONS, SUBVENTIONS, EQUIPEMENTS = "scdl/deliberations", "scdl/subventions", "scdl/equipements"
KINDS = (
    Kind("day/month/year", DELIBERATIONS, ("DELIB_DATE",), columns.french_dates),
    Kind("year/month/day", DELIBERATIONS, ("DELIB_DATE",), columns.slashed_dates),
    Kind("day in words or with midnight", DELIBERATIONS, ("DELIB_DATE",), columns.written_dates),
    Kind("day as a spreadsheet's number", DELIBERATIONS, ("DELIB_DATE",), columns.serial_dates),
    Kind("day that may be either way", DELIBERATIONS, ("DELIB_DATE",), columns.ambiguous_dates),
    Kind("period", SUBVENTIONS, ("datesPeriodeVersement",), columns.periods),
    Kind("span of years", DELIBERATIONS, ("BUDGET_ANNEE",), columns.school_years),
    Kind("year with decimals", "scdl/budget", ("BGT_ANNEE",), columns.years),
    Kind("amount in French", SUBVENTIONS, ("montant",), columns.amounts),
    Kind("amount in English", SUBVENTIONS, ("montant",), columns.english_amounts),
    Kind("whole number with decimals", DELIBERATIONS, ("VOTE_POUR",), columns.votes),
    Kind("amount that may be either, or none", SUBVENTIONS, ("montant",), columns.ambiguous_amounts),
    Kind("percentages throughout", SUBVENTIONS, ("pourcentageSubvention",), columns.percentages),
    Kind("percentage with its sign", SUBVENTIONS, ("pourcentageSubvention",), columns.signed_percentages),
    Kind("percentage beside shares", SUBVENTIONS, ("pourcentageSubvention",), columns.mixed_percentages),
    Kind("choice in other letters", "scdl/budget", ("BGT_NATDEC",), columns.cased("scdl/budget", "BGT_NATDEC")),
    Kind("choice in other letters", EQUIPEMENTS, ("EQUIP_THEME",), columns.cased(EQUIPEMENTS, "EQUIP_THEME")),
    Kind("choice without a word", SUBVENTIONS, ("nature",), columns.shortened),
    Kind("word that is no choice", "scdl/budget", ("BGT_NATDEC",), columns.other_choices),
    Kind("yes and no", SUBVENTIONS, ("notificationUE",), columns.truths),
    Kind("neither yes nor no", SUBVENTIONS, ("notificationUE",), columns.no_truths),
    Kind("SIRET with signs", SUBVENTIONS, ("idBeneficiaire",), columns.spaced_sirets),
    Kind("SIRET without its zero", SUBVENTIONS, ("idBeneficiaire",), columns.short_sirets),
    Kind("SIRET that lost digits", SUBVENTIONS, ("idBeneficiaire",), columns.broken_sirets, KNOWN),
    Kind("INSEE code without its zero", "scdl/prenoms", ("COLL_INSEE",), columns.small_communes),
    Kind("INSEE code without its zero", "etalab/schema-lieux-covoiturage", ("insee",), columns.national_communes),
    Kind("INSEE code that lost another digit", "scdl/prenoms", ("COLL_INSEE",), columns.wrong_communes),
    Kind("postal code without its zero", EQUIPEMENTS, ("ADR_CODEPOSTAL",), columns.small_postal_codes),
    Kind("telephone", EQUIPEMENTS, ("EQUIP_TEL",), columns.phones),
    Kind("no telephone, or two", EQUIPEMENTS, ("EQUIP_TEL",), columns.no_phones),
    Kind("opening hours in French", EQUIPEMENTS, ("EQUIP_OUVERTURE",), columns.hours),
    Kind("opening in words", EQUIPEMENTS, ("EQUIP_OUVERTURE",), columns.no_hours),
    Kind("coordinates exchanged", EQUIPEMENTS, ("EQUIP_LONG", "EQUIP_LAT"), columns.exchanged, KNOWN),
    Kind("coordinates elsewhere", EQUIPEMENTS, ("EQUIP_LONG", "EQUIP_LAT"), columns.elsewhere, KNOWN),
    Kind("damaged letters", DELIBERATIONS, ("DELIB_OBJET",), columns.damaged),
    Kind("strange letters that are meant", DELIBERATIONS, ("DELIB_OBJET",), columns.foreign),
    Kind("publisher left out", DELIBERATIONS, ("COLL_SIRET",), columns.unsaid_publisher, KNOWN),
    Kind("several publishers", DELIBERATIONS, ("COLL_SIRET",), columns.several_publishers, KNOWN),
    Kind("nomenclature of acts", DELIBERATIONS, ("DELIB_MATIERE_NOM",), columns.act_names),
    Kind("list of choices", "scdl/menus-collectifs", ("menuPlatAllergene",), columns.allergens),
    Kind("code with a comma", DELIBERATIONS, ("DELIB_MATIERE_CODE",), columns.act_codes),
)
