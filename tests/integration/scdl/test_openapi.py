"""The description for machines says what the actions take and answer."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest

from ckanext.scdl.logic import action
from ckanext.scdl.logic.action.shared import KEYS
from ckanext.scdl.views import openapi

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.fixture
def description(app):
    return app.get("/api/scdl/openapi.json").json


def _sent(operation):
    if "parameters" in operation:
        return {each["name"]: each["schema"] for each in operation["parameters"]}
    [content] = operation["requestBody"]["content"].values()
    return content["schema"]["properties"]


@pytest.mark.parametrize("name", list(openapi.DESCRIBED))
def test_each_action_is_described_with_its_arguments(name):
    """Every argument that the action takes has words; none has words that it does not take."""
    path = openapi.description("https://portail.example")["paths"][f"/{name}"]
    [operation] = path.values()
    sent, (summary, told) = _sent(operation), openapi.documented(getattr(action, name))
    assert set(sent) == set(openapi.DESCRIBED[name]())
    assert summary
    silent = [key for key, value in sent.items() if not value["description"] and key != "source"]
    assert silent == []
    assert set(told) <= set(sent)


PAGES = ("compare", "correct", "group", "preview", "propose", "restore", "targets")
"""Ends of the names of what only the pages of a deposit ask."""


def test_a_program_finds_every_action():
    """Those of a deposit's life are described; what the forms, the list of corrections and the grid call is not."""
    ours = {name for name in action.__all__ if name.startswith("scdl_") and not name.startswith("scdl_grid_")}
    of_the_pages = {f"scdl_deposit_{word}" for word in PAGES}
    assert ours - set(openapi.DESCRIBED) == of_the_pages | {"scdl_schema_list", "scdl_conformity_list"}


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_an_answer_is_as_described(description, send, prenoms):
    """A real deposit has each key, of the type that is told."""
    described = description["components"]["schemas"]["Deposit"]
    assert list(described["properties"]) == sorted(KEYS) or set(described["properties"]) == set(KEYS)
    strict = described | {"required": list(KEYS), "additionalProperties": False}
    for made in (send(prenoms()), send(b"%PDF-1.7", name="budget.csv")):
        jsonschema.validate(made, strict)


def test_the_page_tells_every_field_of_a_request(description):
    """docs/api.md has a row for each; `source` is for the portal's own pages."""
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", PAGE.read_text("utf-8"), re.MULTILINE))))
    sent = _sent(description["paths"]["/scdl_deposit_create"]["post"])
    assert set(sent) - {"source"} <= told
    assert {name.lstrip("/") for name in description["paths"]} - {"scdl_decision_list", "scdl_schema_show"} <= set(
        re.findall(r"`?(scdl_\w+)", PAGE.read_text("utf-8"))
    )
