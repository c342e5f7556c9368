"""Bring the official catalogue of schemas into a folder: from its address or from a copy, whole or not at all.

The folder is replaced in one step, when everything new stands beside it. It holds the published files unchanged, as
`<owner>/<name>/<version>/schema.json`, and `catalogue.json`, which tells titles, addresses and what was left out.
`Catalogue.load(folder)` reads it, over the schemas that come with the package.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .core import patterns, sync
from .core.schema import Schema
from .core.sync import Entry, Problem, Unusable
from .fetch import Fetched, FetchError, fetch

log = logging.getLogger(__name__)

MAX_SECONDS = 900.0
MAX_SECONDS_EACH = 30.0
MAX_TOTAL_BYTES = 100 << 20

Read = Callable[[Entry], bytes]
Fetch = Callable[..., Fetched]


class SyncError(Exception):
    """Nothing was changed; `code` says why: that of `Unusable`, of a transfer, `empty` or `not-ours`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Outcome:
    """What a run brought: versions loaded, those kept from before, what was left out, and what is worth a look."""

    loaded: tuple[str, ...]
    kept: tuple[str, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]


@dataclass(frozen=True)
class _Item:
    entry: Entry
    text: bytes
    schema: Schema


def sync_schemas(source: str, into: Path, *, transfer: Fetch = fetch) -> Outcome:
    """Read a catalogue and replace a folder with what it offers.

    Args:
        source: the https address of a `schemas.json`, or a folder with a copy of a catalogue.
        into: the folder to replace; it is new, empty or was made by this function.
        transfer: how an address is read; tests inject their own.

    Raises:
        SyncError: nothing was changed.
    """
    into = into.absolute()
    if into.exists() and not (into / sync.INDEX).is_file() and any(into.iterdir()):
        raise SyncError("not-ours", str(into))
    with tempfile.TemporaryDirectory(prefix="scdl-sync-") as scratch:
        try:
            text, read = (
                _from_address(source, Path(scratch), transfer) if "://" in source else _from_folder(Path(source))
            )
            entries, problems = sync.read_catalogue(text)
        except (Unusable, FetchError) as error:
            raise SyncError(error.code, getattr(error, "detail", "")) from error
        items, left_out, notices = _examined(entries, read)
    kept = list(_kept(into, left_out))
    if not items:
        raise SyncError("empty", f"{len(entries)} entries, {len(left_out)} problems")
    outcome = Outcome(
        loaded=tuple(item.entry.reference for item in items),
        kept=tuple(item.entry.reference for item in kept),
        problems=(*problems, *left_out),
        notices=tuple(notices),
    )
    _replace(into, source, [*items, *kept], outcome.problems)
    return outcome


def _from_address(url: str, scratch: Path, transfer: Fetch) -> tuple[bytes, Read]:
    """Return the catalogue at an address, and how its schemas are read, within one bound for all of them."""
    if urlsplit(url).scheme != "https":
        raise Unusable("bad-address", "https only")
    deadline = time.monotonic() + MAX_SECONDS
    left = MAX_TOTAL_BYTES

    def get(address: str, limit: int) -> bytes:
        nonlocal left
        seconds = min(MAX_SECONDS_EACH, deadline - time.monotonic())
        if seconds <= 0 or left <= 0:
            raise Unusable("timeout" if seconds <= 0 else "too-big")
        target = scratch / "body"
        fetched = transfer(address, target, max_bytes=min(limit, left), max_seconds=seconds)
        left -= fetched.size
        if fetched.status != 200:
            raise Unusable("status", str(fetched.status))
        return target.read_bytes()

    return get(url, sync.MAX_CATALOGUE_BYTES), lambda entry: get(entry.url, sync.MAX_SCHEMA_BYTES)


