"""Write the files of the demonstration into a folder: `python -m demo.make_files FOLDER`.

The manifest says what each deposit holds and what is wrong with it. Nothing depends on the clock or on
chance: the same manifest gives the same bytes.
"""

from __future__ import annotations

import csv
import datetime
import io
import random
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from demo.flaws import FLAWS, Table
from demo.tables import MAKERS, Scene

from ckanext.scdl.core.catalogue import Catalogue, Schema

HERE = Path(__file__).parent
PROPERTY_TIME = "%Y-%m-%dT%H:%M:%SZ"
LONG_AGO = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)


def read_manifest() -> dict[str, Any]:
    """Return the deposits of the demonstration and the notice that goes with them."""
    return _read_yaml("manifest.yaml")


def read_organizations() -> dict[str, dict[str, Any]]:
    """Return the bodies that take part, by SIREN."""
    return {each["siren"]: each for each in _read_yaml("organizations.yaml")["organizations"]}


def write_files(folder: Path) -> list[Path]:
    """Write every file of the manifest and return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for deposit in read_manifest()["deposits"]:
        target = folder / deposit["file"]
        target.write_bytes(content(deposit))
        written.append(target)
    return written


def content(deposit: Mapping[str, Any]) -> bytes:
    """Return the bytes of one deposit of the manifest."""
    recipe = deposit["make"]
    if "oddity" in recipe:
        return ODDITIES[recipe["oddity"]]()
    schema = Catalogue.bundled().get(deposit["schema"])
    rng = random.Random(f"{read_manifest()['seed']} {deposit['file']}")
    organization = read_organizations()[deposit["organization"]]
    scene = Scene(organization, _read_yaml("words.yaml"), recipe["year"], recipe["rows"], rng)
    made = MAKERS[schema.id](scene)
    table = Table(schema.field_names, tuple(tuple(row[name] for name in schema.field_names) for row in made))
    if deposit["file"].endswith(".xlsx"):
        table = replace(table, numbers=_numeric(schema))
    for flaw in recipe.get("flaws", ()):
        table = FLAWS[flaw](table)
    return as_workbook(table) if deposit["file"].endswith(".xlsx") else as_text(table)


def as_text(table: Table) -> bytes:
    """Return the table as delimited text."""
    text = io.StringIO()
    csv.writer(text, delimiter=table.separator, lineterminator="\r\n").writerows(
        [*table.above, table.header, *table.rows]
    )
    return text.getvalue().encode(table.encoding)


def as_workbook(table: Table) -> bytes:
    """Return the table as a workbook, the same bytes each time."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (*table.above, table.header):
        sheet.append(line)
    for row in table.rows:
        labelled = zip(table.header, row, strict=True)
        sheet.append([_typed(label, cell, table.numbers) for label, cell in labelled])
    return _without_clock(book)


def _typed(label: str, cell: str, numbers: frozenset[str]) -> str | int | float | None:
    if not cell:
        return None
    if label not in numbers:
        return cell
    return float(cell) if "." in cell else int(cell)


def _numeric(schema: Schema) -> frozenset[str]:
    return frozenset(each.name for each in schema.fields if each.type in {"number", "integer", "year"})


def _without_clock(book: openpyxl.Workbook) -> bytes:
    """Save a workbook without the time of day that openpyxl leaves in its properties and archive."""
    saved, clean = io.BytesIO(), io.BytesIO()
    book.properties.created = LONG_AGO.replace(tzinfo=None)
    book.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                modified = book.properties.modified.strftime(PROPERTY_TIME).encode()
                data = data.replace(modified, LONG_AGO.strftime(PROPERTY_TIME).encode())
            target.writestr(zipfile.ZipInfo(name, LONG_AGO.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return clean.getvalue()


def _pdf() -> bytes:
    """Return a small page of PDF that says what it is."""
    stream = b"BT /F1 18 Tf 72 760 Td (Subventions votees - document numerise) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    page = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, start = len(objects) + 1, len(page)
    return page + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, start)
    )


def _bookings() -> bytes:
    """Return a workbook of room bookings, which follows no official schema."""
    hours = ("9h-12h", "14h-17h", "18h-22h")
    rooms = ("Salle des fêtes", "Salle du conseil")
    rows = tuple(
        (f"Semaine {week}", room, hours[(week + rank) % 3], "Réservé" if (week + rank) % 4 else "Libre")
        for week in range(1, 14) for rank, room in enumerate(rooms)
    )
    return as_workbook(Table(("Semaine", "Salle", "Créneau", "État"), rows))


def _bird_boxes() -> bytes:
    """Return a table of bird boxes, which follows no official schema."""
    kinds = ("mésange", "rougequeue", "chouette", "chauve-souris")
    rows = tuple((str(number), kinds[number % 4], f"{2 + number % 5} m", str(2019 + number % 6))
                 for number in range(1, 25))
    return as_text(Table(("numero", "espece", "hauteur", "annee_de_pose"), rows, separator=";"))


def _crossings() -> bytes:
    """Return the monthly passengers of a made-up ferry, a fair table without a schema."""
    rows = tuple((f"2024-{month:02d}", str(900 + 310 * min(month, 14 - month)), str(120 + 14 * (month % 5)))
                 for month in range(1, 13))
    return as_text(Table(("mois", "passagers", "traversees"), rows))


ODDITIES: Mapping[str, Callable[[], bytes]] = {
    "pdf": _pdf,
    "empty": lambda: b"",
    "bookings": _bookings,
    "bird_boxes": _bird_boxes,
    "crossings": _crossings,
}


@cache
def _read_yaml(name: str) -> dict[str, Any]:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    """Write the files into the one folder that is named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m demo.make_files FOLDER\n")
        return 2
    sys.stdout.write(f"{len(write_files(Path(arguments[0])))} files written in {arguments[0]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
