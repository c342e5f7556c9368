"""A collectivité that sends files, and what may happen there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.integration.scdl.faults.processes import Processes
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.search.common import make_connection

from ckanext.scdl import clock, storage
from ckanext.scdl.model import Deposit
from ckanext.scdl.model.deposit import now


@dataclass(frozen=True)
class Town:
    """A collectivité with its editor, on a portal that holds nothing else, and the portal's processes."""

    id: str
    name: str
    editor: dict[str, Any]
    admin: dict[str, Any]
    processes: Processes
    act: Callable[..., Any]

    def send(self, content: bytes, name: str = "prenoms.csv", user: Any = None, **wishes: Any) -> str:
        """Send a file as a program does, to be published; the id of its deposit."""
        wishes = {"organization_id": self.id, "publish": True} | wishes
        upload = FileStorage(BytesIO(content), name)
        return self.act("scdl_deposit_create", user or self.editor, upload=upload, **wishes)["id"]

    def deposit(self, ident: str) -> Deposit:
        """A deposit as the database has it now."""
        model.Session.remove()
        found = Deposit.get(ident)
        assert found
        return found

    def path(self, ident: str) -> Path:
        """Where the bytes of a deposit stand."""
        return storage.store().path(str(self.deposit(ident).sha256))

    def leases_end(self) -> None:
        """Let the time of all that waits, and of all that is being checked, be over."""
        model.Session.remove()
        rows = model.Session.query(Deposit).filter(Deposit.state.in_(("queued", "checking")))
        rows.update({"lease_until": now() - timedelta(seconds=1)})
        model.Session.commit()

    def index_ages(self) -> None:
        """Let what is in the index have come there long ago."""
        solr = make_connection(decode_dates=False)
        for document in solr.search("*:*", rows=1000):
            own = {key: value for key, value in document.items() if key != "_version_" and not key.endswith("_ngram")}
            solr.add([{**own, "indexed_ts": "2020-01-01T00:00:00Z"}], commit=True)

    def minutes_pass(self) -> None:
        """Let every lease end and the clock tick."""
        self.leases_end()
        clock.tick(now())


def in_queue() -> list[str]:
    """The deposits that a worker is asked to check."""
    return [job.args[0] for job in tk.get_job_queue().jobs if job.func_name == "ckanext.scdl.jobs.check_deposit"]