def _from_folder(folder: Path) -> tuple[bytes, Read]:
    """Return the catalogue in a folder, and how its schemas are found.

    Two forms are known: that of the site (`<owner>/<name>/<version>/<file>`) and one folder for each schema
    (`<name>/schema.json`, older ones under `versions/<version>/`).
    """
    places = [folder / "schemas.json", *sorted(folder.glob("*/schemas.json"))]
    index = next((path for path in places if path.is_file()), None)
    if index is None:
        raise Unusable("absent", "schemas.json")

    def read(entry: Entry) -> bytes:
        owner, name = entry.id.split("/")
        filename = Path(urlsplit(entry.url).path).name
        places = [
            folder / part / each
            for part in (f"{owner}/{name}/{entry.version}", f"{name}/versions/{entry.version}")
            for each in (filename, "schema.json")
        ]
        if entry.is_latest:
            places += [folder / name / filename, folder / name / "schema.json"]
        found = next((path for path in places if path.is_file()), None)
        if found is None:
            raise Unusable("absent")
        return _bounded(found, sync.MAX_SCHEMA_BYTES)

    return _bounded(index, sync.MAX_CATALOGUE_BYTES), read


def _bounded(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        text = file.read(limit + 1)
    if len(text) > limit:
        raise Unusable("too-big", path.name)
    return text


def _examined(entries: Iterable[Entry], read: Read) -> tuple[list[_Item], list[Problem], list[Problem]]:
    """Return the entries that can be worked with, a problem for each of the others, and notices about the former."""
    items: list[_Item] = []
    problems: list[Problem] = []
    for entry in entries:
        try:
            text = read(entry)
            items.append(_Item(entry, text, sync.examine(entry, text)))
        except Unusable as error:
            problems.append(Problem(entry.reference, error.code, error.detail))
        except FetchError as error:
            problems.append(Problem(entry.reference, error.code))
        except OSError as error:
            log.warning("schema %s cannot be read: %r", entry.reference, error)
            problems.append(Problem(entry.reference, "absent"))
    wanted = {item.entry.reference: sync.patterns_of(item.schema) for item in items}
    tried = list({pattern: (pattern, example) for each in wanted.values() for pattern, example in each}.values())
    tried = [each for each in tried if len(each[0]) <= sync.MAX_PATTERN]
    verdicts = dict(zip((pattern for pattern, _ in tried), patterns.judge(tried), strict=True))
    fine: list[_Item] = []
    notices: list[Problem] = []
    for item in items:
        problem = sync.pattern_problem(item.entry.reference, wanted[item.entry.reference], verdicts)
        if problem is None or problem.code == sync.HEAVY:
            fine.append(item)
        if problem is not None:
            (notices if problem.code == sync.HEAVY else problems).append(problem)
    return fine, problems, notices


def _kept(into: Path, left_out: Iterable[Problem]) -> Iterable[_Item]:
    """Return what stood in the folder under the entries that failed now: it served until today."""
    try:
        index = json.loads((into / sync.INDEX).read_text(encoding="utf-8"))["schemas"]
    except (OSError, ValueError, KeyError):
        return
    for problem in left_out:
        ident, _, version = problem.entry.partition("@")
        told = index.get(ident, {}).get("versions", {}).get(version)
        if told is None:
            continue
        entry = Entry(ident, version, index[ident]["title"], told["url"], False)
        try:
            text = (into / ident / version / "schema.json").read_bytes()
            yield _Item(entry, text, sync.examine(entry, text))
        except (OSError, Unusable):
            log.warning("the former copy of %s is gone as well", problem.entry)


def _replace(into: Path, source: str, items: Iterable[_Item], problems: Iterable[Problem]) -> None:
    """Write everything into a new folder beside the old one, then put it in its place."""
    into.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    try:
        index: dict[str, dict[str, object]] = {}
        for item in items:
            entry = item.entry
            path = fresh / entry.id / entry.version / "schema.json"
            path.parent.mkdir(parents=True)
            path.write_bytes(item.text)
            family = index.setdefault(entry.id, {"title": entry.title, "versions": {}})
            versions = family["versions"]
            assert isinstance(versions, dict)
            versions[entry.version] = {"url": entry.url, "sha256": hashlib.sha256(item.text).hexdigest()}
        told = {"source": source, "schemas": index, "problems": [asdict(each) for each in problems]}
        (fresh / sync.INDEX).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        fresh.chmod(0o755)
        _swap(fresh, into)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _swap(fresh: Path, into: Path) -> None:
    if not into.exists():
        fresh.rename(into)
        return
    former = Path(tempfile.mkdtemp(prefix=f".{into.name}-old-", dir=into.parent))
    into.rename(former / "was")
    try:
        fresh.rename(into)
    except OSError:
        (former / "was").rename(into)
        raise
    finally:
        shutil.rmtree(former, ignore_errors=True)
