"""What is particular to one département: `instance.yaml`, its pages and its territory, all in one folder.

Another département is another folder, and no other code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .territory import is_valid_siren

INSTANCE_FILE = "instance.yaml"
LOCALES = ("fr", "en")
PAGES = ("mentions-legales", "accessibilite", "donnees-personnelles")
COLOURS = ("primary", "primary_dark", "accent", "background", "text")
TEXTS = ("title", "tagline", "introduction", "footer")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEB = re.compile(r"https?://[^\s/]+\S*")


class InstanceError(Exception):
    """The folder of an instance cannot be used: which file, which key, what to do."""

    def __init__(self, file: str, key: str, problem: str, advice: str) -> None:
        super().__init__(file, key, problem, advice)
        self.file = file
        self.key = key
        self.problem = problem
        self.advice = advice

    def __str__(self) -> str:
        where = f"{self.file}, key {self.key}" if self.key else self.file
        return f"{where}: {self.problem} {self.advice}"


class UnknownPage(LookupError):
    """The instance has no page of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Departement:
    """The département that the portal serves."""

    code: str
    name: str
    siren: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the team behind the portal."""

    name: str
    email: str
    address: str
    website: str


@dataclass(frozen=True, slots=True)
class Page:
    """One of the instance's own pages, as Markdown that begins with its title."""

    name: str
    locale: str
    title: str
    body: str


@dataclass(frozen=True)
class Instance:
    """All that a folder says about its département.

    `texts` maps each name of `TEXTS` to its sentence by locale; `colours` each name of `COLOURS` to a
    hexadecimal colour.
    """

    folder: Path
    departement: Departement
    contact: Contact
    default_locale: str
    colours: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    pages: Mapping[tuple[str, str], Page]

    @property
    def territory_folder(self) -> Path:
        """Where the register and the outlines lie."""
        return self.folder / "territory"

    @property
    def title(self) -> str:
        """The name of the portal in its default language."""
        return self.text("title", self.default_locale)

    def text(self, name: str, locale: str) -> str:
        """A sentence of the instance, in the default language when the wanted one has none."""
        sentences = self.texts[name]
        return sentences.get(locale) or sentences[self.default_locale]

    def page(self, name: str, locale: str) -> Page:
        """A page of the instance, in the default language when the wanted one has none.

        Raises:
            UnknownPage: when there is no page of this name.
        """
        page = self.pages.get((name, locale)) or self.pages.get((name, self.default_locale))
        if page is None:
            raise UnknownPage(name)
        return page


def load_instance(folder: Path) -> Instance:
    """Read the folder of an instance and check it as a whole.

    The territory is only checked to be there: `load_territory(instance.territory_folder)` reads it.

    Raises:
        InstanceError: with the file, the key and what to do.
    """
    path = folder / INSTANCE_FILE
    settings = _Settings(path, "", _read_yaml(path))
    departement = _departement(settings.section("departement"))
    locale = settings.string("default_locale")
    if locale not in LOCALES:
        raise settings.wrong(
            "default_locale", f"“{locale}” is not known.", f"Write one of {_listed(LOCALES)}."
        )
    instance = Instance(
        folder=folder,
        departement=departement,
        contact=_contact(settings.section("contact")),
        default_locale=locale,
        colours=_colours(settings.section("colours")),
        texts={name: _sentences(settings, name, locale) for name in TEXTS},
        pages=_pages(folder / "pages", locale),
    )
    settings.refuse_others("departement", "default_locale", "contact", "colours", *TEXTS)
    if not instance.territory_folder.is_dir():
        raise InstanceError(
            str(instance.territory_folder),
            "",
            "The folder of the territory is missing.",
            f"Build it with scripts/build_territory.py --department {departement.code} --output {folder}.",
        )
    return instance


