"""Files of délibérations for the benchmark: the same seed gives the same bytes."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

LABELS = (
    "COLL_NOM", "COLL_SIRET", "DELIB_ID", "DELIB_DATE", "DELIB_MATIERE_CODE", "DELIB_MATIERE_NOM", "DELIB_OBJET",
    "BUDGET_ANNEE", "BUDGET_NOM", "PREF_ID", "PREF_DATE", "VOTE_EFFECTIF", "VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE",
    "VOTE_ABSTENTION", "DELIB_URL",
)  # fmt: skip
MATIERES = (
    ("1.1", "Commande publique/Marchés publics"), ("2.1", "Urbanisme/Documents d'urbanisme"),
    ("3.1", "Domaine et patrimoine/Acquisitions"), ("4.1", "Fonction publique/Personnel titulaire"),
    ("5.2", "Institutions et vie politique/Fonctionnement des assemblées"),
    ("7.1", "Finances locales/Décisions budgétaires"),
    ("7.5", "Finances locales/Subventions"), ("8.8", "Domaines de compétences par thèmes/Environnement"),
)  # fmt: skip
THINGS = ("l'école", "la salle des fêtes", "la voirie", "la médiathèque", "le camping", "le réseau d'eau")
DEEDS = ("Travaux à", "Subvention pour", "Tarifs de", "Convention relative à", "Acquisition de terrain pour")


def siret(number: int) -> str:
    """Return a SIRET with its two keys right."""
    start = f"{21_000_000 + number:08d}"
    head = start + _key(start)
    body = head + "0001"
    return body + _key(body)


def _key(digits: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def deliberations(rows: int, *, wrong: bool, hard: bool, seed: int = 4) -> Iterator[list[str]]:
    """Yield the rows of a file; `wrong` plants errors in one of 125, `hard` many values and line ends in cells."""
    chance = random.Random(seed)
    publishers = [(f"Kerhuon-{number}", siret(number)) for number in range(20_000 if hard else 350)]
    for number in range(rows):
        name, number_of = publishers[chance.randrange(len(publishers))]
        code, matter = MATIERES[chance.randrange(len(MATIERES))]
        year, month, day = 2018 + number % 7, 1 + chance.randrange(12), 1 + chance.randrange(28)
        members = 11 + 4 * chance.randrange(8)
        voting = members - chance.randrange(3)
        against, silent = (0, 0) if chance.random() < 0.8 else (chance.randrange(4), chance.randrange(3))
        subject = f"{chance.choice(DEEDS)} {chance.choice(THINGS)}, dossier {number} de la séance du {day}/{month}"
        if hard and number % 3 == 0:
            subject = f'{subject}\ndit "{chance.choice(THINGS)}", suite'
        date = f"{year}-{month:02d}-{day:02d}"
        row = [
            name, number_of, f"{year}-DEL-{number:07d}", date, code, matter, subject,
            f"{year}/{year + 1}", "Budget principal",
            f"022-{number_of}-{year}{month:02d}{day:02d}-DEL{number}-DE", date, str(members), str(voting),
            str(voting - against - silent), str(against), str(silent), f"https://exemple.fr/d/{year}/{number}.pdf",
        ]  # fmt: skip
        if wrong and chance.random() < 0.008:
            _spoil(row, chance)
        yield row


def _spoil(row: list[str], chance: random.Random) -> None:
    """Plant one of the errors that real files have."""
    position, value = chance.choice((
        (1, "21220113100018"), (1, "212 201 131 00019"), (3, "31/12/2023"), (4, "7"), (5, "Finances"), (6, ""),
        (7, "2024_2025"),
        (8, ""), (10, "2001-01-01"), (11, "1"), (11, "douze"), (13, "999"), (14, "-"), (15, ""),
    ))  # fmt: skip
    row[position] = value


def write_xlsx(path: Path, rows: int) -> Path:
    """Write a workbook with the same rows, every cell as text, unless it is there."""
    if not path.exists():
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, cells in enumerate([LABELS, *deliberations(rows, wrong=True, hard=False)]):
                for column, cell in enumerate(cells):
                    sheet.write_string(number, column, cell)
    return path


def write(path: Path, rows: int, *, wrong: bool = True, hard: bool = False, seed: int = 4) -> Path:
    """Write a file unless it is there."""
    if not path.exists():
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(LABELS)
            writer.writerows(deliberations(rows, wrong=wrong, hard=hard, seed=seed))
    return path
