"""Which column of a schema a heading names, as people write headings.

A heading is compared by what carries meaning: case, accents, spaces and punctuation do not, nor do articles, units,
years and what stands in brackets. Other names of columns are in `aliases/<owner>.<name>.yaml`, a file for each schema;
titles of columns, official ones and ours, count as other names as well, and so do the names of older versions where a
schema is known (`aliases/former.yaml`): while it is looked for, they would hide that a file follows an older one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from .data_files import read_yaml
from .schema import Schema, normalise_label, version_key

ALIASES = Path(__file__).parent / "aliases"
SCHEMAS = Path(__file__).parent / "schemas"
EXACT, NAMED, SHARED = 1.0, 0.95, 0.4
"""What a match is worth: the official name, another name, another name that several schemas claim."""
BACKED = 0.8
"""What the latter is worth beside BACKING matches that only this schema explains."""
BACKING = 3

_BRACKETS = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_WORDS = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER_SIGN = re.compile(r"\bn\s*[°º]\s*", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def keys(heading: str) -> tuple[str, ...]:
    """Return the forms under which a heading is looked up, the most faithful first."""
    text = heading[:300]
    plain = normalise_label(text)
    short = _NUMBER_SIGN.sub("numéro ", _BRACKETS.sub(" ", text))
    words = [normalise_label(word) for word in _WORDS.findall(short)]
    told = "".join(word for word in words if word not in _fillers() and not _YEAR.fullmatch(word))
    return tuple(dict.fromkeys(key for key in (plain, told) if key))


@cache
def _fillers() -> frozenset[str]:
    return frozenset(normalise_label(str(word)) for word in read_yaml(ALIASES / "vocabulary.yaml")["fillers"])


@cache
def aliases(ident: str) -> dict[str, tuple[str, ...]]:
    """Return the other names of the columns of a schema, none when it has no file."""
    path = ALIASES / f"{ident.replace('/', '.')}.yaml"
    if not path.is_file():
        return {}
    return {str(name): tuple(map(str, headings)) for name, headings in read_yaml(path).items()}


@cache
def _former(ident: str) -> dict[str, tuple[str, ...]]:
    """Return the names that the columns of a schema had in older versions, save those that are aliases as well."""
    read = read_yaml(ALIASES / "former.yaml").get(ident) or {}
    return {str(name): tuple(map(str, names)) for name, names in read.items()}


@cache
def _titles(ident: str) -> dict[str, str]:
    """Return our titles of the columns of a bundled schema: its official file has none, or longer ones."""
    files = list((SCHEMAS / ident).glob("*/schema.json"))
    if not files:
        return {}
    latest = max(files, key=lambda path: version_key(path.parent.name))
    fields = json.loads(latest.read_text("utf-8"))["fields"]
    return {str(field["name"]): str(field.get("title") or "") for field in fields}


class Headings:
    """The names of the columns of one version of a schema, ready to be looked up."""

    def __init__(self, schema: Schema, *, former: bool = False) -> None:
        """Take a version of a schema; with the names that its columns had in older ones, or without."""
        self.schema = schema
        self.names = {normalise_label(name): name for name in schema.field_names}
        self.others: dict[str, str] = {}
        known, ours = aliases(schema.id), _titles(schema.id)
        before = _former(schema.id) if former else {}
        for field in schema.fields:
            titles = (field.title, ours.get(field.name, ""))
            for heading in (field.name, *known.get(field.name, ()), *titles, *before.get(field.name, ())):
                for key in keys(heading):
                    if key not in self.names:
                        self.others.setdefault(key, field.name)

    def match(self, labels: Sequence[str], shared: frozenset[str] = frozenset()) -> dict[int, tuple[str, float]]:
        """Return the column that each heading names and what the match is worth, by position.

        Official names are given away first; a column is named once, by the first heading that does.
        """
        found: dict[int, tuple[str, float]] = {}
        taken: set[str] = set()
        for by_name in (True, False):
            for position, label in enumerate(labels):
                if position in found:
                    continue
                for name, worth in self._candidates(label, by_name, shared):
                    if name not in taken:
                        found[position] = (name, worth)
                        taken.add(name)
                        break
        if sum(1 for _, worth in found.values() if worth != SHARED) >= BACKING:
            found = {place: (name, max(worth, BACKED)) for place, (name, worth) in found.items()}
        return found

    def _candidates(self, label: str, by_name: bool, shared: frozenset[str]) -> Iterator[tuple[str, float]]:
        if by_name:
            exact = self.names.get(normalise_label(label))
            if exact is not None:
                yield exact, EXACT
            return
        for key in keys(label):
            if key in self.names:
                yield self.names[key], NAMED
            elif key in self.others:
                yield self.others[key], SHARED if key in shared else NAMED


def shared_keys(every: Iterable[Headings]) -> frozenset[str]:
    """Return the headings that more than one schema claims: they say little about which one it is."""
    claimed: dict[str, set[str]] = {}
    for headings in every:
        for key in (*headings.names, *headings.others):
            claimed.setdefault(key, set()).add(headings.schema.id)
    return frozenset(key for key, owners in claimed.items() if len(owners) > 1)
