"""Files put right and compared: the door to `core.corrections` for the command and the portal.

A stranger's file is read in the sandbox alone; the corrected bytes come back as a file of bounded size.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from . import sandbox
from .core import messages
from .core.corrections import Proposal
from .core.corrections.fixing import CSV, XLSX, Wishes
from .core.diff import Diff
from .core.local import Facts
from .core.report import Report, refused
from .sandbox import Limits, SandboxError

log = logging.getLogger(__name__)

LIMITS = Limits(file_size=600 << 20, answer=256_000_000, cpu_seconds=120, wall_seconds=180.0)
"""What a correction may use: more than a check, since it writes the file anew."""


class LogRefused(Exception):
    """A change log does not belong to the file; `reason` says why, `line` and `column` where."""

    def __init__(self, reason: str, line: int | None, column: str | None) -> None:
        super().__init__(reason, line, column)
        self.reason = reason
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Repair:
    """What became of a file: the report on the corrected one, or why there is none.

    `log` is what was done, None when the file was refused; `siren` who publishes, as far as the file tells.
    """

    report: Report
    log: Proposal | None = None
    siren: str = ""


def fix(
    path: Path,
    wishes: Wishes,
    facts: Facts,
    *,
    csv_to: IO[bytes] | None = None,
    xlsx_to: IO[bytes] | None = None,
    schemas_folder: Path | None = None,
    limits: Limits | None = None,
) -> Repair:
    """Put a file right; whatever the file does, there is an answer.

    Args:
        path: the file, opened here and handed over as standard input.
        wishes: what to accept, or the log to replay.
        facts: who publishes, and where places are expected.
        csv_to: where the corrected file goes.
        xlsx_to: where the workbook goes, if one was wished.
        schemas_folder: official schemas that `schemas sync` brought, to win over the bundled ones.
        limits: what the child may use.

    Raises:
        LogRefused: the log to replay is none, or was made for another file.
    """
    arguments = {
        "wishes": asdict(wishes),
        "facts": facts.to_dict(),
        "schemas_folder": None if schemas_folder is None else str(schemas_folder.absolute()),
    }
    results = {name: target for name, target in ((CSV, csv_to), (XLSX, xlsx_to)) if target is not None}
    try:
        with path.open("rb") as file:
            answer = sandbox.run("fix", file, arguments, limits or LIMITS, results)
        if "unfit" in answer:
            raise LogRefused(**answer["unfit"])
        report = Report.from_dict(answer["report"])
        done = Proposal.from_dict(answer["log"]) if "log" in answer else None
        return Repair(report, done, str(answer.get("siren", "")))
    except SandboxError as error:
        log.warning("correction of %r ended with %s", path.name, error.code)
        return Repair(messages.spelled(refused(error.code)))
    except (KeyError, TypeError, ValueError):
        # Without what the answer was: it holds what the file holds.
        log.error("correction of %r answered something else than a correction", path.name)
        return Repair(messages.spelled(refused("crashed")))


def preview(
    path: Path,
    schema: tuple[str | None, str | None],
    facts: Facts,
    lines: Iterable[int],
    *,
    publisher_name: str | None = None,
    proposes: bool = True,
    schemas_folder: Path | None = None,
    limits: Limits | None = None,
) -> dict[str, Any]:
    """Return what a page shows of a file, as `core.corrections.preview` says; both parts None where it gives no answer.

    Args:
        path: the file, opened here and handed over as standard input.
        schema: id and version of what it follows.
        facts: who publishes, and where places are expected.
        lines: where its faulty rows stand.
        publisher_name: name of the collectivité.
        proposes: whether corrections are proposed.
        schemas_folder: official schemas that `schemas sync` brought, to win over the bundled ones.
        limits: what the child may use.
    """
    arguments = {
        "schema_ref": schema[0],
        "version": schema[1],
        "publisher_name": publisher_name,
        "facts": facts.to_dict(),
        "lines": sorted(lines),
        "proposes": proposes,
        "schemas_folder": None if schemas_folder is None else str(schemas_folder.absolute()),
    }
    try:
        with path.open("rb") as file:
            answer = sandbox.run("preview", file, arguments, limits or LIMITS)
        return {"table": answer["table"], "proposal": answer["proposal"]}
    except SandboxError as error:
        log.warning("preview of %r ended with %s", path.name, error.code)
    except KeyError:
        log.error("preview of %r answered something else than a preview", path.name)
    return {"table": None, "proposal": None}


def diff(
    old: Path,
    new: Path,
    schema_ref: str | None = None,
    *,
    schemas_folder: Path | None = None,
    limits: Limits | None = None,
) -> Diff | Report:
    """Return the difference between two files; whatever they do, there is an answer.

    Args:
        old: the file before.
        new: the file after.
        schema_ref: what both follow; recognised from the new one when None, and not needed.
        schemas_folder: official schemas that `schemas sync` brought, to win over the bundled ones.
        limits: what the child may use.
    """
    with tempfile.TemporaryFile() as both:
        with old.open("rb") as first, new.open("rb") as second:
            shutil.copyfileobj(first, both)
            size = both.tell()
            shutil.copyfileobj(second, both)
        both.seek(0)
        arguments = {
            "old_size": size,
            "schema_ref": schema_ref,
            "schemas_folder": None if schemas_folder is None else str(schemas_folder.absolute()),
        }
        try:
            answer = sandbox.run("diff", both, arguments, limits or LIMITS)
            return Report.from_dict(answer["report"]) if "report" in answer else Diff.from_dict(answer["diff"])
        except SandboxError as error:
            log.warning("comparison of %r and %r ended with %s", old.name, new.name, error.code)
            return messages.spelled(refused(error.code))
        except (KeyError, TypeError, ValueError):
            log.error("comparison of %r and %r answered something else than a difference", old.name, new.name)
            return messages.spelled(refused("crashed"))


class Draft:
    """A file that gets its name once it is complete; whatever goes wrong before, nothing is left of it."""

    def __init__(self, folder: Path) -> None:
        """Begin a file without a name that anybody looks for.

        Raises:
            OSError: the folder cannot be written to.
        """
        descriptor, name = tempfile.mkstemp(prefix=".scdl-", dir=folder)
        self._path = Path(name)
        self.file: IO[bytes] = os.fdopen(descriptor, "wb")

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()
        self._path.unlink(missing_ok=True)

    def keep(self, target: Path, *, force: bool = False) -> None:
        """Give the file its name.

        Args:
            target: the name, in the same folder.
            force: whether a file of that name may be replaced.

        Raises:
            FileExistsError: there is one, and it may not.
        """
        os.fchmod(self.file.fileno(), 0o666 & ~_umask())
        self.file.close()
        if force:
            self._path.replace(target)
        else:
            target.hardlink_to(self._path)  # unlike a renaming, this fails where there is a file


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
