"""What ckanext-validation promised to its clients: actions, table, statuses, interfaces, reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli.db import _run_migrations
from ckan.exceptions import CkanConfigurationException
from ckan.tests import helpers

from ckanext.validation.interfaces import IDataValidation, IPipeValidation
from ckanext.validation.model import Validation

from ckanext.scdl import clock, rechecks, sandbox
from ckanext.scdl.core.report import Report, refused
from ckanext.scdl.plugin import ScdlPlugin

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


@pytest.fixture
def resource(publish_subventions):
    [resource] = publish_subventions()["resources"]
    return resource


@pytest.fixture
def asked(monkeypatch):
    """Ids of the resources that a worker was woken for."""
    ids = []
    monkeypatch.setattr(rechecks, "enqueue", ids.append)
    return ids


def _show(resource):
    return helpers.call_action("resource_validation_show", resource_id=resource["id"])


def test_a_report_has_the_form_of_frictionless(resource):
    """A client reads the errors of the one task, and the status in the extension's words."""
    row = _show(resource)
    assert row["status"] == "success"
    assert row["report"]["valid"] is True
    assert row["report"]["tasks"][0]["errors"] == []
    assert row["finished"]


def test_a_file_is_checked_again(resource, act, editor, asked):
    """Asked for by its editor, done by a worker: created, running, then the verdict; the resource says it too."""
    assert act("resource_validation_run", editor, resource_id=resource["id"]) is None
    assert asked == [resource["id"]]
    assert _show(resource)["status"] == "created"
    before = helpers.call_action("resource_show", id=resource["id"])
    rechecks.check(resource["id"])
    row, after = _show(resource), helpers.call_action("resource_show", id=resource["id"])
    assert row["status"] == "success"
    assert row["report"]["tasks"][0]["stats"]["rows"] > 0
    assert after["validation_timestamp"] >= before["validation_timestamp"]
    assert after["last_modified"] == before["last_modified"]
    assert model.Session.query(Validation).filter_by(resource_id=resource["id"]).count() == 1


def test_a_status_stays_running_until_the_verdict(resource, monkeypatch):
    """While the sandbox looks at the file, others see that somebody is at it."""
    rechecks.ask(resource["id"])
    seen = []

    def look(*_, **__):
        seen.append(_show(resource)["status"])
        return refused("timeout")

    monkeypatch.setattr(sandbox, "check", look)
    rechecks.check(resource["id"])
    row = _show(resource)
    assert seen == ["running"]
    assert (row["status"], row["report"]["valid"]) == ("error", False)
    assert row["error"]["message"]


def test_a_check_that_lost_its_worker_is_asked_for_again(resource, asked):
    """By the clock, for an hour; then it is an error. A row from before the portal is left alone."""
    rechecks.ask(resource["id"])
    del asked[:]
    old = Validation(resource_id="of-before", status="running", created=datetime(2019, 1, 1))  # noqa: DTZ001 - as stored
    model.Session.add(old)
    model.Session.commit()
    now = datetime.now(UTC)
    clock.tick(now + timedelta(minutes=10))
    assert asked == [resource["id"]]
    clock.tick(now + timedelta(minutes=70))
    assert asked == [resource["id"]]
    assert _show(resource)["status"] == "error"
    assert _show({"id": "of-before"})["status"] == "running"


@pytest.mark.parametrize("change", [{"url": "https://a.example/b.csv", "url_type": ""}, {"format": "PDF"}])
def test_what_the_portal_does_not_serve_is_not_checked(resource, act, editor, change):
    """A link or another format is refused, with its field, and no address is opened."""
    act("resource_patch", editor, id=resource["id"], **change)
    with pytest.raises(tk.ValidationError) as error:
        act("resource_validation_run", editor, resource_id=resource["id"])
    assert set(error.value.error_dict) == {next(iter(change))}


def test_many_files_are_checked_again(resource, act, sysadmin, asked):
    """By ids, by a search, or all; private ones too, and the answer says how many."""
    act("package_patch", sysadmin, id=resource["package_id"], private=True)
    for data in (
        {"dataset_ids": resource["package_id"]},
        {"dataset_ids": json.dumps([resource["package_id"]])},
        {"query": {"fq": "res_format:CSV"}},
        {"query": '{"q": "subventions"}'},
        {},
    ):
        del asked[:]
        assert "1" in act("resource_validation_run_batch", sysadmin, **data)["output"]
        assert asked == [resource["id"]]
    for data in ({"dataset_ids": ["none"]}, {"query": {"fq": "res_format:ODS"}}):
        assert "1" not in act("resource_validation_run_batch", sysadmin, **data)["output"]
    for data in ({"dataset_ids": [1]}, {"query": "x"}):
        with pytest.raises(tk.ValidationError):
            act("resource_validation_run_batch", sysadmin, **data)


def test_a_report_is_deleted(resource, act, editor):
    """The report goes, the verdict that the page shows stays."""
    act("resource_validation_delete", editor, resource_id=resource["id"])
    for action in ("resource_validation_show", "resource_validation_delete"):
        with pytest.raises(tk.ObjectNotFound):
            act(action, editor, resource_id=resource["id"])
    assert helpers.call_action("resource_show", id=resource["id"])["validation_status"] == "success"


