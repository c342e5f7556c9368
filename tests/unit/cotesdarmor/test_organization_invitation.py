"""Which accounts an invitation may open."""

from __future__ import annotations

import pytest

from ckanext.cotesdarmor.core.invitation import outcome


@pytest.mark.parametrize(
    ("pending", "sysadmin", "here", "elsewhere", "expected"),
    [
        (True, False, False, False, "renewed"),
        (True, False, True, False, "renewed"),
        (True, False, False, True, "granted"),
        (True, False, True, True, "member"),
        (True, True, False, False, "granted"),
        (False, False, False, False, "granted"),
        (False, False, True, False, "member"),
        (False, True, False, True, "granted"),
    ],
)
def test_link_opens_only_an_account_without_other_rights(pending, sysadmin, here, elsewhere, expected):
    """Only an unopened account without rights elsewhere gets a link again."""
    assert expected == outcome(
        awaits_first_login=pending, is_sysadmin=sysadmin, has_role_here=here, has_role_elsewhere=elsewhere
    )
