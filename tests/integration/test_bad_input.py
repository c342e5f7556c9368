"""Whatever is sent: an error that says so, never a failure. Every action of ours, with values of every kind."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic.action.get import help_show

from ckanext.scdl.core.catalogue import Catalogue

pytestmark = pytest.mark.usefixtures("clean_once")

KEYS = {
    "scdl_check": ("upload", "schema"),
    "scdl_decision_list": ("limit", "offset"),
    "scdl_deposit_create": (
        "upload", "link", "keep_link", "organization_id", "siren", "schema", "dataset_id", "resource_id", "source_key",
        "idempotency_key", "batch", "publish", "fix", "title", "notes", "source",
    ),
    "scdl_deposit_correct": ("id", "level", "leave", "choice"),
    "scdl_deposit_compare": ("id", "resource_id"),
    "scdl_deposit_group": ("batch", "organization_id", "siren", "groups"),
    "scdl_deposit_preview": ("id",),
    "scdl_deposit_targets": ("id",),
    "scdl_deposit_restore": ("id",),
    "scdl_deposit_decide": ("id", "reason", "sentence"),
    "scdl_deposit_revert": ("resource_id", "file_id"),
    "scdl_file_list": ("resource_id",),
    "scdl_link_list": ("dataset_id", "limit", "offset"),
    "scdl_template": ("schema", "format"),
    "scdl_deposit_show": ("id",),
    "scdl_deposit_list": ("organization_id", "state", "since", "until", "batch", "limit", "offset"),
    "scdl_deposit_propose": ("id",),
    "scdl_deposit_accept": (
        "id", "publish", "target", "dataset_id", "resource_id", "title", "name", "theme", "private", "type",
    ),
    "scdl_deposit_cancel": ("id",),
    "scdl_grid_show": ("organization_id", "schema"),
    "scdl_grid_list": ("id",),
    "scdl_grid_save": ("organization_id", "schema", "columns", "rows", "revision"),
    "scdl_grid_check": ("organization_id", "schema", "columns", "rows"),
    "scdl_grid_deposit": ("organization_id", "schema", "revision"),
    "scdl_grid_delete": ("organization_id", "schema"),
    "scdl_schema_list": ("id",),
    "scdl_schema_show": ("id",),
    "scdl_conformity_list": ("organization_id", "schema"),
    "resource_validation_show": ("resource_id",),
    "resource_validation_run": ("resource_id", "async"),
    "resource_validation_delete": ("resource_id",),
    "resource_validation_run_batch": ("dataset_ids", "query"),
    "cotesdarmor_catalogue_show": ("id",),
    "territory_list": ("kind", "epci", "q", "limit"),
    "territory_show": ("id",),
    "cotesdarmor_home_show": ("id",),
    "cotesdarmor_collectivite_show": ("siren",),
    "cotesdarmor_invitation_create": ("id", "email", "fullname", "role"),
    "cotesdarmor_organization_ensure": ("sirens", "name", "kind", "policy"),
    "cotesdarmor_organization_grant": ("username", "sirens", "role"),
}
VALUES = [
    None, "", " ", "x", [], {}, ["x"], {"a": 1}, [["x"]], [{"a": 1}], [None], 5, -1, 1.5, 1e308, float("inf"),
    float("nan"), True, False, "9" * 30, 10**40, -(10**30), "²", "nan", "1e400", "../..", "' OR 1=1 --", "x" * 100_000,
]  # fmt: skip
EXPECTED = (tk.ValidationError, tk.ObjectNotFound, tk.NotAuthorized)


def _known_good(action, organization, person, deposit_id):
    """Values with which each action works, to change one at a time."""
    grid = {"organization_id": organization["id"], "schema": "scdl/prenoms"}
    columns = [field.name for field in Catalogue.bundled().get(grid["schema"]).fields]
    return {
        "scdl_grid_show": grid,
        "scdl_grid_save": {**grid, "columns": columns, "rows": [["x"]], "revision": 0},
        "scdl_grid_check": {**grid, "columns": columns, "rows": [["x"]]},
        "scdl_grid_deposit": {**grid, "revision": 1},
        "scdl_grid_delete": grid,
        "scdl_deposit_group": {"organization_id": organization["id"], "batch": "x", "groups": [[deposit_id]]},
        "scdl_deposit_create": {"organization_id": organization["id"], "upload": FileStorage(BytesIO(b"a\n"), "a.csv")},
        "scdl_deposit_show": {"id": deposit_id},
        "scdl_deposit_propose": {"id": deposit_id},
        "scdl_deposit_accept": {"id": deposit_id, "title": "T", "notes": "N"},
        "scdl_deposit_cancel": {"id": deposit_id},
        "scdl_deposit_decide": {"id": deposit_id, "reason": "consent", "sentence": "Everybody has agreed."},
        "scdl_check": {"upload": FileStorage(BytesIO(b"a\n"), "a.csv")},
        "cotesdarmor_invitation_create": {
            "id": organization["id"], "email": "a@example.com", "fullname": "Anne", "role": "editor",
        },
        "cotesdarmor_organization_ensure": {"sirens": ["212202782"]},
        "cotesdarmor_organization_grant": {"username": person["name"], "sirens": ["212202782"], "role": "member"},
    }.get(action, {})  # fmt: skip


def test_every_action_of_ours_is_tried():
    """An action that comes later is tried too."""
    from ckan.logic import _actions  # CKAN has no public list of them

    help_show({"ignore_auth": True}, {"name": "status_show"})  # fills that list
    ours = {name for name in _actions if name.startswith(("scdl_", "cotesdarmor_", "territory_"))}
    assert ours <= set(KEYS)


@pytest.mark.parametrize("action", list(KEYS))
@pytest.mark.parametrize("role", ["sysadmin", "editor", "visitor"])
def test_no_value_makes_an_action_fail(act, organization, sysadmin, publish_bytes, action, role):
    """Each key in turn holds each value, alone and among good ones: it works or it is an error of the caller."""
    person = {"sysadmin": sysadmin, "editor": organization["people"]["editor"], "visitor": None}[role]
    publish_bytes("a.csv", b"a\n1\n")
    made = act(
        "scdl_deposit_create",
        sysadmin,
        organization_id=organization["id"],
        upload=FileStorage(BytesIO(b"a\n"), "a.csv"),
    )
    good = _known_good(action, organization, sysadmin, made["id"])
    failed = []
    for key in KEYS[action]:
        for value in VALUES:
            for data in ({key: value}, {**good, key: value}):
                try:
                    act(action, person, **data)
                except EXPECTED:
                    pass
                except Exception as error:
                    failed.append((key, repr(value)[:40], repr(error)[:200]))
                model.Session.rollback()
    assert not failed


def test_a_deposit_wants_an_organisation_that_exists(act, sysadmin):
    """A sysadmin, whom nobody asks for a role, is told as well; a group takes no deposits."""
    group = act("group_create", sysadmin, name="a-group")
    for ident in ("nowhere", group["id"]):
        with pytest.raises(tk.ValidationError) as caught:
            act("scdl_deposit_create", sysadmin, organization_id=ident, upload=FileStorage(BytesIO(b"a"), "a.csv"))
        assert "organization_id" in caught.value.error_dict


NUL_PAGES = (
    "/dataset/%00", "/dataset/?q=%00", "/organization/%00", "/organization/?q=%00", "/user/reset/%00", "/group/%00",
    "/datastore/dump/%00", "/publier/%00", "/collectivite/%00",
)  # fmt: skip


@pytest.mark.parametrize("path", NUL_PAGES)
def test_a_nul_in_an_address_is_a_bad_request(app, path):
    """PostgreSQL stores no NUL: the request is refused before anything is asked for."""
    assert app.get(path, expect_errors=True).status_code == 400


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\udc00", "\\\x00"])
def test_text_that_cannot_be_stored_is_a_bad_request(app, sysadmin, text):
    """In JSON too, for our actions and for CKAN's."""
    for action in ("scdl_deposit_show", "package_show", "package_create"):
        answer = app.post(
            f"/api/3/action/{action}", json={"id": text, "name": text},
            headers={"Authorization": sysadmin["token"]}, expect_errors=True,
        )  # fmt: skip
        assert answer.status_code == 400


