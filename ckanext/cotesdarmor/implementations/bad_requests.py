"""What a request asks wrongly is answered as wrong: no value of anybody's makes a page or an action fail."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from flask import Flask, current_app, request
from rdflib.plugin import PluginException
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound, ServiceUnavailable
from werkzeug.wrappers import Response

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SearchIndexError, SearchQueryError, SolrConnectionError

from ckanext.scdl import storage

log = logging.getLogger(__name__)

# In JSON: a NUL, or one half of a pair that stands for a single character. PostgreSQL stores neither.
_UNSTORABLE_IN_JSON = re.compile(
    rb"(?<!\\)(?:\\\\)*\\u(?:0000|[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..\\u)[dD][c-fC-F])"
)
# What no address of ours holds, and no header can: a download puts the end of its path into one.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f\\]*")


def install(app: Flask) -> None:
    """Register the checks before a request and the answers to what fails all the same."""
    app.before_request(refuse_unstorable_text)
    app.before_request(refuse_foreign_goal)
    app.register_error_handler(tk.NotAuthorized, lambda _error: _answer(Forbidden()))
    app.register_error_handler(SearchError, _search_failed)
    app.register_error_handler(SearchIndexError, _search_away)
    app.register_error_handler(SolrConnectionError, _search_away)
    app.register_error_handler(OSError, _disk_failed)
    # A number beyond PostgreSQL's, JSON nested thousands deep, a format of a catalogue that nobody knows.
    app.register_error_handler(DataError, _bad_request)
    app.register_error_handler(RecursionError, _bad_request)
    app.register_error_handler(PluginException, lambda _error: _answer(NotFound()))


def refuse_unstorable_text() -> None:
    """Refuse characters that no database takes, before any page or action meets them."""
    if _CONTROL.search(request.path) or any("\x00" in text for text in _texts()) or _UNSTORABLE_IN_JSON.search(_json()):
        tk.abort(400, tk._("What you sent holds a character that cannot be stored."))


def _texts() -> Iterator[str]:
    for values in (request.args, request.form):
        for name, value in values.items(multi=True):
            yield name
            yield value


def _json() -> bytes:
    if request.form:  # CKAN's API takes JSON as the only name of a form, too
        return next(iter(request.form)).encode()
    return request.get_data() if request.method in ("POST", "PUT", "PATCH") else b""


def refuse_foreign_goal() -> None:
    """Refuse to lead to what is no page of this site once somebody has logged in."""
    for name in ("next", "came_from"):
        goal = request.values.get(name)
        # CKAN itself passes over an address with another host.
        if goal and not goal.startswith(("http://", "https://")) and not _LOCAL_PATH.fullmatch(goal):
            tk.abort(400, tk._("This address does not lead to a page of the portal."))


def _answer(error: HTTPException) -> Response:
    return current_app.handle_http_exception(error)


def _bad_request(error: Exception) -> Response:
    log.info("refused %s %r: %s", request.method, request.path, type(error).__name__)
    return _answer(BadRequest(tk._("This request cannot be understood.")))


def _search_failed(error: SearchError) -> Response:
    # CKAN hands on what Solr said: a query that it does not understand is the asker's, everything else is ours.
    if isinstance(error, SearchQueryError) or "HTTP 400" in str(error):
        return _bad_request(error)
    return _search_away(error)


def _search_away(error: Exception) -> Response:
    log.error("the search failed: %s", error)
    return _answer(ServiceUnavailable(tk._("The search engine does not answer. Try again in a few minutes.")))


def _disk_failed(error: OSError) -> Response:
    if not storage.is_full(error):
        raise error
    log.error("no room left for a file of %s %r", request.method, request.path)
    return _answer(ServiceUnavailable(storage.not_kept(storage.NoSpace())))
