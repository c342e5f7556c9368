"""The report of a check as a PDF of a few pages, to print or to send to whoever holds the file.

Made from the same report as the page, with the fonts that every reader of PDF has: they hold the letters of western
Europe, other signs become a question mark. Nothing that stands in a file is taken for markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from .core import messages
from .core.report import Issue, Report
from .core.sentences import translator

MAX_ISSUES = 200
"""Findings that are told; the others are in the CSV, as the last page says. That is at most some twenty pages."""

_ENCODING = "cp1252"
_COLOURS = {"valid": (27, 94, 32), "invalid": (138, 90, 0), "refused": (179, 38, 30)}
_MAX_CHARACTERS = 600
_WIDTHS = (22, 18, 60)  # column, lines, what to do: in hundredths of the page


@dataclass(frozen=True)
class Subject:
    """What the report is about: a file by its name, its schema in words, and the day, all in the reader's language."""

    filename: str
    schema: str = ""
    day: str = ""


def pdf(report: Report, subject: Subject, lang: str = "fr") -> bytes:
    """Return the PDF of a report.

    Args:
        report: what was found, in whatever language.
        subject: what it is about.
        lang: language of the sentences.
    """
    _ = translator(lang)
    report = messages.spelled(report, lang)
    document = _Document(_("Page {number} of {total}"))
    document.core_fonts_encoding = _ENCODING
    document.set_title(_text(_("Report on {filename}").format(filename=subject.filename)))
    document.set_lang(lang)
    document.add_page()
    document.set_font("helvetica", "B", 16)
    _line(document, _("Report on {filename}").format(filename=subject.filename), 8)
    document.set_font("helvetica", size=10)
    rows = _("Rows: {count}").format(count=report.rows) if report.status != "refused" else ""
    _line(document, " · ".join(part for part in (subject.schema, subject.day, rows) if part))
    document.ln(2)
    document.set_font("helvetica", "B", 12)
    document.set_text_color(*_COLOURS[report.status])
    _line(document, _verdict(report, lang), 6)
    document.set_text_color(0)
    document.set_font("helvetica", size=10)
    if report.refusal:
        _line(document, report.refusal.message)
    _line(document, messages.next_step(report, lang))
    if report.issues:
        document.ln(3)
        _table(document, report.issues[:MAX_ISSUES], lang)
    left = len(report.issues) - MAX_ISSUES
    if left > 0:
        document.ln(3)
        _line(document, _("{count} more findings are in the report as CSV.").format(count=left))
    return bytes(document.output())


class _Document(FPDF):
    """A document whose pages bear their numbers."""

    def __init__(self, numbering: str) -> None:
        super().__init__()
        self._numbering = numbering
        self.set_auto_page_break(True, margin=15)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("helvetica", size=8)
        text = self._numbering.format(number=self.page_no(), total=self.str_alias_nb_pages)
        self.cell(0, 6, _text(text), align="R")


def _text(value: str) -> str:
    """Return a text in the letters that the font has, without signs that move or hide others."""
    plain = "".join(char if char.isprintable() else " " for char in value[:_MAX_CHARACTERS])
    return plain.encode(_ENCODING, "replace").decode(_ENCODING)


def _line(document: FPDF, text: str, height: float = 5) -> None:
    document.multi_cell(0, height, _text(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _verdict(report: Report, lang: str) -> str:
    _ = translator(lang)
    if report.status == "valid":
        return _("This file is conform")
    if report.status == "refused":
        return _("This file could not be checked")
    return _("Places to put right: {count}").format(count=report.errors)


def _table(document: FPDF, issues: Sequence[Issue], lang: str) -> None:
    _ = translator(lang)
    head = FontFace(emphasis="BOLD", fill_color=(230, 236, 241))
    document.set_font("helvetica", size=9)
    with document.table(
        col_widths=_WIDTHS, headings_style=head, borders_layout=TableBordersLayout.HORIZONTAL_LINES, line_height=5
    ) as table:
        for cells in (
            (_("Column"), _("Lines of your file"), _("What to do")),
            *((_column(issue), _lines(issue), _advice(issue)) for issue in issues),
        ):
            row = table.row()
            for cell in cells:
                row.cell(_text(cell))


def _column(issue: Issue) -> str:
    letter = f" ({issue.column})" if issue.column else ""
    return f"{issue.label or issue.field or '–'}{letter}"


def _lines(issue: Issue) -> str:
    shown = ", ".join(map(str, issue.rows[:5]))
    return f"{shown}… ({issue.count})" if issue.count > 5 else shown


def _advice(issue: Issue) -> str:
    if not issue.correction:
        return issue.message
    before = issue.value if issue.value is not None else issue.label
    return f"{issue.message} {before} > {issue.correction}"
