"""ODS sheets to text in one pass over their XML.

The file holds each value and beside it what a person saw; the number is taken, in the digits that were seen.
Rows and cells that repeat are written once with a count: it is believed only where they hold nothing.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping

from .archive import DAMAGES
from .number_formats import NumberFormat, general_text, shown_date
from .sheets import FAR_COLUMN, Bounds, Place, Sheet, address
from .table import Refused
from .xml_stream import feed, new_parser

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_HIDDEN = frozenset({"collapse", "filter"})
_MOST_HIDDEN = 1 << 20
_YEAR_ONLY = NumberFormat("date", year=True)
_NO_CLOCK = NumberFormat("date", day=True, month=True, year=True)


def read_ods(data: bytes) -> list[tuple[Sheet, Refused | None]]:
    """Return the sheets of a workbook, each with what forbids to read it whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = _Content()
            feed(content.parser, archive, "content.xml")
            return content.sheets
    except DAMAGES as error:
        raise Refused("damaged") from error


class _Content:
    """The stream of a document's elements; a cell is complete when it ends."""

    def __init__(self) -> None:
        self.sheets: list[tuple[Sheet, Refused | None]] = []
        self.parser = new_parser(self._start)
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._sheet: Sheet | None = None
        self._refusal: Refused | None = None
        self._depth = 0
        self._aside = 0
        self._line = 0
        self._repeated_rows = 1
        self._row: list[str] = []
        self._kinds: list[tuple[int, str]] = []
        self._column = 0
        self._columns = 0
        self._cell: Mapping[str, str] | None = None
        self._paragraphs: list[str] = []
        self._bounds = Bounds()

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._aside:
            self._aside += 1
        elif name == "office:annotation":
            self._aside = 1
            if self._sheet is not None:
                self._sheet.places.append(Place("cell-comments", self._line + 1))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell = attributes
            self._paragraphs = []
        elif name == "text:p":
            self._paragraphs.append("")
        elif name in _BLANKS:
            self._text(_BLANKS[name] * min(_count(attributes, "text:c"), 1_000))
        elif name == "table:table-row":
            self._repeated_rows = _count(attributes, "table:number-rows-repeated")
            self._row, self._kinds, self._column = [], [], 0
            if attributes.get("table:visibility") in _HIDDEN:
                self._hide_rows()
        elif name == "table:table-column":
            self._columns_start(attributes)
        elif name == "table:table":
            self._depth += 1
            if self._depth == 1:
                hidden = attributes.get("table:style-name") in self._hidden_styles
                self._sheet = Sheet(attributes.get("table:name", ""), hidden)
                self._bounds, self._refusal = Bounds(), None
                self._line, self._columns = 0, 0
        elif name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
        elif name in ("table:table-cell", "table:covered-table-cell"):
            if self._sheet is not None and self._cell is not None and self._depth == 1:
                covered = name == "table:covered-table-cell"
                try:
                    self._finish_cell(self._sheet, self._cell, covered)
                except Refused as refusal:
                    self._refusal = self._refusal or refusal
            self._cell = None
        elif name == "table:table-row" and self._depth == 1:
            self._finish_row()
        elif name == "table:table":
            self._depth -= 1
            if self._depth == 0 and self._sheet is not None:
                self.sheets.append((self._sheet, self._refusal))
                self._sheet = None

    def _text(self, text: str) -> None:
        if self._cell is not None and not self._aside and self._paragraphs:
            self._paragraphs[-1] += text

    def _columns_start(self, attributes: Mapping[str, str]) -> None:
        count = _count(attributes, "table:number-columns-repeated")
        if self._sheet is not None and attributes.get("table:visibility") in _HIDDEN:
            for column in range(self._columns, min(self._columns + count, 1_000)):
                self._sheet.places.append(Place("hidden-columns", column=column))
        self._columns += count

    def _hide_rows(self) -> None:
        """Take note of hidden rows; a repeat of thousands is the rest of the sheet, which holds nothing."""
        if self._sheet is not None and self._repeated_rows < 10_000 and len(self._sheet.places) < _MOST_HIDDEN:
            lines = range(self._line + 1, self._line + 1 + self._repeated_rows)
            self._sheet.places.extend(Place("hidden-rows", line) for line in lines)

    def _finish_cell(self, sheet: Sheet, cell: Mapping[str, str], covered: bool) -> None:
        count = _count(cell, "table:number-columns-repeated")
        line, column = self._line + 1, self._column
        self._column += count
        text, kind = _value(cell, "\n".join(self._paragraphs))
        rows, columns = _count(cell, "table:number-rows-spanned"), _count(cell, "table:number-columns-spanned")
        if rows * columns > 1 and self._refusal is None:
            end = address(line + rows - 1, column + columns - 1)
            sheet.places.append(Place("merged-cells", line, column, f"{address(line, column)}:{end}"))
        if self._refusal is not None:
            return
        if not text:
            if kind == "formula":
                sheet.places.append(Place("formula-without-value", line, column))
            return
        if covered:
            return
        if column + count > FAR_COLUMN:
            raise Refused("far-cell", line, address=address(line, min(column, FAR_COLUMN * 4)))
        self._bounds.hold(line, column + count - 1, count)
        self._row.extend([""] * (column - len(self._row)))
        self._row.extend([text] * count)
        if kind == "error":
            sheet.places.append(Place("error-value", line, column, text))
        if kind:
            self._kinds.extend((each, kind) for each in range(column, column + count))

    def _finish_row(self) -> None:
        first, self._line = self._line + 1, self._line + self._repeated_rows
        if self._sheet is None or not self._row or self._refusal is not None:
            return
        try:
            self._bounds.hold(self._line, len(self._row) - 1, len(self._row) * (self._repeated_rows - 1))
        except Refused as refusal:
            self._refusal = refusal
            return
        records = self._sheet.records
        blank = records[-1][0] + 1 if records else 1
        records.extend((line, []) for line in range(blank, first))
        for line in range(first, self._line + 1):
            records.append((line, list(self._row)))
            for column, kind in self._kinds:
                self._sheet.is_kind(column, kind, line)


