"""Rows of an XLSX sheet about which there is nothing to tell, taken out before its XML is parsed.

They hold texts, numbers that are shown as they are, and blank cells, and are written the way the usual programs
write them; anything else is left to the parser. A pattern reads them five times faster than a parser tells of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from .sheets import Bounds, corner

_LONGEST = 1 << 20
"""Bytes without the end of a row after which no row is waited for."""


@cache
def _position(letters: bytes) -> int:
    return corner(f"{letters.decode()}1")[1]


class PlainRows:
    """Takes rows out of a stream of XML and leaves an empty one in the place of each, for the line's number."""

    def __init__(self, bounds: Bounds, formats: Collection[str]) -> None:
        """Take what watches how much the sheet holds, and the styles that show a number otherwise than it is."""
        self._bounds = bounds
        shown = "|".join(map(re.escape, sorted(formats))) or "-"
        text = r't="(?:s"><v>\d+</v>|inlineStr"><is><t(?: xml:space="preserve")?>[^<]*</t></is>)</c>'
        number = rf'(?: s="(?!(?:{shown})")\d+")?(?: t="n")?><v>[-+.0-9E]{{1,32}}</v></c>'
        cell = rf'(?:([A-Z]{{1,2}})\1"(?:(?: s="\d+")? {text}|{number})|[A-Z]{{1,3}}\1"(?: s="\d+")?/>)'
        cell = cell.replace(r"\1", "(?P=line)")
        row = rf'<row r="(?P<line>\d{{1,7}})"(?![^<>]*\bhidden=)[^<>/]*>(?:<c r="{cell})*+</row>'
        self._row = re.compile(row.encode())

    def thinned(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the same XML without what plain rows hold.

        Raises:
            Refused: a cell is far from all others, or there are too many.
        """
        rest = b""
        for part in parts:
            data = rest + part
            end = data.rfind(b"</row>") + len(b"</row>")
            if end < len(b"</row>"):
                end = len(data) if len(data) > _LONGEST else 0
            yield self._row.sub(self._empty, data[:end])
            rest = data[end:]
        yield rest

    def _empty(self, row: re.Match[bytes]) -> bytes:
        last = row[2]
        if last is not None:
            # Cells out of order would count as fewer columns: the memory of the process bounds what that may cost.
            held = row[0].count(b"<v>") + row[0].count(b"<is>")
            self._bounds.hold(int(row["line"]), _position(last), held)
        return b'<row r="%b"/>' % row["line"]
