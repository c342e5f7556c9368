"""What this package tells the others."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

# A file was checked. Sender: the id of the deposit. Keywords: resource_id, dataset_id (None while it is not published),
# organization_id, schema, version (None where no schema fits), status (valid, invalid, refused), counts
# ({"rows": n, "errors": n, "warnings": n}).
validated = tk.signals.ckanext.signal("scdl:validated")

# A dataset was published or brought up to date. Sender: its id. Keywords: dataset_id, organization_id, schema.
published = tk.signals.ckanext.signal("scdl:published")

# Once a night, after the portal's own work. Sender: the day, a date of Europe/Paris.
nightly = tk.signals.ckanext.signal("scdl:nightly")
