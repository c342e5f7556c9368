"""`scdl fix`: a file put right, and what was done to it."""

from __future__ import annotations

import contextlib
import datetime
import json
from pathlib import Path
from typing import IO, Any, NoReturn

import click

from .. import repair
from ..core.catalogue import Catalogue
from ..core.corrections import CODES, Proposal
from ..core.corrections.fixing import Wishes
from ..core.corrections.told import as_text
from ..core.corrections.writing import official_name
from ..core.local import Facts
from .base import (
    EXIT_STATUS,
    known_schema,
    paris_day,
    publisher_option,
    schemas_option,
    territory_of,
    territory_option,
    text_of,
    today_option,
)

_RULE = click.Choice(CODES)
_WORKBOOKS = frozenset({".xlsx", ".xls", ".xlsm", ".ods"})
_REFUSALS = {
    "no-log": "ce n'est pas un journal de corrections ({column})",
    "labels": "l'en-tête du fichier n'est pas celui du journal",
    "rows": "le fichier n'a pas les lignes du journal",
    "columns": "le journal nomme une colonne que le fichier n'a pas ({column})",
    "line": "le journal nomme la ligne {line}, que le fichier n'a pas",
    "cell": "la cellule de la ligne {line}, colonne {column}, n'est pas celle du journal",
}


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="Fichier ou dossier à écrire.")
@click.option(
    "--accept", "level", type=click.Choice(["sure", "likely"]), help="Ce qui est accepté ; sure avec -o, likely sinon."
)
@click.option("--only", metavar="RULE", type=_RULE, multiple=True, help="Seulement cette correction ; répétable.")
@click.option("--except", "except_", metavar="RULE", type=_RULE, multiple=True, help="Sauf celle-ci ; répétable.")
@click.option(
    "--changes", metavar="CHANGES.json", type=click.Path(dir_okay=False, path_type=Path), help="Où écrire le journal."
)
@click.option(
    "--apply",
    "replay",
    metavar="CHANGES.json",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Journal à rejouer tel quel, après relecture.",
)
@click.option("--excel", is_flag=True, help="Écrit aussi un classeur, où les codes restent du texte.")
@click.option("--force", is_flag=True, help="Remplace un fichier qui existe déjà.")
@click.option("--schema", "schema_ref", metavar="owner/name", help="Schéma ; reconnu d'après l'en-tête sinon.")
@click.option("--version", metavar="V", help="Version du schéma ; la dernière sinon.")
@publisher_option
@click.option("--publisher-name", metavar="NOM", help="Nom de la collectivité qui publie.")
@territory_option
@today_option
@schemas_option
def fix(
    file: Path,
    output: Path | None,
    level: str | None,
    only: tuple[str, ...],
    except_: tuple[str, ...],
    changes: Path | None,
    replay: Path | None,
    excel: bool,
    force: bool,
    schema_ref: str | None,
    version: str | None,
    publisher: str | None,
    publisher_name: str | None,
    territory: tuple[Path, ...],
    today: datetime.datetime | None,
    schemas_folder: Path | None,
) -> None:
    """Met un fichier en ordre, et dit ce qui a changé.

    Sans -o, montre ce qui serait corrigé et n'écrit rien. Une correction est sûre ou probable ; ce qui ne se devine
    pas est demandé. Un dossier OUT reçoit le fichier sous son nom SCDL.

    Code de retour : 0 plus rien à corriger, 1 des erreurs restent, 2 refusé et rien n'est écrit, 64 mauvais usage.
    """
    if excel and output is None:
        raise click.UsageError("--excel s'emploie avec -o.")
    if replay is not None and (level or only or except_):
        raise click.UsageError("--apply rejoue un journal tel quel : sans --accept, --only ni --except.")
    if schema_ref is not None:
        known_schema(Catalogue.load(schemas_folder), schema_ref, version)
    day = paris_day(today)
    wishes = Wishes(
        schema_ref=schema_ref,
        version=version,
        level=level or ("likely" if output is None else "sure"),
        only=only,
        except_=except_,
        publisher_name=publisher_name,
        log=None if replay is None else _log(replay),
        excel=excel,
    )
    facts = Facts(publisher, territory_of(territory), day)
    with contextlib.ExitStack() as drafts:
        try:
            wanted = _Wanted(file, output, changes, excel, force, drafts)
            done = repair.fix(file, wishes, facts, schemas_folder=schemas_folder, **wanted.targets())
            if done.log is not None:
                wanted.keep(done.log, official_name(done.log.schema, done.siren, day))
        except repair.LogRefused as error:
            reason = _REFUSALS[error.reason].format(line=error.line, column=error.column)
            _refuse(f"Rien n'est écrit : {reason}.")
        except FileExistsError as error:
            _refuse(f"Rien n'est écrit : {error.filename2 or error.filename} existe déjà ; --force le remplace.")
        except OSError as error:
            place = output or changes or file
            _refuse(f"Rien n'est écrit : {place} ne peut pas être écrit ({error.strerror}).")
    if done.log is None:
        _refuse(f"{file.name} : refusé. {done.report.refusal.message if done.report.refusal else ''}")
    click.echo(as_text(file.name, done.log, done.report, done=output is not None), nl=False)
    for path in wanted.written:
        click.echo(f"Écrit : {path}")
    raise SystemExit(EXIT_STATUS["invalid" if done.report.errors else "valid"])


