"""Large tables of text, read and checked by columns with polars, in pieces of bounded size.

Only what is proven plain comes here: UTF-8, one header, rows of one width. Whatever else shows up raises
`OutOfReach`, and the file is read again from its start in plain Python, which gives the same answer on any
file: a test compares the two. Polars is imported by the modules of this package only, and the package only
when a file is large enough to pay for that.
"""

from __future__ import annotations

import os

# Polars counts the processors once, when it is loaded, and would start a thread for each.
os.environ.setdefault("POLARS_MAX_THREADS", "2")
# A block fits into memory: the engine for more than that takes longer to start than to answer.
os.environ.setdefault("POLARS_ENGINE_AFFINITY", "in-memory")
