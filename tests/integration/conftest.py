"""What the integration tests share: a clean database with every plugin's tables, and people of each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from demo.make_files import content, read_manifest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model, plugins
from ckan.cli.db import _get_pending_plugins, _run_migrations
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp

from ckanext.cotesdarmor import cache
from ckanext.scdl import deposits


class Portal:
    """The plugins and the application, kept from one test to the next: both take a second to make."""

    def __init__(self) -> None:
        self.fresh = False
        self.application: Any = None

    def load(self) -> None:
        plugins.unload_all()
        plugins.load_all()
        self.application = None
        self.fresh = True


@pytest.fixture(scope="session")
def portal() -> Portal:
    """What is kept for the whole session."""
    return Portal()


def _changes_settings(request: pytest.FixtureRequest) -> bool:
    return next(request.node.iter_markers("ckan_config"), None) is not None


@pytest.fixture(autouse=True)
def with_plugins(ckan_config: Any, portal: Portal, request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test runs with all plugins of config/ckan.ini; they are loaded anew round a test with its own settings."""
    changed = _changes_settings(request)
    if changed or not portal.fresh:
        portal.load()
    yield
    portal.fresh = portal.fresh and not changed


@pytest.fixture
def app(with_plugins: None, make_app: Callable[[], Any], portal: Portal) -> CKANTestApp:
    """A browser without cookies on the application."""
    if portal.application is None:
        portal.application = make_app().app
    return CKANTestApp(portal.application)


@pytest.fixture(scope="session")
def migrated() -> set[str]:
    """Names of the plugins whose tables were made in this session."""
    return set()


@pytest.fixture
def clean_db(with_plugins: None, reset_db: Callable[[], None], migrated: set[str]) -> None:
    """An empty database with every plugin's tables; CKAN's fixture of that name knows core's tables only."""
    reset_db()
    cache.forget()  # pages that are kept for a minute are those of the test before
    if not migrated:
        for plugin in _get_pending_plugins():
            _run_migrations(plugin)
        migrated.add("all")


@pytest.fixture
def sysadmin() -> dict[str, Any]:
    return factories.SysadminWithToken()


@pytest.fixture(scope="module")
def cleaned() -> list[bool]:
    """Whether a module has emptied the database."""
    return []


@pytest.fixture
def clean_once(request: pytest.FixtureRequest, cleaned: list[bool]) -> None:
    """An empty database before the first test of a module, whose tests use names of their own and can share one."""
    if not cleaned:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        cleaned.append(True)


@pytest.fixture
def organization() -> dict[str, Any]:
    """An organisation with one editor, one admin and one member: `organization["people"]` by role."""
    people = {role: factories.UserWithToken() for role in ("member", "editor", "admin")}
    created = factories.Organization(users=[{"name": user["name"], "capacity": role} for role, user in people.items()])
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


@pytest.fixture
def publish_bytes(organization: dict[str, Any]) -> Callable[[str, bytes], dict[str, Any]]:
    """Put a file on the portal as an accepted deposit does: `publish_bytes(name, content)` gives the resource."""

    def publish(name: str, content: bytes) -> dict[str, Any]:
        deposit = deposits.receive(
            BytesIO(content), name, organization_id=organization["id"], user_id=None, source="api", schema=None
        )
        deposit.state = "checked"
        model.Session.commit()
        context = {"ignore_auth": True, "user": organization["people"]["editor"]["name"]}
        dataset = deposits.accept(
            deposit, {"title": name, "notes": name, "license_id": "lov2", "state": "active"}, context
        )
        return dataset["resources"][0]

    return publish


@pytest.fixture
def publish_subventions(organization: dict[str, Any], act: Callable[..., Any]) -> Callable[[], dict[str, Any]]:
    """Publish a conform file of subventions as the organisation's editor does; the dataset."""
    by_name = {deposit["file"]: deposit for deposit in read_manifest()["deposits"]}
    name = "departement-subventions-2023.csv"

    def publish() -> dict[str, Any]:
        editor = organization["people"]["editor"]
        made = act(
            "scdl_deposit_create", editor, organization_id=organization["id"], source="browser",
            upload=FileStorage(BytesIO(content(by_name[name])), name),
        )  # fmt: skip
        return act("scdl_deposit_accept", editor, **act("scdl_deposit_propose", editor, id=made["id"]), id=made["id"])

    return publish
