"""What an invitation may do with an account, and how a new account is called."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Literal

from .organization import dashed

Outcome = Literal["renewed", "granted", "member"]
_MAXIMUM_NAME = 60  # CKAN allows 100; a number may follow


def outcome(
    *, awaits_first_login: bool, is_sysadmin: bool, has_role_here: bool, has_role_elsewhere: bool
) -> Outcome:
    """What to do with an account that exists already.

    A link opens the account for whoever holds it. So it is made again only for an account that nobody has
    opened and that has no rights but those that the inviting organisation gave.

    Returns:
        `renewed`: a new link replaces the earlier one. `granted`: the role is given, without a link.
        `member`: nothing, the person is in the organisation already.
    """
    if awaits_first_login and not is_sysadmin and not has_role_elsewhere:
        return "renewed"
    return "member" if has_role_here else "granted"


def user_names(fullname: str, email: str) -> Iterator[str]:
    """Names for an account to try one after the other: `anne-le-gall`, `anne-le-gall-2` and so on."""
    sources = (fullname, email.partition("@")[0], "utilisateur")
    base = next(words for words in map(dashed, sources) if len(words) > 1)[:_MAXIMUM_NAME].rstrip("-")
    yield base
    for number in count(2):
        yield f"{base}-{number}"
