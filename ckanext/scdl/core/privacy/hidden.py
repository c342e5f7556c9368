"""What a workbook holds that nobody sees who opens it: sheets, rows and columns put away, comments, authors."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from ..archive import DAMAGES
from ..sheets import Sheet
from ..table import Refused, column_letter
from ..xml_stream import feed, local, new_parser
from . import masks
from .findings import MOST_EXAMPLES, MOST_ROWS, Finding
from .roles import plain_words

_CODES: Mapping[str, str] = {
    "hidden-rows": "hidden-rows",
    "hidden-columns": "hidden-columns",
    "cell-comments": "comments",
    "unread-sheet": "unread-sheet",
}
_PARTS = ("docProps/core.xml", "meta.xml")
_AUTHOR = frozenset({"creator", "lastModifiedBy", "initial-creator"})
_NOBODY = frozenset((
    "admin", "administrateur", "administrator", "apache", "calc", "excel", "libreoffice", "microsoft", "office",
    "openpyxl", "owner", "poi", "python", "root", "system", "systeme", "unknown", "user", "utilisateur", "windows",
    "xlsxwriter", "mairie", "ville", "commune", "departement", "communaute", "agglomeration", "conseil", "service",
    "direction", "secretariat", "accueil",
))  # fmt: skip
_MOST_TEXT = 200


def put_away(sheet: Sheet, number: int | None, rows: int, width: int) -> Iterator[Finding]:
    """Yield what one sheet hides; `rows` and `width` are those of its table."""
    if sheet.hidden and rows:
        yield Finding("hidden-sheet" if width > 1 else "hidden-list", sheet=number, count=rows)
    for seen, code in _CODES.items():
        places = [place for place in sheet.places if place.code == seen]
        if places:
            yield Finding(
                code,
                sheet=number,
                count=len(places),
                rows=tuple(place.line for place in places if place.line is not None)[:MOST_ROWS],
                examples=tuple(column_letter(place.column) for place in places if place.column is not None),
            )


def authors(file: BinaryIO) -> Iterator[Finding]:
    """Yield who wrote a workbook, as its properties tell; XLS files are not looked into."""
    file.seek(0)
    if file.read(2) != b"PK":
        return
    told: set[str] = set()
    try:
        with zipfile.ZipFile(file) as archive:
            for part in _PARTS:
                if part in archive.namelist():
                    told.update(_texts(archive, part))
    except (*DAMAGES, Refused):
        return
    yield from written_by(told, "author")


def written_by(told: Iterable[str], code: str) -> Iterator[Finding]:
    """Yield the finding of authors that are people, and not a program or an office."""
    people = sorted({name for name in told if name and not _NOBODY.intersection(plain_words(name))})
    if people:
        yield Finding(code, count=len(people), examples=tuple(map(masks.words, people[:MOST_EXAMPLES])))


def _texts(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Return the texts of the elements that name authors."""
    found: list[str] = []
    inside = False

    def start(name: str, _attributes: Mapping[str, str]) -> None:
        nonlocal inside
        inside = local(name) in _AUTHOR
        if inside:
            found.append("")

    def end(_name: str) -> None:
        nonlocal inside
        inside = False

    def text(data: str) -> None:
        if inside and len(found[-1]) < _MOST_TEXT:
            found[-1] += data.strip()

    parser = new_parser(start)
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    feed(parser, archive, part)
    return found
