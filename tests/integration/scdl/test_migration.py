"""The tables: up and down again, without a trace of what is ours and with what is not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.cli.db import _run_migrations

pytestmark = pytest.mark.usefixtures("clean_db")


def columns(table):
    model.Session.remove()
    inspector = sa.inspect(model.meta.engine)
    return {column["name"] for column in inspector.get_columns(table)} if inspector.has_table(table) else None


def test_the_deposits_go_back_to_their_first_form(with_plugins):
    """`ckan db downgrade` takes the new tables and columns away, `upgrade` brings them back; rows of before stay."""
    with model.meta.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO scdl_deposit (id, source, state, filename, sha256, size)"
            " VALUES ('old', 'api', 'checked', 'f', 'a', 1)"
        )
    before = columns("scdl_deposit")
    try:
        _run_migrations("scdl", version="scdl_003", forward=False)
        assert "source_key" not in columns("scdl_deposit")
        assert columns("scdl_decision") is None
    finally:
        _run_migrations("scdl")
    assert columns("scdl_deposit") == before
    with model.meta.engine.begin() as connection:
        row = connection.exec_driver_sql("SELECT attempt, publish FROM scdl_deposit WHERE id = 'old'").one()
    assert tuple(row) == (0, False)


def test_all_of_it_goes(with_plugins):
    """A full downgrade leaves none of our tables, and ckanext-validation's with what is in it."""
    try:
        _run_migrations("scdl", version="base", forward=False)
        assert columns("scdl_deposit") is None
        assert columns("scdl_file") is None
        assert columns("validation")
    finally:
        _run_migrations("scdl")
    assert columns("scdl_deposit")
