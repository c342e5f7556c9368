"""The report for a person: verdict, issues by level, and what to do first."""

from __future__ import annotations

from collections.abc import Sequence

from .. import messages
from ..report import Issue, Report
from .base import Checked

_LEVEL_TITLES = {"error": "Erreurs", "warning": "Remarques", "info": "Pour information"}
_VERDICTS = {"valid": "valide", "invalid": "non valide", "refused": "refusé"}
_SHOWN_ISSUES = 60


def as_text(checked: Sequence[Checked]) -> str:
    """Return the reports one below the other."""
    return "\n".join(text_report(each.name, each.report) for each in checked)


def text_report(name: str, report: Report) -> str:
    """Return a report for a person."""
    lines = [_headline(name, report)]
    if report.refusal is not None:
        lines.append(report.refusal.message)
    for level, title in _LEVEL_TITLES.items():
        issues = [issue for issue in report.issues if issue.level == level]
        if issues:
            lines.extend(["", f"{title} ({sum(issue.count for issue in issues)})"])
            lines.extend(_listed(issues))
    return "\n".join([*lines, "", messages.next_step(report, "fr"), ""])


def _headline(name: str, report: Report) -> str:
    verdict = _VERDICTS[report.status]
    if report.schema is None:
        return f"{name} : {verdict}"
    return f"{name} : {verdict} pour {report.schema} {report.version} ({report.rows} lignes de données)"


def _listed(issues: Sequence[Issue]) -> list[str]:
    lines = [f"  - {issue.message}" for issue in issues[:_SHOWN_ISSUES]]
    if len(issues) > _SHOWN_ISSUES:
        lines.append(f"  - … et {len(issues) - _SHOWN_ISSUES} autres ; --format json les donne.")
    return lines
