"""Ring of the instance: model."""
