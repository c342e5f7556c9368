"""Files of the demonstration, and deposits of them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from demo.make_files import content, read_manifest
from werkzeug.datastructures import FileStorage

from ckanext.scdl import jobs

HEADER = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"


@pytest.fixture
def editor(organization: dict[str, Any]) -> dict[str, Any]:
    """Who sends files for the organisation."""
    return organization["people"]["editor"]


@pytest.fixture(scope="session")
def demo_file() -> Callable[[str], bytes]:
    """The bytes of a file of the demonstration, by its name."""
    by_name = {deposit["file"]: deposit for deposit in read_manifest()["deposits"]}
    return lambda name: content(by_name[name])


@pytest.fixture
def deposit(act: Callable[..., Any], organization: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Deposit bytes as the organisation's editor: `deposit(name, content, source="browser")`."""

    def send(name: str, data: bytes, *, source: str = "browser", user: dict[str, Any] | None = None) -> dict[str, Any]:
        return act(
            "scdl_deposit_create",
            user or organization["people"]["editor"],
            organization_id=organization["id"],
            upload=FileStorage(BytesIO(data), name),
            source=source,
        )

    return send


@pytest.fixture(scope="session")
def prenoms() -> Callable[..., bytes]:
    """A conform file of one row: `prenoms(2024, count=5)`."""

    def made(year: int = 2024, name: str = "Anna", count: int = 3) -> bytes:
        return f"{HEADER}Dinan,22050,F,{name},{count},{year}\n".encode()

    return made


@pytest.fixture
def send(act: Callable[..., Any], organization: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Send bytes as a program of the organisation's editor, and let a worker do its job: the deposit."""

    def call(content: bytes, name: str = "prenoms.csv", user: Any = None, **wishes: Any) -> dict[str, Any]:
        person = user or organization["people"]["editor"]
        wishes = {"organization_id": organization["id"], "publish": True} | wishes
        made = act("scdl_deposit_create", person, upload=FileStorage(BytesIO(content), name), **wishes)
        if made["state"] == "queued":
            jobs.check_deposit(made["id"])
        return act("scdl_deposit_show", person, id=made["id"])

    return call
