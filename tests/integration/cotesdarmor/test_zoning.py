"""Zonings: their table, its migration and the commands."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.cli.cli import ckan
from ckan.cli.db import _run_migrations

from ckanext.cotesdarmor.model import zoning

pytestmark = pytest.mark.usefixtures("clean_db")

TABLE = """\
Titre;;
CODGEO;BV2022;LIBBV2022
22278;22278;Saint-Brieuc
22113;22113;Lannion
22360;22278;Saint-Brieuc
75056;75056;Paris
"""


@pytest.fixture
def command(cli):
    """Run `ckan cotesdarmor territory …`."""

    def run(*arguments: str):
        result = cli.invoke(ckan, ["cotesdarmor", "territory", *arguments])
        model.Session.remove()
        return result

    return run


@pytest.fixture
def table(tmp_path):
    """A small table of INSEE's shape."""
    path = tmp_path / "bv.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_import_fills_the_table(command, table):
    """Communes of the territory get their zone; others are counted."""
    result = command("import-zoning", str(table))
    assert result.exit_code == 0, result.output
    assert zoning.names() == ["bassin-de-vie"]
    assert zoning.zones("bassin-de-vie") == [("22113", "Lannion", 1), ("22278", "Saint-Brieuc", 2)]
    assert zoning.communes_of("bassin-de-vie", "22278") == ["22278", "22360"]


def test_second_import_takes_the_place_of_the_first(command, table):
    """The zoning is replaced as a whole; another one stays."""
    command("import-zoning", str(table), "--name", "autre")
    command("import-zoning", str(table))
    table.write_text("CODGEO,BV2022,LIBBV2022\n22113,22113,Lannion\n", encoding="utf-8")
    command("import-zoning", str(table))
    assert zoning.zones("bassin-de-vie") == [("22113", "Lannion", 1)]
    assert len(zoning.zones("autre")) == 2


@pytest.mark.parametrize(
    "content",
    ["", "a;b\n1;2\n", "CODGEO;BV2022;LIBBV2022\n75056;1;Paris\n", "CODGEO;BV2022;LIBBV2022\n22278;;\n"],
)
def test_bad_table_changes_nothing(command, table, content):
    """A table that cannot be read is one sentence and a status; the stored zoning stays."""
    command("import-zoning", str(table))
    table.write_text(content, encoding="utf-8")
    result = command("import-zoning", str(table))
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert len(zoning.zones("bassin-de-vie")) == 2


@pytest.mark.parametrize(
    "arguments", [("missing.csv",), ("TABLE", "--name", "Bassin de vie"), ("TABLE", "--name", "")]
)
def test_bad_argument_is_refused(command, table, arguments):
    """A file that is not there and a name that is none."""
    result = command("import-zoning", *(str(table) if one == "TABLE" else one for one in arguments))
    assert result.exit_code == 2


@pytest.mark.parametrize("code", ["22278", "212202782", "212 202 782"])
def test_collectivite_is_shown_with_its_zonings(command, table, code):
    """By INSEE code or by SIREN."""
    command("import-zoning", str(table))
    output = command("show", code).output
    assert "Saint-Brieuc Armor Agglomération" in output
    assert "bassin-de-vie: Saint-Brieuc (22278)" in output


def test_unknown_code_is_said(command):
    """A sentence and a status."""
    assert command("show", "99999").exit_code == 1


def test_migration_goes_down_and_up():
    """The table leaves without a trace and comes back."""
    model.Session.remove()
    _run_migrations("cotesdarmor", "base", False)
    try:
        assert not sa.inspect(model.meta.engine).has_table("cotesdarmor_zoning")
    finally:
        _run_migrations("cotesdarmor")
    columns = {column["name"] for column in sa.inspect(model.meta.engine).get_columns("cotesdarmor_zoning")}
    assert columns == {column.name for column in zoning.ZoningEntry.__table__.columns}
