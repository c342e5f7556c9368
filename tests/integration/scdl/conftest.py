"""Files of the demonstration, and deposits of them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from demo.make_files import content, read_manifest
from werkzeug.datastructures import FileStorage


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
