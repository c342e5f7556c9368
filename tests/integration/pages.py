"""Every page that a person may meet, and the people and things that are on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from ckan import model
from ckan.tests.helpers import CKANTestApp

VALID = "departement-subventions-2023.csv"
THEME = "http://publications.europa.eu/resource/authority/data-theme/ECON"
INVALID = "departement-subventions-2024.csv"
BINARY = "photographie.csv"


@dataclass(frozen=True)
class Visit:
    """One page: its address, in which `{names}` stand for things of the world, and who opens it.

    `sent` is what a form sends; a value `@NAME` stands for the file of that name in the world.
    """

    name: str
    path: str
    who: str = ""
    status: int = 200
    sent: Mapping[str, Any] | None = field(default=None)


VISITS = (
    Visit("home", "/"),
    Visit("datasets", "/dataset/"),
    Visit("datasets found", "/dataset/?q=subventions&res_format=CSV&sort=title_string+asc"),
    Visit("datasets not found", "/dataset/?q=introuvable"),
    Visit("datasets of a theme", f"/dataset/?portal_theme={THEME}"),
    Visit("dataset", "/dataset/{dataset}"),
    Visit("dataset for its editor", "/dataset/{dataset}", "editor"),
    Visit("draft for its editor", "/dataset/{private}", "editor"),
    Visit("dataset activity", "/dataset/activity/{dataset}", "admin"),
    Visit("dataset groups", "/dataset/groups/{dataset}", "admin"),
    Visit("resource", "/dataset/{dataset}/resource/{resource}"),
    Visit("link", "/dataset/{linked}/resource/{link}"),
    Visit("resource for its editor", "/dataset/{dataset}/resource/{resource}", "editor"),
    Visit("dataset new", "/dataset/new", "editor"),
    Visit("dataset new wrong", "/dataset/new", "editor", sent={
        "title": "", "name": "É", "notes": "", "tag_string": "a,!", "temporal_start": "hier", "temporal_end": "demain",
        "contact_email": "mairie", "producer_siret": "12", "issued": "x", "modified": "x", "license_id": "cc-by",
        "frequency": "jamais", "territory": "rien", "theme": "rien", "_ckan_phase": "1", "pkg_name": "", "save": "",
        "legal_basis": "x" * 1001, "producer_name": "x" * 201, "provenance": "x" * 5001,
    }),
    Visit("dataset edit", "/dataset/edit/{dataset}", "editor"),
    Visit("dataset edit wrong", "/dataset/edit/{dataset}", "editor", sent={"title": "", "temporal_start": "hier"}),
    Visit("resources of a dataset", "/dataset/resources/{dataset}", "editor"),
    Visit("resource new", "/dataset/{dataset}/resource/new", "editor"),
    Visit("resource new wrong", "/dataset/{dataset}/resource/new", "editor", sent={
        "url": "rien du tout", "schema": "inconnu", "name": "x" * 301, "save": "go-metadata", "id": "",
    }),
    Visit("resource edit", "/dataset/{dataset}/resource/{resource}/edit", "editor"),
    Visit("resource views", "/dataset/{dataset}/resource/{resource}/views", "editor"),
    Visit("resource view new", "/dataset/{dataset}/resource/{resource}/new_view?view_type=text_view", "editor"),
    Visit("dataset delete", "/dataset/delete/{dataset}", "editor"),
    Visit("resource delete", "/dataset/{dataset}/resource/{resource}/delete", "editor"),
    Visit("organisations", "/organization/"),
    Visit("organisations found", "/organization/?q=rien"),
    Visit("organisations for the sysadmin", "/organization/", "sysadmin"),
    Visit("organisation", "/organization/{organization}"),
    Visit("organisation for its admin", "/organization/{organization}", "admin"),
    Visit("organisation about", "/organization/about/{organization}"),
    Visit("organisation activity", "/organization/activity/{organization}", "admin"),
    Visit("members", "/organization/members/{organization}", "admin"),
    Visit("manage members", "/organization/manage_members/{organization}", "admin"),
    Visit("member new", "/organization/member_new/{organization}", "admin"),
    Visit("member edit", "/organization/member_new/{organization}?user={editor}", "admin"),
    Visit("member delete", "/organization/member_delete/{organization}?user={editor}", "admin"),
    Visit("organisation datasets", "/organization/edit/{organization}", "admin"),
    Visit("organisation bulk", "/organization/bulk_process/{organization}", "admin"),
    Visit("organisation edit wrong", "/organization/edit/{organization}", "admin", sent={
        "title": "", "name": "{organization}", "siret": "12", "contact_email": "mairie", "contact_telephone": "x",
        "contact_url": "javascript:x", "membership_date": "bientôt", "publication_policy": "block",
    }),
    Visit("organisation new", "/organization/new", "sysadmin"),
    Visit("organisation new wrong", "/organization/new", "sysadmin", sent={
        "title": "Ville", "name": "{organization}", "siren": "123", "insee_code": "x", "kind": "x", "population": "x",
        "population_year": "x", "convention_date": "x", "publication_policy": "x", "contact_email": "x",
    }),
    Visit("organisation from the register", "/organization/new/from-register?collectivite=saint", "sysadmin"),
    Visit("organisation from nothing", "/organization/new/from-register?collectivite=zzz", "sysadmin"),
    Visit("organisation delete", "/organization/delete/{organization}", "sysadmin"),
    Visit("invitation", "/organization/invitation/{organization}", "admin"),
    Visit("invitation wrong", "/organization/invitation/{organization}", "admin", sent={"email": "x", "role": "x"}),
    Visit("invitation done", "/organization/invitation/{organization}", "admin", sent={
        "email": "nouvelle@commune.example", "fullname": "Nouvelle", "role": "editor",
    }),
    Visit("collectivités", "/collectivites"),
    Visit("collectivités found", "/collectivites?q=saint"),
    Visit("collectivités not found", "/collectivites?q=zzz"),
    Visit("commune", "/collectivite/212200208"),
    Visit("EPCI", "/collectivite/200065928"),
    Visit("mentions légales", "/page/mentions-legales"),
    Visit("accessibilité", "/page/accessibilite"),
    Visit("données personnelles", "/page/donnees-personnelles"),
    Visit("about", "/about"),
    Visit("login", "/user/login"),
    Visit("login wrong", "/user/login", sent={"login": "personne", "password": "rien"}),
    Visit("reset", "/user/reset"),
    Visit("reset wrong", "/user/reset", sent={"user": "personne"}),
    Visit("reset key wrong", "/user/reset/{editor}?key=rien", status=403),
    Visit("logged out", "/user/logged_out_redirect"),
    Visit("users", "/user/", "sysadmin"),
    Visit("user", "/user/{editor}", "editor"),
    Visit("user edit", "/user/edit/{editor}", "editor"),
    Visit("user edit wrong", "/user/edit/{editor}", "editor", sent={
        "save": "save", "email": "x", "old_password": "",
        "password1": "a", "password2": "b", "fullname": "", "about": "",
        "name": "{editor}",
    }),
    Visit("user tokens", "/user/{editor}/api-tokens", "editor"),
    Visit("user activity", "/user/activity/{editor}", "editor"),
    Visit("dashboard", "/dashboard/", "editor"),
    Visit("dashboard datasets", "/dashboard/datasets", "editor"),
    Visit("dashboard datasets of nobody", "/dashboard/datasets", "stranger"),
    Visit("dashboard organisations", "/dashboard/organizations", "editor"),
    Visit("dashboard groups", "/dashboard/groups", "editor"),
    Visit("groups", "/group/", "sysadmin"),
    Visit("publier", "/publier", "editor"),
    Visit("publier for nobody", "/publier", "stranger"),
    Visit("publier without file", "/publier", "editor", 400, sent={"organization_id": "{organization_id}"}),
    Visit("deposit valid", "/publier", "editor", sent={"organization_id": "{organization_id}", "upload": "@valid"}),
    Visit("deposit invalid", "/publier", "editor", sent={"organization_id": "{organization_id}", "upload": "@invalid"}),
    Visit("deposit refused", "/publier", "editor", sent={"organization_id": "{organization_id}", "upload": "@binary"}),
    Visit("grids", "/publier/grille", "editor"),
    Visit("grids for nobody", "/publier/grille", "stranger"),
    Visit("grid", "/publier/grille/{organization}/scdl/subventions", "editor"),
    Visit("mes dépôts", "/mes-depots", "editor"),
    Visit("mes dépôts of nobody", "/mes-depots", "stranger"),
    Visit("harvest sources", "/harvest", "sysadmin"),
    Visit("harvest source new", "/harvest/new", "sysadmin"),
    Visit("harvest source new wrong", "/harvest/new", "sysadmin", sent={"title": "", "url": "", "name": ""}),
    Visit("admin", "/ckan-admin/", "sysadmin"),
    Visit("admin config", "/ckan-admin/config", "sysadmin"),
    Visit("admin trash", "/ckan-admin/trash", "sysadmin"),
    Visit("admin reset", "/ckan-admin/reset_config", "sysadmin"),
    Visit("forbidden", "/dataset/new", "stranger", 403),
    Visit("forbidden organisation", "/organization/edit/{organization}", "stranger", 403),
    Visit("forbidden admin", "/ckan-admin/", "editor", 403),
    Visit("private", "/dataset/{private}", "", 404),
    Visit("not found", "/rien", "", 404),
    Visit("no dataset", "/dataset/rien", "", 404),
    Visit("no organisation", "/organization/rien", "", 404),
    Visit("no page", "/page/rien", "", 404),
)  # fmt: skip


def render(app: CKANTestApp, world: Mapping[str, Any], visit: Visit, prefix: str = "") -> Any:
    """The answer to a visit, after the redirects that a browser follows."""
    values = world["values"]
    client = app.test_client(user=model.User.get(values[visit.who])) if visit.who else app.test_client()
    path = prefix + visit.path.format(**values)
    if visit.sent is None:
        return client.get(path, follow_redirects=True)
    token = re.search(r'name="_csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert token, f"{path} has no form"
    data = {"_csrf_token": token.group(1)} | {key: _sent(str(value), world) for key, value in visit.sent.items()}
    return client.post(path, data=data, content_type="multipart/form-data", follow_redirects=True)


def _sent(value: str, world: Mapping[str, Any]) -> Any:
    if value.startswith("@"):
        name, content = world["files"][value[1:]]
        return BytesIO(content), name
    return value.format(**world["values"])