@dataclass(frozen=True, slots=True)
class _Settings:
    """A mapping of the file, with the path of keys that leads to it for the messages."""

    file: Path
    prefix: str
    values: Mapping[str, Any]

    def wrong(self, key: str, problem: str, advice: str) -> InstanceError:
        return InstanceError(str(self.file), f"{self.prefix}{key}", problem, advice)

    def section(self, key: str) -> _Settings:
        value = self.values.get(key)
        if not isinstance(value, dict) or not value:
            raise self.wrong(key, "The section is missing or is not a mapping.", "Write its keys below it.")
        return _Settings(self.file, f"{self.prefix}{key}.", value)

    def string(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            advice = "Write a text, in quotes when it is made of digits."
            raise self.wrong(key, "The value is missing or is not a text.", advice)
        return value.strip()

    def refuse_others(self, *known: str) -> None:
        for key in self.values:
            if key not in known:
                raise self.wrong(str(key), "Nothing of this name is known.", f"Known: {_listed(known)}.")


def _read_yaml(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        advice = "Create it, or name another folder in ckanext.cotesdarmor.instance."
        raise InstanceError(str(path), "", "The file is missing.", advice) from None
    except UnicodeDecodeError:
        raise InstanceError(str(path), "", "The file is not UTF-8.", "Save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        advice = "Check indents, colons and quotes."
        raise InstanceError(str(path), "", f"The file is not valid YAML{where}.", advice) from None
    if not isinstance(content, dict):
        raise InstanceError(str(path), "", "The file holds no keys.", "Write one “key: value” per line.")
    return content


def _departement(section: _Settings) -> Departement:
    departement = Departement(section.string("code"), section.string("name"), section.string("siren"))
    section.refuse_others("code", "name", "siren")
    if not is_valid_siren(departement.siren):
        problem = f"“{departement.siren}” is not a SIREN: its key is wrong."
        raise section.wrong("siren", problem, "Check its nine digits.")
    return departement


def _contact(section: _Settings) -> Contact:
    contact = Contact(*(section.string(key) for key in ("name", "email", "address", "website")))
    section.refuse_others("name", "email", "address", "website")
    if not _ADDRESS.fullmatch(contact.email):
        raise section.wrong("email", f"“{contact.email}” is not an e-mail address.", "Write name@domain.")
    if not _WEB.fullmatch(contact.website):
        raise section.wrong("website", f"“{contact.website}” is not an address.", "Begin with https://.")
    return contact


def _colours(section: _Settings) -> Mapping[str, str]:
    colours = {name: section.string(name) for name in COLOURS}
    section.refuse_others(*COLOURS)
    for name, colour in colours.items():
        if not _COLOUR.fullmatch(colour):
            raise section.wrong(
                name, f"“{colour}” is not a colour.", "Write # and six digits, such as #00537a."
            )
    return colours


def _sentences(settings: _Settings, name: str, default_locale: str) -> Mapping[str, str]:
    section = settings.section(name)
    section.refuse_others(*LOCALES)
    section.string(default_locale)
    return {locale: section.string(locale) for locale in section.values}


def _pages(folder: Path, default_locale: str) -> Mapping[tuple[str, str], Page]:
    pages = {}
    for path in sorted(folder.glob("*.md")):
        name, _, locale = path.name.removesuffix(".md").rpartition(".")
        if locale not in LOCALES or not name:
            advice = "Call it NAME.fr.md or NAME.en.md."
            raise InstanceError(str(path), "", "The name of the file does not tell its language.", advice)
        try:
            title, _, body = path.read_text(encoding="utf-8").partition("\n")
        except UnicodeDecodeError:
            raise InstanceError(str(path), "", "The page is not UTF-8.", "Save it as UTF-8.") from None
        if not title.startswith("# ") or not body.strip():
            advice = "Begin with “# ” and the title, then write the page."
            raise InstanceError(str(path), "", "The page has no title or no text.", advice)
        pages[name, locale] = Page(name, locale, title.removeprefix("# ").strip(), body.strip())
    for name in PAGES:
        if (name, default_locale) not in pages:
            path = folder / f"{name}.{default_locale}.md"
            raise InstanceError(str(path), "", "The page is missing.", "The footer links to it: write it.")
    return pages


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)
