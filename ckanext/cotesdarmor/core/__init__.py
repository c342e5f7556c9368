"""What the instance thinks, in plain Python: no CKAN, no web framework, no database, no network."""
