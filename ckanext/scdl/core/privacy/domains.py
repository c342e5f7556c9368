"""Domains of mailboxes that anybody may open, and names of mailboxes that are nobody's own."""

from __future__ import annotations

SHARED_DOMAINS = frozenset((
    "aliceadsl.fr", "aol.com", "bbox.fr", "cegetel.net", "club-internet.fr", "dbmail.com", "free.fr", "gmail.com",
    "gmx.com", "gmx.fr", "gmx.net", "googlemail.com", "hotmail.com", "hotmail.fr", "icloud.com", "infonie.fr",
    "laposte.net", "live.com", "live.fr", "mac.com", "mail.com", "mailo.com", "me.com", "mel.bzh", "msn.com",
    "neuf.fr", "noos.fr", "numericable.fr", "orange.com", "orange.fr", "outlook.com", "outlook.fr", "pm.me",
    "proton.me", "protonmail.com", "riseup.net", "sfr.fr", "tele2.fr", "wanadoo.fr", "yahoo.com", "yahoo.fr",
    "ymail.com",
))  # fmt: skip

GENERIC_MAILBOXES = (
    "accueil", "administration", "admin", "agence", "amicale", "asso", "association", "bibliotheque", "bureau",
    "cabinet", "camping", "ccas", "centre", "club", "comite", "commune", "communication", "compta", "comptabilite",
    "contact", "courrier", "creche", "culture", "direction", "dpo", "ecole", "elections", "enfance", "etat",
    "gendarmerie", "gymnase", "info", "infos", "jeunesse", "mairie", "maison", "marches", "mediatheque", "musee",
    "noreply", "office", "opendata", "piscine", "police", "presse", "prevention", "reception", "restaurant", "rgpd",
    "sav", "secretariat", "service", "services", "sport", "sports", "standard", "support", "syndicat", "technique",
    "theatre", "tourisme", "urbanisme", "ville", "webmaster",
)  # fmt: skip
"""Words in the name of a mailbox that say that it belongs to a service."""
