"""Runs the migrations of plugin `cotesdarmor` on the database that CKAN names."""

from __future__ import annotations

from pathlib import Path

from alembic import context
from sqlalchemy import engine_from_config, pool

from ckan.model.meta import metadata

PLUGIN = Path(__file__).resolve().parent.name


def include_object(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """Compare our own tables only."""
    return kind != "table" or (name or "").startswith(f"{PLUGIN}_")


def run() -> None:
    """Migrate, with a table of versions of our own."""
    engine = engine_from_config(
        context.config.get_section(context.config.config_ini_section) or {},
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            version_table=f"{PLUGIN}_alembic_version",
            include_object=include_object,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
