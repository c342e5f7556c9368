"""What a person types, made into a question that Solr always understands; what the index gets of a dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

# Fields that a program may name in `q`; a word before a colon that is none of these is a word.
# CKAN: ckan/config/solr/schema.xml, <field> elements.
QUERY_FIELDS = frozenset(
    {
        "id", "name", "title", "notes", "tags", "groups", "organization", "owner_org", "author", "author_email",
        "maintainer", "maintainer_email", "license", "license_id", "state", "type", "dataset_type", "capacity",
        "private", "creator_user_id", "res_name", "res_description", "res_format", "res_url", "res_type",
        "metadata_created", "metadata_modified", "title_fr", "text_fr", "text", "url", "version", "entity_type",
        "portal_schema", "portal_conformity", "portal_theme", "portal_epci",
    }
)  # fmt: skip
QUERY_PREFIXES = ("extras_", "res_extras_", "vocab_")

WEIGHTS = "name^4 title^4 title_fr^4 tags^2 groups^2 text text_fr"

_FIELD = re.compile(r"(?:^|[\s(+\-!])([A-Za-z_]\w*):(?=\S)")
_PHRASE = re.compile(r'"([^"]*)"')
_SYNTAX = re.compile(r"[:(){}\[\]^~*?\\/!|&<>\"]+")
# Solr's lucene parser would read these words as operators, and fail where nothing stands on one side of them.
_OPERATORS = frozenset({"AND", "OR", "NOT"})
LARGEST_FIELD = 32_000  # bytes; Lucene refuses a term over 32,766 and with it the whole dataset


def is_fielded(query: str) -> bool:
    """Whether a program wrote this query: it names a field of the index, straight before a colon."""
    return query.strip() == "*:*" or any(
        name in QUERY_FIELDS or name.startswith(QUERY_PREFIXES) for name in _FIELD.findall(query)
    )


def typed_query(query: str) -> str:
    """The question for edismax: a program's as it is, a person's without anything that is syntax to Solr.

    Phrases in quotes stay phrases, and a minus straight before a word still leaves that word out.
    """
    if is_fielded(query):
        return query
    parts: list[str] = []
    last = 0
    for match in _PHRASE.finditer(query):
        parts += _words(query[last : match.start()])
        if phrase := " ".join(_words(match.group(1))):
            parts.append(f'"{phrase}"')
        last = match.end()
    parts += _words(query[last:])
    return " ".join(parts) or "*:*"


def _words(text: str) -> list[str]:
    words = []
    for word in _SYNTAX.sub(" ", text).split():
        bare = word.lstrip("+-")
        if not any(character.isalnum() for character in bare):
            continue
        sign = "-" if word.startswith("-") else ""
        words.append(sign + (bare.lower() if bare in _OPERATORS else bare))
    return words


def french_sort(sort: str) -> str:
    """The same order, with titles as a French dictionary has them."""
    return re.sub(r"\btitle_string\b", "title_sort_fr", sort)


def index_fields(dataset: Mapping[str, Any], epci: str | None) -> dict[str, list[str]]:
    """The portal's own fields of the index, from a validated dataset and the EPCI of its organisation."""
    resources = dataset.get("resources") or []
    return {
        "portal_schema": _distinct(_schema_id(resource.get("schema")) for resource in resources),
        "portal_conformity": _distinct(resource.get("validation_status") for resource in resources),
        "portal_theme": _distinct(
            dataset.get("theme") if isinstance(dataset.get("theme"), list) else [dataset.get("theme")]
        ),
        "portal_epci": [epci] if epci else [],
    }


def _schema_id(reference: Any) -> str | None:
    """`scdl/subventions` from its official address; anything else as it is."""
    match = re.search(r"/schemas/([\w.-]+/[\w.-]+)/[\w.-]+/[\w.-]+\.json$", str(reference or ""))
    return match.group(1) if match else (str(reference) if reference else None)


def _distinct(values: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(str(value) for value in values if value))


def without_giants(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without those that the catch-all string field of CKAN's schema cannot take."""
    return {name: value for name, value in fields.items() if name in _ANALYSED or _longest(value) <= LARGEST_FIELD}


# Fields of CKAN's schema that are analysed or only stored: their length is free.
_ANALYSED = frozenset(
    {
        "title",
        "notes",
        "text",
        "data_dict",
        "validated_data_dict",
        "res_name",
        "res_description",
        "author",
        "maintainer",
    }
)


def _longest(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, list | tuple):
        return max((_longest(item) for item in value), default=0)
    return 0
