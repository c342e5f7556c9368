"""`ckan scdl …`: what an administrator asks, and reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import search
from ckan.tests import helpers

from ckanext.scdl import storage
from ckanext.scdl.deposits import reconciling
from ckanext.scdl.model import AcceptedFile, Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")


@pytest.fixture
def run(cli):
    """Run `ckan scdl …`: what it prints, and how it ends."""

    def call(*words):
        result = cli.invoke(ckan, ["scdl", *words])
        model.Session.remove()
        return result.output, result.exit_code

    return call


def test_the_schemas_are_listed_and_shown(run):
    """Those of the package, and over them those that were brought."""
    assert "scdl/prenoms\t1.1.6" in run("schemas", "list")[0]
    assert "COLL_INSEE" in run("schemas", "show", "scdl/prenoms")[0]
    assert run("schemas", "show", "no/such")[1] != 0
    assert run("schemas", "sync", "/no/such/folder")[1] == 1


def test_files_are_checked_again(run, send, prenoms, organization):
    """All, those of one schema, those of one organisation; one by its id."""
    made = send(prenoms())
    assert run("check", made["resource_id"])[0].strip() == f"{made['resource_id']}\tsuccess"
    assert "not-served" in run("check", "no-such")[0]
    for words in ((), ("--schema", "scdl/prenoms"), ("--organization", organization["name"])):
        assert "1 success" in run("revalidate", *words)[0]
    assert "nothing to check" in run("revalidate", "--schema", "scdl/budget")[0]
    assert "1 queued" in run("revalidate", "--queue")[0]
    assert run("revalidate", "--schema", "no/such")[1] == 2
    assert run("revalidate", "--organization", "nobody")[1] == 2


def test_what_does_not_fit_is_said(run, send, prenoms):
    """A missing file, a dataset that the index has lost; the index is mended, the file wants a person."""
    first, second = send(prenoms(2020)), send(prenoms(2021))
    printed, status = run("reconcile")
    assert printed.startswith("0 mismatches, 0 lost deposits, ")
    assert status == 0
    storage.store().forget(Deposit.get(first["id"]).sha256)
    search.clear(second["dataset_id"])
    printed, status = run("reconcile")
    assert f"bytes-missing\t{first['resource_id']}" in printed
    assert f"not-indexed\t{second['dataset_id']}\n" in printed
    assert status == 1
    assert "mended" in run("reconcile", "--repair")[0]
    assert helpers.call_action("package_search")["count"] == 1
    assert "not-indexed" not in run("reconcile")[0]


def test_an_index_that_says_otherwise_is_mended(run, send, prenoms, monkeypatch):
    """What the search shows of a dataset, be it a draft, is what the database holds."""
    ident = send(prenoms())["dataset_id"]
    changed = {"state": "draft", "metadata_modified": datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)}
    model.Session.query(model.Package).filter_by(id=ident).update(changed)
    model.Session.commit()
    assert run("reconcile")[1] == 0  # the database may be about to follow
    monkeypatch.setattr(reconciling, "SETTLED", "NOW")
    assert run("reconcile")[0].startswith(f"indexed-otherwise\t{ident}\n1 mismatches, ")
    assert run("reconcile", "--repair")[1] == 0
    assert run("reconcile")[1] == 0


def test_what_nobody_needs_goes(run, send, prenoms, act, organization, monkeypatch):
    """Abandoned deposits and the files of deleted datasets, with their bytes."""
    made, waiting = send(prenoms()), send(b"nom;ville\nx;y\n", name="x.csv")
    act("package_delete", organization["people"]["editor"], id=made["dataset_id"])
    monkeypatch.setattr("ckanext.scdl.config.abandoned_after", lambda: timedelta(days=-1))
    assert run("purge")[0] == "1 deposits given up, 1 deleted files, 0 contents\n"
    assert Deposit.get(waiting["id"]).state == "cancelled"
    assert model.Session.query(AcceptedFile).count() == 0
    assert not [path for path in (made["id"], waiting["id"]) if storage.store().path(Deposit.get(path).sha256).exists()]
