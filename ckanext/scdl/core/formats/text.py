"""The report for a person: the verdict, what is wrong column by column, and at the end what to do first.

In French, like the command: a finding is told once in a whole sentence, its other values follow in short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .. import messages
from ..report import Issue, Report
from .base import Checked

_VERDICTS = {"valid": "valide", "invalid": "non valide", "refused": "refusé"}
_SECTIONS = (
    ("error", "À corriger"),
    ("warning", "Remarques, sans effet sur le verdict"),
    ("info", "Pour information"),
    ("local", "Contrôles locaux, sans effet sur le verdict"),
)
_NOT_DONE = {
    "publisher-siret": "le SIRET de la collectivité (--publisher)",
    "commune": "les communes (--territory)",
    "point": "les coordonnées (--territory, avec des contours)",
    "future-date": "les dates à venir (--today)",
}
_SHOWN_FAMILIES = 40
_SHOWN_OTHERS = 6


def as_text(checked: Sequence[Checked]) -> str:
    """Return the reports one below the other."""
    return "\n".join(text_report(each.name, each.report) for each in checked)


def text_report(name: str, report: Report) -> str:
    """Return a report for a person; its last line is the one thing to do first."""
    lines = [_headline(name, report)]
    if report.refusal is not None:
        lines.append(report.refusal.message)
    for section, title in _SECTIONS:
        issues = [issue for issue in report.issues if _section(issue) == section]
        if issues:
            lines.extend(["", f"{title} ({sum(issue.count for issue in issues)})"])
            lines.extend(_told(issues))
    if report.not_done:
        missing = ", ".join(_NOT_DONE.get(each, each) for each in report.not_done)
        lines.extend(["", f"Non contrôlé, faute de le savoir : {missing}."])
    return "\n".join([*lines, "", messages.next_step(report, "fr"), ""])


def _headline(name: str, report: Report) -> str:
    verdict = _VERDICTS[report.status]
    if report.schema is None:
        return f"{name} : {verdict}"
    rows = "1 ligne de données" if report.rows == 1 else f"{report.rows} lignes de données"
    return f"{name} : {verdict} pour {report.schema} {report.version} ({rows})"


def _section(issue: Issue) -> str:
    return "local" if issue.code.startswith("local-") else issue.level


def _told(issues: Iterable[Issue]) -> list[str]:
    """Tell each family of findings: the first in full, the others by their values."""
    families: dict[tuple[str, str | None, bool], list[Issue]] = {}
    for issue in issues:
        # Findings about labels differ by the column, if there is one, all others by what stands in it.
        family = issue.code, None if issue.value is None else issue.column, issue.column is None
        families.setdefault(family, []).append(issue)
    lines: list[str] = []
    for family in list(families.values())[:_SHOWN_FAMILIES]:
        lines.append(f"  - {family[0].message}")
        if len(family) > 1:
            lines.append(f"    {_others(family[1:])}")
    left = len(families) - _SHOWN_FAMILIES
    if left > 0:
        lines.append(f"  - … et {left} autres sortes de défauts ; --format csv les donne tous.")
    return lines


def _others(family: Sequence[Issue]) -> str:
    """Tell in one line what else has the same fault."""
    shown = [_short(issue) for issue in family if not issue.groups_other_values][:_SHOWN_OTHERS]
    rest = len(family) - len(shown)
    places = sum(issue.count for issue in family)
    told = ", ".join(shown) + (", …" if rest > 0 else "")
    count = "" if places <= len(shown) else f" ({places} fois)"
    return f"De même{count} : {told}"


def _short(issue: Issue) -> str:
    what = issue.value if issue.value is not None else issue.label or issue.field or issue.column or ""
    if not what:
        return "ligne " + ", ".join(map(str, issue.rows[:3])) if issue.rows else "une autre cellule"
    where = f" (ligne {issue.rows[0]})" if issue.value is not None and issue.count == 1 and issue.rows else ""
    return f"« {what} »{where}" + (f" → « {issue.correction} »" if issue.correction else "")
