"""`python -m ckanext.scdl.commandline`, where the command itself is not on the path."""

from __future__ import annotations

from . import main

main()
