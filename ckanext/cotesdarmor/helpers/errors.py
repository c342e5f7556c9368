"""What a page says when something cannot be shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import default_exceptions

import ckan.plugins.toolkit as tk


def cotesdarmor_error(code: Any, content: Any) -> dict[str, str]:
    """The heading and the sentence of an error page.

    Args:
        code: the status; CKAN gives a list of one for what it did not expect.
        content: what the code that gave up has said, or the web library's own English.
    """
    status = int(code[0] if isinstance(code, list | tuple) else code or 500)
    title, advice = _words(status)
    said, again = str(content or ""), ""
    if said.startswith("The CSRF") and tk.current_user.is_anonymous:
        title = tk._("Your session has ended")
        said = tk._("Log in again: you come back to the page you were on. What was not sent has to be typed again.")
        again = tk.h.url_for("user.login", next=_path_of(tk.request.referrer))
    elif said.startswith("The CSRF"):
        said = tk._(
            "This form was open for too long, or was not sent from this site. Reload its page and send it again."
        )
    elif _tells_of_machines(status) or said == getattr(default_exceptions.get(status), "description", ""):
        said = ""
    return {"code": str(status), "title": title, "sentence": said or advice, "login": again}


def _path_of(address: str | None) -> str:
    """The path of the page that sent a form; the home page where the browser does not tell it."""
    return "/" + urlsplit(address or "").path.lstrip("/")


def _tells_of_machines(status: int) -> bool:
    """Whether what was said is nothing for visitors: what failed. What is away for a while says so in our own words."""
    return status >= 500 and status != 503


def _words(status: int) -> tuple[str, str]:
    """The heading, and the sentence where nobody has said more."""
    known = {
        400: (tk._("This request cannot be read"), tk._("Go back, check what you have typed, and try again.")),
        401: (tk._("Please log in"), tk._("This page is for people who are logged in.")),
        403: (tk._("This page is not open to you"), tk._("Your account has no right to it.")),
        404: (tk._("This page does not exist"), tk._("Check the address, or search the portal for what you need.")),
        405: (tk._("This address cannot be used like that"), tk._("Go back and use the buttons of the page.")),
        410: (tk._("This page no longer exists"), tk._("Search the portal for what you need.")),
        413: (tk._("This is too large for the portal"), tk._("Send a smaller file, or split it.")),
        429: (tk._("Too many requests"), tk._("Wait a minute, then try again.")),
        503: (tk._("The portal cannot do this for the moment"), tk._("Try again in a few minutes.")),
    }
    if status in known:
        return known[status]
    if status >= 500:
        return tk._("The portal has failed"), tk._("It is not your fault. Try again in a few minutes.")
    return tk._("This cannot be shown"), tk._("Go back and try again.")
