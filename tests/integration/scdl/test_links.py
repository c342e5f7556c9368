"""Files that stand elsewhere: fetched once, or followed by night."""

from __future__ import annotations

import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import helpers

from ckanext.scdl import causes, fetch, jobs, storage
from ckanext.scdl.deposits import links
from ckanext.scdl.model import AcceptedFile, Deposit, Link

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


class Origin:
    """A server of one file: what it answers, and what it was asked."""

    def __init__(self, content):
        self.content, self.status, self.asked = content, 200, []
        origin = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802, the library's name
                origin.asked.append(dict(self.headers))
                same = self.headers.get("If-None-Match") == origin.etag
                self.send_response(304 if same else origin.status)
                self.send_header("ETag", origin.etag)
                self.send_header("Content-Length", "0" if same else str(len(origin.content)))
                self.end_headers()
                if not same:
                    self.wfile.write(origin.content)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/open/prenoms.csv"

    @property
    def etag(self):
        return f'"{hash(self.content)}"'


@pytest.fixture
def origin(prenoms):
    server = Origin(prenoms())
    yield server
    server.server.shutdown()


@pytest.fixture
def open_door(monkeypatch):
    """Let the one door out through to loopback."""
    monkeypatch.setattr(links, "fetch", partial(fetch.fetch, allow=lambda *_: True))


@pytest.fixture
def follow(act, organization):
    """Give a link as a program does, and let a worker do its job: the deposit."""

    def call(url, **wishes):
        editor = organization["people"]["editor"]
        wishes = {"organization_id": organization["id"], "publish": True} | wishes
        made = act("scdl_deposit_create", editor, link=url, **wishes)
        jobs.check_deposit(made["id"])
        return act("scdl_deposit_show", editor, id=made["id"])

    return call


@pytest.mark.usefixtures("open_door")
def test_a_linked_file_is_published_from_the_portal(follow, origin, app, prenoms):
    """Its origin stays written; the address is the portal's."""
    made = follow(origin.url)
    assert (made["state"], made["link"], made["filename"]) == ("published", origin.url, "prenoms.csv")
    resource = helpers.call_action("resource_show", id=made["resource_id"])
    assert resource["url_type"] == "upload"
    path = f"/dataset/{made['dataset_id']}/resource/{made['resource_id']}/download/prenoms.csv"
    assert app.get(path).data == prenoms()
    assert Link.get(made["resource_id"]) is None


@pytest.mark.usefixtures("open_door")
def test_a_link_that_stays_a_link(follow, origin):
    """The resource has the address of the origin, and the verdict of the bytes that stood there."""
    made = follow(origin.url, keep_link=True)
    resource = helpers.call_action("resource_show", id=made["resource_id"])
    assert (resource["url"], resource["validation_status"]) == (origin.url, "success")
    assert Link.get(made["resource_id"]).etag == origin.etag


@pytest.mark.usefixtures("open_door")
def test_a_link_is_read_again_by_night(follow, origin, prenoms, monkeypatch):
    """An unchanged file costs one small answer; a changed one is checked, and its badge follows."""
    made = follow(origin.url, keep_link=True)
    before = helpers.call_action("resource_show", id=made["resource_id"])
    jobs.nightly("2026-03-01")
    assert origin.asked[-1]["If-None-Match"] == origin.etag
    assert model.Session.query(Deposit).count() == 1
    origin.content = prenoms().replace(b",F,", b",X,")
    woken = []
    monkeypatch.setattr("ckanext.scdl.jobs.enqueue_check", woken.append)
    jobs.nightly("2026-03-02")
    jobs.check_deposit(woken[0])
    after = helpers.call_action("resource_show", id=made["resource_id"])
    assert (after["url"], after["validation_status"]) == (origin.url, "failure")
    assert before["validation_status"] == "success"
    assert len(AcceptedFile.versions_of(made["resource_id"])) == 2


