"""Codes to whole sentences for a secretary of a mairie: what is wrong, where, how to put it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .report import Issue, Refusal, Report
from .sentences import Translate, issue_texts, operator_words, refusal_steps, refusal_texts, translator

_SHOWN_ROWS = 5
_SHOWN_CHOICES = 12


def spelled(report: Report, lang: str = "fr") -> Report:
    """Return the report with the sentences of its refusal and issues in a language."""
    refusal = report.refusal
    return replace(
        report,
        refusal=None if refusal is None else replace(refusal, message=refusal_sentence(refusal, lang)),
        issues=tuple(replace(issue, message=sentence(issue, lang)) for issue in report.issues),
    )


def sentence(issue: Issue, lang: str = "fr") -> str:
    """Return what is wrong, where, and how to put it right."""
    _ = translator(lang)
    if issue.groups_other_values:
        text = _("{place}: {count} other cells of this column have the same fault with other values.")
    else:
        texts = issue_texts(lang)
        renamed = issue.code == "missing-label" and issue.column is not None
        text = texts.get("other-label" if renamed else issue.code) or texts[issue.code.partition("-")[0]]
    advice = _("Proposal: “{correction}”.") if issue.correction else ""
    whole = f"{text} {advice}".strip()
    filled = _fill(whole, _facts(issue, lang))
    return filled[:1].upper() + filled[1:]


def refusal_sentence(refusal: Refusal, lang: str = "fr") -> str:
    """Return why a file could not be checked and what to do about it."""
    _ = translator(lang)
    texts = refusal_texts(lang)
    text = texts.get(refusal.code) or texts["crashed"]
    if refusal.line is not None:
        text = text + " " + _("The trouble starts on line {line}.")
    facts = {"line": str(refusal.line), "address": refusal.address or ""}
    return _fill(text, {**facts, "nearest": _list(refusal.nearest, lang)})


def place(issue: Issue, lang: str = "fr") -> str:
    """Return where an issue stands, as a person finds it in a spreadsheet."""
    _ = translator(lang)
    name = issue.label or issue.field or ""
    if issue.column and name:
        where = _("Column {column} ({name})")
    elif issue.column:
        where = _("Column {column}")
    elif name:
        where = _("Column “{name}”")
    elif issue.rows:
        where = ""
    else:
        return _("File")
    rows = _rows(issue, _)
    return _fill(", ".join(part for part in (where, rows) if part), {"column": issue.column or "", "name": name})


def next_step(report: Report, lang: str = "fr") -> str:
    """Return the one thing to do first."""
    _ = translator(lang)
    if report.refusal is not None:
        return refusal_steps(lang).get(report.refusal.code) or _(
            "Start from the original file, save it again as CSV (UTF-8), and send that file."
        )
    errors = [issue for issue in report.issues if issue.level == "error"]
    if not errors:
        if report.rows == 0:
            return _("Add the data below the header, then send the file again.")
        if report.warnings:
            return _("The file can be published; read the remarks when you next update it.")
        return _("The file can be published as it is.")
    header = [issue for issue in errors if issue.code in _HEADER_CODES]
    if header:
        named = [issue.field or issue.label or issue.column for issue in header]
        text = _("First put the column names in the first line right: start with “{name}”, then check the file again.")
        return _fill(text, {"name": next(filter(None, named), None) or _facts(header[0], lang)["expected"]})
    corrected = sum(issue.count for issue in errors if issue.correction)
    if corrected * 2 > report.errors:
        return _fill(
            _("Start with the cells for which a proposal is given ({count} of {total}): they need no research."),
            {"count": str(corrected), "total": str(report.errors)},
        )
    by_column: dict[str, int] = {}
    for issue in errors:
        name = issue.label or issue.field or ""
        by_column[name] = by_column.get(name, 0) + issue.count
    name, count = max(by_column.items(), key=lambda item: item[1])
    if not name:
        return _("Start with the first row listed above, then check the file again.")
    return _fill(
        _("Start with column “{name}”, where most errors are ({count} of {total})."),
        {"name": name, "count": str(count), "total": str(report.errors)},
    )


_HEADER_CODES = frozenset(
    {
        "missing-label",
        "unmatched-header",
        "duplicate-label",
        "unnamed-columns",
        "one-of-required-columns",
        "cohesive-columns-missing",
    }
)


def _facts(issue: Issue, lang: str) -> dict[str, str]:
    expected = issue.expected
    several = expected if isinstance(expected, tuple) else ()
    single = expected if isinstance(expected, str) else ""
    return {
        "place": place(issue, lang),
        "field": issue.field or "",
        "label": issue.label or "",
        "value": issue.value if issue.value is not None else "",
        "count": str(issue.count),
        "correction": issue.correction or "",
        "expected": single or _list(several, lang),
        "example": single or "…",
        "comparison": operator_words(several[0], lang) if several else "",
        "other": several[-1] if several else "",
    }


def _rows(issue: Issue, _: Translate) -> str:
    if not issue.rows:
        return ""
    shown = issue.rows[:_SHOWN_ROWS]
    rows = ", ".join(map(str, shown))
    rest = issue.count - len(shown)
    if rest > 0:
        text = _("rows {rows} and one other") if rest == 1 else _("rows {rows} and {rest} others")
        return _fill(text, {"rows": rows, "rest": str(rest)})
    return _fill(_("row {rows}") if len(shown) == 1 else _("rows {rows}"), {"rows": rows})


def _list(items: tuple[str, ...], lang: str) -> str:
    shown = ", ".join(items[:_SHOWN_CHOICES])
    return shown + ", …" if len(items) > _SHOWN_CHOICES else shown


def _fill(text: str, facts: Mapping[str, str]) -> str:
    """Put facts into a sentence; braces inside a fact stay as they are."""
    return text.format_map(facts)
