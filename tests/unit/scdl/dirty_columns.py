"""The columns of the corpus for corrections: what people write, beside what they mean.

Each function takes a source of chance and returns the rows of one file: cells as (what stands there, what should or
None where nobody can know, whether a fault was planted).
"""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Callable, Sequence

from stdnum import luhn

from ckanext.scdl.core.catalogue import Catalogue

ROWS = 40
PUBLISHER = "22220001600012"
NBSP, NARROW = "\u00a0", "\u202f"

Chance = random.Random
Cell = tuple[str, str | None, bool]


def _column(
    chance: Chance, clean: Callable[[], str], spoil: Callable[[str], str | None], share: float = 0.3
) -> list[tuple[Cell, ...]]:
    """Return a column in which a share of the cells is spoilt."""
    rows: list[tuple[Cell, ...]] = []
    for _ in range(ROWS):
        right = clean()
        dirty = spoil(right) if chance.random() < share else None
        rows.append(((right, right, False),) if dirty is None or dirty == right else ((dirty, right, True),))
    return rows


def _unknowable(chance: Chance, texts: Sequence[str], clean: Callable[[], str]) -> list[tuple[Cell, ...]]:
    """Return a column in which some cells hold what nobody can put right alone."""
    rows: list[tuple[Cell, ...]] = []
    for _ in range(ROWS):
        right = clean()
        looks = chance.random() < 0.3
        rows.append(((chance.choice(texts), None, True),) if looks else ((right, right, False),))
    return rows


def _day(chance: Chance) -> str:
    return f"{chance.randint(2015, 2025)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def _parts(day: str) -> tuple[str, str, str]:
    year, month, number = day.split("-")
    return year, month, number


MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
          "novembre", "décembre")  # fmt: skip


def french_dates(chance: Chance) -> list[tuple[Cell, ...]]:
    """Days as a French spreadsheet shows them: in a whole column, so that some day is above the twelfth."""
    sign = chance.choice("/-.")
    rows = _column(chance, lambda: _day(chance), lambda day: sign.join(reversed(_parts(day))), 0.9)
    return [(("25" + sign + "12" + sign + "2020", "2020-12-25", True),), *rows]


def slashed_dates(chance: Chance) -> list[tuple[Cell, ...]]:
    """Days with their year first and another sign, or without zeros."""
    sign = chance.choice("/.")
    return _column(
        chance, lambda: _day(chance), lambda day: sign.join(str(int(part)) for part in _parts(day)), 0.5
    )


def written_dates(chance: Chance) -> list[tuple[Cell, ...]]:
    """Days in words, and days with the midnight that an export adds."""

    def spoil(day: str) -> str:
        year, month, number = _parts(day)
        words = f"{int(number)}{'er' if number == '01' else ''} {MONTHS[int(month) - 1]} {year}"
        return chance.choice((words, f"{day} 00:00:00", f"{day}T00:00:00Z", f"le {words}".removeprefix("le ")))

    return _column(chance, lambda: _day(chance), spoil)


def serial_dates(chance: Chance) -> list[tuple[Cell, ...]]:
    """Days as the number that a spreadsheet keeps."""

    def spoil(day: str) -> str:
        return str((datetime.date.fromisoformat(day) - datetime.date(1899, 12, 30)).days)

    return _column(chance, lambda: _day(chance), spoil)


def ambiguous_dates(chance: Chance) -> list[tuple[Cell, ...]]:
    """Days below the thirteenth, years of two digits, and both orders in one column."""
    texts = ["03/04/2024", "05/06/2023", "12/11/2022", "1/2/2021", "31/12/23", "24-01-05"]
    if chance.random() < 0.5:
        texts += ["31/12/2023", "12/31/2023"]
        rows = _unknowable(chance, texts[:4], lambda: _day(chance))
        return [((text, None, True),) for text in texts[-2:]] + rows
    return _unknowable(chance, texts, lambda: _day(chance))


