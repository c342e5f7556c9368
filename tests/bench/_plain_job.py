"""The job of a portal without this suite: stock frictionless, called as ckanext-validation calls it.

A worker runs it by `runpy.run_path`, with `path` and `descriptor` as globals, and finds its report in the job's notes.
"""

from __future__ import annotations

from frictionless import Schema, system, validate
from rq import get_current_job

with system.use_context(trusted=True):
    report = validate(path, format="csv", schema=Schema.from_descriptor(descriptor)).to_dict()  # noqa: F821 - given
job = get_current_job()
assert job is not None
job.meta["report"] = {"valid": report["valid"], "rows": report["tasks"][0]["stats"]["rows"], **report["stats"]}
job.save_meta()
