"""Template helpers of the portal, one module for each subject.

Our names begin with `cotesdarmor_`; the others are CKAN's, chained.
"""

from __future__ import annotations

from .errors import cotesdarmor_error
from .forms import cotesdarmor_dataset_errors, cotesdarmor_field_id, license_options
from .instance import (
    cotesdarmor_contact,
    cotesdarmor_languages,
    cotesdarmor_pages,
    cotesdarmor_text,
    cotesdarmor_theme_url,
    cotesdarmor_title,
)
from .labels import (
    cotesdarmor_activity_label,
    cotesdarmor_facet_label,
    cotesdarmor_kind_label,
    cotesdarmor_same_schema,
    cotesdarmor_themes,
)
from .territory import (
    cotesdarmor_by_epci,
    cotesdarmor_collectivite_names,
    cotesdarmor_locator,
    cotesdarmor_map,
    cotesdarmor_register_suggestions,
)
from .vocabulary import (
    cotesdarmor_day,
    cotesdarmor_label,
    cotesdarmor_schema_label,
    cotesdarmor_schema_suggestions,
    cotesdarmor_territory_choices,
    cotesdarmor_territory_name,
    cotesdarmor_vocabulary_choices,
    cotesdarmor_vocabulary_suggestions,
)

__all__ = [
    "cotesdarmor_activity_label",
    "cotesdarmor_by_epci",
    "cotesdarmor_collectivite_names",
    "cotesdarmor_contact",
    "cotesdarmor_dataset_errors",
    "cotesdarmor_day",
    "cotesdarmor_error",
    "cotesdarmor_facet_label",
    "cotesdarmor_field_id",
    "cotesdarmor_kind_label",
    "cotesdarmor_label",
    "cotesdarmor_languages",
    "cotesdarmor_locator",
    "cotesdarmor_map",
    "cotesdarmor_pages",
    "cotesdarmor_register_suggestions",
    "cotesdarmor_same_schema",
    "cotesdarmor_schema_label",
    "cotesdarmor_schema_suggestions",
    "cotesdarmor_territory_choices",
    "cotesdarmor_territory_name",
    "cotesdarmor_text",
    "cotesdarmor_theme_url",
    "cotesdarmor_themes",
    "cotesdarmor_title",
    "cotesdarmor_vocabulary_choices",
    "cotesdarmor_vocabulary_suggestions",
    "license_options",
]
