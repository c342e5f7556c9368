"""Ring of the instance: dcat."""
