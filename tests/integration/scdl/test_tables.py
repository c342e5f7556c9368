"""Accepted files in the DataStore: loaded with their types, replaced in one step, gone with what they come from."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import helpers

from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.scdl import clock, extract, sandbox, tables
from ckanext.scdl.model import Deposit, FileTable

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_tables")


@pytest.fixture
def clean_tables(with_plugins):
    """A DataStore without tables, after each test too."""
    yield
    with get_write_engine().begin() as connection:
        for name in sa.inspect(connection).get_table_names():
            if name != "_table_stats":
                connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
        connection.exec_driver_sql('DELETE FROM "_table_stats"')


@pytest.fixture
def resource(publish_subventions):
    """The resource of a conform file of subventions, its rows loaded as a worker does."""
    [resource] = publish_subventions()["resources"]
    tables.bring_up_to_date(resource["id"])
    return resource


def _views(resource):
    return [view["view_type"] for view in helpers.call_action("resource_view_list", id=resource["id"])]


def test_a_valid_file_is_loaded_with_the_types_of_its_schema(resource):
    """Search answers at once, amounts are numbers, days are days, and the dictionary says what each column is."""
    answer = helpers.call_action("datastore_search", resource_id=resource["id"], limit=3)
    types = {field["id"]: field["type"] for field in answer["fields"]}
    assert types["montant"] == "numeric"
    assert types["dateConvention"] == "date"
    assert types["idAttribuant"] == "text"
    labels = {field["id"]: field.get("info", {}).get("label") for field in answer["fields"]}
    assert labels["montant"]
    assert answer["total"] > 3
    assert FileTable.get(resource["id"]).state == "settled"


def test_words_are_found_as_they_stand(resource):
    """A search finds the words of a row, by whole words and as the table view asks by their beginnings."""
    row = helpers.call_action("datastore_search", resource_id=resource["id"], limit=1)["records"][0]
    word = max(re.findall(r"[a-zA-Z]+", row["nomBeneficiaire"]), key=len)
    for query in ({"q": word}, {"q": word[:4] + ":*", "plain": False, "language": "simple"}):
        found = helpers.call_action("datastore_search", resource_id=resource["id"], **query)["records"]
        assert row["_id"] in [each["_id"] for each in found]


def test_the_page_shows_a_table(resource, app):
    """The resource says that it has rows, and a table view stands on its page."""
    shown = helpers.call_action("resource_show", id=resource["id"])
    assert shown["datastore_active"] is True
    assert _views(resource).count("datatables_view") == 1
    page = app.get(f"/dataset/{shown['package_id']}/resource/{shown['id']}")
    assert re.search(r"/view/[0-9a-f-]{36}", page.body)


def _total(resource, **context):
    return helpers.call_action("datastore_search", context or None, resource_id=resource["id"], limit=0)["total"]


def _table(resource):
    """The number by which PostgreSQL knows the table: another after each load."""
    with get_write_engine().connect() as connection:
        return connection.execute(sa.text("SELECT to_regclass(:name)::oid"), {"name": f'"{resource["id"]}"'}).scalar()


def _replace(deposit, act, organization, resource, content):
    """Accept other bytes for a resource, as its editor does."""
    made = deposit("autre.csv", content)
    row = model.Session.get(Deposit, made["id"])
    row.resource_id = resource["id"]
    model.Session.commit()
    act("scdl_deposit_accept", organization["people"]["editor"], id=made["id"])


def test_loading_changes_nothing_that_people_see_as_a_change(publish_subventions):
    """The dataset keeps its dates, in search too, and nobody is said to have changed it."""
    dataset = publish_subventions()
    [resource] = dataset["resources"]
    tables.bring_up_to_date(resource["id"])
    shown = helpers.call_action("package_show", id=dataset["id"])
    assert shown["metadata_modified"] == dataset["metadata_modified"]
    [found] = helpers.call_action("package_search")["results"]
    assert [each["datastore_active"] for each in (found["resources"][0], shown["resources"][0])] == [True, True]
    kinds = [each["activity_type"] for each in helpers.call_action("package_activity_list", id=dataset["id"])]
    assert "changed package" not in kinds


def test_the_index_is_written_while_nobody_else_changes_the_dataset(publish_subventions, monkeypatch):
    """A file that is published meanwhile is not lost from search again: its action waits for the dataset."""
    dataset = publish_subventions()
    held, write = [], tables.rebuild

    def rebuild(ident):
        with model.meta.engine.connect() as other, pytest.raises(sa.exc.OperationalError, match="obtain lock"):
            other.execute(sa.select(model.Package.id).where(model.Package.id == ident).with_for_update(nowait=True))
        held.append(ident)
        write(ident)

    monkeypatch.setattr(tables, "rebuild", rebuild)
    tables.bring_up_to_date(dataset["resources"][0]["id"])
    assert held == [dataset["id"]]


def test_loading_again_gives_the_same(resource):
    """A job that is run once more finds nothing to do; asked for once more, it makes the same table."""
    before, table = helpers.call_action("datastore_search", resource_id=resource["id"]), _table(resource)
    tables.bring_up_to_date(resource["id"])
    assert _table(resource) == table
    FileTable.ask(resource["id"])
    model.Session.commit()
    tables.bring_up_to_date(resource["id"])
    assert _table(resource) != table
    assert helpers.call_action("datastore_search", resource_id=resource["id"]) == before
    assert _views(resource).count("datatables_view") == 1


def test_a_new_file_takes_the_place_of_the_old_one(resource, deposit, act, organization, demo_file):
    """The rows follow the file that is served."""
    lines = demo_file("departement-subventions-2023.csv").splitlines(keepends=True)
    _replace(deposit, act, organization, resource, b"".join(lines[:4]))
    assert FileTable.get(resource["id"]).state == "queued"
    tables.bring_up_to_date(resource["id"])
    assert _total(resource) == 3


def test_a_job_that_dies_leaves_the_old_rows(resource, deposit, act, organization, demo_file, monkeypatch):
    """Killed while it fills the new table, the load has changed nothing; run again, it ends."""
    before = _total(resource)
    lines = demo_file("departement-subventions-2023.csv").splitlines(keepends=True)
    _replace(deposit, act, organization, resource, b"".join(lines[:4]))
    with monkeypatch.context() as patch:

        def die(*_):
            raise SystemExit

        patch.setattr(tables, "create_indexes", die)
        with pytest.raises(SystemExit):
            tables.bring_up_to_date(resource["id"])
    assert _total(resource) == before
    with get_write_engine().connect() as connection:
        assert [name for name in sa.inspect(connection).get_table_names() if name.startswith("_scdl")] == []
    tables.bring_up_to_date(resource["id"])
    assert _total(resource) == 3


def test_what_was_replaced_meanwhile_is_not_loaded(resource, deposit, act, organization, demo_file, monkeypatch):
    """A load that ends after another file was accepted leaves the table to the load of that one."""
    lines = demo_file("departement-subventions-2023.csv").splitlines(keepends=True)
    _replace(deposit, act, organization, resource, b"".join(lines[:4]))
    before, first = _total(resource), tables.create_indexes

    def late(*arguments):
        first(*arguments)
        monkeypatch.setattr(tables, "create_indexes", first)
        _replace(deposit, act, organization, resource, b"".join(lines[:6]))

    monkeypatch.setattr(tables, "create_indexes", late)
    tables.bring_up_to_date(resource["id"])
    assert _total(resource) == before
    tables.bring_up_to_date(resource["id"])
    assert _total(resource) == 5


def test_a_file_with_faults_has_no_rows(resource, deposit, act, organization, demo_file):
    """Replaced by a file that is not conform, the rows and their view go."""
    _replace(deposit, act, organization, resource, demo_file("departement-subventions-2024.csv"))
    tables.bring_up_to_date(resource["id"])
    assert _table(resource) is None
    assert helpers.call_action("resource_show", id=resource["id"])["datastore_active"] is False
    assert "datatables_view" not in _views(resource)


@pytest.mark.parametrize("action", ["package_delete", "resource_delete"])
def test_rows_go_with_what_is_deleted(resource, act, organization, action):
    """A deleted dataset or resource leaves no table behind."""
    admin = organization["people"]["admin"]
    act(action, admin, id=resource["package_id" if action == "package_delete" else "id"])
    tables.bring_up_to_date(resource["id"])
    assert _table(resource) is None


def test_rows_of_a_private_dataset_are_for_its_organisation(resource, act, organization, stranger, sysadmin):
    """A dataset that becomes private hides its rows with it."""
    act("package_patch", organization["people"]["editor"], id=resource["package_id"], private=True)
    tables.bring_up_to_date(resource["id"])
    for user in (None, stranger):
        with pytest.raises(tk.NotAuthorized):
            act("datastore_search", user, resource_id=resource["id"])
    for user in (*organization["people"].values(), sysadmin):
        assert act("datastore_search", user, resource_id=resource["id"])["records"]


def test_nobody_says_that_there_are_rows(resource, act, organization):
    """The flag follows the DataStore: neither forged nor lost by who leaves it out."""
    editor = organization["people"]["editor"]
    dataset = act("package_show", editor, id=resource["package_id"])
    del dataset["resources"][0]["datastore_active"]
    dataset["resources"][0]["description"] = "x"
    dataset["resources"].append({"url": "https://a.example/b.csv", "name": "b", "datastore_active": True})
    saved = act("package_update", editor, **dataset)
    assert [each["datastore_active"] for each in saved["resources"]] == [True, False]


def test_a_file_that_cannot_be_read_is_told(publish_subventions, monkeypatch):
    """The row keeps the cause, and the clock does not ask for ever."""
    [resource] = publish_subventions()["resources"]

    def heavy(*_, **__):
        raise sandbox.SandboxError("too-heavy")

    monkeypatch.setattr(extract, "rows", heavy)
    tables.bring_up_to_date(resource["id"])
    row = FileTable.get(resource["id"])
    assert (row.state, row.message) == ("failed", "too-heavy")


def test_the_clock_asks_again_and_gives_up(publish_subventions, monkeypatch):
    """What a dead worker left is put into the queue again; after some tries it is failed."""
    [resource] = publish_subventions()["resources"]
    asked = []
    monkeypatch.setattr(tables, "enqueue", asked.append)
    clock.tick(datetime.now(UTC) + timedelta(minutes=10))
    assert asked == [resource["id"]]

    def die(*_, **__):
        raise SystemExit

    monkeypatch.setattr(extract, "rows", die)
    for _ in range(tables.MOST_TRIES):
        with pytest.raises(SystemExit):
            tables.bring_up_to_date(resource["id"])
    tables.bring_up_to_date(resource["id"])
    assert FileTable.get(resource["id"]).state == "failed"


def test_a_worker_is_woken_after_the_commit(publish_subventions, monkeypatch):
    """Not before: it would find nothing."""
    seen = []

    def look(resource_id):
        with model.meta.engine.connect() as other:
            query = sa.text("SELECT state FROM scdl_table WHERE resource_id = :id")
            seen.append((resource_id, other.execute(query, {"id": resource_id}).scalar()))

    monkeypatch.setattr(tables, "enqueue", look)
    [resource] = publish_subventions()["resources"]
    assert (resource["id"], "queued") in seen


def test_a_worker_is_woken_once(publish_subventions, act, organization, monkeypatch):
    """Many changes of a dataset ask once for each table that waits, and again once a worker has begun."""
    dataset = publish_subventions()
    [resource] = dataset["resources"]
    asked = []
    monkeypatch.setattr(tables, "enqueue", asked.append)
    for title in ("Un", "Deux"):
        act("package_patch", organization["people"]["editor"], id=dataset["id"], title=title)
    assert asked == []
    FileTable.get(resource["id"]).tries = 1
    model.Session.commit()
    for title in ("Trois", "Quatre"):
        act("package_patch", organization["people"]["editor"], id=dataset["id"], title=title)
    assert asked == [resource["id"]]


def test_a_file_that_comes_while_the_one_before_is_loaded(
    publish_subventions, deposit, act, organization, demo_file, monkeypatch
):
    """What is asked for in the last moment of a load is done by the next one."""
    [resource] = publish_subventions()["resources"]
    lines, show = demo_file("departement-subventions-2023.csv").splitlines(keepends=True), tables._show

    def replace_then_show(resource_id):
        monkeypatch.setattr(tables, "_show", show)
        _replace(deposit, act, organization, resource, b"".join(lines[:4]))
        show(resource_id)

    monkeypatch.setattr(tables, "_show", replace_then_show)
    tables.bring_up_to_date(resource["id"])
    assert FileTable.get(resource["id"]).state == "queued"
    tables.bring_up_to_date(resource["id"])
    assert _total(resource) == 3
    assert FileTable.get(resource["id"]).state == "settled"


def test_the_clock_asks_once_in_a_while(publish_subventions, monkeypatch):
    """A long queue does not grow by what already stands in it."""
    [resource] = publish_subventions()["resources"]
    asked = []
    monkeypatch.setattr(tables, "enqueue", asked.append)
    FileTable.get(resource["id"]).modified = datetime.now(UTC) - timedelta(hours=1)
    model.Session.commit()
    for _ in range(2):
        clock.tick(datetime.now(UTC))
    assert asked == [resource["id"]]


def test_the_night_finds_what_was_missed(resource, monkeypatch):
    """Files that were accepted before there were tables, and datasets that were purged."""
    asked = []
    monkeypatch.setattr(tables, "enqueue", asked.append)
    assert tables.reconcile() == 0
    model.Session.delete(FileTable.get(resource["id"]))
    model.Session.commit()
    assert tables.reconcile() == 1
    assert asked == [resource["id"]]
    tables.bring_up_to_date(resource["id"])
    helpers.call_action("dataset_purge", id=resource["package_id"])
    assert tables.reconcile() == 1
    tables.bring_up_to_date(resource["id"])
    assert _table(resource) is None
    assert FileTable.get(resource["id"]) is None
