"""Invented tables in the columns of the official schemas, for a body, a year and a number of rows."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stdnum import luhn

Row = dict[str, str]
SESSIONS = (1, 2, 4, 6, 9, 11, 12)


@dataclass(frozen=True)
class Scene:
    """What a maker of rows may draw on."""

    organization: Mapping[str, Any]
    words: Mapping[str, Any]
    year: int
    rows: int
    rng: random.Random

    @property
    def siret(self) -> str:
        """Return the SIRET of the body's first establishment."""
        return siret(self.organization["siren"])


def siret(siren: str, nic: str = "0001") -> str:
    """Return a SIREN followed by an establishment number and the key that fits both."""
    return siren + nic + luhn.calc_check_digit(siren + nic)


def fictitious_siren(number: int) -> str:
    """Return a SIREN with a right key in a range that is given to nobody (999…)."""
    body = f"999{number:05d}"
    return body + luhn.calc_check_digit(body)


def euros(amount: Decimal | int) -> str:
    """Return an amount the way official schemas want it: a point, cents only when there are any."""
    return f"{amount:f}" if amount % 1 else str(int(amount))


def subventions(scene: Scene) -> list[Row]:
    """Grants to made-up associations, paid at once or by instalments."""
    rng, words, year = scene.rng, scene.words, scene.year
    dates = sorted(_day(rng, year, rng.choice(SESSIONS[1:4])) for _ in range(scene.rows))
    made = []
    for rank, date in enumerate(dates, 1):
        number = rng.randrange(len(words["associations"]))
        association = words["associations"][number]
        by_instalments = rng.random() < 0.3
        first = date + datetime.timedelta(days=rng.randrange(20, 60))
        last = first + datetime.timedelta(days=rng.randrange(90, 180))
        known_by_rna = rng.random() < 0.25
        made.append({
            "nomAttribuant": scene.organization["name"],
            "idAttribuant": scene.siret,
            "dateConvention": date.isoformat(),
            "referenceDecision": f"{year}-{date.month:02d}-{rank:03d}",
            "nomBeneficiaire": association["name"],
            "idBeneficiaire": "" if known_by_rna else siret(fictitious_siren(11000 + 7 * number)),
            "rnaBeneficiaire": f"W229{number:06d}" if known_by_rna else "",
            "objet": rng.choice(words["purposes"][association["about"]]),
            "montant": euros(rng.randrange(3, 240) * 50 + (Decimal("0.5") if rng.random() < 0.15 else 0)),
            "nature": rng.choices(("aide en numéraire", "aide en nature", "aide en numéraire;aide en nature"),
                                  (85, 9, 6))[0],
            "conditionsVersement": "échelonné" if by_instalments else "unique",
            "datesPeriodeVersement": f"{first}/{last}" if by_instalments else first.isoformat(),
            "idRAE": "",
            "notificationUE": "non",
            "pourcentageSubvention": rng.choices(("1", "0.45", "0.55", "0.25"), (85, 5, 5, 5))[0],
            "dispositifAide": "",
        })
    return made


