"""The engine: plain Python, usable without CKAN."""
