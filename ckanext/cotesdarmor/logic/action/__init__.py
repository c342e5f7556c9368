"""The action of the portal, one module for each subject."""

from __future__ import annotations

from .catalogue import cotesdarmor_catalogue_show
from .dataset import package_create, package_delete, package_update
from .invitation import cotesdarmor_invitation_create
from .organization import cotesdarmor_organization_ensure, cotesdarmor_organization_grant
from .pages import cotesdarmor_collectivite_show, cotesdarmor_home_show
from .territory import territory_list, territory_show

__all__ = [
    "cotesdarmor_catalogue_show",
    "cotesdarmor_collectivite_show",
    "cotesdarmor_home_show",
    "cotesdarmor_invitation_create",
    "cotesdarmor_organization_ensure",
    "cotesdarmor_organization_grant",
    "package_create",
    "package_delete",
    "package_update",
    "territory_list",
    "territory_show",
]
