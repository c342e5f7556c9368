"""The storage door: stock forms and actions stage, only acceptance publishes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib.uploader import ResourceUpload
from ckan.tests import factories

from ckanext.scdl import storage
from ckanext.scdl.model import Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def test_a_stock_upload_is_staged_and_not_served(app, act, organization):
    """`resource_create` with a file answers, and its download does not before somebody accepts it."""
    editor = organization["people"]["editor"]
    dataset = factories.Dataset(owner_org=organization["id"])
    resource = act(
        "resource_create",
        editor,
        package_id=dataset["id"],
        upload=FileStorage(BytesIO(b"secret;1\n"), "brut.csv"),
        url="",
    )
    address = f"/dataset/{dataset['id']}/resource/{resource['id']}/download/brut.csv"
    assert app.get(address, expect_errors=True).status_code == 404
    waiting = Deposit.waiting_for(resource["id"])
    assert (waiting.source, waiting.state, waiting.organization_id) == ("form", "queued", organization["id"])
    assert storage.store().path(waiting.sha256).read_bytes() == b"secret;1\n"


def test_a_stock_replacement_leaves_the_published_file(app, act, organization, publish_bytes):
    """The old bytes are served until their successor is accepted."""
    resource = publish_bytes("table.csv", b"a,b\n1,2\n")
    act(
        "resource_patch", organization["people"]["editor"], id=resource["id"],
        upload=FileStorage(BytesIO(b"a,b\n9,9\n"), "table.csv"),
    )  # fmt: skip
    answer = app.get(f"/dataset/{resource['package_id']}/resource/{resource['id']}/download/table.csv")
    assert answer.data == b"a,b\n1,2\n"
    assert Deposit.waiting_for(resource["id"]) is not None


def test_the_same_bytes_again_ask_for_nothing(act, organization, publish_bytes):
    """Sending what is already published makes no deposit."""
    resource = publish_bytes("table.csv", b"a,b\n1,2\n")
    act(
        "resource_patch", organization["people"]["editor"], id=resource["id"],
        upload=FileStorage(BytesIO(b"a,b\n1,2\n"), "table.csv"),
    )  # fmt: skip
    assert Deposit.waiting_for(resource["id"]) is None


def test_a_save_that_fails_leaves_no_deposit(act, organization):
    """The deposit of a stock upload lives and dies with the transaction that saves its resource."""
    dataset = factories.Dataset(owner_org=organization["id"])
    with pytest.raises(tk.ValidationError):
        act(
            "resource_create", organization["people"]["editor"], package_id=dataset["id"], schema="no such schema",
            upload=FileStorage(BytesIO(b"a"), "a.csv"), url="",
        )  # fmt: skip
    model.Session.rollback()
    assert model.Session.query(Deposit).count() == 0


def test_a_file_from_before_the_plugin_is_served(app, organization):
    """What stock CKAN stored stays where it is and is downloaded as before."""
    dataset = factories.Dataset(owner_org=organization["id"])
    resource = factories.Resource(package_id=dataset["id"], url="ancien.csv", url_type="upload")
    path = Path(ResourceUpload({"id": resource["id"]}).get_path(resource["id"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"ancien\n")
    answer = app.get(f"/dataset/{dataset['id']}/resource/{resource['id']}/download/ancien.csv")
    assert answer.data == b"ancien\n"


def test_an_administrator_takes_the_plugin_out(cli, publish_bytes):
    """`hand-back` lays every accepted file where stock CKAN looks for it."""
    resource = publish_bytes("table.csv", b"a,b\n1,2\n")
    result = cli.invoke(ckan, ["scdl", "storage", "hand-back"])
    assert result.exit_code == 0, result.output
    assert Path(ResourceUpload({"id": resource["id"]}).get_path(resource["id"])).read_bytes() == b"a,b\n1,2\n"


def test_the_store_keeps_nothing_of_a_stream_that_breaks(tmp_path):
    """A stream that ends in an error leaves no file."""

    class Breaking(BytesIO):
        def read(self, size=-1):
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        storage.Store(tmp_path / "s").put(Breaking(), 10)
    assert not [path for path in (tmp_path / "s").rglob("*") if path.is_file()]


def test_the_store_refuses_names_that_are_no_hash(tmp_path):
    """No path is made of what is not a SHA-256."""
    with pytest.raises(ValueError, match="SHA-256"):
        storage.Store(tmp_path).path("../../etc/passwd")
