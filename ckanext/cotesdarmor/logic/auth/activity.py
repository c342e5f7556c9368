"""Activity streams name agents: they are for people who are logged in."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthFunction, AuthResult, Context, DataDict


def _for_people_logged_in(name: str) -> Any:
    """CKAN's own rule, without the visitors."""

    @tk.chained_auth_function
    @tk.auth_allow_anonymous_access
    def rule(next_auth: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
        # CKAN's API hands over an anonymous user object: the mere absence of the mark above would let it pass.
        if authz.auth_is_anon_user(context):
            return {"success": False, "msg": tk._("Log in to see who did what.")}
        return next_auth(context, data_dict)

    rule.__name__ = name
    return rule


activity_data_show = _for_people_logged_in("activity_data_show")
activity_diff = _for_people_logged_in("activity_diff")
activity_list = _for_people_logged_in("activity_list")
activity_show = _for_people_logged_in("activity_show")
group_activity_list = _for_people_logged_in("group_activity_list")
organization_activity_list = _for_people_logged_in("organization_activity_list")
package_activity_list = _for_people_logged_in("package_activity_list")
recently_changed_packages_activity_list = _for_people_logged_in("recently_changed_packages_activity_list")
user_activity_list = _for_people_logged_in("user_activity_list")