def periods(chance: Chance) -> list[tuple[Cell, ...]]:
    """Periods with the sign of the regulation, with words, or with slashes everywhere."""

    def clean() -> str:
        year = chance.randint(2015, 2024)
        return f"{year}-{chance.randint(1, 12):02d}-15/{year + 1}-{chance.randint(1, 12):02d}-28"

    def spoil(period: str) -> str:
        start, end = period.split("/")
        french = [f"{each[8:]}/{each[5:7]}/{each[:4]}" for each in (start, end)]
        return chance.choice((
            f"{start}_{end}", f"{start.replace('-', '/')}_{end.replace('-', '/')}", f"{start} - {end}",
            f"du {french[0]} au {french[1]}",
        ))  # fmt: skip

    return _column(chance, clean, spoil)


def school_years(chance: Chance) -> list[tuple[Cell, ...]]:
    """Spans of two years with another sign."""

    def clean() -> str:
        year = chance.randint(2015, 2024)
        return f"{year}/{year + 1}"

    return _column(chance, clean, lambda span: span.replace("/", chance.choice(("_", "-", " / ", " - "))))


def _amount(chance: Chance) -> str:
    whole = chance.choice((chance.randint(1, 999), chance.randint(1_000, 9_999_999)))
    return f"{whole}.{chance.randint(0, 99):02d}" if chance.random() < 0.6 else str(whole)


def amounts(chance: Chance) -> list[tuple[Cell, ...]]:
    """Amounts as a French spreadsheet shows them: comma, spaces that are none, euros."""

    def spoil(amount: str) -> str:
        whole, point, cents = amount.partition(".")
        space = chance.choice((" ", NBSP, NARROW))
        shown = f"{int(whole):,}".replace(",", space) + ("," + cents if point else "")
        return shown + chance.choice(("", "", f"{space}€", " euros", " EUR"))

    return _column(chance, lambda: _amount(chance), spoil, 0.6)


def english_amounts(chance: Chance) -> list[tuple[Cell, ...]]:
    """Amounts with commas between thousands and a point before cents."""

    def spoil(amount: str) -> str:
        whole, point, cents = amount.partition(".")
        return f"{int(whole):,}{point}{cents}"

    rows = _column(chance, lambda: _amount(chance), spoil, 0.6)
    return [(("12,345.60", "12345.60", True),), *rows]


def ambiguous_amounts(chance: Chance) -> list[tuple[Cell, ...]]:
    """A comma before three digits, and nothing in the column that tells what it is; words for nothing."""
    texts = ["1,234", "12,500", "Ne rien indiquer", "NC", "environ 300", "12 34", "300 k€", "10-20"]
    return _unknowable(chance, texts, lambda: str(chance.randint(1, 99_999)))


def percentages(chance: Chance) -> list[tuple[Cell, ...]]:
    """Percentages throughout the column where a share is wanted."""
    shares = {f"{each}": f"{(each / 100):.2f}".rstrip("0").rstrip(".") for each in range(2, 101)}
    rows: list[tuple[Cell, ...]] = []
    for _ in range(ROWS):
        dirty, right = chance.choice(list(shares.items()))
        rows.append(((dirty, right, True),))
    return rows


def signed_percentages(chance: Chance) -> list[tuple[Cell, ...]]:
    """Percentages that say so, and shares with a comma, beside shares."""

    def spoil(share: str) -> str:
        percent = round(float(share) * 100)
        return chance.choice((f"{percent} %", f"{percent}%", share.replace(".", ",")))

    return _column(chance, lambda: f"{chance.randint(1, 99) / 100:.2f}".rstrip("0"), spoil)


def mixed_percentages(chance: Chance) -> list[tuple[Cell, ...]]:
    """Numbers above 1 beside shares: percent, or a slip."""
    return _unknowable(chance, ["50", "100", "33,3", "80"], lambda: f"0.{chance.randint(1, 9)}")


def _choice(chance: Chance, schema: str, name: str) -> Callable[[], str]:
    fields = {each.name: each for each in Catalogue.bundled().get(schema).fields}
    options = [str(each) for each in fields[name].constraints["enum"]]
    return lambda: chance.choice(options)


def _unaccented(text: str) -> str:
    return text.translate(str.maketrans("éèêàçôû", "eeeacou"))


