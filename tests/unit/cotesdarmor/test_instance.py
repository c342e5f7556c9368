"""Instances: the one that ships, and a small second one that the same code loads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import ckanext.cotesdarmor
from ckanext.cotesdarmor.core.instance import (
    COLOURS,
    LOCALES,
    PAGES,
    TEXTS,
    InstanceError,
    UnknownPage,
    load_instance,
)
from ckanext.cotesdarmor.core.outlines import load_outlines, svg_map
from ckanext.cotesdarmor.core.territory import COLUMNS, load_territory

SHIPPED = Path(ckanext.cotesdarmor.__file__).parent / "instances" / "cotes-darmor"
SETTINGS = {
    "departement": {"code": "99", "name": "Val-Essai", "siren": "222900011"},
    "default_locale": "fr",
    "title": {"fr": "Données du Val-Essai"},
    "tagline": {"fr": "Trois communes", "en": "Three communes"},
    "introduction": {"fr": "Bienvenue"},
    "footer": {"fr": "Département du Val-Essai"},
    "contact": {
        "name": "Service",
        "email": "donnees@val-essai.example",
        "address": "1 place du Pont",
        "website": "https://val-essai.example",
    },
    "colours": dict.fromkeys(COLOURS, "#123456"),
}
REGISTER = f"""{",".join(COLUMNS)}
departement,222900011,99,Département du Val-Essai,,600,2023,,1,,,
epci,200068989,,Val Communauté,CC,600,2023,,1,,,
commune,212200018,99001,Amont,,100,2023,200068989,1,99100,,
commune,212200026,99002,Aval,,200,2023,200068989,1,99100,,
commune,212200166,99003,L'Étang,,300,2023,200068989,1,99200,99004,99004:Le Gué
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """A département of three communes and one EPCI."""
    (tmp_path / "instance.yaml").write_text(yaml.safe_dump(SETTINGS, allow_unicode=True), encoding="utf-8")
    (tmp_path / "pages").mkdir()
    for name in PAGES:
        (tmp_path / "pages" / f"{name}.fr.md").write_text(f"# Titre de {name}\n\nTexte.\n", encoding="utf-8")
    (tmp_path / "territory").mkdir()
    (tmp_path / "territory" / "register.csv").write_text(REGISTER, encoding="utf-8")
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"9900{place}", "name": f"Commune {place}"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[place, 45], [place + 1, 45], [place + 1, 46], [place, 46], [place, 45]]],
            },
        }
        for place in (1, 2, 3)
    ]
    (tmp_path / "territory" / "communes.geojson").write_text(json.dumps({"features": features}))
    return tmp_path


def rewrite(folder: Path, path: str, value: object) -> None:
    """Change one key of instance.yaml, given by its path with dots; None removes it."""
    settings = yaml.safe_load((folder / "instance.yaml").read_text(encoding="utf-8"))
    *parents, last = path.split(".")
    section = settings
    for parent in parents:
        section = section[parent]
    if value is None:
        del section[last]
    else:
        section[last] = value
    (folder / "instance.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")


def test_second_departement_is_only_another_folder(folder):
    """The same code loads another département, its register and its map."""
    instance = load_instance(folder)
    territory = load_territory(instance.territory_folder)
    assert instance.departement.name == "Val-Essai"
    assert territory.departement.siren == instance.departement.siren
    assert [one.name for one in territory.communes_of(territory.epcis[0])] == ["Amont", "Aval", "L'Étang"]
    assert territory.by_insee("99004").name == "L'Étang"
    drawing = svg_map(load_outlines(instance.territory_folder / "communes.geojson"))
    assert [shape.code for shape in drawing.shapes] == ["99001", "99002", "99003"]


def test_missing_translation_falls_back(folder):
    """A visitor who reads English sees the French sentence rather than nothing."""
    instance = load_instance(folder)
    assert instance.text("tagline", "en") == "Three communes"
    assert instance.text("title", "en") == "Données du Val-Essai"
    assert instance.page("mentions-legales", "en").locale == "fr"


def test_page_has_its_title_apart(folder):
    """The title goes into the heading of the page, the rest below it."""
    page = load_instance(folder).page("accessibilite", "fr")
    assert (page.title, page.body) == ("Titre de accessibilite", "Texte.")


