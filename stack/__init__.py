"""The whole portal on one machine: what `bin/portal` does.

Standard library only: it runs before the environment exists.
"""
