"""What this package tells the others."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

# A run of a harvest source is over. Sender: the id of the source. Keywords: source_id, organizations, a dict
# {organisation id: {"created": n, "updated": n, "unchanged": n, "archived": n, "refused": n}}.
harvested = tk.signals.ckanext.signal("cotesdarmor:harvested")
