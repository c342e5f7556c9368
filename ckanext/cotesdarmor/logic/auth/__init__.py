"""The auth of the portal, one module for each subject."""

from __future__ import annotations

from .activity import (
    activity_data_show,
    activity_diff,
    activity_list,
    activity_show,
    group_activity_list,
    organization_activity_list,
    package_activity_list,
    recently_changed_packages_activity_list,
    user_activity_list,
)
from .catalogue import cotesdarmor_catalogue_show
from .dataset import (
    datastore_create,
    datastore_delete,
    datastore_records_delete,
    datastore_upsert,
    harvest_source_create,
    package_create,
    package_update,
)
from .invitation import cotesdarmor_invitation_create
from .organization import cotesdarmor_organization_ensure, cotesdarmor_organization_grant
from .pages import cotesdarmor_collectivite_show, cotesdarmor_home_show
from .territory import territory_list, territory_show

__all__ = [
    "activity_data_show",
    "activity_diff",
    "activity_list",
    "activity_show",
    "cotesdarmor_catalogue_show",
    "cotesdarmor_collectivite_show",
    "cotesdarmor_home_show",
    "cotesdarmor_invitation_create",
    "cotesdarmor_organization_ensure",
    "cotesdarmor_organization_grant",
    "datastore_create",
    "datastore_delete",
    "datastore_records_delete",
    "datastore_upsert",
    "group_activity_list",
    "harvest_source_create",
    "organization_activity_list",
    "package_activity_list",
    "package_create",
    "package_update",
    "recently_changed_packages_activity_list",
    "territory_list",
    "territory_show",
    "user_activity_list",
]
