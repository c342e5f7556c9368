"""What the portal proposes for a dataset, from its schema and the collectivité that publishes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from .catalogue import Schema

DATA_THEME = "http://publications.europa.eu/resource/authority/data-theme/"
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"


@dataclass(frozen=True)
class Proposal:
    """Fields of a dataset, to be read over by a person before they are published."""

    title: str
    notes: str
    themes: tuple[str, ...]
    frequency: str | None
    tags: tuple[str, ...]


def propose(schema: Schema | None, organization: str, filename: str) -> Proposal:
    """A title, a description and the controlled values that go with a schema.

    Themes and frequency are addresses of the EU's authority tables; SCDL asks for its own name and the schema's as
    keywords (guide d'élaboration, recommandations relatives aux jeux de données).
    """
    if schema is None:
        notes = f"Fichier {filename} publié par {organization}."
        title = f"{PurePath(filename).stem} – {organization}"
        return Proposal(title=title, notes=notes, themes=(), frequency=None, tags=())
    label = schema.label("fr")
    return Proposal(
        title=f"{label} – {organization}",
        notes=(
            f"{schema.description} Jeu de données publié par {organization} selon le schéma {schema.id}, "
            f"version {schema.version}."
        ),
        themes=(DATA_THEME + schema.theme,) if schema.theme else (),
        frequency=FREQUENCY + schema.frequency if schema.frequency else None,
        tags=("SCDL", schema.id.rpartition("/")[2]),
    )