_BLANKS = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}


def _count(attributes: Mapping[str, str], name: str) -> int:
    value = attributes.get(name, "1")
    return max(int(value), 1) if value.isdecimal() and len(value) < 9 else 1


def _value(cell: Mapping[str, str], shown: str) -> tuple[str, str]:
    """Return the text of a cell and its kind: empty for text, and for a formula that has no value."""
    kind = cell.get("office:value-type", "")
    if cell.get("calcext:value-type") == "error":
        return shown.strip(), "error"
    if kind in ("float", "currency", "percentage"):
        return _number(cell.get("office:value", ""), shown, kind == "percentage"), "number"
    if kind == "date":
        return _date(cell.get("office:date-value", ""), shown), "date"
    if kind == "time":
        found = _TIME.match(cell.get("office:time-value", ""))
        return (":".join(part.zfill(2) for part in found.groups()) if found else shown), "time"
    if kind == "boolean":
        return cell.get("office:boolean-value", shown), "boolean"
    if kind == "" and not shown and "table:formula" in cell:
        return "", "formula"
    return cell.get("office:string-value", shown), ""


def _number(stored: str, shown: str, percent: bool) -> str:
    """Return a number in the digits that were seen, if they are that number's."""
    try:
        value = float(stored)
    except ValueError:
        return shown
    if value != value or abs(value) == float("inf"):
        return shown
    plain = re.sub(r"[^\d.,-]", "", shown.replace("\u2212", "-"))
    # One sign is the decimal one, and which it is only the value tells.
    candidates = (plain.replace(",", "."), plain.replace(",", ""), plain.replace(".", "").replace(",", "."))
    for text in candidates if "E" not in shown.upper() else ():
        if _NUMBER.fullmatch(text):
            unit = 0.5 * 10.0 ** -len(text.partition(".")[2])
            if abs(float(text) - value * (100 if percent else 1)) <= unit * (1 + 1e-9):
                return text + ("%" if percent else "")
    return general_text(value)


def _date(stored: str, shown: str) -> str:
    try:
        moment = datetime.datetime.fromisoformat(stored)
    except ValueError:
        return stored or shown
    if re.fullmatch(r"\d{4}", shown):
        return shown_date(moment, _YEAR_ONLY)
    return shown_date(moment, _NO_CLOCK if shown and ":" not in shown else None)
