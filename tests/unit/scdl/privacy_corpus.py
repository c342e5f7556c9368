"""A labelled corpus for the privacy scan: files with personal data planted, and files that look alike.

The same seed gives the same files. Names are of our own choice, a third of the first names unknown to the list
that the scan uses, so that what is measured is not what was put in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from stdnum import iban as stdnum_iban
from stdnum import luhn
from stdnum.fr import nir as stdnum_nir
from tests.unit.scdl import privacy_samples
from tests.unit.scdl.privacy_samples import csv_bytes

from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.privacy.scan import scan

SEED = 5
FILES = 30
"""Files of each sort."""

FIRST = (
    "Jean", "Pierre", "Michel", "André", "Philippe", "René", "Louis", "Alain", "Jacques", "Bernard", "Marcel",
    "Daniel", "Roger", "Robert", "Paul", "Claude", "Christian", "Henri", "Georges", "Nicolas", "François",
    "Patrick", "Gérard", "Christophe", "Joseph", "Julien", "Maurice", "Laurent", "Frédéric", "David", "Stéphane",
    "Pascal", "Sébastien", "Alexandre", "Thierry", "Olivier", "Antoine", "Guillaume", "Dominique", "Serge",
    "Vincent", "Yves", "Yannick", "Yann", "Erwan", "Gwenaël", "Loïc", "Ronan", "Mickaël", "Marie", "Jeanne",
    "Françoise", "Monique", "Catherine", "Nathalie", "Isabelle", "Anne", "Sylvie", "Martine", "Nicole", "Hélène",
    "Christine", "Denise", "Louise", "Yvonne", "Valérie", "Sophie", "Véronique", "Germaine", "Sandrine", "Céline",
    "Chantal", "Patricia", "Annie", "Brigitte", "Julie", "Simone", "Aurélie", "Laurence", "Soizic", "Gaëlle",
    "Nolwenn", "Morgane", "Katell", "Solenn", "Gwenola", "Emma", "Léa", "Jade", "Hugo", "Karim", "Mohamed",
    "Fatima", "Aïcha", "Jean-Pierre", "Marie-Thérèse", "Anne-Marie", "Jean-Luc",
)  # fmt: skip
LAST = (
    "Le Goff", "Morvan", "Quéré", "Le Bras", "Guillou", "Tanguy", "Rolland", "Le Gall", "Thomas", "Martin", "Riou",
    "Kerboul", "Nicolas", "Prigent", "Hamon", "Le Roux", "Cadiou", "Jézéquel", "Perrot", "Dubois", "Moreau",
    "Benali", "Da Silva", "Nguyen", "Le Guen", "Salaün", "Corre", "Floc'h", "Bernard", "Robin",
)  # fmt: skip
COMMUNES = ("Lannion", "Saint-Brieuc", "Guingamp", "Plouha", "Perros-Guirec", "Dinan", "Lamballe-Armor", "Paimpol")
THINGS = ("la salle des fêtes", "l'école", "la voirie", "la médiathèque", "le réseau d'eau", "le camping municipal")
DEEDS = ("Travaux à", "Subvention pour", "Tarifs de", "Convention relative à", "Entretien de")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre")


@dataclass(frozen=True)
class Case:
    """A file and how many cells (or rows, or things) of each kind are in it."""

    sort: str
    content: bytes
    truth: Mapping[str, int]


@dataclass
class Score:
    """What was right, what was too much and what was missed of a kind."""

    right: int = 0
    surplus: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.surplus) if self.right else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right else 0.0


def measure() -> dict[str, Score]:
    """Scan the corpus and return a score for each kind."""
    scores: dict[str, Score] = {}
    for case in corpus():
        found: dict[str, int] = {}
        for finding in scan(case.content, Catalogue.bundled()).findings:
            one = finding.kind == "reidentification"
            found[finding.kind] = found.get(finding.kind, 0) + (1 if one else finding.count)
        for kind in found.keys() | case.truth.keys():
            seen, planted = found.get(kind, 0), case.truth.get(kind, 0)
            score = scores.setdefault(kind, Score())
            score.right += min(seen, planted)
            score.surplus += max(seen - planted, 0)
            score.missed += max(planted - seen, 0)
    return scores


def corpus() -> Iterator[Case]:
    """Yield the files, each sort from a seed of its own."""
    for sort, make in SORTS.items():
        chance = random.Random(f"{SEED} {sort}")
        for _ in range(FILES):
            content, truth = make(chance)
            yield Case(sort, content, truth)


Made = tuple[bytes, Mapping[str, int]]


def _rows(chance: random.Random) -> int:
    return chance.randrange(8, 40)


def _table(chance: random.Random, label: str, kind: str, value: Callable[[random.Random], str]) -> Made:
    """Return a column that is filled in most rows, between columns that tell nothing."""
    rows, count = [], 0
    for number in range(_rows(chance)):
        cell = value(chance) if chance.random() < 0.9 else ""
        count += bool(cell)
        rows.append([f"D-{number:04d}", cell, chance.choice(COMMUNES), _sentence(chance)])
    return csv_bytes(["dossier", label, "secteur", "description"], rows), {kind: count} if kind else {}


def _texts(chance: random.Random, kind: str, value: Callable[[random.Random], str]) -> Made:
    """Return sentences, one in four with a value in it."""
    rows, count = [], 0
    for number in range(_rows(chance)):
        planted = chance.random() < 0.25
        count += planted
        end = f", {value(chance)}" + chance.choice((".", "", ", suite")) if planted else ""
        rows.append([f"D-{number:04d}", _sentence(chance) + end])
    return csv_bytes(["dossier", "objet"], rows), {kind: count} if kind else {}


def _sentence(chance: random.Random) -> str:
    return (
        f"{chance.choice(DEEDS)} {chance.choice(THINGS)}, séance du {chance.randrange(1, 29)}/{chance.randrange(1, 13)}"
    )


def nir(chance: random.Random) -> str:
    """Return a number of the social security with its key, Corsicans included, spaced or not."""
    place = chance.choice((f"{chance.randrange(1, 96):02d}", "2A", "2B", "22", "99"))
    body = f"{chance.choice('12')}{chance.randrange(30, 99)}{chance.randrange(1, 13):02d}{place}"
    body += f"{chance.randrange(1, 990):03d}{chance.randrange(1, 999):03d}"
    whole = body + stdnum_nir.calc_check_digits(body + "00")
    return chance.choice((whole, stdnum_nir.format(whole)))


def siret(chance: random.Random) -> str:
    body = f"{chance.randrange(10**7, 10**8)}"
    siren = body + luhn.calc_check_digit(body)
    head = siren + f"{chance.randrange(1, 60):04d}"
    return head + luhn.calc_check_digit(head)


def iban(chance: random.Random) -> str:
    body = f"{chance.randrange(10**22, 10**23)}"
    whole = f"FR{stdnum_iban.calc_check_digits('FR00' + body)}{body}"
    return chance.choice((whole, stdnum_iban.format(whole), whole.lower()))


def _number(*lengths: int) -> Callable[[random.Random], str]:
    return lambda chance: "".join(chance.choice("0123456789") for _ in range(chance.choice(lengths)))


def _look_alike_number(chance: random.Random) -> str:
    year = chance.randrange(2000, 2026)
    return chance.choice((
        siret(chance), siret(chance)[:9], f"{chance.randrange(1, 10**6)},{chance.randrange(100):02d}",
        f"{year}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}", f"22{chance.randrange(400):03d}",
        f"48.{chance.randrange(10**6):06d}", f"-2.{chance.randrange(10**6):06d}",
        f"22113_{chance.randrange(10**4):04d}_00012",
        f"{year}M{chance.randrange(10**5):05d}", f"{year}000{chance.randrange(10**8):08d}",
        f"022{chance.randrange(10**4):04d}K",
        f"{chance.getrandbits(128):032x}", f"W{chance.randrange(10**8, 10**9)}", f"36{chance.randrange(10**11):011d}",
        f"FR{chance.randrange(10**10, 10**11)}", f"RIB{chance.randrange(10**5)}", f"1{chance.randrange(10**13):013d}0",
    ))  # fmt: skip


def _phone(chance: random.Random) -> str:
    digits = chance.choice(("06", "07", "02", "02")) + f"{chance.randrange(10**8):08d}"
    pairs = [digits[start : start + 2] for start in range(0, 10, 2)]
    return chance.choice(
        (" ".join(pairs), ".".join(pairs), f"+33 {digits[1]} {' '.join(pairs[1:])}", "+33" + digits[1:])
    )


def _bare_phone(chance: random.Random) -> str:
    return "0" + chance.choice("2677") + f"{chance.randrange(10**8):08d}"


def _mail(chance: random.Random) -> str:
    name = f"{chance.choice(FIRST)}.{chance.choice(LAST)}".lower().replace(" ", "").replace("'", "")
    who = chance.choice((name, name.replace(".", ""), f"contact.{name}", "mairie", "ccas.plouha"))
    return f"{who}@{chance.choice(('orange.fr', 'gmail.com', 'lannion.bzh', 'cotesdarmor.fr', 'laposte.net'))}"


def _first_last(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def _last_first(chance: random.Random) -> str:
    return f"{chance.choice(LAST).upper()} {chance.choice(FIRST)}"


def _capitals(chance: random.Random) -> str:
    return _last_first(chance).upper()


def _civil(chance: random.Random) -> str:
    return f"{chance.choice(('M.', 'Mme', 'Monsieur', 'Madame'))} {chance.choice((_first_last, _last_first))(chance)}"


def _association(chance: random.Random) -> str:
    name = chance.choice((
        "Amicale {l}", "Association {f}", "Comité des fêtes de {c}", "Les amis de {f}", "Cercle celtique {l}",
        "Vélo club de {c}",
        "Union sportive {c}", "Bagad {c}", "APEL {s}", "Harmonie {s}", "La Jeanne d'Arc", "Foyer rural {c}", "Club {f}",
        "Ogec {s}", "{l} et fils SARL", "SCEA {l}", "Crédit Agricole", "Entreprise {f}", "Fondation {f}", "Team {l}",
    ))  # fmt: skip
    said = name.format(
        l=chance.choice(LAST), f=_first_last(chance), c=chance.choice(COMMUNES), s=f"Sainte-{chance.choice(FIRST)}"
    )
    return chance.choice((said, said.upper()))


def _street(chance: random.Random) -> str:
    kind = chance.choice(
        ("rue", "avenue", "place", "allée", "impasse", "école", "collège", "salle", "stade", "Rue", "Place")
    )
    return f"{kind} {chance.choice((_first_last, _civil, _last_first))(chance)}"


def _office(chance: random.Random) -> str:
    return chance.choice((
        "Madame la Maire expose", "avis de Monsieur le Préfet", "Mme la Présidente rappelle", "M. le Maire propose",
        "M. Le Maire", "Mesdames et Messieurs", "rapport de Mme l'adjointe", "Monsieur le trésorier",
        "place de Mme Curie",
        "collège Monsieur Vincent", "lot 3 M",
    ))  # fmt: skip


def _birth(chance: random.Random) -> str:
    return f"{chance.randrange(1, 29):02d}/{chance.randrange(1, 13):02d}/{chance.randrange(1935, 2012)}"


def _session(chance: random.Random) -> str:
    return f"{chance.randrange(1, 29):02d}/{chance.randrange(1, 13):02d}/{chance.randrange(2018, 2026)}"


def _born(chance: random.Random) -> str:
    day, year = chance.randrange(1, 29), chance.randrange(1935, 2012)
    return chance.choice(
        (f"né le {_birth(chance)}", f"née le {day} {chance.choice(MONTHS)} {year}", f"né(e) le {_birth(chance)}")
    )


def _plate(chance: random.Random, between: tuple[str, ...] = ("-", "-", " ", "")) -> str:
    letters = "".join(chance.choices("ABCDEFGHJKLMNPQRSTVWXYZ", k=4))
    return chance.choice(between).join((letters[:2], f"{chance.randrange(1, 999):03d}", letters[2:]))


def _plate_with_dashes(chance: random.Random) -> str:
    return _plate(chance, ("-",))


def _reference(chance: random.Random) -> str:
    return chance.choice(
        (f"AB-{chance.randrange(999):03d}-CD", f"DE-{chance.randrange(999):03d}-ZZ", f"{chance.randrange(999)} AB 22")
    )


def _grants(chance: random.Random) -> Made:
    """Return grants to organisations and, now and then, to a person without identifier."""
    names = Catalogue.bundled().get("scdl/subventions").field_names
    rows, count = [], 0
    for _ in range(_rows(chance)):
        person = chance.random() < 0.2
        count += person
        who = chance.choice((_civil, _last_first, _first_last, _capitals)) if person else _association
        number = "" if person or chance.random() < 0.4 else siret(chance)
        cells = dict.fromkeys(names, "") | {
            "nomAttribuant": "Lannion",
            "dateConvention": "2024-01-05",
            "montant": "900",
        }
        rows.append(list((cells | {"nomBeneficiaire": who(chance), "idBeneficiaire": number}).values()))
    return csv_bytes(names, rows), {"natural-person-grant": count}


def _mixed(chance: random.Random) -> Made:
    rows = [[_first_last(chance) if chance.random() < 0.6 else _association(chance)] for _ in range(_rows(chance))]
    return csv_bytes(["nom"], rows), {"person-name": len(rows)}


def _agents(chance: random.Random) -> Made:
    """Return a table of people with everything that should not be there."""
    rows = []
    for _ in range(_rows(chance)):
        address = f"{chance.randrange(1, 80)} rue {_first_last(chance)}"
        rows.append([chance.choice(LAST), chance.choice(FIRST), _birth(chance), chance.choice(COMMUNES), address])
    count = len(rows)
    truth = dict.fromkeys(("birth-date", "birth-place", "home-address"), count) | {"person-name": 2 * count}
    return csv_bytes(["Nom", "Prénom", "Né(e) le", "Lieu de naissance", "Adresse"], rows), truth | {
        "reidentification": 1
    }


def _care(chance: random.Random) -> Made:
    rows = [[_last_first(chance), chance.choice(("APA", "PCH", "RSA"))] for _ in range(_rows(chance))]
    return csv_bytes(["Bénéficiaire", "Aide sociale"], rows), {"sensitive": len(rows)}


def _people(chance: random.Random) -> Made:
    rows = [
        [str(chance.randrange(3, 99)), chance.choice("HF"), chance.choice(COMMUNES)] for _ in range(_rows(chance) * 5)
    ]
    return csv_bytes(["age", "sexe", "commune"], rows), {"reidentification": 1}


def _counts(chance: random.Random) -> Made:
    rows = [[f"{age}-{age + 9} ans", sex, str(chance.randrange(900))] for age in range(0, 90, 10) for sex in "HF"]
    return csv_bytes(["tranche d'âge", "sexe", "effectif"], rows), {}


def _babies(chance: random.Random) -> Made:
    rows = [["Lannion", "22113", chance.choice("FG"), first, "3", "2024"] for first in chance.sample(FIRST, 20)]
    names = Catalogue.bundled().get("scdl/prenoms").field_names
    return csv_bytes(names, rows), {}


def _facilities(chance: random.Random) -> Made:
    rows = [
        [
            f"E{number}",
            _first_last(chance),
            f"{chance.randrange(1, 80)} {_street(chance)}",
            chance.choice(COMMUNES),
            "48.5",
            "-3.1",
        ]
        for number in range(_rows(chance))
    ]
    return csv_bytes(["id", "nom de l'équipement", "adresse", "commune", "latitude", "longitude"], rows), {}


def _workbook(chance: random.Random) -> Made:
    code = chance.choice(("hidden-sheet", "hidden-list", "hidden-rows", "hidden-columns", "comments", "author"))
    return chance.choice(privacy_samples.SAMPLES[code][0]), {
        "hidden-content": 2 if code in ("hidden-sheet", "hidden-list") else 1
    }


def _open_workbook(chance: random.Random) -> Made:
    code = chance.choice(("hidden-sheet", "hidden-list", "hidden-rows", "author"))
    return privacy_samples.SAMPLES[code][1][0], {}


def _column(label: str, kind: str, value: Callable[[random.Random], str]) -> Callable[[random.Random], Made]:
    return lambda chance: _table(chance, label, kind, value)


def _text(kind: str, value: Callable[[random.Random], str]) -> Callable[[random.Random], Made]:
    return lambda chance: _texts(chance, kind, value)


SORTS: Mapping[str, Callable[[random.Random], Made]] = {
    "NIR in a column": _column("matricule", "nir", nir),
    "NIR in a text": _text("nir", nir),
    "SIRET, dates, codes, UUID, market numbers": _column("référence", "", _look_alike_number),
    "numbers of 13 to 16 digits": _column("numéro", "", _number(13, 14, 15, 16)),
    "IBAN in a column": _column("compte", "iban", iban),
    "IBAN in a text": _text("iban", iban),
    "telephones, written": _column("joignable", "phone", _phone),
    "telephones, bare, in a column named so": _column("Téléphone", "phone", _bare_phone),
    "telephones in a text": _text("phone", _phone),
    "telephones, bare, no telling label": _column("joignable", "phone", _bare_phone),
    "ten digits": _column("numéro", "", lambda chance: "0" + _number(9)(chance)),
    "e-mail in a column": _column("courriel", "email", _mail),
    "e-mail in a text": _text("email", _mail),
    "names, first name first": _column("responsable", "person-name", _first_last),
    "names, first name first, no telling label": _column("intitulé", "person-name", _first_last),
    "names, family name first": _column("intitulé", "person-name", _last_first),
    "names in capitals": _column("agent", "person-name", _capitals),
    "names with civility": _column("signataire", "person-name", _civil),
    "civility and name in a text": _text("person-name", lambda chance: f"aide à {_civil(chance)}"),
    "name in a text, without civility": _text("person-name", lambda chance: f"aide à {_first_last(chance)}"),
    "people and organisations mixed": _mixed,
    "associations and firms": _column("tiers payé", "", _association),
    "streets and buildings": _column("lieu-dit", "", _street),
    "offices and roads in a text": _text("", _office),
    "births in a column": _column("date_naissance", "birth-date", _birth),
    "births in a text": _text("birth-date", _born),
    "dates of meetings": _column("date", "", _session),
    "plates in a column named so": _column("Immatriculation", "plate", _plate),
    "plates, no telling label": _column("matériel", "plate", _plate_with_dashes),
    "references like plates": _column("référence", "", _reference),
    "grants": _grants,
    "agents": _agents,
    "social aid": _care,
    "people without names": _people,
    "counts of people": _counts,
    "first names of the new-born": _babies,
    "facilities named after people": _facilities,
    "workbooks that hide something": _workbook,
    "workbooks that hide nothing": _open_workbook,
}
"""Sorts of files, by name."""
