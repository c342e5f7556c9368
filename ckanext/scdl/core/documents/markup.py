"""XML with its elements, and the documents of word processors and of slides, which are XML in an archive."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from ..archive import DAMAGES, preflight
from ..table import Refused
from ..xml_stream import feed, local, new_parser
from .gathering import PLACE, Gathered
from .plain import read_text

_GEOMETRY = frozenset({"coordinates", "coord", "pos", "posList", "lowerCorner", "upperCorner", "lat", "lon"})
"""Their digits would be searched for numbers of people, of which they hold none."""

_PARAGRAPHS = frozenset({"p", "h", "br", "cr", "tab", "line-break"})
"""Elements after which a text goes on elsewhere; between others a word may be cut into pieces."""

_OFFICE_TEXTS = re.compile(r"(?:word|ppt)/(?!theme|fontTable|styles|settings).*\.xml|(?:content|styles)\.xml")
_PICTURES = re.compile(r"(?:(?:word|ppt)/media|Pictures)/.+")
_ENCLOSED = re.compile(r"(?:word|ppt)/embeddings/.+|Object[^/]*/content\.xml")
_MANIFEST = "META-INF/manifest.xml"


def read_xml(data: bytes, into: Gathered) -> None:
    """Gather the texts and attributes of XML by the names of their elements; what is none is read as plain text."""
    into.begin("line")
    try:
        _Elements(into).parser.Parse(data, True)
    except (expat.ExpatError, Refused):
        # Cut off, or with a document type, which nobody resolves here: its signs can be searched all the same.
        into.passages.pop()
        read_text(data, into)


class _Elements:
    """Takes the elements of an XML document as fields."""

    def __init__(self, into: Gathered) -> None:
        self._into = into
        self._names: list[str] = []
        self._text: list[str] = []
        self.parser = new_parser(self._start)
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._flush()
        # <Data name="téléphone"><value>…: files of maps name their fields so.
        within = self._names[-1] if self._names and local(name) == "value" else local(name)
        self._names.append(attributes.get("name", within))
        for key, value in attributes.items():
            self._add(value, local(key))

    def _end(self, _name: str) -> None:
        self._flush()
        self._names.pop()

    def _flush(self) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if text:
            self._add(text, self._names[-1])

    def _add(self, text: str, name: str) -> None:
        if name in _GEOMETRY:
            text, name = "", PLACE
        self._into.add(text, self.parser.CurrentLineNumber, name)


def read_office(data: bytes, into: Gathered) -> None:
    """Gather the paragraphs of a document of a word processor or of slides, comments and deleted text included."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            preflight(archive, entries)
            names = {entry.filename for entry in entries}
            if _MANIFEST in names and b"encryption-data" in archive.read(_MANIFEST):
                raise Refused("password")
            into.begin("")
            for name in sorted(filter(_OFFICE_TEXTS.fullmatch, names)):
                _read_paragraphs(archive, name, into)
            into.miss("unread-pictures", sum(1 for name in names if _PICTURES.fullmatch(name)))
            into.miss("unread-attachment", sum(1 for name in names if _ENCLOSED.fullmatch(name)))
    except DAMAGES:
        into.miss("unread-damaged")
    except Refused as error:
        into.miss(why_unread(error))


def why_unread(error: Refused) -> str:
    """Return the code of an archive that is not looked into."""
    return f"unread-{error.code}" if error.code in ("zip-bomb", "password") else "unread-damaged"


def _read_paragraphs(archive: zipfile.ZipFile, part: str, into: Gathered) -> None:
    text: list[str] = []

    def end(name: str) -> None:
        if local(name) in _PARAGRAPHS and text:
            into.add("".join(text))
            text.clear()

    parser = new_parser()
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    feed(parser, archive, part)
    into.add("".join(text))
