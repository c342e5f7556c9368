"""How soon a deposit has its verdict, beside stock frictionless as a plain job, and what many at once do to the pages.

    bin/portal bench deposits [--rows 10000] [--rounds 7] [--parallel 20] [--only verdict|load]

It works on the portal that `bin/portal up` has started, with an organisation of its own, which is erased at the end.
`load` kills a work-horse and a worker in the middle, and then waits for the clock, two minutes at most.
"""

from __future__ import annotations

import argparse
import logging
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import files
from _guest import Guest, csrf, guest
from engine import say
from horses import kill_horse, kill_worker
from tally import amiss
from visits import Visits, middle, slow

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app

from ckanext.scdl.core.catalogue import Catalogue
from ckanext.scdl.model import Deposit, FileTable

PLAIN_JOB = Path(__file__).with_name("_plain_job.py")
SCHEMA = "scdl/deliberations"
GOAL = 2.0
ENDED = ("published", "refused", "failed", "cancelled", "superseded", "waiting")
OF_FIVE_BY_FORM = 4  # each fifth is sent by the form of the page
AS_OFTEN_AS_THE_PAGE = 2.0
IDLE_ROUNDS = 30
PATIENCE = 300.0


def until(happened: Callable[[], Any], what: str, pause: float = 0.02) -> Any:
    """Wait for something, and return it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := happened():
            return found
        time.sleep(pause)
    raise SystemExit(f"it did not happen: {what}")


def our_seconds(editor: Guest, path: Path) -> float:
    """Send a file as a program does; seconds from the moment when it was accepted until its verdict stands there."""
    ident = editor.send(path)["id"]
    start = time.perf_counter()
    status = until(lambda: _verdict(ident), "a verdict")
    taken = time.perf_counter() - start
    if status != "invalid":
        raise SystemExit(f"the deposit was found {status}")
    editor.call("scdl_deposit_cancel", id=ident)
    return taken


def _verdict(ident: str) -> str | None:
    """The verdict on a deposit that nobody is at any more."""
    [deposit] = _deposits([ident])
    return deposit.status if deposit.state not in ("queued", "checking") else None


def peer_seconds(path: Path, descriptor: Mapping[str, Any], rows: int) -> float:
    """Have stock frictionless check the same file in a job of the same queue; seconds from the moment of acceptance."""
    given = {"path": str(path), "descriptor": descriptor}
    job = tk.enqueue_job(runpy.run_path, [str(PLAIN_JOB)], {"init_globals": given})
    start = time.perf_counter()
    until(lambda: job.get_status(refresh=True) in ("finished", "failed"), "a job of frictionless")
    taken = time.perf_counter() - start
    report = job.get_meta().get("report", {})
    if report.get("valid") is not False or report["rows"] != rows:
        raise SystemExit(f"the job of frictionless ended otherwise: {job.get_status()}, {report}")
    job.delete()
    return taken


def import_seconds() -> float:
    """What the peer's job spends on imports, which a worker with ckanext-validation's plugin has done before."""
    code = "import ckanext.scdl.plugin, time; t = time.perf_counter(); import frictionless"
    code += "; print(time.perf_counter() - t)"
    return statistics.median(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))


def verdict(editor: Guest, home: Path, options: argparse.Namespace) -> None:
    """Measure both in turn and print the medians."""
    path = files.write(home / "deposit.csv", options.rows)
    descriptor = Catalogue.bundled().get(SCHEMA).to_descriptor()
    measured: dict[str, Callable[[], float]] = {
        "ours": lambda: our_seconds(editor, path),
        "frictionless": lambda: peer_seconds(path, descriptor, options.rows),
    }
    taken: dict[str, list[float]] = {name: [] for name in measured}
    for number in range(options.rounds + 1):
        for name, measure in measured.items():
            seconds = measure()
            print(f"  round {number}, {name}: {seconds:.3f} s", file=sys.stderr)
            if number:  # the first round warms both
                taken[name].append(seconds)
    ours, peer = middle(taken["ours"]), middle(taken["frictionless"])
    imports = import_seconds()
    print(f"\n{options.rows} rows by the API, median of {options.rounds} rounds; load {os.getloadavg()[0]:.1f}")
    say("  accepted to verdict, with the scan for personal data", f"{ours:.2f} s", ours <= GOAL)
    say("  stock frictionless as a plain job", f"{peer:.2f} s")
    say("  frictionless / ours", f"{peer / ours:.1f}", peer > ours)
    say(f"  the same, without the {imports:.2f} s of its imports", f"{(peer - imports) / ours:.1f}")


def by_form(editor: Guest, path: Path) -> str:
    """Send and publish a file by the forms of the pages; the id of its deposit."""
    browser, site = editor.browser(), editor.site
    form = {"_csrf_token": csrf(browser.get(f"{site}/publier", timeout=120).text)}
    with path.open("rb") as file:
        data = form | {"organization_id": editor.organization_id}
        page = browser.post(f"{site}/publier", data=data, files={"upload": file}, timeout=120)
    page.raise_for_status()
    ident = urlsplit(page.url).path.rpartition("/")[2]
    state = f"{site}/publier/{ident}/etat"
    until(lambda: browser.get(state, timeout=120).json()["state"] == "checked", "a verdict", AS_OFTEN_AS_THE_PAGE)
    fields = editor.call("scdl_deposit_propose", id=ident)
    answer = browser.post(
        f"{site}/publier/{ident}/publier", data=form | fields | {"target": "new", "title": path.stem}, timeout=120
    )
    answer.raise_for_status()
    return ident


def load(editor: Guest, home: Path, options: argparse.Namespace) -> None:
    """Send many at once, kill in the middle, look at pages meanwhile; print how it ended and how the pages were."""
    paths = [
        files.write(home / f"deposit-{number}.csv", options.rows, wrong=False, seed=number)
        for number in range(options.parallel + 1)
    ]
    shown = editor.send(paths[0], publish="true", source_key="shown")["id"]
    dataset = until(lambda: editor.call("scdl_deposit_show", id=shown)["dataset_id"], "a dataset")
    pages = {
        "home": f"{editor.site}/",
        "dataset": f"{editor.site}/dataset/{editor.call('package_show', id=dataset)['name']}",
        "Mes dépôts": f"{editor.site}/mes-depots",
        "search": f"{editor.site}/dataset/?q=deliberations",
    }
    idle = [_idle(editor, pages)]
    start = time.perf_counter()
    with Visits(editor.browser(), pages) as busy, ThreadPoolExecutor(options.parallel) as pool:
        coming = pool.map(lambda numbered: _sent(editor, *numbered, dataset), enumerate(paths[1:]))
        # Each in the middle of a check. The process of a worker that is gone goes on; a dead one leaves its deposit.
        lost = [kill_horse(editor.organization_id)]
        kill_worker(editor.organization_id)
        sent = list(coming)
        until(lambda: _ended(sent) >= len(sent) - len(lost), "the others are published")
        working = time.perf_counter() - start
    until(lambda: _ended(sent) == len(sent), "all are published")
    whole = time.perf_counter() - start
    until(_tables_are_made, "the tables are made")
    idle.append(_idle(editor, pages))
    wrong = amiss(editor.organization_id, dict.fromkeys([shown, *sent], options.rows))
    found = _deposits(sent)
    print(f"\n{len(sent)} deposits of {options.rows} rows at once; load {os.getloadavg()[0]:.1f}")
    say("  published, but for what was killed", f"{working:.1f} s")
    say("  all published", f"{whole:.1f} s", {deposit.state for deposit in found} == {"published"})
    say("  checked a second time", str(sum(deposit.attempt > 1 for deposit in found)))
    say("  lost or there twice: rows, resources, reports", str(len(wrong)), not wrong)
    say("  pages that did not answer", str(len(busy.failed)), not busy.failed)
    for problem in (*wrong, *busy.failed):
        print(f"    {problem}")
    _compare(busy.seconds, {name: [each for one in idle for each in one[name]] for name in pages})


def _sent(editor: Guest, number: int, path: Path, dataset_id: str) -> str:
    if number % 5 == OF_FIVE_BY_FORM:
        return by_form(editor, path)
    return editor.send(path, publish="true", source_key=path.stem, dataset_id=dataset_id)["id"]


def _ended(idents: Sequence[str]) -> int:
    return sum(deposit.state in ENDED for deposit in _deposits(idents))


def _deposits(idents: Sequence[str]) -> list[Deposit]:
    """The deposits as the database has them; looked up here, for the web server has enough to do."""
    model.Session.rollback()
    return model.Session.query(Deposit).filter(Deposit.id.in_(idents)).all()


def _tables_are_made() -> bool:
    model.Session.rollback()
    return model.Session.query(FileTable).filter(FileTable.state == "queued").count() == 0


def _idle(editor: Guest, pages: Mapping[str, str]) -> dict[str, list[float]]:
    """How long the pages take while nothing else is done: before and after, for others may use the machine too."""
    with Visits(editor.browser(), pages) as visits:
        until(lambda: len(visits.seconds["search"]) > IDLE_ROUNDS, "the pages of an idle portal")
    return {name: seconds[1:] for name, seconds in visits.seconds.items()}


def _compare(busy: Mapping[str, list[float]], idle: Mapping[str, list[float]]) -> None:
    print(f"  {'pages, one after the other':<30}{'meanwhile':>22}{'idle':>22}{'ratio':>14}")
    each = {name: [busy[name], idle[name]] for name in busy}
    together = {"all": [[second for page in pages.values() for second in page] for pages in (busy, idle)]}
    for name, (under, without) in (each | together).items():
        figures = [[measure(seconds) * 1000 for measure in (middle, slow)] for seconds in (under, without)]
        ratios = [over / below for over, below in zip(*figures, strict=True)]
        columns = [f"{one:.0f} / {other:.0f} ms" for one, other in figures]
        print(f"    {name:<28}{columns[0]:>22}{columns[1]:>22}{ratios[0]:>8.1f} / {ratios[1]:.1f}")
    print("    (median / 95th percentile)")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--parallel", type=int, default=20)
    parser.add_argument("--only", choices=("verdict", "load"))
    options = parser.parse_args(arguments)
    app = make_app(load_config())
    logging.disable(logging.INFO)
    with app._wsgi_app.test_request_context(), guest() as editor, tempfile.TemporaryDirectory(prefix="bench-") as home:
        for name, measure in (("verdict", verdict), ("load", load)):
            if options.only in (None, name):
                measure(editor, Path(home), options)


if __name__ == "__main__":
    main()
