"""Actions, one module for each object."""

from __future__ import annotations

from .check import scdl_check, scdl_template
from .correction import scdl_deposit_correct, scdl_deposit_preview, scdl_deposit_restore
from .decision import scdl_decision_list, scdl_deposit_decide, scdl_deposit_revert, scdl_file_list
from .deposit import (
    scdl_deposit_accept,
    scdl_deposit_cancel,
    scdl_deposit_create,
    scdl_deposit_list,
    scdl_deposit_propose,
    scdl_deposit_show,
)
from .grid import (
    scdl_grid_check,
    scdl_grid_delete,
    scdl_grid_deposit,
    scdl_grid_list,
    scdl_grid_save,
    scdl_grid_show,
)
from .link import scdl_link_list
from .placing import scdl_deposit_compare, scdl_deposit_group, scdl_deposit_targets
from .schema import scdl_conformity_list, scdl_schema_list, scdl_schema_show
from .validation import (
    resource_validation_delete,
    resource_validation_run,
    resource_validation_run_batch,
    resource_validation_show,
)

__all__ = [
    "resource_validation_delete",
    "resource_validation_run",
    "resource_validation_run_batch",
    "resource_validation_show",
    "scdl_check",
    "scdl_conformity_list",
    "scdl_decision_list",
    "scdl_deposit_accept",
    "scdl_deposit_cancel",
    "scdl_deposit_compare",
    "scdl_deposit_correct",
    "scdl_deposit_create",
    "scdl_deposit_decide",
    "scdl_deposit_group",
    "scdl_deposit_list",
    "scdl_deposit_preview",
    "scdl_deposit_propose",
    "scdl_deposit_restore",
    "scdl_deposit_revert",
    "scdl_deposit_show",
    "scdl_deposit_targets",
    "scdl_file_list",
    "scdl_grid_check",
    "scdl_grid_delete",
    "scdl_grid_deposit",
    "scdl_grid_list",
    "scdl_grid_save",
    "scdl_grid_show",
    "scdl_link_list",
    "scdl_schema_list",
    "scdl_schema_show",
    "scdl_template",
]
