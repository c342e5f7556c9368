"""Each correction: what it puts right, how sure it is, what it asks, and what looks alike and stays as it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ckanext.scdl.core import corrections
from ckanext.scdl.core.catalogue import BUNDLED, Catalogue, version_key
from ckanext.scdl.core.corrections import CODES, Known, Proposal, Publisher, Taken, accept, apply, propose, revert
from ckanext.scdl.core.corrections.layout import recognise
from ckanext.scdl.core.corrections.rules import OF_LAYOUT
from ckanext.scdl.core.corrections.told import QUESTIONS, RULES
from ckanext.scdl.core.local import Territory
from ckanext.scdl.core.report import Reading
from ckanext.scdl.core.table import Table

HOME = Path(corrections.__file__).parent
SIRET = "21220113100019"
SQUARE = ((-3.0, 48.0), (-2.0, 48.0), (-2.0, 49.0), (-3.0, 49.0))
KNOWN = Known(Publisher(SIRET, "Lannion"), Territory(frozenset({"01004"}), (SQUARE,)))


@dataclass(frozen=True)
class Sample:
    """A column of a schema with texts that are put right, asked about, and left alone."""

    rule: str
    schema: str
    name: str
    sure: dict[str, str] = field(default_factory=dict)
    likely: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    known: Known = Known()


DATES = ("scdl/deliberations", "DELIB_DATE")
AMOUNT = ("scdl/subventions", "montant")
SHARE = ("scdl/subventions", "pourcentageSubvention")
SAMPLES = [
    Sample("date", *DATES, sure={"31/12/2023": "2023-12-31", "03/04/2023": "2023-04-03", "5-1-2024": "2024-01-05"}),
    Sample("date", *DATES, sure={"2024/01/07": "2024-01-07", "2024.1.7": "2024-01-07", "1er mars 2024": "2024-03-01",
                                 "mardi 5 décembre 2023": "2023-12-05", "2024-01-07 00:00:00": "2024-01-07",
                                 "05/05/2024": "2024-05-05"}, left=("2024-01-31", "2024-13-45", "printemps")),
    Sample("date", *DATES, asked={"03/04/2024": "date-order", "05/01/2024": "date-order"}),
    Sample("date", *DATES, asked={"31/12/23": "short-year"}),
    Sample("date", *DATES, asked={"31/12/2023": "date-order", "12/31/2023": "date-order", "01/02/2023": "date-order"}),
    Sample("date", *DATES, asked={"2024/31/12": "date-order", "2024/01/07": "date-order"}),
    Sample("date", *DATES, asked={"2024-01-07T23:00:00.000Z": "date-order"},
           sure={"2024-01-07T00:00:00+01:00": "2024-01-07"}),
    Sample("date", *DATES, likely={"45292": "2024-01-01", "20240131": "2024-01-31", "2024-01-07 14:30": "2024-01-07"}),
    Sample("date", *DATES, likely={"12/31/2023": "2023-12-31", "01/02/2023": "2023-01-02"}),
    Sample("period", "scdl/subventions", "datesPeriodeVersement", left=("2024-01-01/2024-12-31", "2024-01-01", "2024"),
           sure={"2024-01-01_2024-12-31": "2024-01-01/2024-12-31", "2018/01/30_2022/01/29": "2018-01-30/2022-01-29",
                 "du 1/1/2024 au 31/12/2024": "2024-01-01/2024-12-31"},
           asked={"2024-12-31_2024-01-01": "period-order"}),
    Sample("period", "scdl/subventions", "datesPeriodeVersement", asked={"01/02/2024 - 03/04/2024": "date-order"}),
    Sample("period", "scdl/subventions", "datesPeriodeVersement", left=("2024",),
           asked={"2024-01-01;2024-06-01": "several-dates", "2024-01-01 et 2024-06-01": "several-dates"}),
    Sample("period", "scdl/deliberations", "BUDGET_ANNEE", left=("2024/2025", "2024", "2025_2024"),
           sure={"2024_2025": "2024/2025", "2024 - 2025": "2024/2025", "2024-2025": "2024/2025"}),
    Sample("year", "scdl/budget", "BGT_ANNEE", sure={"2024.0": "2024", "2023,0": "2023"}, left=("2024", "24")),
    Sample("number", *AMOUNT, left=("1.234", "12.5", "-3", "SEM", "12 34"),
           sure={"137 825,00": "137825.00", "17\u00a0833": "17833", "92\u202f000,5": "92000.5", "50 000 euros": "50000",
                 "1 200 €": "1200", "€ 500": "500", "1.234,50": "1234.50", "1,234": "1.234", "1'234.50": "1234.50",
                 "1.234.567": "1234567", "-1 500,00 €": "-1500.00"}),
    Sample("number", *AMOUNT, asked={"1,234": "thousands", "12,345": "thousands"}, sure={"3 000": "3000"}),
    Sample("number", *AMOUNT, sure={"1,234": "1234", "1,234,567": "1234567", "2,345.50": "2345.50"}),
    Sample("number", *AMOUNT, sure={"12,5": "12.5", "2,345.50": "2345.50"}, asked={"1,234": "thousands"}),
    Sample("number", "scdl/deliberations", "VOTE_REEL", sure={"12,0": "12", "12.00": "12", "1 234": "1234"},
           left=("12", "12,5", "douze"), asked={"1.000": "thousands"}),
    Sample("percentage", *SHARE, likely={"50": "0.5", "100": "1", "12,5": "0.125"}),
    Sample("percentage", *SHARE, sure={"50 %": "0.5", "1%": "0.01", "0,75": "0.75"},
           left=("0.5", "1"), asked={"80": "percentage", "0.5%": "percentage"}),
    Sample("enumeration", "scdl/budget", "BGT_NATDEC", left=("budget primitif", "Budget annexe"),
           sure={"Budget primitif": "budget primitif", "DÉCISION  MODIFICATIVE": "décision modificative",
                 "decision modificative": "décision modificative"}),
    Sample("enumeration", "scdl/subventions", "nature", left=("aide en numéraire", "aide", "prêt"),
           sure={"Aide en numeraire": "aide en numéraire"},
           likely={"numéraire": "aide en numéraire", "nature": "aide en nature",
                   "aide en nature, aide en numéraire": "aide en nature;aide en numéraire"}),
    Sample("list", "scdl/menus-collectifs", "menuPlatAllergene", left=('["lait","oeufs"]', "kiwi", "lait, kiwi", "[]"),
           sure={"lait": '["lait"]', "Lait, Œufs": '["lait","oeufs"]', "['lait']": '["lait"]',
                 '["Lait"]': '["lait"]', "[lait ; oeufs]": '["lait","oeufs"]'},
           likely={"Gluten": '["céréales contenant du gluten"]'}),
    Sample("list", "scdl/menus-collectifs", "menuPlatSiqo", left=('["label rouge"]',),
           sure={"Label Rouge": '["label rouge"]',
                 "Appellation d’origine protégée": '["appellation d\'origine protégée"]'}),
    Sample("yes-no", "scdl/subventions", "notificationUE", left=("oui", "non", "peut-être"),
           sure={"true": "oui", "NON": "non", "Vrai": "oui", "O": "oui"}, likely={"F": "non", "y": "oui"}),
    Sample("siret", "scdl/deliberations", "COLL_SIRET", left=(SIRET, "21220113100018"),
           sure={"212 201 131 00019": SIRET, "21220113100019.0": SIRET, "212-201-131-00019": SIRET,
                 "SIRET : 21220113100019": SIRET, "5650045700017": "05650045700017"},
           asked={"2,12E+13": "scientific", "212201131": "siren-for-siret", "2122011310001": "siret-short"}),
    Sample("siren", "atlasante/schema-dae", "expt_siren", sure={"212 201 131": "212201131"}, left=("212201131",),
           asked={"2,12E+08": "scientific"}),
    Sample("insee", "scdl/prenoms", "COLL_INSEE", likely={"1004": "01004", "2004": "02004"}, left=("221",)),
    Sample("insee", "scdl/prenoms", "COLL_INSEE", sure={"22113.0": "22113", "2a004": "2A004"}, left=("22113", "221"),
           asked={"2211": "commune-short"}),
    Sample("insee", "scdl/prenoms", "COLL_INSEE", likely={"1004": "01004"},
           left=tuple(f"{number}004" for number in range(21, 34))),
    Sample("insee", "scdl/prenoms", "COLL_INSEE", sure={"1004": "01004"}, asked={"2211": "commune-short"}, known=KNOWN),
    Sample("postal-code", "scdl/equipements", "ADR_CODEPOSTAL", likely={"1000": "01000"}, left=("223",)),
    Sample("postal-code", "scdl/equipements", "ADR_CODEPOSTAL", sure={"22 300": "22300"}, left=("22300", "223"),
           asked={"2230": "postal-short"}),
    Sample("phone", "atlasante/schema-dae", "tel1", sure={"02 96 62 62 22": "+33296626222"},
           left=("+33296626222", "?1"),
           likely={"296626222": "+33296626222"}),
    Sample("phone", "scdl/equipements", "EQUIP_TEL", left=("0296626222", "+33296626222", "sur demande"),
           sure={"02 96 62 62 22": "0296626222", "02.96.62.62.22": "0296626222", "+33 2 96 62 62 22": "0296626222"},
           likely={"Tél. 02 96 62 62 22": "0296626222"},
           asked={"02 96 62 62 22 / 06 12 34 56 78": "two-phones"}),
    Sample("phone", "atlasante/schema-dae", "tel1", sure={"02 96 62 62 22": "+33296626222"},
           left=("+33296626222", "?1"),
           likely={"296626222": "+33296626222"}),
    Sample("phone", "scdl/equipements", "EQUIP_TEL", left=("02 96 62 62 22 poste 12", "0800 MAIRIE 22", "0 800")),
    Sample("opening-hours", "scdl/equipements", "EQUIP_OUVERTURE", left=("Mo-Fr 08:30-12:00", "sur rendez-vous"),
           sure={"Mo-Fr 8h30-12h": "Mo-Fr 08:30-12:00"},
           likely={"Lun-Ven 8h30-12h": "Mo-Fr 08:30-12:00",
                   "du lundi au vendredi de 9h à 12h et de 14h à 17h30": "Mo-Fr 09:00-12:00,14:00-17:30"}),
    Sample("nomenclature", "scdl/deliberations", "DELIB_MATIERE_NOM", left=("Finances locales/Subventions", "Finances"),
           sure={"Finances locales / Subventions": "Finances locales/Subventions",
                 "Urbanisme\\Permis": "Urbanisme/Permis"}),
    Sample("code", "scdl/deliberations", "DELIB_MATIERE_CODE", likely={"7,1": "7.1"}, left=("7.1", "7")),
    Sample("code", "scdl/equipements", "ADR_NOMVOIE", left=("Rue du 8/5 1945", "Place du 19 mars, 1962")),
    Sample("code", "scdl/subventions", "rnaBeneficiaire",
           likely={"W 123456789": "W123456789", "w123456789": "W123456789"}),
    Sample("spaces", "scdl/budget", "BGT_CODRD", sure={" recette": "recette", "dépense\u00a0": "dépense"},
           left=("recette",)),
    Sample("mojibake", "scdl/deliberations", "DELIB_OBJET", left=("Été à l'école", "SÃO PAULO", "Â table"),
           sure={"PrÃ©vision": "Prévision", "lâ€™Ã©cole": "l’école"}),
    Sample("nothing", "scdl/subventions", "montant", asked={"Ne rien indiquer": "nothing", "NC": "nothing"},
           left=("0", "environ 12")),
    Sample("publisher", "scdl/deliberations", "COLL_SIRET", left=(SIRET,), sure={"": SIRET}, known=KNOWN),
    Sample("publisher", "scdl/deliberations", "COLL_NOM", left=("Perros", ""), known=KNOWN),
    Sample("coordinates", "etalab/schema-irve-statique", "coordonneesXY", left=("[-2.5,48.5]", "[2.35,48.85]"),
           sure={"[48.5,-2.5]": "[-2.5,48.5]"}, known=KNOWN),
]  # fmt: skip


def table_of(columns: dict[str, list[str]]) -> Table:
    """Return a table whose rows stand below a header on the first line."""
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    lines = list(range(2, len(rows) + 2))
    return Table(tuple(columns), rows, lines, (), Reading(format="csv", separator=",", header_line=1))


def proposed(schema: str, columns: dict[str, list[str]], known: Known | None = None) -> tuple[Table, Proposal]:
    """Return a table and what is proposed for it."""
    table, found = table_of(columns), Catalogue.bundled().get(schema)
    names = Catalogue.bundled().detector.match(found, table.labels)
    return table, propose(table, found, names, known=known)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: f"{each.rule}-{each.name}")
def test_correction(sample: Sample) -> None:
    """Exactly what should change does, as sure as it is; what is asked and what is left alone stays."""
    texts = [*sample.sure, *sample.likely, *sample.asked, *sample.left]
    _, proposal = proposed(sample.schema, {sample.name: texts}, sample.known)
    changes = {
        level: {each.before: each.after for each in proposal.changes if each.confidence == level}
        for level in ("sure", "likely")
    }
    assert changes == {"sure": sample.sure, "likely": sample.likely}
    assert {each.value: each.rule for each in proposal.questions} == sample.asked


def test_every_correction_has_samples_of_both_kinds() -> None:
    """A correction without a text that it changes (or asks about) and one that it leaves alone is not shown to work."""
    changing = {each.rule for each in SAMPLES if each.sure or each.likely or each.asked}
    leaving = {each.rule for each in SAMPLES if each.left}
    assert changing == leaving == set(CODES) - set(OF_LAYOUT)


def test_every_correction_and_question_has_words() -> None:
    """A person never reads a code."""
    assert set(RULES) == set(CODES) - {"nothing"}
    doubts = re.findall(r'Doubt\("([a-z-]+)"', "".join(path.read_text("utf-8") for path in HOME.glob("*.py")))
    assert set(QUESTIONS) == {*doubts, "contradiction"}
    assert {code for each in SAMPLES for code in each.asked.values()} == set(doubts)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: f"{each.rule}-{each.name}")
def test_the_log_gives_back_what_was_there(sample: Sample) -> None:
    """Corrected file and log together hold the original cells, also after a journey through JSON."""
    texts = [*sample.sure, *sample.likely, *sample.asked, *sample.left]
    table, proposal = proposed(sample.schema, {sample.name: texts}, sample.known)
    log = Proposal.from_dict(accept(proposal, Taken()).to_dict())
    assert revert(apply(table, log), log) == table.rows


def _renamed() -> list[tuple[str, str, str, str]]:
    """Every name of an older version that is another one now: schema, version, name then, name now."""
    found = []
    for schema in Catalogue.bundled().all():
        now = {name: name for name in schema.field_names}
        for version in sorted(Catalogue.bundled().versions(schema.id), key=version_key, reverse=True):
            path = BUNDLED / schema.id / version / "changes.json"
            if path.is_file():
                operations = json.loads(path.read_text("utf-8")).get("operations") or ()
                renames = {each["to"]: now.get(each["field"]) for each in operations if each["do"] == "rename"}
                now.update({then: name for then, name in renames.items() if name})
                found += [(schema.id, version, then, name) for then, name in renames.items() if name]
    return found


@pytest.mark.parametrize(("ident", "version", "then", "now"), _renamed())
def test_an_old_version_becomes_the_current_one(ident: str, version: str, then: str, now: str) -> None:
    """A column under the name that it had in an older version gets the one that it has now."""
    labels = Catalogue.bundled().get(ident, version).field_names
    table, proposal = proposed(ident, {label: ["x"] for label in labels})
    assert (now, labels.index(then)) in {(column.label, column.source) for column in proposal.columns}
    assert apply(table, proposal).labels[: len(proposal.columns)] == tuple(each.label for each in proposal.columns)


def test_headings_back_one_another_until_nothing_changes() -> None:
    """What is recognised in the corrected header is recognised at once: the second correction finds nothing to do."""
    schema, detector = Catalogue.bundled().get("scdl/subventions"), Catalogue.bundled().detector
    labels = ("COLL_NOM", "COLL_SIRET", "DELIB_ID", "chÃ¢teau", "")
    for level in ("sure", "likely"):
        takes = Taken(level)
        names, unsure = recognise(detector, schema, labels, Publisher(), takes)
        table = replace(table_of({label: ["x"] for label in labels}), labels=labels)
        once = apply(table, propose(table, schema, names, unsure=unsure, takes=takes))
        names, unsure = recognise(detector, schema, once.labels, Publisher(), takes)
        again = apply(once, propose(once, schema, names, unsure=unsure, takes=takes))
        assert again == once
        assert "château" in once.labels
