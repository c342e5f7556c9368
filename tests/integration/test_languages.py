"""French is complete on every page, and the English interface answers everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.support import Translations
from bs4 import BeautifulSoup, Comment
from demo.make_files import content, read_manifest
from tests.integration.pages import BINARY, INVALID, THEME, VALID, VISITS, Visit, render

from ckan import model

import ckanext.cotesdarmor
from ckanext.cotesdarmor import instance
from ckanext.cotesdarmor.core.vocabularies import vocabulary

# Sentences that a template of CKAN puts together from translated ones, then looks up.
FRENCH_ALREADY = re.compile(r"Il n'y a auc.* à purger")
# What is the same in both languages, so that no catalogue holds it.
SAME = {
    "scdl/subventions": "the identifier of a schema, an example in a field",
    "mairie@commune.example": "an e-mail address, an example in a field",
}
# Words of English sentences that no French sentence has.
ENGLISH = re.compile(
    r"\b(the|and|of|to|with|from|this|that|these|your|you|are|is|was|has|have|not|by|for|be|can|will|"
    r"search|edit|delete|update|updated|save|add|new|view|views|remove|back|show|more|all|only|"
    r"file|files|dataset|datasets|organization|organizations|resource|resources|members|users?|"
    r"login|log|logged|password|settings|dashboard|activity|about|private|public|draft|required|"
    r"invalid|missing|value|please|enter|choose|select|error|errors|unknown|source|jobs?)\b",
    re.IGNORECASE,
)
VOCABULARIES = ("access_right", "frequency", "granularity", "language", "license", "theme")
SCHEMAS = Path(ckanext.cotesdarmor.__file__).parent / "schemas"
ADDRESS = re.compile(r"://|^/")
FRENCH_TOO = {"source", "public", "edit"}
# Buttons say their `value`.
SHOWN_ATTRIBUTES = ("placeholder", "title", "aria-label", "alt")


@pytest.fixture(scope="module")
def shared() -> dict[str, Any]:
    """The people and things that all pages show, made once."""
    return {}


@pytest.fixture
def world(request: pytest.FixtureRequest, shared: dict[str, Any]) -> dict[str, Any]:
    """One organisation with people, datasets and files."""
    if not shared:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        shared.update(_make(request.getfixturevalue))
    return shared


def _make(get: Callable[[str], Any]) -> dict[str, Any]:
    organization, sysadmin, stranger, act = (get(name) for name in ("organization", "sysadmin", "stranger", "act"))
    people = organization["people"]
    act(
        "organization_patch", sysadmin, id=organization["id"], title="Ville de Lannion", name="lannion",
        siren="212201131", kind="commune", population="20000", population_year="2023",
        contact_email="mairie@commune.example",
        description="La ville.", publication_policy="warn",
    )  # fmt: skip
    published = get("publish_subventions")()
    facts = {"notes": "Des aides.", "owner_org": organization["id"], "license_id": "lov2", "theme": [THEME]}
    linked = act(
        "package_create", people["editor"], name="lien", title="Un lien", **facts, frequency="ANNUAL",
        tags=[{"name": "subventions"}], temporal_start="2024-01-01", contact_email="mairie@commune.example",
        resources=[{"url": "https://commune.example/a.csv", "name": "Aides", "format": "CSV",
                    "schema": "scdl/subventions"}],
    )  # fmt: skip
    private = act("package_create", people["editor"], name="prive", title="Un jeu privé", **facts, private=True)
    for role, user in {"gestion": sysadmin, "quidam": stranger, **people}.items():
        stored = model.User.get(user["name"])
        stored.fullname, stored.about = f"Personne {role}", "Au service de la ville."
    model.Session.commit()
    by_name = {deposit["file"]: deposit for deposit in read_manifest()["deposits"]}
    return {
        "values": {
            "organization": "lannion", "organization_id": organization["id"], "dataset": published["name"],
            "resource": published["resources"][0]["id"], "linked": linked["name"], "link": linked["resources"][0]["id"],
            "private": private["name"], "sysadmin": sysadmin["name"],
            "stranger": stranger["name"], **{role: user["name"] for role, user in people.items()},
        },
        "files": {
            "valid": (VALID, content(by_name[VALID])),
            "invalid": (INVALID, content(by_name[INVALID])),
            "binary": (BINARY, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
        },
    }  # fmt: skip


@pytest.fixture
def untranslated(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The sentences that were looked up and that no French catalogue holds."""
    missing: set[str] = set()

    def recording(name: str, plural: bool) -> Callable[..., str]:
        original = getattr(Translations, name)

        def looked_up(self: Translations, message: str, *others: Any) -> str:
            key = (message, self.plural(others[-1])) if plural else message
            known = key in self._catalog or message in SAME or FRENCH_ALREADY.fullmatch(message)
            # CKAN looks up the names of wrong fields twice: the second time they are French.
            if message and not known and message not in self._catalog.values():
                missing.add(message)
            return original(self, message, *others)

        return looked_up

    for name in ("gettext", "ugettext"):
        monkeypatch.setattr(Translations, name, recording(name, False))
    for name in ("ngettext", "ungettext"):
        monkeypatch.setattr(Translations, name, recording(name, True))
    yield missing


