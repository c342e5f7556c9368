"""Finding a collectivité in the register, to make its organisation."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

import ckan.plugins.toolkit as tk

from .. import instance
from ..core import catalogue_file
from ..core import organization as core
from ..core.territory import Collectivite, UnknownCollectivite
from ..model import organization as organizations

organization_blueprint = Blueprint("cotesdarmor_organization", __name__)
_MAXIMUM_CHOICES = 40


@organization_blueprint.errorhandler(tk.NotAuthorized)
def refused(_error: tk.NotAuthorized) -> Response:
    """Somebody who may not make organisations came here."""
    return current_app.handle_http_exception(Forbidden(tk._("Unauthorized to create an organization")))


@organization_blueprint.route("/organization/<id>/catalogue.csv")
def catalogue(id: str) -> Response:
    """The catalogue of an organisation as a file of the official schema."""
    try:
        shown = tk.get_action("cotesdarmor_catalogue_show")({}, {"id": id})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Organization not found"))
    except tk.ValidationError as error:
        return tk.abort(404, " ".join(error.error_summary.values()))
    response = make_response(catalogue_file.as_csv(shown["rows"]))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="catalogue-{shown["organization"]}.csv"'
    response.add_etag()
    return response.make_conditional(request)


@organization_blueprint.route("/organization/new/from-register")
def from_register() -> str | Response:
    """Lead from a name, a code or a SIREN to the form with what the register knows of that collectivité."""
    tk.check_access("organization_create", {"user": tk.current_user.name}, {})
    typed = request.args.get("collectivite", "").strip()
    found = _found(typed)
    existing = organizations.by_sirens(one.siren for one in found)
    if len(found) == 1 and found[0].siren in existing:
        organization = existing[found[0].siren]
        tk.h.flash_notice(tk._("“{name}” is already on the portal.").format(name=organization.title))
        return tk.redirect_to("organization.read", id=organization.name)
    if len(found) == 1:
        return tk.redirect_to("organization.new", **_prefilled(found[0]))
    choices = [
        {
            "one": one,
            "organization": existing.get(one.siren),
            "link": tk.url_for("organization.new", **_prefilled(one)),
        }
        for one in found
    ]
    return tk.render("cotesdarmor/organization/choose.html", {"typed": typed, "choices": choices})


def _found(typed: str) -> list[Collectivite]:
    """The collectivités that fit; a single one when what was typed names it exactly."""
    register = instance.territory()
    siren = core.siren_in(typed)
    if siren:
        try:
            return [register.by_siren(siren)]
        except UnknownCollectivite:
            return []
    return list(register.search(typed, limit=_MAXIMUM_CHOICES))


def _prefilled(one: Collectivite) -> dict[str, str]:
    names = core.slugs(one.name, one.siren, one.insee)
    free = next((name for name in names if not organizations.name_is_taken(name)), "")
    return {"title": one.name, "name": free, **core.from_register(one)}
