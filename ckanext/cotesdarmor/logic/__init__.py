"""Ring of the instance: logic."""