@pytest.mark.usefixtures("open_door")
def test_an_origin_that_fails_changes_nothing(follow, origin):
    """The file stays as it is; the failures are counted, and forgotten when the origin is back."""
    made = follow(origin.url, keep_link=True)
    good, origin.content, origin.status = origin.content, b"<html>away</html>", 503
    for night in ("2026-03-01", "2026-03-02"):
        jobs.nightly(night)
    link = Link.get(made["resource_id"])
    assert (link.failures, link.failure) == (2, "link-status")
    origin.content, origin.status = good, 200
    jobs.nightly("2026-03-03")
    model.Session.expire_all()
    assert (Link.get(made["resource_id"]).failures, model.Session.query(Deposit).count()) == (0, 1)


@pytest.mark.usefixtures("open_door")
def test_a_missing_file_is_a_failure_with_its_cause(follow, origin):
    """Nothing is kept of what the server says."""
    origin.status, origin.content = 404, b"what a server says where there is no file"
    made = follow(origin.url)
    assert (made["state"], made["cause"]) == ("failed", "link-status")
    assert made["message"]
    kept = [path for path in storage.store().folder.rglob("*") if path.is_file()]
    assert not [path for path in kept if path.read_bytes() == origin.content]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0x7f.1"])
def test_no_link_leads_inside(follow, host):
    """The portal visits public addresses only."""
    made = follow(f"http://{host}/secret.csv")
    assert made["state"] == "failed"
    assert made["cause"] in ("link-address", "link-name", "link-url")


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "ftp://example.org/a.csv", "javascript:alert(1)", "http://a b/"]
)
def test_what_is_no_address_of_the_web(follow, link):
    """Is refused at once."""
    with pytest.raises(tk.ValidationError) as error:
        follow(link)
    assert "link" in error.value.error_dict


@pytest.fixture
def failing(follow, origin, open_door):
    """A published link that could not be read last night: its deposit."""
    made = follow(origin.url, keep_link=True)
    origin.content, origin.status = b"", 503
    jobs.nightly("2026-03-01")
    return made


def test_a_link_that_fails_is_listed_with_its_cause_and_since_when(failing, act, organization, sysadmin, origin):
    """For those who publish for its organisation, and for sysadmins; until it can be read again."""
    editor = organization["people"]["editor"]
    [entry] = act("scdl_link_list", editor)
    assert (entry["resource_id"], entry["cause"], entry["failures"]) == (failing["resource_id"], "link-status", 1)
    assert entry["message"] == causes.sentence("link-status") != ""
    jobs.nightly("2026-03-02")
    [later] = act("scdl_link_list", sysadmin, dataset_id=failing["dataset_id"])
    assert (later["since"], later["failures"]) == (entry["since"], 2)
    assert act("scdl_link_list", editor, dataset_id="another") == []
    assert act("scdl_link_list", organization["people"]["member"]) == []
    origin.content, origin.status = b"COMMUNE_NOM\n", 200
    jobs.nightly("2026-03-03")
    assert act("scdl_link_list", editor) == []


def test_its_pages_say_so_to_those_who_publish(failing, app, organization, sysadmin):
    """In Mes dépôts, on the page of the dataset and of the resource; visitors and members read nothing of it."""
    dataset = f"/dataset/{failing['dataset_id']}"
    resource = f"{dataset}/resource/{failing['resource_id']}"
    for person in (organization["people"]["editor"], organization["people"]["admin"], sysadmin):
        for address in ("/mes-depots", dataset, resource):
            page = app.get(address, headers={"Authorization": person["token"]}).body
            assert "1 lien ne peut plus être lu" in page and "Le serveur répond" in page, address
    for headers in ({}, {"Authorization": organization["people"]["member"]["token"]}):
        assert "ne peut plus être lu" not in app.get(dataset, headers=headers).body
        assert "ne peut plus être lu" not in app.get(resource, headers=headers).body


def test_what_was_last_read_stays_what_the_badge_is_about(failing, app, origin):
    """The verdict, its date, the served bytes: nothing changes with a failure."""
    resource = helpers.call_action("resource_show", id=failing["resource_id"])
    assert resource["validation_status"] == "success"
    assert AcceptedFile.current_of(failing["resource_id"]).sha256 == failing_bytes(failing)


def failing_bytes(deposit):
    """SHA-256 of what was read when the link was sent."""
    return Deposit.get(deposit["id"]).sha256
