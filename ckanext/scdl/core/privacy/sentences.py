"""Codes to whole sentences: what was found, where, and what to do; values stand in none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..messages import refusal_sentence
from ..sentences import translator
from .findings import Finding, Findings


def spelled(found: Findings, lang: str = "fr") -> Findings:
    """Return the answer with its sentences in a language."""
    refusal = found.refusal
    return replace(
        found,
        refusal=None if refusal is None else replace(refusal, message=refusal_sentence(refusal, lang)),
        findings=tuple(replace(each, message=sentence(each, lang)) for each in found.findings),
        exempt=tuple(replace(each, message=sentence(each, lang)) for each in found.exempt),
    )


def sentence(finding: Finding, lang: str = "fr") -> str:
    """Return what was found, where, and what to do; for what is exempt, why it may stay."""
    _ = translator(lang)
    facts: dict[str, str] = {
        "place": place(finding, lang),
        "seen": _seen(finding, lang),
        "count": str(finding.count),
        "columns_hidden": ", ".join(finding.examples),
        "reason": finding.reason,
        **(_measured(finding.figures, lang) if finding.figures else {}),
    }
    text = texts(lang)[finding.code]
    if finding.reason:
        text = _("{place} ({seen}): no finding here, for {reason}.")
    filled = text.format_map(facts)
    return filled[:1].upper() + filled[1:]


def place(finding: Finding, lang: str = "fr") -> str:
    """Return where a finding stands, as a person sees it in a spreadsheet."""
    _ = translator(lang)
    parts = []
    if finding.file:
        parts.append(_("file “{file}”").format(file=finding.file))
    if finding.sheet is not None:
        parts.append(_("sheet no. {number}").format(number=finding.sheet))
    if finding.column and finding.label:
        parts.append(_("column {column} ({name})").format(column=finding.column, name=finding.label))
    elif finding.column:
        parts.append(_("column {column}").format(column=finding.column))
    elif finding.label:
        parts.append(_("field “{name}”").format(name=finding.label))
    if finding.rows:
        one, several = _places(finding.unit, lang)
        rows = ", ".join(map(str, finding.rows)) + (", …" if finding.count > len(finding.rows) else "")
        parts.append((one if len(finding.rows) == 1 and finding.count == 1 else several).format(rows=rows))
    return ", ".join(parts) or _("File")


def _places(unit: str, lang: str) -> tuple[str, str]:
    """Return how one place and several are told."""
    _ = translator(lang)
    known = {
        "line": (_("line {rows}"), _("lines {rows}")),
        "page": (_("page {rows}"), _("pages {rows}")),
        "item": (_("item no. {rows}"), _("items no. {rows}")),
    }
    return known.get(unit, (_("row {rows}"), _("rows {rows}")))


def _seen(finding: Finding, lang: str) -> str:
    """Return how much was found, with masked examples; worded so that one and many read alike."""
    _ = translator(lang)
    many = _("cells concerned: {count}") if finding.unit == "row" else _("places concerned: {count}")
    count = many.format(count=finding.count)
    return f"{count} ; {', '.join(finding.examples)}" if finding.examples else count


def _measured(figures: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Return the facts of a measure in words."""
    _ = translator(lang)
    changes = [
        _("{changes}: {percent} %").format(
            changes=_(" and ").join(
                _less(role, lang).format(column=column)
                for role, column in zip(each["roles"], each["columns"], strict=True)
            ),
            percent=_percent(each["exposed"], lang),
        )
        for each in figures["generalisations"]
    ]
    return {
        "columns": ", ".join(figures["columns"]),
        "percent": _percent(figures["exposed"], lang),
        "all": str(figures["rows"]),
        "k": str(figures["k"]),
        "singling": ", ".join(figures["singling"]) or _("none"),
        "changes": " ; ".join(changes),
    }


def _less(role: str, lang: str) -> str:
    _ = translator(lang)
    if role in ("birth-date", "birth-year", "age"):
        return _("column {column} by ten years")
    return _("column {column} by département") if role == "place" else _("without column {column}")


def _percent(share: float, lang: str) -> str:
    text = f"{100 * share:.1f}".removesuffix(".0")
    return text.replace(".", ",") if lang.startswith("fr") else text


