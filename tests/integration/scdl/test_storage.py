"""The storage door: stock forms and actions stage, only acceptance publishes."""

from __future__ import annotations

import hashlib
import time
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib.search import SearchIndexError
from ckan.lib.search.index import PackageSearchIndex
from ckan.lib.uploader import ResourceUpload
from ckan.tests import factories

from ckanext.scdl import jobs, storage
from ckanext.scdl.deposits import cleaning
from ckanext.scdl.model import AcceptedFile, Deposit

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


def test_an_accepted_replacement_takes_the_place_of_the_file(app, act, organization, publish_bytes):
    """Once its editor accepts it, a stock replacement is served at the same address."""
    editor = organization["people"]["editor"]
    resource = publish_bytes("table.csv", b"a,b\n1,2\n")
    content = b"COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\nDinan,22050,F,Anna,3,2024\n"
    act("resource_patch", editor, id=resource["id"], upload=FileStorage(BytesIO(content), "table.csv"))
    waiting = Deposit.waiting_for(resource["id"])
    jobs.check_deposit(waiting.id)
    dataset = act("scdl_deposit_accept", editor, id=waiting.id)
    [changed] = dataset["resources"]
    assert changed["id"] == resource["id"]
    assert changed["validation_status"] == "success"
    assert changed["schema"].endswith("/scdl/prenoms/1.1.6/schema.json")
    answer = app.get(f"/dataset/{dataset['id']}/resource/{resource['id']}/download/table.csv")
    assert answer.data == content


def test_a_collectivite_that_blocks_keeps_its_published_file(act, organization, sysadmin, publish_bytes):
    """Under `block` a replacement that is not conform waits, and the old file stays."""
    editor = organization["people"]["editor"]
    resource = publish_bytes("table.csv", b"a,b\n1,2\n")
    act("organization_patch", sysadmin, id=organization["id"], publication_policy="block")
    content = b"COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\nDinan,22050,F,anna,0,2024\n"
    act("resource_patch", editor, id=resource["id"], upload=FileStorage(BytesIO(content), "table.csv"))
    waiting = Deposit.waiting_for(resource["id"]).id
    jobs.check_deposit(waiting)
    with pytest.raises(tk.ValidationError):
        act("scdl_deposit_accept", editor, id=waiting)
    assert Deposit.get(waiting).state == "checked"
    assert AcceptedFile.current_of(resource["id"]).size == len(b"a,b\n1,2\n")


def test_a_search_that_is_away_publishes_nothing(act, organization, deposit_of_prenoms, monkeypatch):
    """Solr fails while the dataset is saved: a sentence, and the deposit is as it was."""

    def away(*_args, **_keywords):
        raise SearchIndexError("Solr at http://secret is away")

    monkeypatch.setattr(PackageSearchIndex, "index_package", away)
    editor = organization["people"]["editor"]
    with pytest.raises(tk.ValidationError) as error:
        act("scdl_deposit_accept", editor, id=deposit_of_prenoms, title="T", notes="N", license_id="lov2")
    assert "secret" not in str(error.value.error_dict)
    assert act("scdl_deposit_show", editor, id=deposit_of_prenoms)["state"] == "checked"
    assert model.Session.query(model.Package).count() == 0


@pytest.fixture
def deposit_of_prenoms(act, organization):
    content = b"COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\nDinan,22050,F,Anna,3,2024\n"
    upload = FileStorage(BytesIO(content), "prenoms.csv")
    editor = organization["people"]["editor"]
    return act("scdl_deposit_create", editor, organization_id=organization["id"], upload=upload, source="browser")["id"]


def test_the_night_sweeps_what_nothing_needs(publish_bytes, organization):
    """Bytes that a failed save left behind go; those of accepted files and open deposits stay."""
    kept = AcceptedFile.current_of(publish_bytes("table.csv", b"a,b\n1,2\n")["id"]).sha256
    stray = storage.store().put(BytesIO(b"nobody's"), 100).sha256
    model.Session.commit()
    half = storage.store().folder / ".coming-half"
    half.write_bytes(b"half")
    storage.sweep(time.time())  # all of it is of today
    assert half.exists()
    storage.sweep(time.time() + 2 * storage.DAY)
    assert storage.store().path(kept).exists()
    assert not storage.store().path(stray).exists()
    assert not half.exists()


def test_a_purged_dataset_leaves_no_bytes(act, sysadmin, publish_bytes):
    """After the night that follows a purge the file is gone from disk."""
    resource = publish_bytes("table.csv", b"a,b\n1,2\n")
    sha256 = AcceptedFile.current_of(resource["id"]).sha256
    act("dataset_purge", sysadmin, id=resource["package_id"])
    assert cleaning.forget_deleted() == 1
    assert not storage.store().path(sha256).exists()


def test_bytes_are_not_removed_under_a_deposit_that_comes(publish_bytes):
    """Whoever removes bytes waits for a deposit of the same bytes that is being written."""
    content = b"the same bytes"
    sha256 = hashlib.sha256(content).hexdigest()
    with model.meta.engine.connect() as coming:
        coming.execute(sa.select(sa.func.pg_advisory_xact_lock(int(sha256[:15], 16))))
        storage.store().put(BytesIO(content), 100)
        model.Session.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(OperationalError):
            storage.forget_bytes(sha256)
        model.Session.rollback()
        coming.rollback()
    assert storage.store().path(sha256).exists()
