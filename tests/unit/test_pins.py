"""What the code imports is what pyproject.toml installs.

An environment in which somebody tried a package has it; a machine with nothing installed does not.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OURS = {"ckanext", "demo", "stack", "tests", "scripts", "files", "pages", "conftest"}
OURS |= {path.stem for path in (ROOT / "tests").glob("*.py")}
DISTRIBUTIONS = metadata.packages_distributions()
# A room, what of it, and the extras that whoever runs it has installed.
ROOMS = [
    ("ckanext/scdl/core", ()),
    ("ckanext/scdl/commandline", ()),
    ("ckanext", ("portal",)),
    ("demo", ("portal",)),
    ("tests", ("portal", "test")),
    ("scripts", ("portal", "test", "territory")),
]


def imported(folder: Path) -> dict[str, str]:
    """Third-party modules by their first name, with one file that imports each."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        beside = {other.stem for other in path.parent.iterdir()}
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            for name in (name.partition(".")[0] for name in names):
                if name not in sys.stdlib_module_names and name not in OURS | beside:
                    found.setdefault(name, str(path.relative_to(ROOT)))
    return found


def installed(extras: tuple[str, ...]) -> set[str]:
    """The distributions that these extras bring, with all that they want in turn."""
    declared = PROJECT["dependencies"] + [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    waiting = [Requirement(line) for line in declared]
    known: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in known:
            continue
        known.add(key)
        try:
            further = metadata.requires(wanted.name) or []
        except metadata.PackageNotFoundError:  # an extra that is not installed here
            continue
        for requirement in map(Requirement, further):
            if requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in {"", *wanted.extras}
            ):
                waiting.append(requirement)
    return {name for name, _ in known}


@pytest.mark.parametrize(("room", "extras"), ROOMS, ids=[room for room, _ in ROOMS])
def test_every_import_is_installed_by_a_pin(room: str, extras: tuple[str, ...]) -> None:
    """On a bare machine `bin/portal test` finds each module that is named somewhere."""
    pinned = installed(extras)
    lacking = {
        f"{name} ({where})"
        for name, where in imported(ROOT / room).items()
        if not pinned & {canonicalize_name(each) for each in DISTRIBUTIONS.get(name, [name])}
    }
    assert lacking == set()
