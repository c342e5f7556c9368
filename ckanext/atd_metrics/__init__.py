"""Counts the adoption of the portal and shows it."""
