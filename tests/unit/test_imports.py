"""The arrows between the packages and inside them point as docs and architecture say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("scdl", "cotesdarmor", "atd_metrics")
MAY_IMPORT = {"scdl": set(), "cotesdarmor": {"scdl"}, "atd_metrics": set()}

# What the thinking may not know: the server, its database, the network.
NOT_IN_CORE = {"ckan", "flask", "sqlalchemy", "requests", "urllib3", "httpx", "werkzeug", "alembic", "redis", "rq"}
# What works with neither CKAN nor services although it is no core.
WITHOUT_CKAN = (
    "scdl/sandbox.py", "scdl/sandbox_child.py", "scdl/nursery.py", "scdl/repair.py", "scdl/extract.py",
    "scdl/fetch.py", "scdl/schema_sync.py", "scdl/commandline/",
)  # fmt: skip

# From the rim to the core; a module imports from its own ring and from those after it.
RINGS = {
    "plugin": 0, "implementations": 0,
    "views": 1, "cli": 1, "helpers": 1, "jobs": 1, "logic": 1, "clock": 1, "listeners": 1, "dcat": 1, "harvest": 1,
    "deposits": 2, "grids": 2, "tables": 2, "validations": 2, "rechecks": 2, "instance": 2, "appearance": 2,
    "cache": 2,
    "model": 3, "storage": 3, "config": 3, "signals": 3, "sandbox": 3, "sandbox_child": 3, "fetch": 3, "schema_sync": 3,
    "causes": 3, "visitors": 3, "pdf_report": 3, "queue": 3,
    "commandline": 3, "nursery": 3, "repair": 3, "extract": 3,
    "core": 4,
}  # fmt: skip


def _modules() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / "ckanext" / package).rglob("*.py"))
        if "migration" not in path.parts
    ]


def _imports(path: Path) -> Iterator[str]:
    """Full names of what a module imports, relative ones resolved."""
    here = path.relative_to(ROOT).with_suffix("").parts
    base = here[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                parent = base[: len(base) - node.level + 1]
                stem = ".".join([*parent, *(node.module or "").split(".")]).strip(".")
                yield stem
                yield from (f"{stem}.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT / "ckanext"))


@pytest.mark.parametrize("path", _modules(), ids=_id)
def test_packages_meet_by_actions_and_signals(path):
    """No package imports a sibling, but the instance the schemas."""
    package = path.relative_to(ROOT / "ckanext").parts[0]
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] == "ckanext" and len(parts) > 1 and parts[1] in PACKAGES and parts[1] != package:
            assert parts[1] in MAY_IMPORT[package], f"{_id(path)} imports {name}"


@pytest.mark.parametrize(
    "path", [path for path in _modules() if "core" in path.parts or _id(path).startswith(WITHOUT_CKAN)], ids=_id
)
def test_thinking_knows_no_server(path):
    """`core/` and the doors that the command uses import no CKAN; `core/` no client of anything either."""
    forbidden = {"ckan"} if _id(path).startswith(WITHOUT_CKAN) else NOT_IN_CORE
    for name in _imports(path):
        assert name.split(".")[0] not in forbidden, f"{_id(path)} imports {name}"


@pytest.mark.parametrize("path", _modules(), ids=_id)
def test_rings_import_inwards(path):
    """plugin → views, cli, helpers, jobs, logic → deposits → model, storage, config, signals → core."""
    parts = path.relative_to(ROOT / "ckanext").with_suffix("").parts
    package, room = parts[0], parts[1]
    if room in ("__init__", "wsgi"):
        return
    ring = RINGS[room]
    for name in _imports(path):
        inside = name.split(".")
        if inside[:2] == ["ckanext", package] and len(inside) > 2 and inside[2] in RINGS:
            assert RINGS[inside[2]] >= ring, f"{_id(path)} imports {name}, which stands further out"


def test_ckanext_is_a_namespace():
    """`ckanext/` is shared with other extensions: an `__init__.py` would hide them."""
    assert not (ROOT / "ckanext" / "__init__.py").exists()