def deliberations(scene: Scene) -> list[Row]:
    """Decisions of the year's sessions, most of them unanimous."""
    rng, words, year, council = scene.rng, scene.words, scene.year, scene.organization["council"]
    sessions = {rank: (_day(rng, year, month), council - rng.randrange(council // 5 + 1))
                for rank, month in enumerate(SESSIONS, 1)}
    ranks = sorted(rng.choice(list(sessions)) for _ in range(scene.rows))
    made = []
    for number, (rank, subject) in enumerate(zip(ranks, _subjects(scene), strict=True), 1):
        date, present = sessions[rank]
        code, matter, title, budget = subject
        against, abstained = (rng.randrange(council // 6 + 1), rng.randrange(council // 8 + 1)) \
            if rng.random() < 0.3 else (0, 0)
        ident = f"{year}-{rank:02d}-{number:03d}"
        made.append({
            "COLL_NOM": scene.organization["name"],
            "COLL_SIRET": scene.siret,
            "DELIB_ID": ident,
            "DELIB_DATE": date.isoformat(),
            "DELIB_MATIERE_CODE": code,
            "DELIB_MATIERE_NOM": matter,
            "DELIB_OBJET": title.format(
                lieu=rng.choice(words["places"]), voie=_inside_sentence(rng.choice(words["streets"])),
                annee=year, avant=year - 1,
            ),
            "BUDGET_ANNEE": str(year) if budget else "",
            "BUDGET_NOM": budget,
            "PREF_ID": "PREF022",
            "PREF_DATE": (date + datetime.timedelta(days=rng.randrange(2, 9))).isoformat(),
            "VOTE_EFFECTIF": str(council),
            "VOTE_REEL": str(present),
            "VOTE_POUR": str(present - against - abstained),
            "VOTE_CONTRE": str(against),
            "VOTE_ABSTENTION": str(abstained),
            "DELIB_URL": f"https://{scene.organization['slug']}.example/deliberations/{ident}.pdf",
        })
    return made


def _subjects(scene: Scene) -> list[list[str]]:
    """Return as many subjects as rows: each once, then again those that name a place or a street."""
    subjects = scene.words["deliberations"]
    again = [each for each in subjects if "{lieu}" in each[2] or "{voie}" in each[2]]
    repeated = scene.rng.choices(again, k=max(0, scene.rows - len(subjects)))
    return scene.rng.sample([*subjects, *repeated], k=scene.rows)


def equipements(scene: Scene) -> list[Row]:
    """Public places around the middle of the commune."""
    rng, words, place = scene.rng, scene.words, scene.organization["place"]
    made = []
    for rank, (theme, code, kind, name, erp, hours) in enumerate(words["equipements"][: scene.rows], 1):
        number = str(rng.randrange(1, 60)) + rng.choice(("", "", "", " bis"))
        made.append({
            "COLL_NOM": scene.organization["name"],
            "COLL_SIRET": scene.siret,
            "EQUIP_UID": f"{place['insee']}-{code}-001",
            "EQUIP_THEME": theme,
            "EQUIP_CODE": f"{code}-001",
            "EQUIP_TYPE": kind,
            "EQUIP_NOM": name,
            "ADR_NUMERO": number,
            "ADR_NOMVOIE": rng.choice(words["streets"]),
            "ADR_CODEPOSTAL": place["postcode"],
            "ADR_COMMUNE": place["commune"],
            "ADR_CLE_INTEROP": f"{place['insee']}_{rank * 15:04d}_{int(number.split()[0]):05d}",
            "ERP_ID": "",
            "ERP_TYPE": erp,
            "ERP_CATEGORIE": str(rng.randrange(3, 6)) if erp else "",
            "EQUIP_LAT": f"{place['latitude'] + rng.uniform(-0.008, 0.008):.5f}",
            "EQUIP_LONG": f"{place['longitude'] + rng.uniform(-0.008, 0.008):.5f}",
            "EQUIP_OUVERTURE": hours,
            # 02 61 91 is kept for works of fiction: no one answers there.
            "EQUIP_TEL": f"+33 26191{rng.randrange(10000):04d}",
            "EQUIP_EMAIL": scene.organization["contact_email"],
            "EQUIP_WEB": f"https://{scene.organization['slug']}.example",
        })
    return made


def prenoms(scene: Scene) -> list[Row]:
    """First names with made-up counts, none below five."""
    place = scene.organization["place"]
    drawn = [(sex, name) for sex in ("F", "M") for name in sorted(scene.words["prenoms"][sex])]
    kept = sorted(scene.rng.sample(drawn, min(scene.rows, len(drawn))))
    return [{
        "COMMUNE_NOM": place["commune"],
        "COLL_INSEE": place["insee"],
        "ENFANT_SEXE": sex,
        "ENFANT_PRENOM": name,
        "NOMBRE_OCCURRENCES": str(scene.rng.randrange(5, 32)),
        "ANNEE": str(scene.year),
    } for sex, name in kept]


def budget(scene: Scene) -> list[Row]:
    """A voted budget in which receipts equal expenses, section by section."""
    rng, people = scene.rng, scene.organization["population"]
    voted = [(account, Decimal(round(people * account[9] * rng.uniform(0.8, 1.2), -2)))
             for account in scene.words["accounts"]]
    made = []
    for account, amount in voted:
        section, sense, kind, chapter, chapter_name, nature, nature_name, function, function_name, share = (
            account
        )
        if not share:
            same = [(other[1], value) for other, value in voted if other[0] == section]
            amount = sum(value if way == "dépense" else -value for way, value in same)
        made.append({
            "BGT_NATDEC": "budget primitif",
            "BGT_ANNEE": str(scene.year),
            "BGT_SIRET": scene.siret,
            "BGT_NOM": scene.organization["name"],
            "BGT_CONTNAT": chapter,
            "BGT_CONTNAT_LABEL": chapter_name,
            "BGT_NATURE": nature,
            "BGT_NATURE_LABEL": nature_name,
            "BGT_FONCTION": function,
            "BGT_FONCTION_LABEL": function_name,
            "BGT_OPERATION": "",
            "BGT_SECTION": section,
            "BGT_OPBUDG": kind,
            "BGT_CODRD": sense,
            "BGT_MTREAL": "",
            "BGT_MTBUDGPREC": euros((amount * Decimal("0.97")).quantize(Decimal("0.01"))),
            "BGT_MTRARPREC": "",
            "BGT_MTPROPNOUV": euros(amount),
            "BGT_MTPREV": euros(amount),
            "BGT_CREDOUV": euros(amount) if sense == "dépense" else "",
            "BGT_MTRAR3112": "",
            "BGT_ARTSPE": "non spécialisé",
        })
    return made


def catalogue(scene: Scene) -> list[Row]:
    """What the body publishes in the year."""
    organization, year = scene.organization, scene.year
    made = []
    for name, title, description, theme, frequency, formats in scene.words["catalogue"][: scene.rows]:
        published = _day(scene.rng, year, scene.rng.randrange(1, 13)).isoformat()
        ident = f"{name}-{organization['slug']}-{year}"
        made.append({
            "COLL_NOM": organization["name"],
            "COLL_SIRET": scene.siret,
            "ID": ident,
            "TITRE": f"{title} - {organization['name']} - {year}",
            "DESCRIPTION": description,
            "THEME": theme,
            "PRODUCTEUR_NOM": organization["name"],
            "PRODUCTEUR_SIRET": scene.siret,
            "COUV_SPAT_MAILLE": {"commune": "Communale", "epci": "Intercommunale"}.get(
                organization["kind"], "Départementale"),
            "COUV_SPAT_NOM": organization["name"],
            "COUV_TEMP_DEBUT": f"{year}-01-01",
            "COUV_TEMP_FIN": f"{year}-12-31",
            "DATE_PUBL": published,
            "FREQ_MAJ": frequency,
            "DATE_MAJ": published,
            "MOTS_CLES": f"scdl;{name}",
            "LICENCE": "Licence Ouverte-LO",
            "NOMBRE_RESSOURCES": str(len(formats.split(";"))),
            "FORMAT_RESSOURCES": formats,
            "URL": f"https://{organization['slug']}.example/donnees/{ident}",
        })
    return made


MAKERS: Mapping[str, Callable[[Scene], list[Row]]] = {
    f"scdl/{maker.__name__}": maker
    for maker in (subventions, deliberations, equipements, prenoms, budget, catalogue)
}


def _inside_sentence(street: str) -> str:
    """Return the name of a street as it is written after other words."""
    return street[:1].lower() + street[1:]


def _day(rng: random.Random, year: int, month: int) -> datetime.date:
    """Return a working day of the month."""
    day = datetime.date(year, month, rng.randrange(8, 26))
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))
