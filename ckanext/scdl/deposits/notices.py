"""Tell a collectivité by mail which files that programs sent wait for it, and which links fail; once a day at most."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import _get_auto_flask_context
from ckan.lib.mailer import MailerException, mail_recipient

from .. import causes
from ..core.days import PARIS, today
from ..model import ClockMark, Deposit, Link

log = logging.getLogger(__name__)

MOST_LINES = 50

Failing = tuple[Link, model.Resource, model.Package]


def tell(organization_id: str) -> bool:
    """Mail what nobody was told yet, if nothing was mailed today; whether a mail went.

    Without an address of contact, or without a mail server, all of it stands in « Mes dépôts » all the same.
    """
    waiting = Deposit.untold(organization_id)
    failing = Link.failing([organization_id], untold=True)
    group = model.Group.get(organization_id)
    extras = (group.extras or {}) if group else {}
    to_tell = bool(waiting or failing)
    if not to_tell or group is None or not extras.get("contact_email") or not tk.config.get("smtp.server"):
        return False
    if not ClockMark.claim(f"mail {organization_id}", today()):
        return False
    try:
        with _as_the_portal_speaks():
            mail_recipient(
                str(extras.get("contact_name") or group.display_name), str(extras["contact_email"]),
                _subject(waiting, failing), _body(group.display_name, waiting, failing),
            )  # fmt: skip
    except MailerException:
        log.exception("the contact of organisation %s could not be told", organization_id)
        return False
    for row in (*waiting, *(link for link, _, _ in failing)):
        row.told = True
    model.Session.commit()
    log.info(
        "the contact of organisation %s was told of %s deposits, %s links", organization_id, len(waiting), len(failing)
    )
    return True


def tell_all() -> None:
    """Mail every organisation that something waits for."""
    waited_for = {deposit.organization_id for deposit in Deposit.untold()}
    for organization_id in waited_for | {package.owner_org for _, _, package in Link.failing(untold=True)}:
        if organization_id:
            tell(organization_id)


def _as_the_portal_speaks() -> AbstractContextManager[Any]:
    """Write in the language of the portal: in a worker nobody asks for a page, and CKAN would say it in English."""
    return _get_auto_flask_context() or nullcontext()


def _subject(waiting: Sequence[Deposit], failing: Sequence[Failing]) -> str:
    if waiting:
        said = tk.ungettext("{count} file waits for you", "{count} files wait for you", len(waiting))
        return said.format(count=len(waiting))
    said = tk.ungettext("{count} link cannot be read any more", "{count} links cannot be read any more", len(failing))
    return said.format(count=len(failing))


def _body(name: str, waiting: Sequence[Deposit], failing: Sequence[Failing]) -> str:
    """The mail: no value of a file stands in it, only names of files and causes."""
    parts = []
    if waiting:
        opening = tk._("Your software has sent files for {name} that are not published by themselves:")
        parts += [opening.format(name=name), "", *map(_waiting_line, waiting[:MOST_LINES]), ""]
    if failing:
        opening = tk._(
            "Published links of {name} cannot be read any more; their badges speak of what was last read there:"
        )
        parts += [opening.format(name=name), "", *map(_failing_line, failing[:MOST_LINES]), ""]
    all_of_them = tk._("All deposits: {address}").format(address=tk.h.url_for("scdl.index", qualified=True))
    return "\n".join([*parts, all_of_them, ""])


def _waiting_line(deposit: Deposit) -> str:
    address = tk.h.url_for("scdl.show", id=deposit.id, qualified=True)
    return f"- {deposit.filename} : {causes.sentence(deposit.message)}\n  {address}"


def _failing_line(failing: Failing) -> str:
    link, resource, package = failing
    since = tk._("since {day}").format(day=f"{link.failed_since.astimezone(PARIS):%d/%m/%Y}")
    address = tk.h.url_for("resource.read", id=package.name, resource_id=resource.id, qualified=True)
    return f"- {link.url}, {since} : {causes.sentence(link.failure)}\n  {address}"
