"""Knows the official schemas: reads, checks, corrects and consolidates files."""
