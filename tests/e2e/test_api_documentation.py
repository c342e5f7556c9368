"""What docs/api.md gives to vendors works as it stands there, on a real portal with its web server and worker."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
SHELL = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
CONTENT = "COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\nDinan,22050,F,Anna,3,2024\n"
SIREN = "212200505"


@pytest.fixture(scope="module")
def collectivite(portal: Any) -> None:
    """The collectivité that the examples name."""
    portal.api("organization_create", name="api-dinan", title="Dinan (API)", siren=SIREN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the vendor stands, with a file."""
    (tmp_path / "prenoms.csv").write_text(CONTENT, "utf-8")
    return tmp_path


def _settled(portal: Any, ident: str) -> dict[str, Any]:
    for _ in range(120):
        deposit = portal.api("scdl_deposit_show", id=ident)
        if deposit["state"] not in ("queued", "checking"):
            return deposit
        time.sleep(0.5)
    raise AssertionError(deposit)


def _run(lines: str, portal: Any, folder: Path) -> list[Any]:
    """Run lines of a shell; what each request answers."""
    environ = {**os.environ, "TOKEN": portal.token, "PORTAL": portal.url, "NO_PROXY": "127.0.0.1,localhost"}
    script = re.sub(r"^curl ", "curl -sS -w '\\\\n' ", lines, flags=re.MULTILINE)
    done = subprocess.run(["bash", "-ec", script], cwd=folder, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
    assert all(answer["success"] for answer in answers), answers
    return [answer["result"] for answer in answers]


@pytest.mark.usefixtures("collectivite")
def test_the_examples_with_curl(portal: Any, folder: Path) -> None:
    """One request publishes a file; the same again is the same deposit; the others answer."""
    assert len(SHELL) == 2
    [made] = _run(SHELL[0], portal, folder)
    settled = _settled(portal, made["id"])
    assert (settled["state"], settled["cause"]) == ("published", "")
    [again] = _run(SHELL[0], portal, folder)
    assert again["id"] == made["id"]
    checked, listed = _run(SHELL[1], portal, folder)
    assert checked["report"]["status"] == "valid"
    assert listed == []


@pytest.mark.usefixtures("collectivite")
def test_the_example_with_ckanapi(
    portal: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says the state of its deposit; what it sent is the resource that its key names."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    names: dict[str, Any] = {"PORTAL": portal.url, "TOKEN": portal.token}
    [program] = PYTHON
    exec(compile(program, "docs/api.md", "exec"), names)
    assert capsys.readouterr().out.split()[0] in ("queued", "checking", "published")
    settled = _settled(portal, names["deposit"]["id"])
    assert (settled["state"], settled["source_key"]) == ("published", "etat-civil-prenoms")
