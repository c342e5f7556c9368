"""Every command line of CKAN that the pages give exists, with the options they give it."""

from __future__ import annotations

import re
import shlex
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

from ckan.cli.cli import ckan
from ckan.plugins import IClick, PluginImplementations

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _lines() -> list[str]:
    """What follows `bin/portal ckan` in the pages, up to a pipe, a comment or the end of the code."""
    found = []
    for page in PAGES:
        for line in re.findall(r"bin/portal ckan ([a-z][^`|#\n]*)", page.read_text("utf-8")):
            found.append(line.strip())
    return sorted(set(found))


@pytest.mark.parametrize("line", _lines())
def test_a_documented_command_exists(line):
    """Group by group down to the command; its options are among those it knows."""
    added = [entry.load() for entry in entry_points(group="ckan.click_command")]
    added += [command for plugin in PluginImplementations(IClick) for command in plugin.get_commands()]
    by_name = {command.name: command for command in added}
    command: click.Command = ckan
    words = shlex.split(line)
    while words and isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(click.Context(command), name) or (by_name.get(name) if command is ckan else None)
        assert found is not None, f"« {name} » is no command in « ckan {line} »"
        command = found
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        if word.startswith("-") and len(word) > 1:
            assert word.partition("=")[0] in known, f"« {word} » is no option of « ckan {line} »"
