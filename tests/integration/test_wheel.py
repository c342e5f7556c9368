"""The wheel that a release ships: whole, and at home beside a stock CKAN or without any."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(sysconfig.get_paths()["purelib"])

START = """
import json, sys
from ckan.cli import load_config
from ckan.config.middleware import make_app
application = make_app(load_config(sys.argv[1]))
client = application.test_client()
statuses = {path: client.get(path).status_code for path in ("/", "/dataset/", "/api/3/action/status_show")}
import ckanext.atd_metrics.plugin, ckanext.cotesdarmor.plugin, ckanext.scdl.plugin
files = [sys.modules[f"ckanext.{name}.plugin"].__file__ for name in ("scdl", "cotesdarmor", "atd_metrics")]
print(json.dumps({"statuses": statuses, "files": files}))
"""


def tracked(*paths: str) -> list[str]:
    """The files of the repository that these names cover."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *paths], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def run(*command: str | Path, **more: object) -> str:
    """A command's output; its own words where it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the repository's own files and from nothing that lies about beside them."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked("ckanext", "pyproject.toml", "setup.py", "README.md", "LICENSE"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    # The tools that pyproject.toml pins may be there already; else the build fetches them for itself.
    at_hand = int(importlib.metadata.version("setuptools").split(".")[0]) >= 77
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        *(["--no-isolation"] if at_hand else []),
        "--outdir",
        out,
        cwd=source,
    )
    (built,) = out.glob("*.whl")
    return built


def make_environment(folder: Path, wheel: Path, borrowed: list[Path]) -> Path:
    """A virtual environment with what is borrowed, linked, and the wheel, installed. Its Python."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").strip())
    for origin in borrowed:
        target = site / origin.relative_to(SITE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(origin)
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel)
    return python


def stock_ckan() -> list[Path]:
    """All that is installed here but this checkout; `ckanext` by its parts, for the wheel adds to it."""
    mine = ("ckanext_scdl", "__editable__", "__pycache__")
    return [path for path in SITE.iterdir() if path.name != "ckanext" and not path.name.startswith(mine)] + [
        path for path in (SITE / "ckanext").iterdir() if path.name != "__pycache__"
    ]


def files_of(distributions: set[str]) -> list[Path]:
    """The files of these distributions, without commands and compiled code."""
    listed = {
        SITE / file for name in distributions for file in importlib.metadata.distribution(name).files or []
    }
    return [
        path
        for path in listed
        if ".." not in path.parts and "__pycache__" not in path.parts and path.is_file()
    ]


def plain(name: str) -> str:
    """A distribution's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(wheel: Path) -> set[str]:
    """What the wheel needs without an extra, and what that needs in turn."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        lines = archive.read(name).decode().splitlines()
    wanted = [line.partition(": ")[2] for line in lines if line.startswith("Requires-Dist: ")]
    found: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        named = re.match(r"[\w.-]+", requirement)
        if "extra ==" in requirement or named is None or plain(named[0]) in found:
            continue
        try:
            below = importlib.metadata.requires(plain(named[0])) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or another Python
        found.add(plain(named[0]))
        wanted += below
    return found


def without_ckan(environ: dict[str, str]) -> dict[str, str]:
    """The environment of someone who never heard of CKAN."""
    return {key: value for key, value in environ.items() if not key.startswith(("CKAN_", "PYTHON"))}


def test_every_file_of_the_packages_is_in_it(wheel):
    """Templates, catalogues, schemas, assets, migrations, the instance: what git has, the wheel has."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert [name for name in tracked("ckanext") if name not in held] == []


def test_nothing_else_is_in_it(wheel):
    """No test, no stack, and no __init__.py that would close the namespace to other extensions."""
    with zipfile.ZipFile(wheel) as archive:
        held = archive.namelist()
    assert {name.split("/")[0] for name in held} == {
        "ckanext",
        f"ckanext_scdl-{wheel.name.split('-')[1]}.dist-info",
    }
    assert "ckanext/__init__.py" not in held


@pytest.mark.usefixtures("clean_db")
def test_it_starts_beside_a_stock_ckan(wheel, tmp_path):
    """Away from the checkout, beside CKAN and its extensions, the portal answers with all its plugins."""
    python = make_environment(tmp_path / "environment", wheel, stock_ckan())
    out = run(python, "-c", START, os.environ["CKAN_INI"], cwd=tmp_path)
    answer = json.loads(out.strip().splitlines()[-1])
    assert set(answer["statuses"].values()) == {200}
    assert all(Path(file).is_relative_to(tmp_path / "environment") for file in answer["files"])


def test_the_base_install_checks_a_file_without_ckan(wheel, tmp_path):
    """The plain install, with what it requires and no more, has the command and no CKAN."""
    needed = requirements(wheel)
    assert "frictionless" in needed
    assert not needed & {"ckan", "flask", "sqlalchemy", "redis"}
    python = make_environment(tmp_path / "environment", wheel, files_of(needed))
    environ = without_ckan(dict(os.environ))
    answer = run(
        python, "-c", "import importlib.util as u; print(u.find_spec('ckan'))", env=environ, cwd=tmp_path
    )
    assert answer.strip() == "None"
    listed = run(python.parent / "scdl", "schemas", "list", env=environ, cwd=tmp_path)
    assert "scdl/deliberations" in listed