def _data() -> set[str]:
    """Words that scheming looks up though they are data or French already: labels, places, names of licences."""
    terms = [term for name in VOCABULARIES for term in vocabulary(name)]
    words = {term.labels["fr"] for term in terms} | {str(term.facts.get("title")) for term in terms}
    places = {word for one in instance.territory().collectivites for word in (one.name, f"{one.name} ({one.insee})")}
    labels = set()
    for name in ("dataset", "organization"):
        schema = yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text("utf-8"))
        for key in ("fields", "dataset_fields", "resource_fields"):
            labels |= {field["label"]["fr"] for field in schema.get(key, ())}
    return words | places | labels


def _seen(message: str, shown: str) -> bool:
    """Whether a sentence stands on a page; what is looked up for nothing harms nobody."""
    return all(part.strip() in shown for part in re.split(r"\{\w*\}|%\(\w+\)s|%s", message))


def _shown(page: str) -> str:
    """What a person reads on a page, or hears of it."""
    soup = BeautifulSoup(page, "html.parser")
    for tag in soup(["script", "style", "code", "pre", "textarea"]):
        tag.decompose()
    texts = [text for text in soup.find_all(string=lambda text: not isinstance(text, Comment))]
    texts += [tag[name] for name in SHOWN_ATTRIBUTES for tag in soup.find_all(attrs={name: True})]
    texts += [tag["value"] for tag in soup.find_all("input", type=["submit", "button"]) if tag.get("value")]
    return "\n".join(str(text).strip() for text in texts if str(text).strip())


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.name)
def test_page_is_french(app: Any, world: dict[str, Any], untranslated: set[str], visit: Visit) -> None:
    """Every sentence of the page has its French, and none stands outside the catalogues."""
    answer = render(app, world, visit)
    page = answer.get_data(as_text=True)
    shown = _shown(page)
    english = [
        line for line in shown.splitlines()
        if any(word.lower() not in FRENCH_TOO for word in ENGLISH.findall(line)) and not ADDRESS.search(line)
    ]  # fmt: skip
    missing = sorted(message for message in untranslated - _data() if _seen(message, shown))
    assert (answer.status_code, missing, english) == (visit.status, [], [])
    assert '<html lang="fr"' in page


@pytest.mark.parametrize(
    "visit", [visit for visit in VISITS if "new wrong" in visit.name and "harvest" not in visit.name],
    ids=lambda visit: visit.name,
)  # fmt: skip
def test_errors_lead_to_their_fields(app: Any, world: dict[str, Any], visit: Visit) -> None:
    """Above the form each error is a link to its field, and the same sentence stands there."""
    page = BeautifulSoup(render(app, world, visit).get_data(as_text=True), "html.parser")
    items = page.select(".error-explanation li")
    assert len(items) > 1
    for item in items:
        link = item.find("a")
        assert link, item
        field = page.find(id=link["href"].removeprefix("#"))
        assert field, link
        assert field.find_parent(class_="form-group").find(class_="error-block"), link


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.name)
def test_page_is_there_in_english(app: Any, world: dict[str, Any], visit: Visit) -> None:
    """The same page answers below /en/, and says so."""
    answer = render(app, world, visit, "/en")
    assert (answer.status_code, '<html lang="en"' in answer.get_data(as_text=True)) == (visit.status, True)
