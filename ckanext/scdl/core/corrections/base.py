"""What a rule of correction is: a function made for one column, asked once for each distinct text in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..checks.base import RowCheck
from ..local import Territory
from ..plan import PlannedColumn
from .model import Confidence


@dataclass(frozen=True)
class Rewriting:
    """The text a cell should hold instead, and how sure that is."""

    after: str
    confidence: Confidence = "sure"


@dataclass(frozen=True)
class Doubt:
    """A text that only a person can put right; `code` says why, `choices` what it may stand for."""

    code: str
    choices: tuple[str, ...] = ()


Answer = Rewriting | Doubt | None
Rewriter = Callable[[str], Answer]


@dataclass(frozen=True)
class Publisher:
    """Who publishes the file: what a column of constants holds in every row; None where it is not known."""

    siret: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Known:
    """What is known besides the file: who publishes it, and where its places are expected."""

    publisher: Publisher = Publisher()
    territory: Territory = field(default_factory=Territory)


@dataclass
class Column:
    """A column of a table that is a field of the schema, with the texts that stand in it.

    `texts` are the distinct ones, as they stand in the file; rules look in them for evidence.
    """

    planned: PlannedColumn
    checks: Sequence[RowCheck]
    texts: Collection[str]
    known: Known = field(default_factory=Known)
    _faults: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Name of the field."""
        return self.planned.name

    @property
    def described(self) -> Mapping[str, Any]:
        """The field's entry in the schema."""
        return self.planned.described

    @property
    def type(self) -> str:
        """Type of the field, as the schema writes it."""
        return str(self.described.get("type") or "string")

    @property
    def constraints(self) -> Mapping[str, Any]:
        """Constraints of the field; none when the schema gives none."""
        return self.described.get("constraints") or {}

    @cached_property
    def plain_name(self) -> str:
        """Name and title of the field without case and accents, for rules that go by the name."""
        return f"{unaccented(self.name)} {unaccented(str(self.described.get('title') or ''))}"

    @cached_property
    def clean_texts(self) -> frozenset[str]:
        """The distinct texts without what no person sees around and in them."""
        return frozenset(clean(text) for text in self.texts)

    def faults(self, text: str) -> frozenset[str]:
        """Return the codes of all that is wrong with a text in this column, remarks included."""
        found = self._faults.get(text)
        if found is None:
            verdict = self.planned.reader(text)
            findings = (check.rule((verdict.value,)) for check in self.checks)
            codes = [*(fault.code for fault in verdict.faults), *(each.code for each in findings if each)]
            found = self._faults[text] = frozenset(codes)
        return found

    def accepts(self, *texts: str) -> bool:
        """Tell whether nothing is wrong with any of these texts."""
        return not any(self.faults(text) for text in texts)


@dataclass(frozen=True)
class Rule:
    """A kind of correction.

    Attributes:
        code: its stable name, for `--only` and the change log.
        build: takes a column and returns what to ask for each of its texts; None where it has nothing to say.
        beyond_faults: whether it also rewrites texts that the schema lets pass.
        reads_all: whether it has to see texts in which nothing is wrong, as evidence or because of the above.
    """

    code: str
    build: Callable[[Column], Rewriter | None]
    beyond_faults: bool = False
    reads_all: bool = False


_SPACES = {ord(char): " " for char in "\u00a0\u202f\u2009\u2007\u2002\u2003\u2008\u200a\u3000\t"}
_UNSEEN = {ord(char): None for char in "\u200b\u200c\u200d\u2060\ufeff\u00ad"}
_BLANKS = {**_SPACES, **_UNSEEN}


def clean(text: str) -> str:
    """Return a text with plain spaces, none around it and nothing unseen in it."""
    return (text if text.isascii() and "\t" not in text else text.translate(_BLANKS)).strip()


def unaccented(text: str) -> str:
    """Return a text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
