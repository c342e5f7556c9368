"""Tell a collectivité by mail what waits for it among the files that programs sent; once a day at most."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.mailer import MailerException, mail_recipient

from .. import causes
from ..core.days import today
from ..model import ClockMark, Deposit

log = logging.getLogger(__name__)

MOST_LINES = 50


def tell(organization_id: str) -> bool:
    """Mail what nobody was told yet, if nothing was mailed today; whether a mail went.

    Without an address of contact, or without a mail server, the deposits stand in « Mes dépôts » all the same.
    """
    waiting = Deposit.untold(organization_id)
    group = model.Group.get(organization_id)
    extras = (group.extras or {}) if group else {}
    if not waiting or group is None or not extras.get("contact_email") or not tk.config.get("smtp.server"):
        return False
    if not ClockMark.claim(f"mail {organization_id}", today()):
        return False
    try:
        mail_recipient(
            str(extras.get("contact_name") or group.display_name), str(extras["contact_email"]), _subject(waiting),
            _body(group.display_name, waiting),
        )  # fmt: skip
    except MailerException:
        log.exception("the contact of organisation %s could not be told", organization_id)
        return False
    for deposit in waiting:
        deposit.told = True
    model.Session.commit()
    log.info("the contact of organisation %s was told of %s deposits", organization_id, len(waiting))
    return True


def tell_all() -> None:
    """Mail every organisation that something waits for."""
    for organization_id in {deposit.organization_id for deposit in Deposit.untold() if deposit.organization_id}:
        tell(organization_id)


def _subject(waiting: Sequence[Deposit]) -> str:
    return tk.ungettext("{count} file waits for you", "{count} files wait for you", len(waiting)).format(
        count=len(waiting)
    )


def _body(name: str, waiting: Sequence[Deposit]) -> str:
    """The mail: no value of a file stands in it, only names of files and causes."""
    opening = tk._("Your software has sent files for {name} that are not published by themselves:").format(name=name)
    lines = [
        f"- {deposit.filename} : {causes.sentence(deposit.message)}\n"
        f"  {tk.h.url_for('scdl.show', id=deposit.id, qualified=True)}"
        for deposit in waiting[:MOST_LINES]
    ]
    all_of_them = tk._("All deposits: {address}").format(address=tk.h.url_for("scdl.index", qualified=True))
    return "\n".join([opening, "", *lines, "", all_of_them, ""])