@lru_cache(maxsize=8)
def texts(lang: str) -> Mapping[str, str]:
    """Return the sentence of every code."""
    _ = translator(lang)
    return {
        "nir": _(
            "{place}: social security numbers ({seen}). They must not be published: remove the column, or the "
            "numbers from the text."
        ),
        "iban": _(
            "{place}: bank accounts ({seen}). Remove them: nobody needs them to reuse the data, and they serve fraud."
        ),
        "iban-supplier": _(
            "{place}: bank accounts of what seem to be suppliers or organisations ({seen}). Remove them: they serve "
            "fraud."
        ),
        "phone-mobile": _(
            "{place}: mobile numbers ({seen}). They usually belong to a person: replace them by the number of a "
            "switchboard, or remove them."
        ),
        "phone-landline": _(
            "{place}: telephone numbers ({seen}). Make sure that they are those of services, not of people."
        ),
        "email-personal": _(
            "{place}: e-mail addresses of personal mailboxes ({seen}). Replace them by the address of a service, or "
            "remove them."
        ),
        "email-named": _(
            "{place}: e-mail addresses that hold the name of a person ({seen}). Replace them by the address of a "
            "service, or remove them."
        ),
        "email-generic": _(
            "{place}: e-mail addresses of services ({seen}). They may be published; make sure that none is read by "
            "one person only."
        ),
        "person-name": _(
            "{place}: names of people ({seen}). Remove the column, or replace the names by functions, unless the law "
            "wants them published."
        ),
        "person-name-text": _(
            "{place}: people named in a text ({seen}). Write what was decided without naming anybody, unless it is "
            "an elected person in office."
        ),
        "sensitive": _(
            "{place}: names of people beside what concerns their health, their means or their opinions ({seen}). "
            "This must not be published: remove the names and whatever else tells people apart."
        ),
        "birth-date": _(
            "{place}: birth dates ({seen}). They must not be published: remove the column, or give an age by bands "
            "of ten years."
        ),
        "birth-date-likely": _(
            "{place}: dates that look like birth dates, beside names ({seen}). If they are, remove the column, or "
            "give an age by bands of ten years."
        ),
        "birth-date-text": _(
            "{place}: birth dates in a text ({seen}). Remove them: with a name or a place they are enough to "
            "tell who it is."
        ),
        "birth-place": _(
            "{place}: birth places ({seen}). Remove the column: with other columns it tells who somebody is."
        ),
        "home-address": _(
            "{place}: addresses beside names of people ({seen}). Remove the addresses, or keep the commune only."
        ),
        "plate": _(
            "{place}: number plates ({seen}). A plate leads to the owner of the vehicle: remove them, or replace "
            "them by a number of your own."
        ),
        "natural-person-grant": _(
            "{place}: grants whose beneficiary seems to be a person, without SIRET or RNA ({seen}). Grants to people "
            "are published without their names: replace the name by “personne physique”, or add the identifier of "
            "the organisation."
        ),
        "natural-person-grant-likely": _(
            "{place}: grants whose beneficiary, without SIRET or RNA, bears a name like that of a person "
            "({seen}). If it "
            "is one, replace the name by “personne physique”; if not, add the identifier of the organisation."
        ),
        "natural-person-grant-registered": _(
            "{place}: grants to people who have a SIRET or RNA ({seen}). If it is a firm of one person, make sure "
            "that nothing but its business is published."
        ),
        "hidden-sheet": _(
            "{place}: the sheet is hidden and holds data (rows: {count}). Whoever gets the file can show it: remove "
            "it, or publish the table as CSV."
        ),
        "hidden-list": _(
            "{place}: the sheet is hidden and holds a list (rows: {count}). Make sure that it may be read by all, or "
            "remove it."
        ),
        "hidden-rows": _(
            "{place}: hidden rows ({count}). Whoever gets the file can show them: remove them, or make sure that "
            "they may be read by all."
        ),
        "hidden-columns": _(
            "{place}: hidden columns ({columns_hidden}). Whoever gets the file can show them: remove them, or make "
            "sure that they may be read by all."
        ),
        "comments": _(
            "{place}: comments on cells ({count}), with the names of those who wrote them. Remove them, or publish "
            "the table as CSV."
        ),
        "author": _(
            "{place}: the properties of the workbook name who wrote it ({seen}). Remove them, or publish the "
            "table as CSV."
        ),
        "unread-sheet": _(
            "{place}: the sheet could not be read and so was not looked at. Remove it, or publish the table "
            "alone, as CSV."
        ),
        **_unread(lang),
        "reidentification": _(
            "Rows seem to stand for people. By columns {columns}, {percent} % of the {all} rows share their values "
            "with fewer than four others, the smallest group has {k}; the fewest columns that single people out: "
            "{singling}. Write less of them, and this share becomes: {changes}."
        ),
        "reidentification-safe": _(
            "Rows seem to stand for people. By columns {columns}, the smallest group of the {all} rows has {k}: "
            "nobody stands alone. Keep it so when you add columns."
        ),
    }


def _unread(lang: str) -> Mapping[str, str]:
    """Return what is said of a document that was not read, wholly or in part: nobody but its editor can look."""
    _ = translator(lang)
    return {
        "author-document": _(
            "{place}: the properties of the document name who wrote it ({seen}). Remove them, or make sure that the "
            "person agrees."
        ),
        "unread-image": _("{place}: an image, which the portal cannot read. Check for yourself that it shows nobody."),
        "unread-scan": _(
            "{place}: pages without text ({count}), probably scanned, which the portal cannot read. Check for yourself "
            "that nobody is named on them."
        ),
        "unread-pages": _(
            "{place}: pages that the portal could not read ({count}). Check for yourself that nobody is named on them."
        ),
        "unread-pictures": _(
            "{place}: pictures in the document ({count}), which the portal cannot read. Check for yourself that they "
            "show nobody."
        ),
        "unread-password": _(
            "{place}: protected by a password, the portal could not read it. Send it without, or check for yourself "
            "that nobody is named in it."
        ),
        "unread-damaged": _(
            "{place}: the portal could not read it, it seems damaged. Make sure that it opens, and check for yourself "
            "that nobody is named in it."
        ),
        "unread-zip-bomb": _(
            "{place}: it holds too many files, or unpacks to something far too big: the portal did not look into it. "
            "Send what it holds in smaller parts, or check it for yourself."
        ),
        "unread-archive": _(
            "{place}: an archive within the archive ({count}), which the portal does not open. Send its files by "
            "themselves, or check them for yourself."
        ),
        "unread-attachment": _(
            "{place}: files are attached inside ({count}), which the portal does not open. Remove them, or check them "
            "for yourself."
        ),
        "unread-kind": _(
            "{place}: the portal cannot read files of this kind ({count}). Check for yourself that nobody is named in "
            "them."
        ),
        "unread-file": _(
            "{place}: the portal could not read this table. Check for yourself that nobody is named in it."
        ),
        "unread-rest": _(
            "{place}: it is too long to be read to its end. Check for yourself that nobody is named in the rest."
        ),
    }
