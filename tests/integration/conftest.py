"""What the integration tests share: a clean database with every plugin's tables, and people of each role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories


@pytest.fixture(scope="session")
def migrated_db(reset_db_once: Any, migrate_db_for: Callable[[str], None]) -> None:
    """Core's tables and those of every plugin that has some."""
    for plugin in ("activity", "harvest", "scdl", "cotesdarmor", "atd_metrics"):
        migrate_db_for(plugin)


@pytest.fixture
def clean_db(migrated_db: None, reset_db: Callable[[], None]) -> None:
    """An empty database; CKAN's fixture of that name knows core's tables only."""
    reset_db()


@pytest.fixture
def sysadmin() -> dict[str, Any]:
    return factories.SysadminWithToken()


@pytest.fixture
def organization() -> dict[str, Any]:
    """An organisation with one editor, one admin and one member: `organization["people"]` by role."""
    people = {role: factories.UserWithToken() for role in ("member", "editor", "admin")}
    created = factories.Organization(
        users=[{"name": user["name"], "capacity": role} for role, user in people.items()]
    )
    return {**created, "people": people}


@pytest.fixture
def stranger() -> dict[str, Any]:
    """A logged-in user who belongs to nothing."""
    return factories.UserWithToken()


@pytest.fixture
def act() -> Callable[..., Any]:
    """Call an action as a user, with authorisation: `act("name", user, key=value)`; None is a visitor."""

    def call(action: str, user: dict[str, Any] | None = None, **data: Any) -> Any:
        context = {"user": user["name"] if user else "", "ignore_auth": False}
        if user:
            context["auth_user_obj"] = model.User.get(user["name"])
        return tk.get_action(action)(context, data)

    return call
