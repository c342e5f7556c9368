"""Validators of fields that belong to the checks; all names begin with `scdl_`."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk

from ..core.options import KNOWN, UnsafeOption, read_options

__all__ = ["scdl_validation_options"]


def scdl_validation_options(value: Any) -> str:
    """Store options of the check as JSON; refuse those that could open, run or hide something."""
    try:
        return json.dumps(read_options(value), sort_keys=True)
    except UnsafeOption as error:
        names = ", ".join(KNOWN)
        if not error.name:
            message = tk._("The options are a JSON object of {names}.").format(names=names)
        else:
            message = tk._("The option {name} cannot be set, or not to this value. Known: {names}.").format(
                name=error.name, names=names
            )
        raise tk.Invalid(message) from None
