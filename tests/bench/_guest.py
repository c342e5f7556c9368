"""A collectivité with one editor on the running portal, for as long as a benchmark lasts; nothing of it stays."""

from __future__ import annotations

import re
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.jobs import get_queue

from ckanext.activity.model import Activity

from ckanext.atd_metrics.model import EventRow
from ckanext.scdl import deposits, storage, tables
from ckanext.scdl.deposits import cleaning
from ckanext.scdl.model import Deposit, FileTable, SourceKey
from ckanext.scdl.model.deposit import OPEN_STATES

NAME = "banc-d-essai"
TITLE = "Banc d'essai"
_CSRF = re.compile(r'name="_csrf_token"[^>]*value="([^"]+)"')


class Guest:
    """The editor, by the API and by the forms of the pages."""

    def __init__(self, organization_id: str, token: str, password: str) -> None:
        self.organization_id = organization_id
        self.site = str(tk.config["ckan.site_url"])
        self._password = password
        self._program = _session()
        self._program.headers["Authorization"] = token

    def call(self, action: str, **data: Any) -> Any:
        """Call an action as a program does; its result."""
        return self._result(self._program.post(f"{self.site}/api/3/action/{action}", json=data, timeout=120))

    def send(self, path: Path, **wishes: Any) -> dict[str, Any]:
        """Send a file as a program does, by a connection of its own; the deposit."""
        with path.open("rb") as file:
            answer = requests.post(
                f"{self.site}/api/3/action/scdl_deposit_create",
                data={"organization_id": self.organization_id, **wishes},
                files={"upload": file},
                headers=dict(self._program.headers),
                timeout=120,
            )
        return self._result(answer)

    def browser(self) -> requests.Session:
        """A browser in which the editor has logged in."""
        session = _session()
        page = session.get(f"{self.site}/user/login", timeout=120).text
        form = {"login": NAME, "password": self._password, "_csrf_token": csrf(page)}
        answer = session.post(f"{self.site}/user/login", data=form, timeout=120)
        answer.raise_for_status()
        if "/user/login" in answer.url:
            raise SystemExit("the editor of the benchmark could not log in")
        return session

    @staticmethod
    def _result(answer: requests.Response) -> Any:
        if not answer.ok:
            raise SystemExit(f"{answer.url} answered {answer.status_code}: {answer.text[:1000]}")
        return answer.json()["result"]


def _session() -> requests.Session:
    """Asks by a new connection each time: the server closes one that was silent for two seconds."""
    session = requests.Session()
    session.headers["Connection"] = "close"
    return session


def csrf(page: str) -> str:
    """The token of the forms of a page."""
    found = _CSRF.search(page)
    if found is None:
        raise SystemExit("a page has no form")
    return found[1]


@contextmanager
def guest() -> Iterator[Guest]:
    """Receive the editor, and erase all that came of the visit, also when the benchmark is interrupted."""
    signal.signal(signal.SIGTERM, _end)
    _erase()  # what a benchmark that was killed has left
    try:
        yield _received()
    finally:
        _erase()


def _end(*_: Any) -> None:
    raise KeyboardInterrupt


def _site() -> dict[str, Any]:
    return {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"], "ignore_auth": True}


def _received() -> Guest:
    password = secrets.token_urlsafe(12)
    account = {"name": NAME, "email": f"{NAME}@localhost.invalid", "password": password}
    tk.get_action("user_create")(_site(), account)
    users = [{"name": NAME, "capacity": "editor"}]
    organization = tk.get_action("organization_create")(_site(), {"name": NAME, "title": TITLE, "users": users})
    token = tk.get_action("api_token_create")(_site(), {"user": NAME, "name": NAME})["token"]
    model.Session.remove()
    return Guest(organization["id"], token, password)


def _erase() -> None:
    model.Session.rollback()
    organization_id, user_id = (found.id if found else None for found in (model.Group.get(NAME), model.User.get(NAME)))
    if organization_id:
        _give_up(organization_id)
        mine = sa.select(model.Package.id).where(model.Package.owner_org == organization_id)
        for dataset_id in model.Session.scalars(mine).all():
            _take_away(dataset_id)
        _forget(organization_id)
        tk.get_action("organization_purge")(_site(), {"id": organization_id})
    for column in (Activity.user_id, Activity.object_id):
        model.Session.execute(sa.delete(Activity).where(column.in_([organization_id, user_id])))
    model.Session.execute(sa.delete(model.ApiToken).where(model.ApiToken.user_id == user_id))
    model.Session.execute(sa.delete(model.User).where(model.User.id == user_id))
    model.Session.commit()


def _give_up(organization_id: str) -> None:
    """Cancel what is still to be done, so that no worker goes on with it."""
    query = sa.select(Deposit.id).where(Deposit.organization_id == organization_id, Deposit.state.in_(OPEN_STATES))
    for ident in model.Session.scalars(query).all():
        if (deposit := Deposit.held(ident)) and deposit.state in OPEN_STATES:
            deposits.cancel(deposit)
        model.Session.commit()


def _take_away(dataset_id: str) -> None:
    """Delete a dataset as its editor would, with its files and rows, then the last traces of it."""
    dataset = model.Package.get(dataset_id)
    resources, tags = [each.id for each in dataset.resources_all], [tag.id for tag in dataset.get_tags()]
    tk.get_action("package_delete")(_site(), {"id": dataset_id})
    for resource_id in resources:
        tables.bring_up_to_date(resource_id)
    cleaning.forget_deleted()
    tk.get_action("dataset_purge")(_site(), {"id": dataset_id})
    model.Session.execute(sa.delete(FileTable).where(FileTable.resource_id.in_(resources)))
    model.Session.execute(sa.delete(Activity).where(Activity.object_id == dataset_id))
    unused = ~sa.select(model.PackageTag.id).where(model.PackageTag.tag_id == model.Tag.id).exists()
    model.Session.execute(sa.delete(model.Tag).where(model.Tag.id.in_(tags), unused))
    model.Session.commit()


def _forget(organization_id: str) -> None:
    sent = model.Session.scalars(sa.select(Deposit).where(Deposit.organization_id == organization_id)).all()
    contents, ids = {deposit.sha256 for deposit in sent if deposit.sha256}, {deposit.id for deposit in sent}
    for kind in (Deposit, SourceKey, EventRow):
        model.Session.execute(sa.delete(kind).where(kind.organization_id == organization_id))
    model.Session.commit()
    cleaning.forget_deleted()
    for sha256 in contents:
        storage.forget_bytes(sha256)
    queue = get_queue()
    # What the queue keeps of jobs whose process, or whose worker, was killed.
    for registry in (queue.started_job_registry, queue.failed_job_registry):
        for job in registry.job_class.fetch_many(registry.get_job_ids(), registry.connection):
            if job and ids.intersection(map(str, job.args)):
                # The list of its executions may outlive what it lists, and then RQ would not delete the job.
                registry.connection.delete(job.execution_registry.key)
                job.delete()
