"""The instance: metadata, collectivités, harvesting, export and theme of a département's portal."""
