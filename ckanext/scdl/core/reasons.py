"""Why a file with personal data may be published: what an editor chooses from, and the register keeps."""

from __future__ import annotations

from .sentences import translator

REASONS = (
    "organisation", "registers", "professions", "examinations", "sports", "politics", "tourism",
    "planning", "archives", "other-law", "consent", "false-alarm",
)  # fmt: skip
"""By code: the categories of article D. 312-1-3 of the code des relations entre le public et l'administration, another
legal text (article L. 312-1-2), the agreement of the persons, or a false alarm."""


def labels(lang: str = "fr") -> dict[str, str]:
    """Return each reason in words, by its code."""
    _ = translator(lang)
    return {
        "organisation": _("It tells how an administration is organised: directory, organisation chart, aptitude list."),
        "registers": _("It comes from the public register of enterprises or of associations."),
        "professions": _("It tells who practises a regulated profession."),
        "examinations": _("It gives the results of an examination or competition, or is about teaching and research."),
        "sports": _("It is about the organisation and practice of sports."),
        "politics": _("It is about the organisation and practice of political life, elected persons included."),
        "tourism": _("It is about the organisation and practice of tourism."),
        "planning": _("It is about town planning, the use of public land or another activity that has to be declared."),
        "archives": _("It is kept in public archives and may be consulted by everybody."),
        "other-law": _("Another law or decree asks for its publication: the sentence says which."),
        "consent": _("The persons concerned have agreed to its publication."),
        "false-alarm": _("It holds no personal data: the search was mistaken."),
    }
