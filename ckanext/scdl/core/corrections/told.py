"""A proposal or a change log for a person, in French like the command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..report import Report, excerpt
from .model import Change, OutColumn, Proposal, Question

RULES: Mapping[str, str] = {
    "mojibake": "caractères abîmés",
    "spaces": "espaces en trop",
    "yes-no": "oui ou non",
    "enumeration": "valeur de la liste",
    "list": "liste entre crochets",
    "date": "date",
    "year": "année",
    "period": "période",
    "percentage": "pourcentage",
    "number": "nombre",
    "siret": "SIRET",
    "siren": "SIREN",
    "insee": "code INSEE",
    "postal-code": "code postal",
    "phone": "téléphone",
    "opening-hours": "horaires d'ouverture",
    "nomenclature": "nomenclature des actes",
    "code": "code",
    "coordinates": "coordonnées inversées",
    "publisher": "collectivité qui publie",
    "heading": "nom de colonne",
    "order": "ordre des colonnes",
    "optional-column": "colonne facultative absente",
}
"""What each correction puts right."""

QUESTIONS: Mapping[str, str] = {
    "date-order": "le jour est-il le premier nombre ou le second ?",
    "short-year": "de quel siècle est cette année à deux chiffres ?",
    "several-dates": "ces dates forment-elles une période ? La colonne n'en attend qu'une.",
    "period-order": "la fin de la période vient avant son début.",
    "thousands": "la virgule sépare-t-elle les décimales ou les milliers ?",
    "percentage": "est-ce un pourcentage ? La colonne attend une part entre 0 et 1.",
    "scientific": "un tableur a effacé les derniers chiffres ; recopiez le numéro entier.",
    "siret-short": "il manque un chiffre à ce SIRET, et un zéro devant ne suffit pas.",
    "siren-for-siret": "c'est un SIREN ; il faut le SIRET de l'établissement (14 chiffres).",
    "commune-short": "il manque un chiffre à ce code INSEE.",
    "postal-short": "il manque un chiffre à ce code postal.",
    "two-phones": "il y a plusieurs numéros ; lequel garder ?",
    "nothing": "faut-il laisser la cellule vide ?",
    "contradiction": "corrigée, la cellule contredirait une autre de la même ligne, ou une clé existante.",
}
"""Why something is asked."""

_ASSUMED: Mapping[str, str] = {
    "title-lines": "lignes de titre au-dessus de l'en-tête retirées",
    "example-row": "ligne d'exemple du modèle retirée",
    "blank-columns": "colonnes vides retirées",
    "blank-columns-left": "colonnes vides retirées",
    "mojibake": "caractères abîmés rétablis dans tout le fichier",
    "mixed-encodings": "encodages mêlés rétablis",
}
_SHOWN = 12


def as_text(name: str, log: Proposal, report: Report, *, done: bool) -> str:
    """Return what is proposed, or was done, and what is left.

    Args:
        name: what the file is called.
        log: the proposal or the change log.
        report: the verdict on the corrected file.
        done: whether it was written, or only would be.
    """
    sure = sum(len(each.lines) for each in log.changes if each.confidence == "sure")
    likely = log.cells - sure
    asked = sum(len(each.lines) for each in log.questions)
    cells = _counted(log.cells, "cellule corrigée", "cellules corrigées")
    lines = [f"{name} : {cells} pour {log.schema} {log.version}"]
    if log.cells:
        lines[0] += f" ({sure} à coup sûr, {likely} probablement)"
    lines.extend(_section("Mise en forme", _layout(log)))
    for confidence, title in (("sure", "Corrections sûres"), ("likely", "Corrections probables, à relire")):
        lines.extend(_section(title, _changes(each for each in log.changes if each.confidence == confidence)))
    lines.extend(_section(f"À vous de dire ({_counted(asked, 'cellule', 'cellules')})", _questions(log.questions)))
    lines.extend(_section("Reste à corriger (places dans le fichier corrigé)", _left(report)))
    lines.extend(["", _last(report, done)])
    return "\n".join([*lines, ""])


def layout(log: Proposal) -> list[str]:
    """Return what changes besides the cells, in French, a sentence each."""
    return list(_layout(log))


def _section(title: str, told: Iterable[str]) -> Iterator[str]:
    listed = list(told)
    if listed:
        yield from ("", title)
        yield from (f"  - {each}" for each in listed[:_SHOWN])
        if len(listed) > _SHOWN:
            yield f"  - … et {len(listed) - _SHOWN} autres ; --changes les écrit toutes."


def _layout(log: Proposal) -> Iterator[str]:
    reading = log.reading
    if reading.format == "csv" and reading.separator not in (None, ","):
        yield f"séparateur « {_visible(reading.separator)} » remplacé par la virgule"
    if reading.encoding not in (None, "utf-8"):
        yield f"encodage {reading.encoding} remplacé par UTF-8"
    for code in dict.fromkeys(reading.assumed):
        if code in _ASSUMED:
            yield _ASSUMED[code]
    if log.blank_lines:
        yield _counted(len(log.blank_lines), "ligne vide retirée", "lignes vides retirées")
    for column in log.columns:
        if told := _column(column, log):
            yield told
    kept = {column.source for column in log.columns}
    for position, label in enumerate(log.labels):
        if position not in kept:
            yield f"colonne « {excerpt(label)} » retirée" if label else "colonne vide et sans nom retirée"
    if log.is_reordered:
        yield "colonnes remises dans l'ordre du schéma"


def _column(column: OutColumn, log: Proposal) -> str | None:
    if column.rule in ("heading", "mojibake") and column.source is not None:
        doubt = "" if column.confidence == "sure" else " (probable)"
        return f"colonne « {excerpt(log.labels[column.source])} » renommée {column.label}{doubt}"
    if column.rule == "publisher":
        return f"colonne {column.label} ajoutée : « {column.constant} » sur chaque ligne"
    return f"colonne facultative {column.label} ajoutée, vide" if column.rule == "optional-column" else None


def _changes(changes: Iterable[Change]) -> Iterator[str]:
    """Tell each column and rule once, with its most frequent changes."""
    families: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        families.setdefault((change.field, change.rule), []).append(change)
    for (name, rule), family in families.items():
        family.sort(key=lambda each: -len(each.lines))
        shown = ", ".join(f"« {excerpt(each.before)} » → « {excerpt(each.after)} »" for each in family[:3])
        count = _counted(sum(len(each.lines) for each in family), "cellule", "cellules")
        where = _column_name(family[0].column, name)
        yield f"{where}, {RULES.get(rule, rule)}, {count} : {shown}{_more(len(family) - 3)}"


def _questions(questions: Iterable[Question]) -> Iterator[str]:
    families: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        families.setdefault((question.field, question.rule), []).append(question)
    for (name, rule), family in families.items():
        shown = ", ".join(_asked(each) for each in family[:3])
        yield f"{_column_name(family[0].column, name)} : {shown}{_more(len(family) - 3)} : {QUESTIONS.get(rule, rule)}"


def _asked(question: Question) -> str:
    choices = " ou ".join(f"« {choice} »" for choice in question.choices if choice)
    where = f"ligne {question.lines[0]}" + (", …" if len(question.lines) > 1 else "")
    return f"« {excerpt(question.value)} » ({where}{' ; ' + choices + ' ?' if choices else ''})"


def _left(report: Report) -> Iterator[str]:
    families: dict[tuple[str, str | None], list[str]] = {}
    for issue in report.issues:
        if issue.level == "error":
            families.setdefault((issue.code, issue.column), []).append(issue.message)
    for messages in families.values():
        yield messages[0] + _more(len(messages) - 1)


def _last(report: Report, done: bool) -> str:
    if not report.errors:
        return "Le fichier corrigé est valide." if done else "Ainsi corrigé, le fichier serait valide."
    left = _counted(report.errors, "erreur", "erreurs")
    return f"Il reste {left} dans le fichier corrigé." if done else f"Il resterait {left} dans le fichier corrigé."


def _column_name(letter: str, name: str) -> str:
    return f"Colonne {letter} ({name})" if letter else f"Colonne {name}"


def _more(count: int) -> str:
    return f" et {_counted(count, 'autre', 'autres')}" if count > 0 else ""


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count < 2 else many}"


def _visible(sign: str | None) -> str:
    return {"\t": "tabulation"}.get(sign or "", sign or "")
