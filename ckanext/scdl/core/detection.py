"""Which schema a table follows, from its headings and a sample of its rows.

Confidence is twice what headings and columns share over what both have: an official name counts wholly, another
name nearly so, a name that several schemas claim for less; an optional column that is not there counts half. Who
writes a table by hand leaves out columns and adds none: what is not there counts less where nearly all that is there
is known. Cells that look like something else lower it. Below the threshold a table is one of another kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from . import evidence
from .headings import BACKING, NAMED, SHARED, Headings, keys, shared_keys
from .schema import Schema, version_key

THRESHOLD = 0.5
MIN_MATCHED = 3
"""Columns without which nothing is recognised, unless the schema has fewer."""
_OPTIONAL = 0.5
_FORGIVEN = 0.5
"""What absent columns lose when all headings are known."""
_TELLING = 5
"""Known headings for which absent columns count less, if at least BACKING of them are no other schema's."""
_MOSTLY = 0.65
"""Share of known headings from which absent columns begin to count less."""
_DOUBT = 0.4
"""What cells that all look like something else take away."""
_CLEARLY_BETTER = 0.03
_WELL = 0.9

Match = Mapping[int, tuple[str, float]]


@dataclass(frozen=True)
class Candidate:
    """A schema that a table may follow, and how well; the schema is the latest version.

    `columns` says which column each heading names, by position; `version_hint` an older version that fits better.
    """

    schema: Schema
    confidence: float
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    version_hint: str | None = None
    columns: Mapping[int, str] = field(default_factory=dict, hash=False)


class Detector:
    """Looks tables up among the schemas of a catalogue."""

    def __init__(self, versions: Iterable[Sequence[Schema]]) -> None:
        """Take the versions of each schema, oldest first."""
        self._families = [_distinct(each) for each in versions]
        self._shared = shared_keys(headings for family in self._families for headings in family)

    def detect(
        self,
        labels: Sequence[str],
        rows: Sequence[Sequence[str]] = (),
        threshold: float = THRESHOLD,
        least: int = MIN_MATCHED,
    ) -> tuple[Candidate, ...]:
        """Return the schemas that a table may follow, best first; none for a table of another kind.

        Args:
            labels: its header.
            rows: its first rows, if there are any at hand.
            threshold: confidence below which a schema is not a candidate.
            least: columns that must be named, unless the schema has fewer.
        """
        sample = rows[: evidence.SAMPLE]
        found = (self._candidate(family, labels, sample, least) for family in self._families)
        kept = [each for each in found if each is not None and each.confidence >= threshold]
        return tuple(sorted(kept, key=lambda each: (-each.confidence, each.schema.id)))

    def match(self, schema: Schema, labels: Sequence[str]) -> dict[int, str]:
        """Return the column of a schema that each heading names, by position.

        Official names as they are written come first; a heading that other schemas claim as well counts only
        where others back it.
        """
        official = set(schema.field_names)
        found = {position: label for position, label in enumerate(labels) if label in official}
        if len(found) < len(labels):
            taken = set(found.values())
            for position, (name, worth) in Headings(schema, former=True).match(labels, self._shared).items():
                if position not in found and name not in taken and worth > SHARED:
                    found[position] = name
        return dict(sorted(found.items()))

    def fit(self, schema: Schema, labels: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> Candidate | None:
        """Return how well a table fits one schema, None when it names no column of it."""
        family = next((each for each in self._families if each[0].schema.id == schema.id), None)
        return None if family is None else self._candidate(family, labels, rows[: evidence.SAMPLE], 1)

    def shared(self, schema: Schema, labels: Sequence[str]) -> frozenset[int]:
        """Return the positions of headings by which several schemas name a column."""
        matched = Headings(schema, former=True).match(labels, self._shared)
        return frozenset(position for position, (_, worth) in matched.items() if worth < NAMED)

    def _candidate(
        self, family: Sequence[Headings], labels: Sequence[str], rows: Sequence[Sequence[str]], least: int
    ) -> Candidate | None:
        latest, *older = family
        match = latest.match(labels, self._shared)
        best = _score(latest, labels, match, rows)
        hint: str | None = None
        if older:
            wanted = _strictness(latest, match, rows)
            for headings in older:
                theirs = headings.match(labels, self._shared)
                their_score = _score(headings, labels, theirs, rows)
                if their_score < _WELL or len(theirs) < min(least, len(headings.names)):
                    continue
                better_names = their_score - best > _CLEARLY_BETTER
                better_cells = their_score >= best and _strictness(headings, theirs, rows) - wanted > _CLEARLY_BETTER
                if better_names or better_cells:
                    best, hint = their_score, headings.schema.version
                    wanted = max(wanted, _strictness(headings, theirs, rows))
        if not match or (len(match) < min(least, len(latest.names)) and hint is None):
            return None
        own = [place for place in match if self._shared.isdisjoint(keys(labels[place]))]
        if len(match) >= _TELLING and len(own) >= BACKING:
            best = max(best, _score(latest, labels, match, rows, forgiving=True))
        columns = {position: name for position, (name, _) in match.items()}
        named = set(columns.values())
        return Candidate(
            schema=latest.schema,
            confidence=round(best, 4),
            matched=tuple(name for name in latest.schema.field_names if name in named),
            missing=tuple(name for name in latest.schema.field_names if name not in named),
            extra=tuple(label for place, label in enumerate(labels) if keys(label) and place not in columns),
            version_hint=hint,
            columns=columns,
        )


def _distinct(versions: Sequence[Schema]) -> list[Headings]:
    """Return the latest version and the older ones that a table could tell from a later one, newest first."""
    kept: list[Headings] = []
    known: list[object] = []
    for schema in sorted(versions, key=lambda each: version_key(each.version), reverse=True):
        facts = [(each.name, each.type, each.format, dict(each.constraints)) for each in schema.fields]
        facts.sort(key=lambda each: str(each[0]))
        if facts not in known:
            known.append(facts)
            kept.append(Headings(schema))
    return kept


def _score(
    headings: Headings, labels: Sequence[str], match: Match, rows: Sequence[Sequence[str]], *, forgiving: bool = False
) -> float:
    """Return how well headings and cells fit one version, from 0 to 1; versions are told apart by what is not there."""
    shared = sum(worth for _, worth in match.values())
    named = {name for name, _ in match.values()}
    filled = sum(1 for label in labels if keys(label))
    absent = sum(1.0 if each.required else _OPTIONAL for each in headings.schema.fields if each.name not in named)
    if forgiving:
        absent *= 1 - _FORGIVEN * max(0.0, (len(match) / filled - _MOSTLY) / (1 - _MOSTLY))
    whole = filled + len(match) + absent
    likeness = 2 * shared / whole if whole else 0.0
    return likeness * (1 - _DOUBT * (1 - _plausible(headings, match, rows)))


def _plausible(headings: Headings, match: Match, rows: Sequence[Sequence[str]]) -> float:
    """Return how many of the columns that can be judged look like their field; 1 when none can."""
    return _mean(headings, match, rows, strict=False)


def _strictness(headings: Headings, match: Match, rows: Sequence[Sequence[str]]) -> float:
    return _mean(headings, match, rows, strict=True)


def _mean(headings: Headings, match: Match, rows: Sequence[Sequence[str]], *, strict: bool) -> float:
    fields = {each.name: each for each in headings.schema.fields}
    shares = [
        evidence.share(fields[name], [row[place] for row in rows if place < len(row)], strict=strict)
        for place, (name, _) in match.items()
    ]
    told = [each for each in shares if each is not None]
    return sum(told) / len(told) if told else 1.0
