"""The options of a check that a publisher may set, and those that nobody may."""

from __future__ import annotations

import json

import pytest

from ckanext.scdl.core.options import UnsafeOption, read_options


@pytest.mark.parametrize(
    "options",
    [
        {}, {"encoding": "utf-8"}, {"delimiter": ";"}, {"dialect": {"delimiter": "\t"}}, {"limit_errors": 1},
        {"dialect": {"csv": {"delimiter": "|"}}, "limit_errors": 1000},
    ],
)  # fmt: skip
def test_what_describes_the_file_may_be_set(options):
    """As an object or as its JSON."""
    assert read_options(options) == options
    assert read_options(json.dumps(options)) == options


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"http_session": 1}, "http_session"),
        ({"checks": [{"type": "row-constraint", "formula": "1"}]}, "checks"),
        ({"skip_errors": ["type-error"]}, "skip_errors"),
        ({"basepath": "/etc", "encoding": "utf-8"}, "basepath"),
        ({"schema": {"fields": []}}, "schema"),
        ({"dialect": {"csv": {"quoteChar": "x"}}}, "dialect.csv.quoteChar"),
        ({"dialect": "dialect.yaml"}, "dialect"),
        ({"encoding": "../../etc/passwd"}, "encoding"),
        ({"limit_errors": 1001}, "limit_errors"),
        ({"limit_errors": True}, "limit_errors"),
        ({1: 2}, "1"),
        ("[1]", ""),
        ("{", ""),
        ("[" * 900, ""),
        ("{" + " " * 2000 + "}", ""),
    ],
)
def test_what_opens_runs_or_hides_is_refused(options, name):
    """The refusal names the option, nested ones with their place."""
    with pytest.raises(UnsafeOption) as error:
        read_options(options)
    assert error.value.name == name
