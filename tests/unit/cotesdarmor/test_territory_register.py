"""The look-ups of a register, and what is refused in its file."""

from __future__ import annotations

import pytest

from ckanext.cotesdarmor.core.territory import (
    COLUMNS,
    Kind,
    Territory,
    TerritoryError,
    UnknownCollectivite,
    is_valid_siren,
    load_territory,
    normalised,
    read_register,
)

HEADER = ",".join(COLUMNS)
DEPARTEMENT = "departement,222200016,22,Département des Côtes-d'Armor,,900,2023,,1,,,"
EPCI = "epci,200068989,,Dinan Agglomération,CA,1500,2023,,1,,,"
DINAN = "commune,200076578,22050,Dinan,,600,2023,200068989,1,22100,22123,22050:Dinan|22123:Léhon"
BREHAT = "commune,212200166,22016,Île-de-Bréhat,,300,2023,,1,22870,,"


def register(*rows: str) -> str:
    """The text of a register with these rows."""
    return "\n".join((HEADER, *rows)) + "\n"


@pytest.fixture
def territory() -> Territory:
    """Two communes, of which one has no EPCI."""
    return read_register(register(DEPARTEMENT, EPCI, DINAN, BREHAT))


def test_siren_is_found_with_or_without_spaces(territory):
    """A SIREN is often written in groups of three."""
    assert territory.by_siren("200 068 989") is territory.by_siren("200068989")


@pytest.mark.parametrize("code", ["22050", "22123", " 22123 "])
def test_insee_code_leads_to_the_commune_in_force(territory, code):
    """A file of former years names communes that have merged since."""
    assert territory.by_insee(code).name == "Dinan"


@pytest.mark.parametrize("look_up", ["by_siren", "by_insee"])
def test_unknown_code_says_which(territory, look_up):
    """The caller can show the code that nobody has."""
    with pytest.raises(UnknownCollectivite) as raised:
        getattr(territory, look_up)("99999")
    assert raised.value.key == "99999"


def test_communes_of_an_epci(territory):
    """An EPCI knows its communes, by itself or by its SIREN."""
    epci = territory.by_siren("200068989")
    assert territory.communes_of(epci) == territory.communes_of("200068989") == (territory.by_insee("22050"),)


def test_commune_without_epci(territory):
    """An island may belong to no EPCI, and no EPCI is not an EPCI with members."""
    assert territory.epci_of(territory.by_insee("22016")) is None
    assert territory.communes_of("") == ()


def test_population_counts_communes_only(territory):
    """Adding an EPCI to its communes would count people twice."""
    assert territory.population() == 900


def test_communes_deleguees_keep_their_names(territory):
    """The parts of a commune nouvelle are read from one cell."""
    assert [part.name for part in territory.by_insee("22050").communes_deleguees] == ["Dinan", "Léhon"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dinan", ["Dinan", "Dinan Agglomération"]),
        ("DINAN AGGLO", ["Dinan Agglomération"]),
        ("ile de brehat", ["Île-de-Bréhat"]),
        ("bré", ["Île-de-Bréhat"]),
        ("lehon", ["Dinan"]),
        ("22100", ["Dinan"]),
        ("22016", ["Île-de-Bréhat"]),
        ("200 068 989", ["Dinan Agglomération"]),
        ("", []),
        ("  - ", []),
        ("marseille", []),
    ],
)
def test_search_finds_what_people_type(territory, text, names):
    """Accents, case, hyphens and unfinished words do not matter."""
    assert [one.name for one in territory.search(text)] == names


def test_search_within_a_kind(territory):
    """A form that wants an EPCI offers no commune."""
    assert [one.kind for one in territory.search("dinan", kind=Kind.EPCI)] == [Kind.EPCI]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Plœuc-L'Hermitage", "ploeuc l hermitage"),
        ("St-Quay", "saint quay"),
        ("Ste Tréphine", "sainte trephine"),
    ],
)
def test_normalised_names(name, plain):
    """Two ways of writing a name become one."""
    assert normalised(name) == plain


@pytest.mark.parametrize("siren", ["222200017", "22220001", "2222000166", "", "abcdefghi", "222 200 016"])
def test_siren_key_is_checked(siren):
    """A wrong digit, a missing one or another form is not a SIREN as the register keeps it."""
    assert not is_valid_siren(siren)


@pytest.mark.parametrize(
    ("rows", "problem", "line"),
    [
        (["ville" + DINAN.removeprefix("commune")], "ville", 2),
        ([DEPARTEMENT, EPCI, DINAN.replace("200076578", "200076579")], "200076579", 4),
        ([DEPARTEMENT, EPCI, DINAN.replace(",600,", ",six cents,")], "six cents", 4),
        ([DEPARTEMENT, EPCI, DINAN.replace("22050,Dinan", ",Dinan")], "insee", 4),
        ([DEPARTEMENT, EPCI, DINAN.replace("2023", "2022")], "2022, 2023", None),
        ([DEPARTEMENT, EPCI, DINAN, DINAN], "twice", None),
        ([DEPARTEMENT, EPCI, DINAN, BREHAT.replace("22016", "22050")], "twice", None),
        ([DEPARTEMENT, DINAN], "200068989", None),
        ([EPCI, DINAN], "département", None),
    ],
)
def test_wrong_row_is_refused_with_its_line(rows, problem, line):
    """Who keeps the register reads which line to put right."""
    with pytest.raises(TerritoryError) as raised:
        read_register(register(*rows))
    assert problem in raised.value.problem
    assert raised.value.line == line


def test_missing_column_is_named():
    """A register of another make is recognised by its header."""
    with pytest.raises(TerritoryError) as raised:
        read_register("kind,siren\n")
    assert "population_year" in raised.value.problem


def test_missing_register_says_how_to_build_it(tmp_path):
    """An empty folder is the first state of a new instance."""
    with pytest.raises(TerritoryError, match="build_territory"):
        load_territory(tmp_path)


def test_register_that_is_not_utf8(tmp_path):
    """A spreadsheet may save in another encoding."""
    (tmp_path / "register.csv").write_bytes(register(DEPARTEMENT).encode("cp1252"))
    with pytest.raises(TerritoryError, match="UTF-8"):
        load_territory(tmp_path)
