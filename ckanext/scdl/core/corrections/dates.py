"""Days and periods, as people write them, to the form the schema wants.

Which of 03/04/2024 is the day is told by the column: one date of it has its first number above 12 and none its
second. Where no date tells, or both orders occur, a person is asked; so are years of two digits.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator

from .base import Answer, Column, Doubt, Rewriter, Rewriting, unaccented
from .model import Confidence

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january", "fevrier fevr fev february feb", "mars mar march", "avril avr april apr",
            "mai may", "juin june jun", "juillet juil july jul", "aout august aug",
            "septembre sept sep september", "octobre oct october", "novembre nov november",
            "decembre dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip

_SIGN = r"[/.\-\s]\s?"
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{4}})", re.ASCII)
_ANY_DAY_FIRST = re.compile(rf"(?<![\d/.-]){_DAY_FIRST.pattern}(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{1,2}})", re.ASCII)
_ANY_YEAR_FIRST = re.compile(rf"(?<![\d/.-]){_YEAR_FIRST.pattern}(?!\d)", re.ASCII)
_SHORT_YEAR = re.compile(rf"(\d{{1,2}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{1,2}})", re.ASCII)
_WRITTEN = re.compile(r"(?:[a-z]+\.?,?\s+)?(\d{1,2})(?:er)?[\s-]+([a-z]+)\.?[\s-]+(\d{4})", re.ASCII)
_RUN_TOGETHER = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)
_MOMENT = re.compile(r"(\S.*?)[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_UTC = frozenset({"Z", "+00:00", "+0000"})
_FRENCH_MIDNIGHTS = frozenset({"22", "23"})
"""Hours of the day before in universal time at which a day begins in France."""
_SERIAL = re.compile(r"[34]\d{4}(?:\.0+)?", re.ASCII)
_SERIAL_START = datetime.date(1899, 12, 30)
_YEARS = range(1800, 2200)

_DATE_IN_PERIOD = re.compile(
    r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{1,2}(?:er)?\s+[a-z]+\.?\s+\d{4}", re.ASCII
)
_YEAR_IN_PERIOD = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)", re.ASCII)
_BETWEEN = re.compile(r"\s*(?:_|/|-|–|—|->|→|:|a|au|du|de|jusqu'au|from|to|\s)*\s*")
_BESIDE = re.compile(r"\s*(?:;|,|et|puis|\s)+\s*")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:[.,]0+)?", re.ASCII)


Day = tuple[datetime.date, Confidence]


class Order:
    """Which of two numbers is the day, as a column tells by all its dates."""

    def __init__(self, texts: Collection[str]) -> None:
        """Look at the dates in texts that have their year last."""
        pairs = [(int(found[1]), int(found[2])) for text in texts for found in _ANY_DAY_FIRST.finditer(text)]
        self.day_first = any(first > 12 for first, _ in pairs)
        self.month_first = any(second > 12 for _, second in pairs)
        self.day_second = any(
            int(found[3]) <= 12 < int(found[2]) for text in texts for found in _ANY_YEAR_FIRST.finditer(text)
        )

    def read(self, first: int, second: int, year: int) -> datetime.date | Doubt | Day | None:
        """Return the day of three numbers, or what to ask about them; None when they are no day."""
        day_first, month_first = _day(year, second, first), _day(year, first, second)
        if day_first == month_first:
            return day_first
        if self.day_first and not self.month_first:
            return day_first
        if self.month_first and not self.day_first:
            # Written like that it is hardly French: whoever reads it decides.
            return None if month_first is None else (month_first, "likely")
        return _asked(day_first, month_first)

    def read_year_first(self, year: int, second: int, third: int) -> datetime.date | Doubt | None:
        """Return the day of three numbers whose first is the year; some people write the month last."""
        day = _day(year, second, third)
        return _asked(day, _day(year, third, second)) if self.day_second else day


def date(column: Column) -> Rewriter | None:
    """Write days of a date column as its schema does."""
    if column.type != "date":
        return None
    form = str(column.described.get("format") or "default").removeprefix("fmt:")
    form = form if form.startswith("%") else "%Y-%m-%d"
    order = Order(column.texts)

    whole = all(part in form for part in ("%Y", "%m", "%d"))

    def rewrite(text: str) -> Answer:
        read = _read(text, order)
        if read is None or isinstance(read, Doubt):
            return read
        return Rewriting(read[0].strftime(form), read[1] if whole else "likely")

    return rewrite


def year(column: Column) -> Rewriter | None:
    """Take the decimals away that a spreadsheet gave a year."""
    if column.type != "year":
        return None
    return lambda text: Rewriting(found[1]) if (found := _YEAR.fullmatch(text)) else None


def period(column: Column) -> Rewriter | None:
    """Write a period, or a day alone, with the sign between its ends that the schema wants."""
    if column.type != "string" or column.accepts("…"):
        return None
    days, years = ("2024-01-01", "2024-12-31"), ("2024", "2025")
    for sign in "/_":
        if column.accepts(sign.join(days)):
            return _period_of_days(Order(column.texts), sign)
        if column.accepts(sign.join(years)):
            return lambda text, sign=sign: _period_of_years(text, sign)
    return None


def _period_of_days(order: Order, sign: str) -> Rewriter:
    def rewrite(text: str) -> Answer:
        plain = unaccented(text)
        found = list(_DATE_IN_PERIOD.finditer(plain))
        if len(found) > 1 and _BESIDE.fullmatch(_rest(plain, found)):
            return Doubt("several-dates")
        if not 1 <= len(found) <= 2 or not _BETWEEN.fullmatch(_rest(plain, found)):
            return None
        read = [_read(each[0], order) for each in found]
        ends: list[datetime.date] = []
        confidence: Confidence = "sure"
        for each in read:
            if each is None or isinstance(each, Doubt):
                return Doubt("date-order") if isinstance(each, Doubt) else None
            ends.append(each[0])
            confidence = each[1] if each[1] == "likely" else confidence
        if ends != sorted(ends):
            return Doubt("period-order")
        return Rewriting(sign.join(each.isoformat() for each in ends), confidence)

    return rewrite


def _period_of_years(text: str, sign: str) -> Answer:
    plain = unaccented(text)
    found = list(_YEAR_IN_PERIOD.finditer(plain))
    if not 1 <= len(found) <= 2 or not _BETWEEN.fullmatch(_rest(plain, found).removesuffix(".0")):
        return None
    return Rewriting(sign.join(each[0] for each in found))


def _rest(text: str, found: list[re.Match[str]]) -> str:
    """Return what stands outside the ends of a period."""
    parts, end = [], 0
    for each in found:
        parts.append(text[end : each.start()])
        end = each.end()
    return " ".join([*parts, text[end:]])


def _read(text: str, order: Order) -> Day | Doubt | None:
    """Return the day that a text tells, or what to ask about it."""
    for answer in _readings(text.strip(), order):
        if isinstance(answer, datetime.date):
            return (answer, "sure") if answer.year in _YEARS else None
        if answer is not None:
            return answer
    return None


def _readings(text: str, order: Order) -> Iterator[datetime.date | Day | Doubt | None]:
    if found := _DAY_FIRST.fullmatch(text):
        yield order.read(int(found[1]), int(found[2]), int(found[3]))
    elif found := _YEAR_FIRST.fullmatch(text):
        yield order.read_year_first(int(found[1]), int(found[2]), int(found[3]))
    elif _SHORT_YEAR.fullmatch(text):
        yield Doubt("short-year")
    elif found := _RUN_TOGETHER.fullmatch(text):
        day = _day(int(found[1]), int(found[2]), int(found[3]))
        yield None if day is None else (day, "likely")
    elif _SERIAL.fullmatch(text):
        yield _SERIAL_START + datetime.timedelta(days=int(text[:5])), "likely"
    elif found := _WRITTEN.fullmatch(unaccented(text)):
        month = _MONTHS.get(found[2])
        yield None if month is None else _day(int(found[3]), month, int(found[1]))
    elif (found := _MOMENT.fullmatch(text)) and not _MOMENT.fullmatch(found[1]):
        yield _day_of_moment(found, _read(found[1], order))


def _day_of_moment(found: re.Match[str], day: Day | Doubt | None) -> Day | Doubt | None:
    """Return the day of a moment: sure at midnight, likely otherwise, asked where it is the French midnight after."""
    if not isinstance(day, tuple):
        return day
    hour, *rest = found.group(2, 3, 4)
    on_the_hour = not any(float(part or 0) for part in rest)
    if on_the_hour and found[5] in _UTC and hour in _FRENCH_MIDNIGHTS:
        return _asked(day[0], day[0] + datetime.timedelta(days=1))
    return day if on_the_hour and int(hour) == 0 else (day[0], "likely")


def _asked(*days: datetime.date | None) -> Doubt | None:
    """Ask which day is meant; None where it is no day in any way."""
    known = tuple(dict.fromkeys(day.isoformat() for day in days if day is not None))
    return Doubt("date-order", known) if known else None


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
