"""Why a deposit stands where it stands, in words for its sender: what happened and what to do."""

from __future__ import annotations

import ckan.plugins.toolkit as tk


def sentence(cause: str) -> str:
    """Return the sentence of a cause's code; an empty one where there is nothing to say."""
    if not cause:
        return ""  # most deposits; the list of them asks for each
    said = _sentences().get(cause, "")
    return said or (tk._("The file behind the link could not be fetched.") if cause.startswith("link-") else "")


def _sentences() -> dict[str, str]:
    return {
        "unreadable": tk._("The file could not be read as a table. The report says why: send it again once put right."),
        "personal-data": tk._(
            "Personal data were found. Remove them and send the file again, or say why it may be published."
        ),
        "not-searched": tk._(
            "The portal could not search this file for personal data. Look at it yourself, then publish it."
        ),
        "not-conform": tk._(
            "Your collectivité publishes conform files only: put right what the report says and send the file again."
        ),
        "which-target": tk._(
            "Several published files may be meant, or none. Choose the one that this file replaces, or a new dataset."
        ),
        "removed": tk._(
            "Somebody has removed from the portal what this file would replace. Publish it anew, or give it up."
        ),
        "not-allowed": tk._(
            "Whoever sent this file may no longer publish there. An editor of the collectivité has to accept it."
        ),
        "not-accepted": tk._(
            "The dataset could not be written with what is known of it. Open the deposit and complete the form."
        ),
        "search-away": tk._("The search engine did not answer, nothing was published. Accept the deposit once more."),
        "worker-lost": tk._("The check was broken off twice, without a verdict. Send the file again."),
        "no-space": tk._("The portal has no room left for files. Its administrator has to see to it."),
        "bytes-gone": tk._("The file is no longer there. Send it again."),
        "unchanged": tk._("This very file is published already: nothing was changed."),
        "abandoned": tk._("Nobody came back to this deposit: it was given up."),
        "dataset-deleted": tk._("The dataset was deleted, and its files with it."),
        "organization-deleted": tk._("The organization was deleted, and what was sent for it."),
        "link-address": tk._("The link leads to an address that the portal does not visit."),
        "link-url": tk._("The link is no address of the web: it begins with http:// or https://."),
        "link-name": tk._("The name of the server in the link is not known."),
        "link-status": tk._("The server answers that there is no file behind the link."),
        "link-timeout": tk._("The server behind the link took too long to answer."),
        "link-too-big": tk._("The file behind the link is larger than this portal takes."),
        "link-tls": tk._("The certificate of the server behind the link is not right."),
    }
