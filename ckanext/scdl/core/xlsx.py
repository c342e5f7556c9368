"""What calamine does not tell of an XLSX sheet: formats, hidden parts, formulas, comments, far cells.

One pass over the XML of the sheet, before calamine may reserve memory for all between its first and its last
cell. Only elements are looked at, no text except that of errors: a million cells take about a second.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .archive import DAMAGES
from .number_formats import BUILT_IN, NumberFormat, number_format
from .plain_rows import PlainRows
from .sheets import Bounds, corner
from .table import Refused
from .xml_stream import feed, local, new_parser

_MOST_PLACES = 1 << 20
_TRUE = frozenset({"1", "true"})


@dataclass
class SheetFacts:
    """What stands in the XML of one sheet beside the values; cells are (line, position of the column)."""

    name: str
    hidden: bool = False
    bounds: Bounds = field(default_factory=Bounds)
    refusal: Refused | None = None
    formats: dict[tuple[int, int], NumberFormat] = field(default_factory=dict)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_lines: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)


def sheets_of(data: bytes) -> list[SheetFacts]:
    """Return the facts of every worksheet, in the order of the workbook.

    A sheet that holds something too far or too much carries its refusal: another one may be the table.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Workbook(archive).sheets()
    except DAMAGES as error:
        raise Refused("damaged") from error


def _keep(places: list[Any], place: Any) -> None:
    """Add a place to a list that no honest sheet makes longer than its rows."""
    if len(places) >= _MOST_PLACES:
        raise Refused("too-many-cells")
    places.append(place)


class _Workbook:
    """The parts of a workbook, found by their relations."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self._styles: list[NumberFormat | None] = []
        self._custom: dict[str, str] = {}
        self._in_cell_formats = False

    def sheets(self) -> list[SheetFacts]:
        self._read_styles()
        relations = self._relations("xl/workbook.xml")
        found: list[tuple[SheetFacts, str]] = []

        def start(name: str, attributes: Mapping[str, str]) -> None:
            if local(name) == "sheet":
                key = next((value for each, value in attributes.items() if local(each) == "id" and ":" in each), "")
                kind, target = relations.get(key, ("", ""))
                if kind == "worksheet" and target:
                    hidden = attributes.get("state", "visible") != "visible"
                    found.append((SheetFacts(attributes.get("name", ""), hidden), target))

        feed(new_parser(start), self._archive, "xl/workbook.xml")
        for facts, target in found:
            try:
                _Pass(facts, self._styles).run(self._archive, target)
            except Refused as refusal:
                facts.refusal = refusal
            for kind, part in self._relations(target).values():
                if kind == "comments" and part:
                    self._read_comments(facts, part)
        return [facts for facts, _ in found]

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and path of what a part refers to, by id."""
        folder, _, name = part.rpartition("/")
        path = self._names.get(f"{folder}/_rels/{name}.rels".lower())
        relations: dict[str, tuple[str, str]] = {}

        def start(element: str, attributes: Mapping[str, str]) -> None:
            if local(element) == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, attributes.get("Target", "")))
                found = self._names.get(target.lstrip("/").lower(), "")
                relations[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], found)

        if path:
            feed(new_parser(start), self._archive, path)
        return relations

    def _read_styles(self) -> None:
        path = self._names.get("xl/styles.xml")
        if path is None:
            return

        def start(element: str, attributes: Mapping[str, str]) -> None:
            name = local(element)
            if name == "numFmt":
                self._custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                self._in_cell_formats = name == "cellXfs"
            elif name == "xf" and self._in_cell_formats:
                key = attributes.get("numFmtId", "0")
                code = self._custom.get(key) or BUILT_IN.get(int(key) if key.isdecimal() else 0, "General")
                self._styles.append(number_format(code))

        feed(new_parser(start), self._archive, path)

    def _read_comments(self, facts: SheetFacts, part: str) -> None:
        def start(element: str, attributes: Mapping[str, str]) -> None:
            if local(element) == "comment":
                _keep(facts.comments, corner(attributes.get("ref", "")))

        feed(new_parser(start), self._archive, part)


class _Pass:
    """The stream of one sheet's elements."""

    def __init__(self, facts: SheetFacts, styles: list[NumberFormat | None]) -> None:
        self._facts = facts
        self._bounds = facts.bounds
        self._styles = {str(number): each for number, each in enumerate(styles) if each is not None}
        self._locals: dict[str, str] = {}
        self._letters: dict[str, int] = {}
        self._line = 0
        self._column = -1
        self._type = ""
        self._style: NumberFormat | None = None
        self._error: tuple[int, int] | None = None
        self._parser = new_parser(self._start)

    def run(self, archive: zipfile.ZipFile, part: str) -> None:
        feed(self._parser, archive, part, PlainRows(self._bounds, self._styles.keys()).thinned)

    def _start(self, element: str, attributes: Mapping[str, str]) -> None:
        name = self._locals.get(element)
        if name is None:
            name = self._locals[element] = local(element)
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                self._column += 1
            else:
                # The cell's own line counts: calamine believes it, whatever row it stands in.
                letters = reference.rstrip("0123456789")
                self._column = self._position(letters)
                self._line = int(reference[len(letters) :][:9] or self._line)
            self._type = attributes.get("t", "n")
            self._style = self._styles.get(attributes.get("s", ""))
            if self._error is not None:
                self._error = self._parser.CharacterDataHandler = None
        elif name == "v" or name == "is":
            bounds = self._bounds
            if self._line == bounds.height and self._column < bounds.width:
                bounds.cells += 1  # what nearly all cells do; the rest is judged at the next line
            else:
                bounds.hold(self._line, self._column)
            if self._type == "n" or self._type == "d":
                if self._style is not None:
                    self._facts.formats[self._line, self._column] = self._style
            elif self._type == "e":
                self._error = (self._line, self._column)
                self._parser.CharacterDataHandler = self._error_text
        elif name == "f":
            if self._type != "str":
                _keep(self._facts.formulas, (self._line, self._column))
        elif name == "row":
            number = attributes.get("r", "")
            self._line = int(number[:9]) if number.isdecimal() else self._line + 1
            self._column = -1
            if attributes.get("hidden") in _TRUE:
                _keep(self._facts.hidden_lines, self._line)
        else:
            self._other(name, attributes)

    def _other(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "mergeCell":
            _keep(self._facts.merged, attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in _TRUE:
            first, last = attributes.get("min", "1"), attributes.get("max", "1")
            if first.isdecimal() and last.isdecimal() and len(first + last) < 20:
                # The rest of the sheet is often hidden whole; what is beyond any table does not count.
                self._facts.hidden_columns.extend(range(int(first) - 1, min(int(last), 1_000)))

    def _position(self, letters: str) -> int:
        position = self._letters.get(letters)
        if position is None:
            if len(letters) > 3:
                raise Refused("damaged")
            position = 0
            for letter in letters.upper():
                position = position * 26 + ord(letter) - 64
            position = self._letters[letters] = position - 1
        if not 0 <= position < 16_384:
            raise Refused("damaged")
        return position

    def _error_text(self, text: str) -> None:
        if self._error is not None:
            self._facts.errors[self._error] = self._facts.errors.get(self._error, "") + text.strip()
