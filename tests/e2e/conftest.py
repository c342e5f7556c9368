"""What the browser tests share: a portal of their own, Debian's Chromium, people who log in by the real form.

`bin/portal test e2e` gives databases, a Redis number, a Solr core and a storage through CKAN_* variables;
here a web server and a worker of jobs are started on them, and stopped at the end.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from demo.make_files import content, read_manifest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from tests.e2e import deposits, grids

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = Path(os.environ.get("PORTAL_ARTEFACTS", ROOT / "artefacts"))
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECONDS_TO_START = 90
expect.set_options(timeout=15_000)  # five seconds, as it comes, are little on a machine that others keep busy
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class ApiError(AssertionError):
    """An action refused what a test asked of it."""


@dataclass(frozen=True)
class Portal:
    """A running portal, its administrator, and its API in the administrator's name."""

    url: str
    admin: str
    password: str
    token: str

    def api(self, action: str, /, **data: Any) -> Any:
        """Call an action as the administrator; its result."""
        request = urllib.request.Request(
            f"{self.url}/api/3/action/{action}",
            json.dumps(data).encode(),
            {"Authorization": self.token, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["result"]
        except urllib.error.HTTPError as error:
            body = error.read().decode("utf-8", "replace")
            raise ApiError(f"{action} answered {error.code}: {body[:2000]}") from None

    def commune(self, siren: str, secretary: str, email: str, password: str) -> dict[str, Any]:
        """Bring a commune onto the portal, with one secretary."""
        [line] = self.api("cotesdarmor_organization_ensure", sirens=[siren])
        self.api("user_create", name=secretary, email=email, password=password)
        self.api("cotesdarmor_organization_grant", username=secretary, sirens=[siren], role="editor")
        return line


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """An empty portal with an administrator, on a free port, with one worker of jobs."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environ = {**os.environ, "CKAN_SITE_URL": url, "PYTHONUNBUFFERED": "1"}
    admin, password = "admin", secrets.token_urlsafe(12)
    for command in (
        ["db", "clean", "--yes"],
        ["db", "init"],
        ["db", "upgrade"],
        ["jobs", "clear"],
        ["translation", "js"],
    ):
        _ckan(environ, *command)
    account = [f"password={password}", "email=admin@portail.test"]
    _ckan(environ, "sysadmin", "add", admin, *account, answer="y\n")
    token = _ckan(environ, "user", "token", "add", "-q", admin, "e2e").splitlines()[-1].strip()
    web = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--chdir", str(ROOT / "config")]
    web += ["--worker-class", "gthread", "--threads", "8", "--timeout", "120", "--graceful-timeout", "5"]
    web += ["--no-control-socket", "wsgi:application"]
    worker = [_ckan_program(), "--config", os.environ["CKAN_INI"], "jobs", "worker"]
    with _running("web", web, environ) as server, _running("worker", worker, environ):
        _await(url, server)
        yield Portal(url, admin, password, token)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """This machine's Chromium; Playwright's own is never downloaded."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, portal: Portal) -> Iterator[Callable[..., Page]]:
    """Open a page as a person with a browser of their own: `new_page(width=380, locale="en-GB")`.

    Addresses may be given without the portal's own. The test fails if a page asked for anything elsewhere.
    """
    contexts: list[BrowserContext] = []
    elsewhere: list[str] = []

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).hostname in LOOPBACK:
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    def opened(width: int = 1280, height: int = 900, locale: str = "fr-FR", **options: Any) -> Page:
        context = browser.new_context(
            base_url=portal.url,
            locale=locale,
            timezone_id="Europe/Paris",
            viewport={"width": width, "height": height},
            **options,
        )
        context.set_default_timeout(20_000)
        context.route("**/*", guard)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert not elsewhere, f"Pages asked for other addresses than the portal's: {elsewhere}"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A visitor's page, on a desktop, in French."""
    return new_page()


@pytest.fixture
def log_in(portal: Portal) -> Callable[[Page, str, str], Page]:
    """Log a person in by the form that people use: `log_in(page, name, password)`."""

    def logged_in(page: Page, name: str, password: str) -> Page:
        page.goto("/user/login")
        page.locator("#field-login").fill(name)
        page.locator("#field-password").fill(password)
        page.locator("form:has(#field-password) button[type=submit]").click()
        page.wait_for_url(lambda url: "/user/login" not in url)
        return page

    return logged_in


@pytest.fixture
def admin(new_page: Callable[..., Page], log_in: Callable[..., Page], portal: Portal) -> Page:
    """A page of the administrator, logged in."""
    return log_in(new_page(), portal.admin, portal.password)


@pytest.fixture
def shot(page: Page) -> Callable[..., Path]:
    """Keep a picture of a page among the artefacts: `shot("home")`, `shot("home", other_page)`."""
    folder = ARTEFACTS / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def taken(name: str, of: Page | None = None, full_page: bool = True) -> Path:
        path = folder / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png"
        shown = of or page
        shown.evaluate("document.fonts.ready.then(() => true)")  # icons are letters of a font
        shown.screenshot(path=path, full_page=full_page)
        return path

    return taken


@pytest.fixture(scope="session")
def dinan(portal: Portal) -> dict[str, Any]:
    """The commune of Dinan on the portal, with one secretary."""
    return portal.commune(deposits.DINAN, deposits.SECRETARY, "secretaire@dinan.example", deposits.PASSWORD)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """A file of the demonstration on the secretary's disk."""
    by_name = {sent["file"]: sent for sent in read_manifest()["deposits"]}

    def written(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(content(by_name[name]))
        return path

    return written


@pytest.fixture
def secretary(page: Page, log_in: Callable[..., Page], dinan: dict[str, Any]) -> Page:
    """The secretary's page, logged in."""
    return log_in(page, deposits.SECRETARY, deposits.PASSWORD)


@pytest.fixture(scope="session")
def plouha(portal: Portal) -> dict[str, Any]:
    """A commune on the portal, with one secretary."""
    return portal.commune(grids.PLOUHA, grids.SECRETARY, "secretaire@plouha.example", grids.PASSWORD)


@pytest.fixture
def grid(
    new_page: Callable[..., Page], log_in: Callable[..., Page], plouha: dict[str, Any]
) -> Callable[..., Page]:
    """Open a grid as the secretary, without the draft of the test before: `grid("scdl/deliberations", width=400)`."""

    def page_of(schema: str = "scdl/deliberations", **options: Any) -> Page:
        page = log_in(new_page(**grids.CONTEXT, **options), grids.SECRETARY, grids.PASSWORD)
        page.goto(f"/publier/grille/{plouha['name']}/{schema}")
        page.on("dialog", lambda dialog: dialog.accept())
        # By key: the list of what the check found may come in meanwhile, and push the button down.
        page.get_by_role("button", name="Supprimer ce brouillon").press("Enter")
        expect(page.get_by_text("Le brouillon est supprimé")).to_be_visible()
        page.goto(f"/publier/grille/{plouha['name']}/{schema}")
        return page

    return page_of


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ckan_program() -> str:
    return str(Path(sys.executable).with_name("ckan"))


def _ckan(environ: dict[str, str], *arguments: str, answer: str = "") -> str:
    command = [_ckan_program(), "--config", environ["CKAN_INI"], *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environ, input=answer, capture_output=True, text=True, timeout=180)
    said = f"{done.stdout}\n{done.stderr}".strip()
    assert done.returncode == 0, f"ckan {' '.join(arguments[:2])} failed:\n{said[-3000:]}"
    return done.stdout.strip()


@contextmanager
def _running(name: str, command: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    logs = ARTEFACTS / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"e2e-{name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    log = ARTEFACTS / "logs" / "e2e-web.log"
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        assert server.poll() is None, f"The portal died at start:\n{log.read_text('utf-8', 'replace')[-3000:]}"
        try:
            with urllib.request.urlopen(f"{url}/api/3/action/status_show", timeout=10):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"The portal did not answer:\n{log.read_text('utf-8', 'replace')[-3000:]}")