def test_text_that_only_looks_so_passes(app):
    r"""A character beyond the first plane, and the six characters \u0000, are text like any other."""
    answer = app.post("/api/3/action/package_search", json={"q": "😀 \\u0000", "rows": 0})
    assert answer.status_code == 200


@pytest.mark.parametrize("body", ['{"a":' * 100_000 + "1" + "}" * 100_000, "[" * 200_000])
def test_json_nested_deep_is_a_bad_request(app, body):
    """What Python cannot read is the sender's fault."""
    answer = app.post("/api/3/action/package_search", data=body, content_type="application/json", expect_errors=True)
    assert answer.status_code == 400


BAD_PAGES = {
    "/catalog.xxx": 404,
    "/catalog.xml?page=99999999999999999999": 400,
    "/catalog.xml?fq=foo:[": 400,
    "/organization/?page=9999999999999999999999": 400,
    "/api/2/util/user/autocomplete?q=a": 403,
    "/organization/{name}?sort=foo": 200,
    "/organization/{name}?q=title:[": 200,
    "/dataset/?q=*:*)": 200,
    "/dataset/?q=title:[": 200,
    "/dataset/?sort=foo+bar": 400,
}


@pytest.mark.parametrize("path", list(BAD_PAGES))
def test_a_page_asked_for_wrongly_says_so(app, organization, path):
    """A page number, an order, a format that nobody has."""
    answer = app.get(path.format(name=organization["name"]), expect_errors=True)
    assert answer.status_code == BAD_PAGES[path]


