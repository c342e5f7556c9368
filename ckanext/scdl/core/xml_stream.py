"""XML of strangers as a stream of elements: no entity, no document type, no tree in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.parsers import expat

from .table import Refused

_PART = 1 << 18

Start = Callable[[str, Mapping[str, str]], None]


def local(name: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def new_parser(start: Start | None = None) -> Any:
    """Return an expat parser that refuses what only attacks declare."""
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    if start is not None:
        parser.StartElementHandler = start
    return parser


def feed(
    parser: Any,
    archive: zipfile.ZipFile,
    name: str,
    thinned: Callable[[Iterable[bytes]], Iterable[bytes]] = iter,
) -> None:
    """Run a part of an archive through a parser.

    Args:
        parser: takes the bytes.
        archive: holds the part.
        name: path of the part.
        thinned: leaves out of the bytes what need not be parsed.

    Raises:
        Refused: the part is no XML, or declares entities.
    """
    try:
        with archive.open(name) as part:
            for chunk in thinned(iter(lambda: part.read(_PART), b"")):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("damaged") from error


def _refuse(*_: Any) -> None:
    raise Refused("damaged")
