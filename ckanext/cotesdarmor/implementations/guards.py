"""Walls round every request: forms, bodies, downloads, cookies, caches.

CKAN 2.12.0 leaves these open; each has its test in tests/integration/cotesdarmor/test_guards.py.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.config.middleware.flask_app import csrf

from . import bad_requests

MEBIBYTE = 1024 * 1024
# A page of CKAN's own forms is a few kilobytes; what is larger comes from somebody who is logged in.
LARGEST_ANONYMOUS_BODY = MEBIBYTE
# Room for the other fields of a form that carries a file of the largest size.
ROOM_BESIDE_FILE = MEBIBYTE

# Bytes that a browser may show by itself: it runs nothing that stands in them. SVG and HTML are not among these.
SHOWN_IN_PLACE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"})


class Guards(p.IMiddleware):
    """Puts the guards into the Flask application."""

    def make_middleware(self, app: Flask, config: CKANConfig) -> Flask:
        """Register the guards; CKAN's own handlers are already there."""
        # Flask-WTF's own check honours CKAN's process-wide exemptions: one anonymous GET of a form's page opens
        # that form to forged requests. Ours is asked instead, on every request.
        app.config["WTF_CSRF_CHECK_DEFAULT"] = False
        app.config.update(
            SESSION_COOKIE_SAMESITE="Lax",
            # CKAN's default is the word "None", which browsers drop over http.
            REMEMBER_COOKIE_SAMESITE="Lax",
            REMEMBER_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_HTTPONLY=True,
            MAX_CONTENT_LENGTH=largest_body(),
        )
        if str(config["ckan.site_url"]).startswith("https:"):
            app.config.update(SESSION_COOKIE_SECURE=True, REMEMBER_COOKIE_SECURE=True)
        app.before_request(bound_body)
        app.before_request(refuse_forged_form)
        bad_requests.install(app)
        app.before_request(ask_to_log_in)
        # Last of all, after CKAN has written its own Cache-Control: Flask runs this list backwards.
        app.after_request_funcs.setdefault(None, []).insert(0, keep_private)
        app.after_request(never_run_downloads)
        return app


def largest_body() -> int:
    """Bytes of the largest request: a file of the largest size and the form round it."""
    return int(tk.config["ckan.max_resource_size"]) * MEBIBYTE + ROOM_BESIDE_FILE


def bound_body() -> None:
    """Refuse a body that is larger than its sender may send, before anything reads it."""
    g.cotesdarmor_personal = current_user.is_authenticated
    limit = largest_body() if current_user.is_authenticated else LARGEST_ANONYMOUS_BODY
    request.max_content_length = limit
    if (request.content_length or 0) > limit:
        tk.abort(
            413,
            tk._("What you sent is larger than the {limit} MB that this portal takes at once.").format(
                limit=limit // MEBIBYTE
            ),
        )


def ask_to_log_in() -> Response | None:
    """Lead a visitor of an activity page to the login form; CKAN's pages know no refusal there."""
    if request.blueprint == "activity" and current_user.is_anonymous:
        return tk.redirect_to("user.login", next=request.path)
    return None


def refuse_forged_form() -> None:
    """Ask for the CSRF token on every request that changes something and rests on a cookie.

    A request that proves its user by an API token carries nothing that another site could borrow; neither does a
    visitor's call of the API. Everything else, logging in included, wants the token.
    """
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    if g.get("login_via_auth_header"):
        if current_user.is_authenticated:
            return
        if (request.endpoint or "").split(".")[0] == "api":
            return
    csrf.protect()


def keep_private(response: Response) -> Response:
    """What was made for somebody who is logged in is stored by no cache."""
    if g.get("cotesdarmor_personal"):
        response.headers["Cache-Control"] = "private, no-store"
    return response


def never_run_downloads(response: Response) -> Response:
    """No file from outside is interpreted by a browser as a page of this site."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    if _serves_foreign_bytes() and response.status_code < 300 and response.mimetype not in SHOWN_IN_PLACE:
        name = response.headers.get("Content-Disposition", "inline").partition(";")[2]
        response.headers["Content-Disposition"] = f"attachment;{name}" if name else "attachment"
    return response


def _serves_foreign_bytes() -> bool:
    endpoint = request.endpoint or ""
    return endpoint.endswith(".download") or request.path.startswith("/uploads/") or endpoint == "datastore.dump"
