"""A table is recognised by its headings as people write them, and by what its cells look like."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.scdl.core import headings
from ckanext.scdl.core.catalogue import Catalogue, Schema, build_schema

CATALOGUE = Catalogue.bundled()
PORTAL = {"label": {"fr": "Essai", "en": "Trial"}, "theme": "GOVE", "frequency": "ANNUAL"}

NATURAL = {
    "scdl/subventions": [
        "Nom de l'attribuant", "SIRET de l'attribuant", "Date de la convention", "Bénéficiaire",
        "N° SIRET du bénéficiaire", "Objet de la subvention", "Montant (en €)", "Nature",
        "Conditions de versement", "Date(s) de versement", "Pourcentage",
    ],
    "scdl/deliberations": [
        "Collectivité", "N° SIRET", "N° de délibération", "Date de séance", "Matière", "Objet de la délibération",
        "Date de réception en préfecture", "Nombre de votants", "Pour", "Contre", "Abstentions",
    ],
    "scdl/prenoms": ["Commune", "Code INSEE", "Sexe", "Prénom", "Nombre de naissances", "Année"],
    "scdl/equipements": [
        "Nom de la collectivité", "SIRET", "Identifiant de l'équipement", "Thème de l'équipement", "Type d'équipement",
        "Nom de l'équipement", "Numéro", "Adresse", "Code postal", "Commune", "Latitude", "Longitude", "Horaires",
    ],
    "scdl/budget": [
        "Type de document budgétaire", "Exercice", "SIRET", "Budget", "Chapitre", "Libellé du chapitre", "Code nature",
        "Libellé nature", "Section", "Dépense / recette", "Réalisé", "Montant prévu", "Type d'opération",
    ],
    "scdl/menus-collectifs": [
        "Collectivité", "SIRET de la collectivité", "Cuisine", "Cantine", "Type de restaurant", "Convives",
        "Date du menu", "Repas", "Type de plat", "Nom du plat", "Allergènes", "Texture du plat",
    ],
    "etalab/schema-irve-statique": [
        "Aménageur", "Opérateur", "Contact opérateur", "Enseigne", "Identifiant de la station", "Nom de la station",
        "Implantation", "Adresse de la station", "Coordonnées XY", "Nombre de points de charge",
        "Identifiant du point de charge", "Puissance nominale (kW)", "Prise type 2", "Chademo", "Paiement à l'acte",
        "Condition d'accès", "Horaires", "Accessibilité PMR", "Station deux roues", "Date de mise à jour",
    ],
    "etalab/schema-bal": [
        "uid_adresse", "Commune_INSEE", "Commune Nom", "voie_nom", "Numéro", "Suffixe", "Position", "X", "Y", "Long",
        "Lat", "Cad_parcelles", "Source", "Date_der_maj", "Certification commune",
    ],
    "etalab/schema-lieux-covoiturage": [
        "id_lieu", "Nom du lieu", "Adresse du lieu", "Commune", "Code INSEE", "Type", "Date maj", "Ouvert", "Source",
        "X Long", "Y Lat", "Nombre de places", "Nombre de places PMR", "Horaires", "Éclairage",
    ],
    "etalab/schema-stationnement": [
        "id", "Nom du parking", "Code INSEE", "Adresse du parking", "Type d'usagers", "Gratuit", "Nombre de places",
        "Places PMR", "Hauteur maximale", "SIRET du gestionnaire", "XLong", "YLat", "Tarif 1 heure",
    ],
    "atlasante/schema-dae": [
        "Nom du défibrillateur", "Latitude", "Longitude", "Voie", "Code postal", "Commune", "Environnement",
        "Accès libre", "disp_j", "disp_h", "Téléphone 1", "État de fonctionnement", "Fabricant", "Modèle",
        "N° de série", "Date de dernière maintenance", "SIREN de l'exploitant",
        "Nom de l'exploitant", "Téléphone de l'exploitant",
        "Email de l'exploitant",
    ],
}  # fmt: skip
BY_HAND = {
    "scdl/subventions": [
        ["Nom de l'association", "Objet", "Montant voté 2024", "Nature", "N° SIRET", "Date du conseil municipal"],
        ["Association", "Objet de la subvention", "Montant attribué", "Type", "SIRET", "Date de délibération"],
        ["Nom du bénéficiaire", "Numéro SIRET du bénéficiaire", "Objet de l'aide", "Montant (€)", "Nature de l'aide"],
    ],
    "scdl/deliberations": [["N° délibération", "Date", "Objet", "Pour", "Contre", "Abstention"]],
    "scdl/equipements": [
        ["Type d'équipement", "Nom de l'équipement", "Adresse", "Commune", "Latitude", "Longitude", "Téléphone"],
    ],
    "scdl/prenoms": [["Année", "Sexe", "Prénom", "Nombre"]],
}  # fmt: skip
"""A third of the columns, and nothing else: the tables of those who never saw the schema."""
OTHER_TABLES = [
    ["Association", "Adresse", "Téléphone", "Président", "Objet"],
    ["Date", "Montant", "Fournisseur", "Objet"],
    ["Bénéficiaire", "Objet", "Montant"],
    ["N° de marché", "Objet", "Attributaire", "SIRET", "Montant", "Nature", "Date de notification", "Lieu"],
    ["Date", "Entrée", "Plat", "Dessert"],
    ["Nom", "Adresse", "Commune", "Latitude", "Longitude", "Téléphone", "Capacité"],
    ["Séance", "Date", "Président", "Présents", "Absents", "Procurations"],
    ["Exercice", "Nature", "Fonction", "Libellé", "Montant"],
    ["Commune", "Année", "Population", "Naissances", "Décès"],
    ["Nom", "Prénom", "Date de naissance", "Adresse", "Code postal", "Ville", "Téléphone", "Courriel"],
    ["Date", "Heure", "Température", "Humidité", "Vent", "Pression"],
    ["id", "nom", "adresse", "commune", "latitude", "longitude", "url"],
    ["Mois", "Recettes", "Dépenses", "Solde"],
    ["N° de marché", "Objet", "Titulaire", "Montant", "Date de notification", "Procédure", "CPV"],
    ["Bureau de vote", "Inscrits", "Votants", "Exprimés", "Blancs", "Nuls", "Voix"],
    ["Ligne", "Arrêt", "Horaire", "Sens", "Longitude", "Latitude"],
    ["Essence", "Hauteur", "Circonférence", "Date de plantation", "Quartier"],
    ["a", "b", "c", "d"],
    ["", "", ""],
    ["x", "y"],
]


def schema(ident: str, fields: list[dict[str, Any]], version: str = "1.0") -> Schema:
    """A small schema with these columns."""
    return build_schema(ident, version, {"fields": fields, "x-portal": PORTAL})


@pytest.mark.parametrize("ident", NATURAL)
def test_natural_headings_are_recognised(ident: str) -> None:
    """The headings that a person writes in a spreadsheet lead to the schema."""
    found = CATALOGUE.detect(NATURAL[ident])
    assert [each.schema.id for each in found[:1]] == [ident]


@pytest.mark.parametrize(("ident", "labels"), [(ident, each) for ident, tables in BY_HAND.items() for each in tables])
def test_a_table_that_lacks_most_columns_is_recognised_by_those_it_has(ident: str, labels: list[str]) -> None:
    """Nobody who keeps a list of grants in a spreadsheet has sixteen columns."""
    assert [each.schema.id for each in CATALOGUE.detect(labels)[:1]] == [ident]


@pytest.mark.parametrize("ident", NATURAL)
def test_order_and_spelling_do_not_matter(ident: str) -> None:
    """Capitals, lost accents and another order change nothing in the answer."""
    plain = {233: "e", 232: "e", 201: "E", 234: "e"}
    shuffled = [label.translate(plain).upper() for label in reversed(NATURAL[ident])]
    assert CATALOGUE.detect(shuffled)[0].schema.id == ident


@pytest.mark.parametrize("labels", OTHER_TABLES, ids=lambda labels: "-".join(labels[:3]))
def test_a_table_of_another_kind_has_no_schema(labels: list[str]) -> None:
    """Common words such as name, address or amount are not enough."""
    assert CATALOGUE.detect(labels) == ()


@pytest.mark.parametrize("version", ["0.2.0", "0.5.0", "0.9.0", "1.2.0"])
def test_an_older_version_that_fits_better_is_said(version: str) -> None:
    """The schema is its latest version all the same; the older one is only named."""
    old = CATALOGUE.get("scdl/menus-collectifs", version)
    best = CATALOGUE.detect(old.field_names)[0]
    assert (best.schema.reference, best.version_hint) == ("scdl/menus-collectifs@1.2.3", version)
    assert best.confidence > 0.95


@pytest.mark.parametrize("reference", [each.reference for each in CATALOGUE.all()])
def test_the_latest_version_is_not_doubted_without_cause(reference: str) -> None:
    """A table with the columns and the examples of the latest version is given no other."""
    latest = CATALOGUE.resolve(reference)
    rows = [[field.example for field in latest.fields]]
    best = CATALOGUE.detect(latest.field_names, rows)[0]
    assert (best.schema.reference, best.version_hint, best.confidence) == (reference, None, 1.0)


def test_columns_that_came_later_tell_the_version() -> None:
    """A file made before two columns existed fits the last version without them."""
    best = CATALOGUE.detect(CATALOGUE.get("scdl/subventions", "2.0.0").field_names)[0]
    assert (best.schema.version, best.version_hint) == ("2.1.1", "2.0.2")


def test_cells_tell_near_schemas_apart() -> None:
    """With the same headings, the rows decide."""
    near = Catalogue([
        schema("a/couleurs", [{"name": "id"}, {"name": "nom"}, {"name": "c", "constraints": {"enum": ["rouge"]}}]),
        schema("a/nombres", [{"name": "id"}, {"name": "nom"}, {"name": "c", "type": "integer"}]),
    ])
    labels = ["id", "nom", "c"]
    assert near.detect(labels, [["1", "x", "Rouge"]])[0].schema.id == "a/couleurs"
    assert near.detect(labels, [["1", "x", "12"]])[0].schema.id == "a/nombres"


def test_cells_tell_versions_apart() -> None:
    """With the same headings, a list of values that changed gives the older version away."""
    versions = Catalogue(
        schema(
            "a/b",
            [{"name": "id"}, {"name": "nom"}, {"name": "etat", "constraints": {"enum": values}}],
            version,
        )
        for version, values in (("1.0", ["Neuf", "Usé"]), ("2.0", ["neuf", "usé"]))
    )
    best = versions.detect(["id", "nom", "etat"], [["1", "x", "Neuf"], ["2", "y", "Usé"]])[0]
    assert (best.schema.version, best.version_hint) == ("2.0", "1.0")
    assert versions.detect(["id", "nom", "etat"], [["1", "x", "neuf"]])[0].version_hint is None


def test_cells_of_another_kind_lower_confidence() -> None:
    """Right headings over wrong cells are believed less, and the order of candidates shows it."""
    labels = CATALOGUE.get("scdl/prenoms").field_names
    good = CATALOGUE.detect(labels, [["Lannion", "22113", "F", "Anna", "3", "2024"]])[0]
    bad = CATALOGUE.detect(labels, [["3", "Lannion", "2024", "F", "Anna", "22113"]])[0]
    assert good.confidence > bad.confidence >= 0.5


def test_a_candidate_says_which_column_is_which() -> None:
    """Positions lead to fields; what is left over and what lacks are named."""
    labels = ["Année de naissance", "Remarque", "Sexe", "PRENOM", "enfant_prenom", "Commune", "INSEE"]
    best = CATALOGUE.detect(labels)[0]
    assert best.columns == {0: "ANNEE", 2: "ENFANT_SEXE", 4: "ENFANT_PRENOM", 5: "COMMUNE_NOM", 6: "COLL_INSEE"}
    assert (best.extra, best.missing) == (("Remarque", "PRENOM"), ("NOMBRE_OCCURRENCES",))


def test_a_header_is_matched_to_a_chosen_schema() -> None:
    """The engine asks which heading names which column of a schema that it was given."""
    found = CATALOGUE.detector.match(CATALOGUE.get("scdl/subventions"), ["montant", "Bénéficiaire", "Autre"])
    assert found == {0: "montant", 1: "nomBeneficiaire"}


def test_the_nearest_schemas_are_named_when_none_fits() -> None:
    """Three schemas, those that share something first."""
    nearest = CATALOGUE.nearest(["VOTE_POUR", "VOTE_CONTRE", "autre chose", "encore"])
    assert (nearest[0].id, len(nearest)) == ("scdl/deliberations", 3)


def test_rows_may_be_ragged_or_hostile() -> None:
    """Short rows, huge cells and odd characters are looked at without harm."""
    labels = CATALOGUE.get("scdl/deliberations").field_names
    rows = [[], ["x" * 100_000], ["\x00", "０" * 40], ["é"] * 500] * 100
    assert CATALOGUE.detect(labels, rows)[0].schema.id == "scdl/deliberations"


@pytest.mark.parametrize("schema_", CATALOGUE.all(), ids=lambda each: each.id)
def test_other_names_lead_to_columns_that_exist(schema_: Schema) -> None:
    """Each schema has its file of other names; none is for an unknown column, none is claimed by two."""
    known = headings.aliases(schema_.id)
    assert known and set(known) <= set(schema_.field_names)
    claimed: dict[str, str] = {}
    for name, others in known.items():
        for key in {headings.keys(other)[0] for other in others}:
            assert claimed.setdefault(key, name) == name, f"{key} names {claimed[key]} and {name}"