def cased(schema: str, name: str) -> Callable[[Chance], list[tuple[Cell, ...]]]:
    """Choices in other letters: case, accents, spaces and apostrophes."""

    def make(chance: Chance) -> list[tuple[Cell, ...]]:
        def spoil(choice: str) -> str:
            return chance.choice((
                choice.upper(), choice.capitalize(), choice.title(), _unaccented(choice), f" {choice} ",
                choice.replace(" ", NBSP), choice.replace("'", "’"), choice.replace(" ", "  "),
            ))  # fmt: skip

        return _column(chance, _choice(chance, schema, name), spoil, 0.5)

    return make


def shortened(chance: Chance) -> list[tuple[Cell, ...]]:
    """Choices without the words that everybody thinks."""
    words = {"aide en numéraire": ("numéraire", "Numéraire", "en numéraire"), "aide en nature": ("nature", "En nature")}

    return _column(chance, lambda: chance.choice(list(words)), lambda choice: chance.choice(words[choice]))


def other_choices(chance: Chance) -> list[tuple[Cell, ...]]:
    """Words that are none of the choices."""
    texts = ["Budget annexe", "compte", "DM", "budget", "Compte financier unique", "BP 2024"]
    return _unknowable(chance, texts, _choice(chance, "scdl/budget", "BGT_NATDEC"))


def truths(chance: Chance) -> list[tuple[Cell, ...]]:
    """Yes and no in other words."""
    words = {"oui": ("Oui", "OUI", "O", "true", "Vrai", "VRAI", "yes", "1"), "non": ("Non", "N", "false", "FAUX", "0")}
    return _column(chance, lambda: chance.choice(list(words)), lambda word: chance.choice(words[word]), 0.6)


def no_truths(chance: Chance) -> list[tuple[Cell, ...]]:
    """Words that are neither yes nor no."""
    texts = ["NSP", "peut-être", "sans objet", "-", "x", "2"]
    return _unknowable(chance, texts, lambda: chance.choice(("oui", "non")))


def siret(chance: Chance, *, first: str = "") -> str:
    """Return a number whose two keys hold."""
    body = first + "".join(chance.choice("123456789") for _ in range(8 - len(first)))
    siren = body + luhn.calc_check_digit(body)
    start = f"{siren}{chance.randint(1, 99):04d}"
    return start + luhn.calc_check_digit(start)


def spaced_sirets(chance: Chance) -> list[tuple[Cell, ...]]:
    """SIRET with spaces, dots, decimals and their name."""

    def spoil(number: str) -> str:
        groups = (number[:3], number[3:6], number[6:9], number[9:])
        return chance.choice((
            " ".join(groups), NBSP.join(groups), ".".join(groups), f"{number}.0", f"{number},00", f" {number}",
            f"SIRET {number}",
        ))  # fmt: skip

    return _column(chance, lambda: siret(chance), spoil)


def short_sirets(chance: Chance) -> list[tuple[Cell, ...]]:
    """SIRET without the zero they begin with."""
    clean = [siret(chance, first=chance.choice(("0", "3"))) for _ in range(ROWS)]
    return [((number.removeprefix("0"), number, number.startswith("0")),) for number in clean]


def broken_sirets(chance: Chance) -> list[tuple[Cell, ...]]:
    """Numbers that lost digits or never had them: rounded, a SIREN, a digit left out or swapped."""

    def broken() -> str:
        number = siret(chance)
        cut = chance.randrange(1, 13)
        left_out = number[:cut] + number[cut + 1 :]
        # Chance gives one such number in a hundred two right keys; nothing in a file could tell it.
        if luhn.is_valid("0" + left_out) and luhn.is_valid(("0" + left_out)[:9]):
            left_out = number[:9]
        return chance.choice((
            f"{number[0]},{number[1:3]}E+13", f"{float(number):.5E}", number[:9], left_out,
            number[:-1] + str((int(number[-1]) + 1) % 10), "0" * 14,
        ))  # fmt: skip

    return _unknowable(chance, [broken() for _ in range(30)], lambda: siret(chance))


