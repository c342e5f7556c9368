"""Codes to whole sentences: what was found, where, and what to do; values stand in none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

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
    facts = {
        "place": place(finding, lang),
        "seen": _seen(finding, lang),
        "reason": finding.reason,
        **{name: str(value) for name, value in finding.figures.items()},
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
    if finding.sheet is not None:
        parts.append(_("sheet no. {number}").format(number=finding.sheet))
    if finding.column and finding.label:
        parts.append(_("column {column} ({name})").format(column=finding.column, name=finding.label))
    elif finding.column:
        parts.append(_("column {column}").format(column=finding.column))
    if finding.rows:
        rows = ", ".join(map(str, finding.rows))
        if finding.count > len(finding.rows):
            parts.append(_("rows {rows}, …").format(rows=rows))
        else:
            parts.append((_("row {rows}") if len(finding.rows) == 1 else _("rows {rows}")).format(rows=rows))
    return ", ".join(parts) or _("File")


def _seen(finding: Finding, lang: str) -> str:
    """Return how much was found, with masked examples; worded so that one and many read alike."""
    _ = translator(lang)
    count = _("cells concerned: {count}").format(count=finding.count)
    return f"{count} ; {', '.join(finding.examples)}" if finding.examples else count


@lru_cache(maxsize=8)
def texts(lang: str) -> Mapping[str, str]:
    """Return the sentence of every code."""
    _ = translator(lang)
    return {
        "nir": _(
            "{place}: social security numbers ({seen}). They must not be published: remove the column, or "
            "the numbers from the text."
        ),
        "iban": _(
            "{place}: bank accounts ({seen}). Remove them: nobody needs them to reuse the data, and they serve fraud."
        ),
        "iban-supplier": _(
            "{place}: bank accounts of what seem to be suppliers or organisations ({seen}). Remove them: "
            "they serve fraud."
        ),
        "phone-mobile": _(
            "{place}: mobile numbers ({seen}). They usually belong to a person: replace them by the number "
            "of a switchboard, or remove them."
        ),
        "phone-landline": _(
            "{place}: telephone numbers ({seen}). Make sure that they are those of services, not of people."
        ),
        "email-personal": _(
            "{place}: e-mail addresses of personal mailboxes ({seen}). Replace them by the address of a "
            "service, or remove them."
        ),
        "email-named": _(
            "{place}: e-mail addresses that hold the name of a person ({seen}). Replace them by the "
            "address of a service, or remove them."
        ),
        "email-generic": _(
            "{place}: e-mail addresses of services ({seen}). They may be published; make sure that none "
            "is read by one person only."
        ),
    }
