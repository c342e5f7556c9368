"""From a dataset of the portal to the line that describes it in a catalogue after scdl/catalogue 0.1.3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .dcat import day_of_data, day_of_publication
from .territory import Kind, Territory, UnknownCollectivite
from .vocabularies import vocabulary

SCHEMA = "scdl/catalogue"
VERSION = "0.1.3"


@dataclass(frozen=True, slots=True)
class Source:
    """What one line is made of: a dataset as `package_show` gives it, its organisation, and the territory."""

    dataset: Mapping[str, Any]
    organization: Mapping[str, Any]
    territory: Territory
    page_url: str

    def text(self, field: str) -> str:
        """A field of the dataset as text."""
        return str(self.dataset.get(field) or "").strip()

    def of_organization(self, field: str) -> str:
        """A field of the organisation as text."""
        return str(self.organization.get(field) or "").strip()

    @property
    def resources(self) -> list[Mapping[str, Any]]:
        """The files and links of the dataset."""
        return list(self.dataset.get("resources") or ())


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the official schema: its name, where the portal keeps it, in words, and how it is made."""

    field: str
    origin: str
    value: Callable[[Source], str]


def _theme(source: Source) -> str:
    return ";".join(vocabulary("theme").label(each) for each in source.dataset.get("theme") or ())


def _siret(source: Source) -> str:
    return source.of_organization("siret")


def _producer_siret(source: Source) -> str:
    return source.text("producer_siret") or ("" if source.text("producer_name") else _siret(source))


def _collectivite_field(source: Source, name: str) -> str:
    try:
        return str(getattr(source.territory.by_siren(source.text("territory")), name))
    except UnknownCollectivite:
        return ""


def _granularity(source: Source) -> str:
    chosen = vocabulary("granularity").find(source.text("granularity"))
    if chosen is None:
        kind = _collectivite_field(source, "kind") or _kind_of_organization(source)
        chosen = next((term for term in vocabulary("granularity") if term.facts.get("kind") == kind), None)
    return str(chosen.facts["scdl"]) if chosen else "Autre"


def _kind_of_organization(source: Source) -> str:
    kind = source.of_organization("kind")
    return kind if kind in set(Kind) else ""


def _territory_name(source: Source) -> str:
    return _collectivite_field(source, "name") or source.of_organization("title")


def _scdl_word(name: str, value: str, otherwise: str) -> str:
    term = vocabulary(name).find(value) if value else None
    return str(term.facts["scdl"]) if term else otherwise


def _keywords(source: Source) -> str:
    return ";".join(sorted({str(tag["name"]).lower() for tag in source.dataset.get("tags") or ()}))


def _formats(source: Source) -> str:
    formats = (str(resource.get("format") or "").strip().lower() for resource in source.resources)
    return ";".join(dict.fromkeys(each for each in formats if each))


MAPPING: tuple[Entry, ...] = (
    Entry("COLL_NOM", "organization: title", lambda source: source.of_organization("title")),
    Entry("COLL_SIRET", "organization: siret", _siret),
    Entry("ID", "dataset: name", lambda source: source.text("name")),
    Entry("TITRE", "dataset: title", lambda source: source.text("title")),
    Entry("DESCRIPTION", "dataset: notes", lambda source: source.text("notes")),
    Entry("THEME", "dataset: theme, French labels", _theme),
    Entry(
        "PRODUCTEUR_NOM",
        "dataset: producer_name, else organization: title",
        lambda source: source.text("producer_name") or source.of_organization("title"),
    ),
    Entry("PRODUCTEUR_SIRET", "dataset: producer_siret, else organization: siret", _producer_siret),
    Entry("COUV_SPAT_MAILLE", "dataset: granularity, else the kind of territory", _granularity),
    Entry("COUV_SPAT_NOM", "dataset: territory by its name, else organization: title", _territory_name),
    Entry("COUV_TEMP_DEBUT", "dataset: temporal_start", lambda source: source.text("temporal_start")),
    Entry("COUV_TEMP_FIN", "dataset: temporal_end", lambda source: source.text("temporal_end")),
    Entry(
        "DATE_PUBL",
        "dataset: issued, else metadata_created",
        lambda source: day_of_publication(source.dataset),
    ),
    Entry(
        "FREQ_MAJ",
        "dataset: frequency",
        lambda source: _scdl_word("frequency", source.text("frequency"), "Inconnue"),
    ),
    Entry(
        "DATE_MAJ",
        "dataset: modified, else resources: last_modified",
        lambda source: day_of_data(source.dataset),
    ),
    Entry("MOTS_CLES", "dataset: tags", _keywords),
    Entry(
        "LICENCE",
        "dataset: license_id",
        lambda source: _scdl_word("license", source.text("license_id"), "Spécifique ou autre"),
    ),
    Entry("NOMBRE_RESSOURCES", "resources: how many", lambda source: str(len(source.resources))),
    Entry("FORMAT_RESSOURCES", "resources: format", _formats),
    Entry("URL", "system: address of the page", lambda source: source.page_url),
)


def catalogue_row(source: Source) -> dict[str, str]:
    """The line of a dataset: one text for each field of the official schema, in its order."""
    return {entry.field: entry.value(source) for entry in MAPPING}
