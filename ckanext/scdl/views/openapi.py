"""The API for programs, described for machines: made from the actions' own input schemas and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, jsonify

import ckan.plugins.toolkit as tk

from ..core.reasons import REASONS
from ..logic import action, schema
from ..logic.action.shared import KEYS
from ..model.deposit import STATES
from .deposit import scdl

# What a program calls, and the function that says what it may send.
DESCRIBED: Mapping[str, Callable[[], dict[str, Any]]] = {
    "scdl_check": schema.check,
    "scdl_deposit_accept": schema.deposit_accept,
    "scdl_deposit_cancel": schema.deposit_id,
    "scdl_deposit_create": schema.deposit_create,
    "scdl_deposit_decide": schema.deposit_decide,
    "scdl_deposit_list": schema.deposit_list,
    "scdl_deposit_revert": schema.deposit_revert,
    "scdl_deposit_show": schema.deposit_id,
    "scdl_decision_list": schema.page,
    "scdl_file_list": schema.file_list,
    "scdl_link_list": schema.link_list,
    "scdl_schema_show": schema.schema_show,
    "scdl_template": schema.template,
}
READS = frozenset(name for name in DESCRIBED if name.endswith(("_show", "_list", "_template")))
DEPOSITS = frozenset({"scdl_deposit_create", "scdl_deposit_show", "scdl_deposit_cancel", "scdl_deposit_decide"})
OPEN = frozenset({"scdl_schema_show", "scdl_template"})

TYPES: Mapping[str, Mapping[str, Any]] = {
    "upload": {"type": "string", "format": "binary"},
    "publish": {"type": "boolean"},
    "keep_link": {"type": "boolean"},
    "limit": {"type": "integer", "minimum": 0, "maximum": 100},
    "offset": {"type": "integer", "minimum": 0},
    "link": {"type": "string", "format": "uri"},
    "fix": {"type": "string", "enum": ["sure"]},
    "target": {"type": "string", "enum": ["new", "add", "replace"]},
    "format": {"type": "string", "enum": ["csv", "xlsx"]},
    "source": {"type": "string", "enum": ["api", "browser", "grid"], "default": "api"},
    "reason": {"type": "string", "enum": list(REASONS)},
}
_TEXT = {"type": ["string", "null"]}
_OBJECT = {"type": ["object", "null"]}
ANSWERED: Mapping[str, Mapping[str, Any]] = {
    "id": {"type": "string", "format": "uuid"},
    "state": {"type": "string", "enum": list(STATES)},
    "status": {"type": ["string", "null"], "enum": ["valid", "invalid", "refused", "unchecked", None]},
    "size": {"type": ["integer", "null"]},
    "keep_link": {"type": "boolean"},
    "corrected": {"type": "boolean"},
    "created": {"type": "string", "format": "date-time"},
    "modified": {"type": "string", "format": "date-time"},
    **dict.fromkeys(("report", "privacy", "period", "difference"), _OBJECT),
}


@scdl.get("/api/scdl/openapi.json")
def openapi() -> Response:
    """The description, for everybody."""
    return jsonify(description(str(tk.config["ckan.site_url"])))


def description(site_url: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of this portal."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Deposits of open data files", "version": "1"},
        "servers": [{"url": f"{site_url}/api/3/action"}],
        "security": [{"token": []}],
        "paths": {f"/{name}": _path(name, DESCRIBED[name]()) for name in sorted(DESCRIBED)},
        "components": {
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "Authorization"}},
            "schemas": {
                "Deposit": {"type": "object", "properties": {key: ANSWERED.get(key, _TEXT) for key in KEYS}},
                "Error": {
                    "type": "object",
                    "description": "For each field that is wrong, sentences that say what to write instead.",
                    "additionalProperties": True,
                },
            },
        },
    }


def _path(name: str, accepted: Mapping[str, Any]) -> dict[str, Any]:
    summary, told = documented(getattr(action, name))
    parameters = {key: {**TYPES.get(key, {"type": "string"}), "description": told.get(key, "")} for key in accepted}
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": _envelope("Done.", {"$ref": "#/components/schemas/Deposit"} if name in DEPOSITS else {}),
            "403": {"description": "The user may not do that; without a valid token nobody may."},
            "404": {"description": "There is no such thing."},
            "409": {
                "description": "Something that was sent is wrong, or a key was used for another file.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
    }
    if name in OPEN:
        operation["security"] = [{}]
    if name in READS:
        listed = [{"name": key, "in": "query", "schema": value} for key, value in parameters.items()]
        return {"get": operation | {"parameters": listed}}
    kind = "multipart/form-data" if "upload" in accepted else "application/json"
    body = {"content": {kind: {"schema": {"type": "object", "properties": parameters}}}}
    return {"post": operation | {"requestBody": body}}


def _envelope(said: str, result: Mapping[str, Any]) -> dict[str, Any]:
    answer = {"type": "object", "properties": {"success": {"type": "boolean"}, "result": result}}
    return {"description": said, "content": {"application/json": {"schema": answer}}}


def documented(function: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """Return what the docstring of an action says of it, and of each argument."""
    text = inspect.getdoc(inspect.unwrap(function)) or ""
    summary = " ".join(text.partition("\n\n")[0].split())
    arguments = re.search(r"^Args:\n((?:    .*\n?)+)", text, re.MULTILINE)
    told: dict[str, str] = {}
    for line in re.sub(r"\n {8}", " ", arguments[1]).splitlines() if arguments else ():
        names, colon, said = line.strip().partition(": ")
        if colon:
            told |= dict.fromkeys(names.split(", "), said)
    return summary, told
