"""Inviting a person into an organisation: a form, then the link to hand over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, make_response, request
from flask.views import MethodView
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

import ckan.plugins.toolkit as tk

invitation_blueprint = Blueprint("cotesdarmor_invitation", __name__)
_FIELDS = ("email", "fullname", "role")


@invitation_blueprint.errorhandler(tk.ObjectNotFound)
def absent(_error: tk.ObjectNotFound) -> Response:
    """There is no such organisation, or not for this reader."""
    return current_app.handle_http_exception(NotFound(tk._("Organization not found")))


@invitation_blueprint.errorhandler(tk.NotAuthorized)
def refused(_error: tk.NotAuthorized) -> Response:
    """Somebody who is no admin of the organisation came here."""
    message = tk._("Only an administrator of the organization can invite people into it.")
    return current_app.handle_http_exception(Forbidden(message))


class InvitationView(MethodView):
    """The form and its answer, which is shown once and kept nowhere."""

    def get(self, id: str) -> Response:
        """Show the form."""
        return self._page(id, {"role": "editor"}, {})

    def post(self, id: str) -> Response:
        """Invite, then show the link in this very answer: nothing that is stored or logged carries it."""
        typed = {name: request.form.get(name, "") for name in _FIELDS}
        try:
            made = tk.get_action("cotesdarmor_invitation_create")(_context(), {"id": id, **typed})
        except tk.ValidationError as error:
            return self._page(id, typed, error.error_dict)
        return _private(tk.render("cotesdarmor/invitation/done.html", {**_organization(id), "made": made}))

    def _page(self, id: str, typed: dict[str, str], errors: dict[str, Any]) -> Response:
        tk.check_access("cotesdarmor_invitation_create", _context(), {"id": id})
        roles = [{"value": role, "text": text} for role, text in tk.h.roles_translated().items()]
        values = {"data": typed, "errors": errors, "roles": roles}
        return _private(tk.render("cotesdarmor/invitation/form.html", {**_organization(id), **values}))


invitation_blueprint.add_url_rule("/organization/invitation/<id>", view_func=InvitationView.as_view("invite"))


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def _organization(id: str) -> dict[str, Any]:
    group = tk.get_action("organization_show")(_context(), {"id": id, "include_datasets": False})
    return {"group_dict": group, "group_type": group["type"]}


def _private(page: str) -> Response:
    # CKAN makes every answer public that does not carry this mark, whatever its headers say.
    request.environ["__no_cache__"] = True
    response = make_response(page)
    response.cache_control.private = True
    response.cache_control.no_store = True
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