def _commune(chance: Chance, departements: Sequence[str]) -> str:
    return f"{chance.choice(departements)}{chance.randint(1, 400):03d}"


def national_communes(chance: Chance) -> list[tuple[Cell, ...]]:
    """INSEE codes of all France after a spreadsheet took the zeros."""
    some = [f"{number:02d}" for number in range(1, 96) if number != 20]
    clean = [_commune(chance, some) for _ in range(ROWS)]
    return [((code.removeprefix("0"), code, code.startswith("0")),) for code in clean]


def small_communes(chance: Chance) -> list[tuple[Cell, ...]]:
    """INSEE codes of one département whose number begins with a zero."""
    clean = [_commune(chance, [chance.choice(("01", "07"))]) for _ in range(ROWS)]
    return [((code[1:], code, True),) for code in clean]


def wrong_communes(chance: Chance) -> list[tuple[Cell, ...]]:
    """Codes of Côtes-d'Armor from which a digit fell."""
    return _unknowable(chance, ["2211", "2278", "222", "221133"], lambda: _commune(chance, ["22"]))


def small_postal_codes(chance: Chance) -> list[tuple[Cell, ...]]:
    """Postal codes without their zero, throughout."""
    clean = [f"0{chance.randint(1, 9)}{chance.randint(0, 99):02d}0" for _ in range(ROWS)]
    return [((code[1:], code, True),) for code in clean]


def phones(chance: Chance) -> list[tuple[Cell, ...]]:
    """Numbers with spaces, dots or dashes, with the country before them, or without their zero."""

    def clean() -> str:
        return f"02966{chance.randint(0, 99999):05d}"

    def spoil(number: str) -> str:
        pairs = [number[place : place + 2] for place in range(0, 10, 2)]
        return chance.choice((
            " ".join(pairs), ".".join(pairs), "-".join(pairs), "+33 " + " ".join([pairs[0][1], *pairs[1:]]),
            NBSP.join(pairs), "0033 " + " ".join([pairs[0][1], *pairs[1:]]),
        ))  # fmt: skip

    return _column(chance, clean, spoil)


def no_phones(chance: Chance) -> list[tuple[Cell, ...]]:
    """Two numbers, words, and numbers that nobody has."""
    texts = ["02 96 62 62 22 / 06 12 34 56 78", "voir site internet", "02 96 62 62 2222", "00 00 00 00 00 00"]
    return _unknowable(chance, texts, lambda: f"02966{chance.randint(0, 99999):05d}")


def hours(chance: Chance) -> list[tuple[Cell, ...]]:
    """Opening hours in French, or with an h."""
    known = {
        "Mo-Fr 08:30-12:00": ("Mo-Fr 8h30-12h", "Lun-Ven 8h30-12h00", "du lundi au vendredi de 8h30 à 12h",
                              "Lundi au vendredi 8:30-12:00"),
        "Sa 09:00-12:00": ("Samedi 9h-12h", "sam. 9h00 - 12h00", "le samedi de 9h à 12h"),
        "Mo-Sa 10:00-12:00,14:00-18:00": ("Lun-Sam : 10h-12h / 14h-18h", "Mo-Sa 10h-12h,14h-18h",
                                          "du lundi au samedi de 10h à 12h et de 14h à 18h"),
    }  # fmt: skip
    return _column(chance, lambda: chance.choice(list(known)), lambda right: chance.choice(known[right]), 0.6)


def no_hours(chance: Chance) -> list[tuple[Cell, ...]]:
    """Texts about opening that no grammar holds."""
    texts = ["sur rendez-vous", "selon la saison", "ouvert le matin", "contacter la mairie", "9h"]
    return _unknowable(chance, texts, lambda: "Mo-Fr 08:30-12:00")