@pytest.mark.parametrize("page", ["²", "9" * 30, "9" * 5000, "-1", "abc", ""])
def test_my_deposits_know_no_such_page(app, sysadmin, page):
    """A page number that is none is the first page; one beyond the last is empty."""
    answer = app.get("/mes-depots", query_string={"page": page}, headers={"Authorization": sysadmin["token"]})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "goal", ["\\\\evil.example", " //evil.example", "/\\evil.example", "/\t/evil.example", "/a\r\nb: c"]
)
def test_nobody_is_led_elsewhere_after_logging_in(app, goal):
    """What looks like a path and is none is refused; an address with another host is passed over by CKAN."""
    assert app.get("/user/login", query_string={"next": goal}, expect_errors=True).status_code == 400
    assert app.get("/user/login", query_string={"next": "/dataset/?q=a b"}).status_code == 200


def test_a_line_break_in_a_file_name_is_a_bad_request(app, publish_bytes):
    """The end of a download's path goes into a header."""
    resource = publish_bytes("a.csv", b"a\n1\n")
    address = f"/dataset/{resource['package_id']}/resource/{resource['id']}/download/%0d%0aX-Evil:1"
    assert app.get(address, expect_errors=True).status_code == 400


@pytest.mark.parametrize("key", [["siren"], {"a": 1}, 5, None])
def test_an_extra_with_an_odd_name_is_no_field(app, act, organization, key):
    """What is no text is no way round a reserved field, and does not fail either."""
    admin = organization["people"]["admin"]
    answer = app.post(
        "/api/3/action/organization_patch",
        json={"id": organization["id"], "extras": [{"key": key, "value": "1"}]},
        headers={"Authorization": admin["token"]},
        expect_errors=True,
    )
    assert answer.status_code in (200, 409)
    assert not act("organization_show", admin, id=organization["id"]).get("siren")


def test_a_mail_that_cannot_go_is_said(app, organization, sysadmin):
    """Without a mail server CKAN's own invitation is refused, and nobody is left half invited."""
    answer = app.post(
        "/api/3/action/user_invite",
        json={"email": "new@example.com", "group_id": organization["id"], "role": "editor"},
        headers={"Authorization": sysadmin["token"]},
        expect_errors=True,
    )
    assert answer.status_code == 409
    assert model.User.by_email("new@example.com").is_deleted()