class _Wanted:
    """The files that are asked for, begun before the work so that a folder that cannot be written to says so first."""

    def __init__(
        self,
        file: Path,
        output: Path | None,
        changes: Path | None,
        excel: bool,
        force: bool,
        drafts: contextlib.ExitStack,
    ) -> None:
        self._input, self._output, self._changes, self._force = file, output, changes, force
        self.written: list[Path] = []
        if output is not None and output.suffix.lower() in _WORKBOOKS and not output.is_dir():
            raise click.UsageError("Le fichier corrigé est un CSV ; --excel écrit un classeur à côté.")
        for path in (output, changes):
            if path is not None and not path.is_dir():
                self._require_free(path)
        folder = None if output is None else output if output.is_dir() else output.parent
        for each in (folder, None if changes is None else changes.parent):
            if each is not None and not each.is_dir():
                raise click.UsageError(f"Le dossier {each} n'existe pas.")
        self._csv = None if folder is None else drafts.enter_context(repair.Draft(folder))
        self._xlsx = None if folder is None or not excel else drafts.enter_context(repair.Draft(folder))
        self._log = None if changes is None else drafts.enter_context(repair.Draft(changes.parent))

    def targets(self) -> dict[str, IO[bytes] | None]:
        """Return where the corrected file and the workbook go."""
        return {
            "csv_to": None if self._csv is None else self._csv.file,
            "xlsx_to": None if self._xlsx is None else self._xlsx.file,
        }

    def keep(self, log: Proposal, name: str) -> None:
        """Give all files their names, or none."""
        kept: list[tuple[repair.Draft, Path]] = []
        if self._output is not None and self._csv is not None:
            target = self._output / f"{name}.csv" if self._output.is_dir() else self._output
            kept.append((self._csv, target))
            if self._xlsx is not None:
                kept.append((self._xlsx, target.with_suffix(".xlsx")))
        if self._log is not None and self._changes is not None:
            self._log.file.write(json.dumps(log.to_dict(), ensure_ascii=False, indent=1).encode())
            kept.append((self._log, self._changes))
        for _, path in kept:
            self._require_free(path)
        if len({path.resolve() for _, path in kept}) < len(kept):
            raise click.UsageError("Le journal et le fichier corrigé ne peuvent pas porter le même nom.")
        for draft, path in kept:
            draft.keep(path, force=self._force)
            self.written.append(path)

    def _require_free(self, path: Path) -> None:
        if path.exists():
            if path.samefile(self._input):
                raise click.UsageError("Le fichier corrigé ne remplace pas l'original : donnez-lui un autre nom.")
            if not self._force:
                raise FileExistsError(0, "", str(path))


def _log(path: Path) -> Any:
    try:
        return json.loads(text_of(path))
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{path.name} n'est pas du JSON.") from error


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(EXIT_STATUS["refused"])