def exchanged(chance: Chance) -> list[tuple[Cell, ...]]:
    """Longitude and latitude in each other's column; some with a comma as well."""
    rows: list[tuple[Cell, ...]] = []
    for _ in range(ROWS):
        longitude, latitude = f"{chance.uniform(-3.6, -2.0):.5f}", f"{chance.uniform(48.1, 48.9):.5f}"
        planted = chance.random() < 0.3
        shown = (latitude, longitude) if planted else (longitude, latitude)
        if planted and chance.random() < 0.5:
            shown = (shown[0].replace(".", ","), shown[1].replace(".", ","))
        rows.append(((shown[0], longitude, planted), (shown[1], latitude, planted)))
    return rows


def elsewhere(chance: Chance) -> list[tuple[Cell, ...]]:
    """Points that lie outside either way."""
    far = (("2.35", "48.85"), ("0", "0"), ("48.5", "48.5"), ("-2.5", "-2.5"))
    rows: list[tuple[Cell, ...]] = []
    for _ in range(ROWS):
        longitude, latitude = chance.choice(far)
        rows.append(((longitude, None, True), (latitude, None, True)))
    return rows


SENTENCES = ("Été à l’école", "Prévision budgétaire n° 3", "Cœur de ville", "Où ça ? Là-bas", "Île-de-Bréhat",
             "Réfection du câble électrique", "50 € par élève")  # fmt: skip


def damaged(chance: Chance) -> list[tuple[Cell, ...]]:
    """Texts that were taken for Windows text once or twice."""

    def once(text: str) -> str:
        return text.encode().decode("cp1252", "replace")

    def spoil(text: str) -> str | None:
        twice = once(text) if chance.random() < 0.8 else once(once(text))
        return None if "\ufffd" in twice else twice

    return _column(chance, lambda: chance.choice(SENTENCES), spoil)


def foreign(chance: Chance) -> list[tuple[Cell, ...]]:
    """Texts whose strange letters are meant, or lost for good."""
    texts = ["SÃO PAULO", "Â la bonne heure", "D�libération", "Åse", "Ã la carte", "Châteauneuf"]
    return _unknowable(chance, texts, lambda: chance.choice(SENTENCES))


def unsaid_publisher(chance: Chance) -> list[tuple[Cell, ...]]:
    """The publisher's own columns, filled in some rows only."""
    return _column(chance, lambda: PUBLISHER, lambda _: "", 0.5)


def several_publishers(chance: Chance) -> list[tuple[Cell, ...]]:
    """A column of several publishers: nobody knows who an empty cell is."""
    rows = _unknowable(chance, [""], lambda: siret(chance))
    return [((siret(chance), None, False),), *rows]


def act_names(chance: Chance) -> list[tuple[Cell, ...]]:
    """Names of the nomenclature of acts with spaces beside the sign."""
    names = ("Finances locales/Subventions", "Urbanisme/Documents d'urbanisme", "Commande publique/Marchés publics")
    return _column(chance, lambda: chance.choice(names), lambda name: name.replace("/", chance.choice((" / ", "/ "))))


def allergens(chance: Chance) -> list[tuple[Cell, ...]]:
    """Choices side by side, as a single text before the schema made a list of them."""

    def untidy(right: str) -> str:
        items = json.loads(right)
        return chance.choice((", ", ";", " / ")).join(chance.choice((item, item.capitalize())) for item in items)

    known = ("lait", "oeufs", "soja", "fruits à coques", "céleri")

    def tidy() -> str:
        return json.dumps(chance.sample(known, 2), ensure_ascii=False, separators=(",", ":"))

    return _column(chance, tidy, untidy)


def act_codes(chance: Chance) -> list[tuple[Cell, ...]]:
    """Codes that a French spreadsheet took for numbers."""
    return _column(
        chance, lambda: f"{chance.randint(1, 9)}.{chance.randint(1, 9)}", lambda code: code.replace(".", ",")
    )


def years(chance: Chance) -> list[tuple[Cell, ...]]:
    """Years with decimals."""
    return _column(chance, lambda: str(chance.randint(2010, 2025)), lambda year: year + chance.choice((".0", ",00")))


def votes(chance: Chance) -> list[tuple[Cell, ...]]:
    """Whole numbers with decimals and spaces."""
    return _column(
        chance, lambda: str(chance.randint(0, 60)), lambda number: number + chance.choice((".0", ",0", ",00"))
    )
