"""For each code of the privacy scan, files in which it is found and files that look alike."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import openpyxl
from openpyxl.comments import Comment

from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.core.template import xlsx_template

NIR = "295109912611193"
NIR_WRITTEN = "2 95 10 99 126 111 93"
NIR_CORSICA = "253072A07300443"
IBAN = "FR76 3000 6000 0112 3456 7890 189"
FACILITY = "scdl/equipements"


def csv_bytes(labels: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a table as CSV; a second column at least, so that the separator is known."""
    table = [[*labels, "etat"], *[[*row, "x"] for row in rows]]
    return "".join(";".join(f'"{cell}"' for cell in row) + "\n" for row in table).encode()


def column(label: str, *cells: str) -> bytes:
    """Return a table of one column that matters."""
    return csv_bytes([label], [[cell] for cell in cells])


def book(change: Callable[[openpyxl.Workbook], object], creator: str = "openpyxl") -> bytes:
    """Return a workbook with a small table and what a function does to it."""
    made = openpyxl.Workbook()
    made.properties.creator = creator
    for row in (["lieu", "nombre"], ["Lannion", 3], ["Paimpol", 4]):
        made.active.append(row)
    change(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _second(made: openpyxl.Workbook, state: str, width: int) -> None:
    sheet = made.create_sheet("Feuille2")
    sheet.sheet_state = state
    for row in (["lieu", "nombre"], ["Ploumanac'h", 5], ["Plouha", 6]):
        sheet.append(row[:width])


def _far(made: openpyxl.Workbook, line: int) -> None:
    sheet = made.create_sheet("Feuille2")
    sheet.append(["lieu", "nombre"])
    sheet.cell(line, 1, "loin")


def _hide(made: openpyxl.Workbook, rows: bool) -> None:
    if rows:
        made.active.row_dimensions[2].hidden = True
    else:
        made.active.column_dimensions["B"].hidden = True


def _comment(made: openpyxl.Workbook) -> None:
    made.active["A2"].comment = Comment("à vérifier", "Anne")


def _facility(**cells: str) -> bytes:
    schema = Catalogue.bundled().get(FACILITY)
    row = dict.fromkeys(schema.field_names, "") | cells
    return csv_bytes(list(row), [list(row.values())] * 3)


def _grant(name: str, siret: str = "", rna: str = "") -> bytes:
    schema = Catalogue.bundled().get("scdl/subventions")
    row = dict.fromkeys(schema.field_names, "") | {
        "nomAttribuant": "Lannion", "nomBeneficiaire": name, "idBeneficiaire": siret, "rnaBeneficiaire": rna,
        "montant": "900",
    }  # fmt: skip
    return csv_bytes(list(row), [list(row.values())])


def _grants(rows: Sequence[tuple[str, str]]) -> bytes:
    """Return grants to several beneficiaries with their SIRET."""
    return csv_bytes(["bénéficiaire", "siret", "montant"], [[name, siret, "900"] for name, siret in rows])


def people(rows: int, years: int = 60) -> bytes:
    """Return one row per person with its year of birth, sex and commune."""
    return csv_bytes(
        ["annee_naissance", "sexe", "code_commune"],
        [[str(1940 + n % years), "HF"[n // years % 2], f"22{n // years // 2 % 3:03d}"] for n in range(rows)],
    )


_NAMES = ("LE GOFF Yann", "MORVAN Anne", "QUERE Erwan", "LE BRAS Soizic")
_ANYBODY = ("Yann Le Goff", "Anne Morvan", "Jean Quere", "Marie Le Bras")
_BIRTHS = ("12/03/1951", "01/12/1988", "30/06/2002", "14/07/1975")

SAMPLES: dict[str, tuple[list[bytes], list[bytes]]] = {
    "nir": (
        [
            column("code", NIR),
            column("remarque", f"assuré {NIR_WRITTEN}, clos"),
            column("nir", NIR_CORSICA, "123456789012345"),
            column("n° de sécurité sociale", "1 85 05 78 006 084"),
        ],
        [
            column("siret", "21220113500015", "82379887100013"),
            column("code", "295109912611194", "201900056462300"),
            # One in a hundred fifteen-digit numbers has a key that is right.
            column("numero", NIR, *[f"1850378{number:08d}" for number in range(300)]),
            column("EAN", "1850578006084", "3600550123456"),
            column("parcelle", "22113000AB0123", "2 95 10 99 126 111 94"),
        ],
    ),
    "iban": (
        [column("rib", IBAN), column("note", f"virement sur {IBAN.replace(' ', '')} avant juin")],
        [column("rib", "FR76 3000 6000 0112 3456 7890 188"), column("reference", "DE12ABCD34567890123456")],
    ),
    "iban-supplier": ([column("IBAN du fournisseur", IBAN)], [column("fournisseur", "FR2112345678901")]),
    "phone-mobile": (
        [
            column("contact", "06 12 34 56 78", "+33 7 12 34 56 78"),
            column("tel_elu", "0612345678"),
            column("objet", "joindre le 0612345678"),
        ],
        [column("code", "0612345678"), column("siret", "061234567890123"), column("montant", "06 12")],
    ),
    "phone-landline": ([column("tel", "02.96.62.62.22")], [column("liste", "02 96 62 62 22 18")]),
    "email-personal": (
        [column("mail", "yann.legoff@orange.fr")],
        [column("mail", "mairie.plouha@orange.fr", "@orange.fr", "ccas22@wanadoo.fr")],
    ),
    "email-named": ([column("objet", "écrire à yann.legoff@lannion.bzh")], [column("mail", "service.eau@lannion.bzh")]),
    "email-generic": ([column("mail", "contact@lannion.bzh")], [column("compte", "@lannion")]),
    "person-name": (
        [
            column("intitulé", *_NAMES),
            column("nom", *_ANYBODY),
            csv_bytes(["nom", "prenom"], [["Goff", "Soizic"], ["Quere", "Maë"]]),
            column("Maire", "M. Le Goff", "Mme Quere"),
            csv_bytes(["LE GOFF", "Yann"], [["MORVAN", "Anne"], ["QUERE", "Jean"], ["LE BRAS", "Marie"]]),
        ],
        [
            column("nom", "Amicale laïque", "Comité des fêtes", "Vélo Club Jean Morvan"),
            column("voie", "rue Jean Jaurès", "Anne de Bretagne", "place Yann Le Goff"),
            csv_bytes(["prenom", "nombre"], [["Yann", "3"], ["Anne", "4"]]),
            column("commune", "Saint-Brieuc", "Perros Guirec", "Pont Aven"),
            column("contact", "yann.legoff@mairie.example", "anne.quere@mairie.example", "marie@mairie.example"),
            _facility(EQUIP_NOM="Jean Morvan"),
        ],
    ),
    "person-name-text": (
        [column("objet", "Secours à Mme Anne Quere pour son loyer"), column("objet", "Bail de M. LE GOFF")],
        [
            column("objet", "Madame la Maire expose", "Monsieur Le Maire propose", "avis de M. le Préfet"),
            column("objet", "travaux rue de Madame Curie", "école Monsieur Vincent"),
            column("objet", "lot 3 M", "RAM Bourg", "SIVOM. Lannion"),
        ],
    ),
    "sensitive": (
        [csv_bytes(["nom", "prenom", "handicap"], [["Goff", "Yann", "oui"]])],
        [
            column("handicap", "oui"),
            csv_bytes(["nom", "prenom", "accès handicap"], [["Goff", "Yann", "oui"]]),
            csv_bytes(["nom", "prenom", "syndicat"], [["Goff", "Yann", "SDE 22"]]),
        ],
    ),
    "birth-date": (
        [
            column("Date de naissance", *_BIRTHS),
            column("né(e) le", "1951-03-12"),
            column("Naissance", "12/03/51", "1er mars 1988"),
            column("dateNaissance", "01.12.1988"),
        ],
        [
            column("date", *_BIRTHS),
            column("annee_naissance", "1951", "1988"),
            csv_bytes(["nombre de naissances", "date"], [["12", "2024-01-01"]]),
            column("lieu_naissance", "Lannion"),
        ],
    ),
    "birth-date-likely": (
        [csv_bytes(["agent", "date"], list(zip(_NAMES, _BIRTHS, strict=True)))],
        [csv_bytes(["agent", "date"], [[name, f"2024-0{month}-01"] for month, name in enumerate(_NAMES, 1)])],
    ),
    "birth-date-text": (
        [column("objet", "aide à un enfant né le 12/03/2015"), column("objet", "veuve, née le 1er mars 1941")],
        [column("objet", "délibération du 12/03/2015", "journée le 12/03/2015")],
    ),
    "birth-place": (
        [csv_bytes(["nom", "prenom", "lieu de naissance"], [["Goff", "Yann", "Brest"]])],
        [column("lieu de naissance", "Brest"), csv_bytes(["nom", "prenom", "lieu"], [["Goff", "Yann", "Brest"]])],
    ),
    "home-address": (
        [csv_bytes(["nom", "prenom", "adresse"], [["Goff", "Yann", "12 rue des Ormes"]])],
        [csv_bytes(["equipement", "adresse"], [["Salle des fêtes", "12 rue des Ormes"]])],
    ),
    "plate": (
        [
            column("immatriculation", "AB-123-CD", "1234 XY 22"),
            column("véhicule", "AB-123-CD", "EF-456-GH", "JK-789-LM"),
            column("objet", "cession du véhicule AB-123-CD"),
        ],
        [
            column("reference", "AB-123-CD", "AB-124-CD", "AB-125-CE"),
            column("objet", "parcelle AB-123-CD"),
            column("marque", "véhicule IO-123-UU"),
        ],
    ),
    "natural-person-grant": (
        [
            _grant("Mme Anne Quere"),
            _grant("LE GOFF Yann"),
            _grants([("QUERE ANNE", ""), ("AMICALE", "78247179100015"), ("BAGAD", "78247179100015")]),
            csv_bytes(["bénéficiaire", "montant"], [["M. Quere", "500"], ["Ville", "20"]]),
        ],
        [
            _grant("AMICALE LAIQUE"),
            _grant("Jeanne d'Arc", "78247179100015"),
            _grant("JEANNE D'ARC DE VITRE"),
            _grant("Les amis de Jean Morvan"),
            _grant("QUERE ANNE", "78247179100015"),
            csv_bytes(["bénéficiaire", "couleur"], [["M. Quere", "rouge"]]),
        ],
    ),
    "natural-person-grant-likely": (
        [_grant("QUERE ANNE"), _grants([("Anne Quere", ""), ("AMICALE", "")])],
        [_grant("PETITES REVERIES"), _grants([("Anne Quere", "78247179100015"), ("AMICALE", "")])],
    ),
    "natural-person-grant-registered": (
        [_grant("M. Yann Quere", "78247179100015")],
        [_grant("Yann Quere SARL", "78247179100015"), _grant("M. le Maire", "78247179100015")],
    ),
    "hidden-sheet": (
        [book(lambda made: _second(made, "hidden", 2)), book(lambda made: _second(made, "veryHidden", 2))],
        [book(lambda made: _second(made, "visible", 2)), xlsx_template(Catalogue.bundled().get(FACILITY))],
    ),
    "hidden-list": ([book(lambda made: _second(made, "hidden", 1))], [book(lambda made: _second(made, "visible", 1))]),
    "hidden-rows": ([book(lambda made: _hide(made, True))], [book(lambda made: None)]),
    "hidden-columns": ([book(lambda made: _hide(made, False))], [book(lambda made: None)]),
    "comments": ([book(_comment)], [book(lambda made: None)]),
    "author": (
        [book(lambda made: None, "Yann Le Goff")],
        [book(lambda made: None, "Mairie de Plouha"), book(lambda made: None, "Utilisateur Windows")],
    ),
    "unread-sheet": ([book(lambda made: _far(made, 900_000))], [book(lambda made: _far(made, 20))]),
    "reidentification": (
        [people(300), csv_bytes(["age", "sexe", "profession"], [[str(20 + n), "F", "agent"] for n in range(9)])],
        [
            people(360 * 6),
            csv_bytes(["age", "sexe", "nombre"], [[str(20 + n), "F", "3"] for n in range(9)]),
            csv_bytes(["equipement", "commune"], [[f"Salle {n}", f"22{n:03d}"] for n in range(9)]),
        ],
    ),
    "reidentification-safe": ([people(360 * 6)], [people(300)]),
}
"""By code: files where it is found, files where it is not."""
