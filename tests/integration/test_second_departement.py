"""Another département is another folder: its name, its map, its colours, and nothing left of the first one."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from ckanext.cotesdarmor.core.territory import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
DEPARTEMENT, EPCI = "225300011", "200083392"
COMMUNES = {
    "53130": ("215301300", "Laval"),
    "53054": ("215300542", "Changé"),
    "53201": ("215302019", "Saint-Berthevin"),
}
FIRST = ("Armor", "00537a", "222200016", "Saint-Brieuc", "cotes-d-armor")
# What the portal of the second département shows, told by a process that knows no other.
PROGRAM = """
import json
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.tests.helpers import CKANTestApp

app = make_app(load_config())
client = CKANTestApp(app)
site = {"ignore_auth": True}
with app._wsgi_app.test_request_context():
    site["user"] = tk.get_action("get_site_user")(dict(site), {})["name"]
    made = tk.get_action("cotesdarmor_organization_ensure")(dict(site), {"sirens": SIRENS})
    listed = tk.get_action("territory_list")({}, {})
    model.Session.remove()
pages = {path: client.get(path).get_data(as_text=True) for path in PATHS}
with app._wsgi_app.test_request_context():
    for one in made:
        tk.get_action("organization_delete")(dict(site), {"id": one["id"]})
        tk.get_action("organization_purge")(dict(site), {"id": one["id"]})
print("ANSWER" + json.dumps({"made": made, "listed": listed, "pages": pages}))
"""
PATHS = (
    "/", "/en/", "/dataset/", "/organization/", "/organization/changes", "/collectivites", "/collectivite/215301300",
    "/page/mentions-legales", "/about", "/user/login", "/catalog.xml", "/instance/theme.css", "/instance/logo.svg",
    "/rien", "/robots.txt",
)  # fmt: skip


def _square(west: float, south: float, side: float) -> dict[str, Any]:
    corners = [(0, 0), (side, 0), (side, side), (0, side), (0, 0)]
    return {"type": "Polygon", "coordinates": [[[west + x, south + y] for x, y in corners]]}


def _layer(path: Path, outlines: dict[str, tuple[str, dict[str, Any]]], like: Path) -> None:
    """Write outlines with the properties that the shipped ones have."""
    names = list(json.loads(like.read_text("utf-8"))["features"][0]["properties"])
    features = []
    for code, (name, geometry) in outlines.items():
        values = dict(zip(names, (code, name, EPCI), strict=False))
        features.append({"type": "Feature", "properties": values, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance of la Mayenne: three communes, one EPCI, a title and colours of its own."""
    made = tmp_path_factory.mktemp("mayenne")
    shipped = ROOT / "ckanext" / "cotesdarmor" / "instances" / "cotes-darmor" / "territory"
    names = ("tagline", "introduction", "footer")
    texts = {name: {"fr": f"{name} de la Mayenne", "en": f"{name} of Mayenne"} for name in names}
    (made / "instance.yaml").write_text(
        yaml.safe_dump(
            {
                "departement": {"code": "53", "name": "Mayenne", "siren": DEPARTEMENT},
                "default_locale": "fr",
                "contact": {
                    "name": "Mission données", "email": "donnees@mayenne.example", "address": "Laval",
                    "website": "https://mayenne.example",
                },
                "colours": {
                    "primary": "#7a1f00", "primary_dark": "#4d1400", "accent": "#a03000", "background": "#ffffff",
                    "text": "#222222",
                },
                "title": {"fr": "Données de la Mayenne", "en": "Data of Mayenne"},
                **texts,
            },
            allow_unicode=True,
        ),
        "utf-8",
    )  # fmt: skip
    (made / "pages").mkdir()
    for name in ("mentions-legales", "accessibilite", "donnees-personnelles"):
        (made / "pages" / f"{name}.fr.md").write_text(f"# {name}\n\nÉcrit en Mayenne.\n", "utf-8")
    territory = made / "territory"
    territory.mkdir()
    with (territory / "register.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        common = {"population": "1000", "population_year": "2023", "seat_in_territory": "1"}
        rows.writerow({"kind": "departement", "siren": DEPARTEMENT, "insee": "53", "name": "Mayenne", **common})
        rows.writerow({"kind": "epci", "siren": EPCI, "name": "Laval Agglomération", "category": "CA", **common})
        for insee, (siren, name) in COMMUNES.items():
            epci = {"epci_siren": EPCI, "postcodes": "53000"}
            rows.writerow({"kind": "commune", "siren": siren, "insee": insee, "name": name, **common, **epci})
    squares = {code: (COMMUNES[code][1], _square(-0.8 + n / 10, 48.0, 0.1)) for n, code in enumerate(COMMUNES)}
    _layer(territory / "communes.geojson", squares, shipped / "communes.geojson")
    whole = _square(-0.8, 48.0, 0.3)
    _layer(territory / "epci.geojson", {EPCI: ("Laval Agglomération", whole)}, shipped / "epci.geojson")
    _layer(territory / "departement.geojson", {"53": ("Mayenne", whole)}, shipped / "departement.geojson")
    return made


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What the second portal has answered, asked once."""
    return {}


@pytest.fixture
def second(folder: Path, answers: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a portal of that folder answers."""
    if not answers:
        request.getfixturevalue("clean_db")
        answers.update(_ask(folder))
    return answers


def _ask(folder: Path) -> dict[str, Any]:
    ini = folder / "portal.ini"
    ini.write_text(
        textwrap.dedent(f"""
        [app:main]
        use = config:{os.environ["CKAN_INI"]}
        ckanext.cotesdarmor.instance = {folder}
        """),
        "utf-8",
    )
    program = f"SIRENS = {[siren for siren, _name in COMMUNES.values()]!r}\nPATHS = {PATHS!r}\n{PROGRAM}"
    environ = {**os.environ, "CKAN_INI": str(ini)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.partition("ANSWER")[2])


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_left_of_the_first_departement(second: dict[str, Any], path: str) -> None:
    """Neither its name nor its colour nor its SIREN stands in the code."""
    page = second["pages"][path]
    for part in ("/api/3", "cotesdarmor_", "cotesdarmor/"):
        page = page.replace(part, "")
    assert [word for word in FIRST if word.lower() in page.lower()] == []


def test_home_names_and_draws_the_second(second: dict[str, Any]) -> None:
    """Title, figures and map are those of the folder."""
    home = second["pages"]["/"]
    title = home.partition("<title>")[2].partition("</title>")[0]
    assert title.strip() == "Accueil - Données de la Mayenne"
    assert home.count("<path") >= len(COMMUNES)
    assert "Laval" in home


def test_colours_are_its_own(second: dict[str, Any]) -> None:
    """The style sheet and the logo take them from the folder."""
    assert "--portal-primary: #7a1f00" in second["pages"]["/instance/theme.css"]
    assert "#7a1f00" in second["pages"]["/instance/logo.svg"]


def test_register_and_organisations_are_its_own(second: dict[str, Any]) -> None:
    """The register lists five collectivités, and its communes become organisations."""
    assert {one["siren"] for one in second["listed"]} == {DEPARTEMENT, EPCI, *(siren for siren, _ in COMMUNES.values())}
    assert {one["name"] for one in second["made"]} == {"laval", "change", "saint-berthevin"}


def test_feed_is_published_by_the_second(second: dict[str, Any]) -> None:
    """The catalogue bears its title and its publisher."""
    feed = second["pages"]["/catalog.xml"]
    assert "Données de la Mayenne" in feed
    assert DEPARTEMENT in feed