def test_roles(resource, act, organization, stranger, sysadmin, asked):
    """Whoever sees the resource sees its report; whoever may change it runs and deletes; batches are sysadmins'."""
    people = {None: None, "stranger": stranger, **organization["people"], "sysadmin": sysadmin}
    may = {"editor", "admin", "sysadmin"}
    for role, user in people.items():
        assert act("resource_validation_show", user, resource_id=resource["id"])["status"]
        for action, data, allowed in (
            ("resource_validation_run", {"resource_id": resource["id"]}, role in may),
            ("resource_validation_delete", {"resource_id": resource["id"]}, role in may),
            ("resource_validation_run_batch", {}, role == "sysadmin"),
        ):
            if allowed:
                rechecks.validations.begin(resource["id"])
                act(action, user, **data)
                rechecks.validations.begin(resource["id"])
                model.Session.commit()
            else:
                with pytest.raises(tk.NotAuthorized):
                    act(action, user, **data)
    act("package_patch", sysadmin, id=resource["package_id"], private=True)
    for role, user in people.items():
        if role in (None, "stranger"):
            with pytest.raises(tk.NotAuthorized):
                act("resource_validation_show", user, resource_id=resource["id"])
        else:
            assert act("resource_validation_show", user, resource_id=resource["id"])


def test_rows_of_before_are_adopted():
    """The table stands when the portal comes and when it goes, with what others have written into it."""
    report = {"valid": False, "tasks": [{"errors": [{"message": "m"}]}]}
    model.Session.add(Validation(resource_id="r", status="failure", report=json.dumps(report), error=None))
    model.Session.add(Validation(resource_id="s", status="error", error="not an object"))
    own = Report("valid", schema="scdl/prenoms", version="1.1.6").to_dict()
    model.Session.add(Validation(resource_id="t", status="success", report=own))
    model.Session.commit()
    model.Session.remove()
    try:
        _run_migrations("scdl", "base", False)
        with model.meta.engine.connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM validation")).scalar() == 3
    finally:
        _run_migrations("scdl", "head", True)
    assert _show({"id": "r"})["report"] == report
    assert _show({"id": "s"})["error"] == {"message": ["not an object"]}
    assert _show({"id": "t"})["report"]["valid"] is True


def test_other_plugins_are_heard_and_told(resource, act, editor, asked, monkeypatch):
    """IDataValidation may leave a file unchecked, IPipeValidation hears each verdict; a failing one breaks nothing."""
    told = []

    class Veto(IDataValidation):
        def can_validate(self, context, data_dict):
            return data_dict["id"] != resource["id"]

    class Broken(IPipeValidation):
        def receive_validation_report(self, validation_report):
            raise RuntimeError

    class Listener(IPipeValidation):
        def receive_validation_report(self, validation_report):
            told.append(validation_report)

    plugged = {IDataValidation: [], IPipeValidation: [Broken(), Listener()]}
    others = plugins.PluginImplementations
    monkeypatch.setattr(plugins, "PluginImplementations", lambda kind: plugged.get(kind) or others(kind))
    rechecks.ask(resource["id"])
    rechecks.check(resource["id"])
    assert [row["status"] for row in told] == ["success"]
    assert told[0]["report"]["tasks"][0]["errors"] == []
    plugged[IDataValidation].append(Veto())
    with pytest.raises(tk.ValidationError):
        act("resource_validation_run", editor, resource_id=resource["id"])


def test_both_plugins_together_are_refused(ckan_config, monkeypatch):
    """With a sentence, before the other one fails in its own way."""
    monkeypatch.setitem(ckan_config, "ckan.plugins", "scdl validation")
    with pytest.raises(CkanConfigurationException, match=r"validation and scdl .* together"):
        ScdlPlugin.__new__(ScdlPlugin).__init__()


def test_options_are_those_that_are_safe(resource, act, editor):
    """They are stored as JSON; one that opens, runs or hides something is refused; the report keeps to them."""
    for options in ({"checks": []}, "{", {"skip_errors": ["type-error"]}):
        with pytest.raises(tk.ValidationError) as error:
            act("resource_patch", editor, id=resource["id"], validation_options=options)
        assert "validation_options" in str(error.value.error_dict)
        model.Session.rollback()
    changed = act("resource_patch", editor, id=resource["id"], validation_options={"limit_errors": 1})
    assert json.loads(changed["validation_options"]) == {"limit_errors": 1}
    assert changed["validation_status"] == "success"


def test_what_an_option_says_of_the_file_changes_no_verdict(resource, act, editor):
    """Its bytes settle how it is read, for the portal as for whoever downloads it."""
    wrong = {"encoding": "utf-16", "delimiter": "|", "dialect": {"csv": {"delimiter": "#"}}}
    act("resource_patch", editor, id=resource["id"], validation_options=wrong)
    before = _show(resource)["report"]["scdl"]
    rechecks.ask(resource["id"])
    rechecks.check(resource["id"])
    row = _show(resource)
    assert row["status"] == "success"
    assert row["report"]["scdl"]["reading"] == before["reading"]