def test_unknown_page(folder):
    """A page that nobody wrote is not a page, whatever its name."""
    with pytest.raises(UnknownPage):
        load_instance(folder).page("../instance", "fr")


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("departement", None, "departement"),
        ("departement", "22", "departement"),
        ("departement.code", None, "departement.code"),
        ("departement.code", 22, "departement.code"),
        ("departement.siren", "222900012", "departement.siren"),
        ("departement.region", "53", "departement.region"),
        ("default_locale", "br", "default_locale"),
        ("title", {"en": "Data"}, "title.fr"),
        ("tagline", {"fr": "Un", "de": "Eins"}, "tagline.de"),
        ("footer.fr", "", "footer.fr"),
        ("contact.email", "data", "contact.email"),
        ("contact.website", "javascript:alert(1)", "contact.website"),
        ("colours.primary", "blue", "colours.primary"),
        ("colours.primary", None, "colours.primary"),
        ("titel", {"fr": "Titre"}, "titel"),
    ],
)
def test_wrong_setting_is_named(folder, path, value, key):
    """The message names the file and the key, and says what to do."""
    rewrite(folder, path, value)
    with pytest.raises(InstanceError) as raised:
        load_instance(folder)
    assert raised.value.file == str(folder / "instance.yaml")
    assert raised.value.key == key
    assert raised.value.problem
    assert raised.value.advice


@pytest.mark.parametrize("content", [b"", b"- one\n", b"a: [", b"title: \xe9t\xe9"])
def test_unreadable_settings_are_refused(folder, content):
    """An empty, broken or wrongly encoded file is refused as a whole."""
    (folder / "instance.yaml").write_bytes(content)
    with pytest.raises(InstanceError) as raised:
        load_instance(folder)
    assert raised.value.key == ""


def test_missing_folder_names_the_setting(tmp_path):
    """A wrong path in the configuration is the first thing that happens to an operator."""
    with pytest.raises(InstanceError, match="ckanext.cotesdarmor.instance"):
        load_instance(tmp_path / "nowhere")


def test_missing_territory_says_how_to_build_it(folder):
    """A new instance has its texts before its register."""
    (folder / "territory" / "register.csv").unlink()
    (folder / "territory" / "communes.geojson").unlink()
    (folder / "territory").rmdir()
    with pytest.raises(InstanceError, match="--department 99"):
        load_instance(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mentions-legales.fr.md", None),
        ("mentions-legales.fr.md", "Texte sans titre\n"),
        ("mentions-legales.fr.md", "# Titre sans texte\n"),
        ("accessibilite.fr.md", b"# Accessibilit\xe9\n\nTexte\n"),
        ("aide.md", "# Aide\n\nTexte\n"),
        ("aide.br.md", "# Aide\n\nTexte\n"),
    ],
)
def test_wrong_page_is_named(folder, name, content):
    """A missing, bare or misnamed page is found when the portal starts."""
    path = folder / "pages" / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InstanceError) as raised:
        load_instance(folder)
    assert raised.value.file == str(path)


def test_shipped_instance_is_complete():
    """The Côtes-d'Armor have every text and page in both languages."""
    instance = load_instance(SHIPPED)
    assert instance.departement.code == "22"
    assert instance.departement.siren == load_territory(instance.territory_folder).departement.siren
    assert all(set(instance.texts[name]) == set(LOCALES) for name in TEXTS)
    assert {(name, locale) for name in PAGES for locale in LOCALES} <= set(instance.pages)


def test_shipped_pages_say_how_to_reach_us():
    """Whoever reads a legal page finds the address of the team."""
    instance = load_instance(SHIPPED)
    assert all(instance.contact.email in page.body for page in instance.pages.values())


@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("text", "background"),
        ("primary", "background"),
        ("accent", "background"),
        ("primary_dark", "background"),
        ("primary", None),
        ("accent", None),
    ],
)
def test_shipped_colours_are_legible(front, back):
    """Text needs a contrast of 4.5 to 1, on the background and on white."""
    colours = load_instance(SHIPPED).colours
    lights = sorted(_luminance(colours[name] if name else "#ffffff") for name in (front, back))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
