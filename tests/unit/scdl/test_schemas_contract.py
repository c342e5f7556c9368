"""Each bundled schema has a file of its own that passes and one that fails where it was spoiled.

They are `samples/<owner>.<name>.passing.csv` and `.failing.csv`; in the latter, one cell of the second row is wrong.
A schema that is added without them fails here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.scdl.core.catalogue import Catalogue, Schema
from ckanext.scdl.core.engine import check

CATALOGUE = Catalogue.bundled()
SAMPLES = Path(__file__).parent / "samples"
FAULTS = {
    "atlasante/schema-dae": ("lat_coor1", "maximum"),
    "etalab/schema-bal": ("position", "enum"),
    "etalab/schema-irve-dynamique": ("etat_pdc", "enum"),
    "etalab/schema-irve-statique": ("coordonneesXY", "type-geopoint"),
    "etalab/schema-lieux-covoiturage": ("insee", "pattern"),
    "etalab/schema-stationnement": ("hauteur_max", "pattern"),
    "scdl/budget": ("BGT_NATDEC", "enum"),
    "scdl/catalogue": ("DATE_PUBL", "type-date"),
    "scdl/deliberations": ("DELIB_DATE", "type-date"),
    "scdl/equipements": ("COLL_SIRET", "siret"),
    "scdl/menus-collectifs": ("menuPlatAllergene", "type-array"),
    "scdl/plats-menus-collectifs": ("platProduitOGM", "type-boolean"),
    "scdl/prenoms": ("ENFANT_SEXE", "enum"),
    "scdl/subventions": ("montant", "type-number"),
}

every_schema = pytest.mark.parametrize("schema", CATALOGUE.all(), ids=lambda each: each.id)


def sample(schema: Schema, kind: str) -> bytes:
    """The bytes of a sample."""
    return (SAMPLES / f"{schema.id.replace('/', '.')}.{kind}.csv").read_bytes()


@every_schema
def test_the_passing_sample_passes(schema: Schema) -> None:
    """Recognised without help, valid, and without a wish to correct anything."""
    report = check(sample(schema, "passing"), CATALOGUE)
    assert (report.schema, report.version, report.status, report.rows) == (schema.id, schema.version, "valid", 3)
    assert [issue.code for issue in report.issues if issue.level == "error"] == []


@every_schema
def test_the_failing_sample_fails_where_it_was_spoiled(schema: Schema) -> None:
    """Recognised all the same, and the one fault is found, on its row."""
    report = check(sample(schema, "failing"), CATALOGUE)
    errors = [(issue.field, issue.code, issue.rows) for issue in report.issues if issue.level == "error"]
    assert (report.schema, report.status, errors) == (schema.id, "invalid", [(*FAULTS[schema.id], (3,))])


def test_there_is_no_sample_without_schema() -> None:
    """A sample that no schema uses is a mistake in its name."""
    stems = [schema.id.replace("/", ".") for schema in CATALOGUE.all()]
    wanted = {f"{stem}.{kind}.csv" for stem in stems for kind in ("passing", "failing")}
    assert {path.name for path in SAMPLES.iterdir()} == wanted
