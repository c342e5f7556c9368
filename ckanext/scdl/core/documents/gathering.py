"""What is gathered of a document: its texts, where they stand, and what could not be read; in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["line", "page", "item", ""]
"""What the places of texts count; nothing where a place cannot be told."""

MOST_CHARACTERS = 120_000_000
"""Characters of all texts of a document: more than the largest file that is taken holds."""

MOST_NAMES = 500
"""Fields or elements whose texts are kept apart; those of further ones are prose."""

PLACE = "geom"
"""Field without text that a map has: what stands on one is more often a place than a person."""

_LONGEST = 1_000
"""Characters of one passage: what is longer is cut where it has a space."""

_PIECE = re.compile(rf"\S(?:.{{0,{_LONGEST - 2}}}\S(?!\S)|.{{0,{_LONGEST - 1}}})")
_MOST_LABEL = 100


class Full(Exception):
    """The document holds more than is looked at."""


@dataclass
class Passages:
    """Texts of one document, by the name of the field they stand in; prose has none.

    Attributes:
        unit: what the places count.
        file: the document's name inside an archive; empty for the file itself.
        fields: texts and their places, by name of the field.
    """

    unit: Unit
    file: str = ""
    fields: dict[str, tuple[list[str], list[int]]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return how many texts there are."""
        return sum(len(texts) for texts, _ in self.fields.values())


@dataclass(frozen=True)
class Unread:
    """Something that was not read: why, by a code, how many such things, where, and in which file of an archive."""

    code: str
    count: int = 1
    places: tuple[int, ...] = ()
    file: str = ""


@dataclass(frozen=True)
class Table:
    """A table inside an archive."""

    file: str
    data: bytes


class Gathered:
    """What one file gave.

    Attributes:
        passages: texts, for each document.
        unread: what was not read.
        tables: tables of an archive, still to be read as such.
        authors: who wrote it, as its properties tell.
    """

    def __init__(self) -> None:
        self.passages: list[Passages] = []
        self.unread: list[Unread] = []
        self.tables: list[Table] = []
        self.authors: list[str] = []
        self._file = ""
        self._left = MOST_CHARACTERS

    def open(self, file: str) -> None:
        """Go on with a file of an archive; an empty name is the archive itself."""
        self._file = clean(file)

    def begin(self, unit: Unit) -> None:
        """Begin the texts of a document, and say what their places will count."""
        self.passages.append(Passages(unit, self._file))

    def add(self, text: str, place: int = 0, name: str = "") -> None:
        """Keep a text of the document that was begun.

        Args:
            text: any text; each of its lines is a passage.
            place: number of its line, page or item.
            name: the field it stands in.

        Raises:
            Full: no more is taken.
        """
        self._left -= len(text)
        if self._left < 0:
            raise Full
        fields = self.passages[-1].fields
        name = clean(name)[:_MOST_LABEL]
        texts, places = fields.setdefault(name if name in fields or len(fields) < MOST_NAMES else "", ([], []))
        for piece in _pieces(clean(text)):
            texts.append(piece)
            places.append(place)

    def miss(self, code: str, count: int = 1, places: Sequence[int] = ()) -> None:
        """Say that something was not read."""
        if count:
            self.unread.append(Unread(code, count, tuple(places), self._file))

    def table(self, data: bytes) -> None:
        """Keep a table that stands in the archive."""
        self.tables.append(Table(self._file, data))


def clean(text: str) -> str:
    """Return a text without what neither JSON nor a database takes."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def _pieces(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if len(line) <= _LONGEST:
            if line := line.strip():
                yield line
        else:
            yield from (match[0] for match in _PIECE.finditer(line))
