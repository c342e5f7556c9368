"""The pages say what the code does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml
from stack.__main__ import WORDS

from ckanext.scdl.core.catalogue import Catalogue

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "docker/README.md", "changes/README.md")),
]


def declared() -> dict[str, str]:
    """Every setting that our packages declare, with its default."""
    found = {}
    for path in sorted((ROOT / "ckanext").glob("*/config_declaration.yaml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            for option in group["options"]:
                found[option["key"]] = str(option.get("default", "")).strip()
    return found


def documented() -> dict[str, str]:
    """Every setting of the page, with its default."""
    page = (ROOT / "docs" / "run" / "settings.md").read_text("utf-8")
    rows = re.findall(r"^\| `(ckanext\.[\w.]+)` \| (.*?) \|", page, re.MULTILINE)
    return {key: default.strip("`").replace("—", "") for key, default in rows}


def test_every_setting_is_documented_with_its_default():
    """A setting that is added, renamed or given another default changes docs/run/settings.md."""
    assert documented() == declared()


def test_every_word_of_the_command_is_documented():
    """What bin/portal can do stands in docs/run.md."""
    page = (ROOT / "docs" / "run.md").read_text("utf-8")
    assert [word for word in WORDS if word != "help" and f"`bin/portal {word}" not in page] == []


def _exported(path: Path) -> list[str]:
    """The names of a module's `__all__`."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return list(ast.literal_eval(node.value))
    return []


@pytest.mark.parametrize("package", ["scdl", "cotesdarmor"])
def test_every_action_is_documented(package):
    """An action that is added or renamed changes docs/extend.md."""
    page = (ROOT / "docs" / "extend.md").read_text("utf-8")
    actions = _exported(ROOT / "ckanext" / package / "logic" / "action" / "__init__.py")
    assert actions
    assert [action for action in actions if f"`{action}`" not in page] == []


def test_every_signal_is_documented():
    """A signal that is added or renamed changes docs/extend.md."""
    page = (ROOT / "docs" / "extend.md").read_text("utf-8")
    code = "".join(path.read_text("utf-8") for path in (ROOT / "ckanext").glob("*/signals.py"))
    signals = re.findall(r'signal\("([\w:]+)"\)', code)
    assert signals
    assert [signal for signal in signals if f"`{signal}`" not in page] == []


def test_every_command_is_documented():
    """A command of ours that is added or renamed changes docs/extend.md."""
    page = (ROOT / "docs" / "extend.md").read_text("utf-8")
    groups = [*(ROOT / "ckanext" / "cotesdarmor" / "cli").glob("*.py"), ROOT / "ckanext" / "scdl" / "cli.py"]
    code = "".join(path.read_text("utf-8") for path in groups)
    commands = re.findall(r"^@(\w+)\.command\((?:\"([\w-]+)\")?[^\n]*\)\n(?:@.*\n)*def (\w+)", code, re.MULTILINE)
    assert commands
    names = [f"{group} {name or function.replace('_', '-')}" for group, name, function in commands]
    assert [name for name in names if f"{name}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """A page that moves takes its links along."""
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    inside = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_the_bundled_schemas_are_documented_with_their_versions():
    """A schema that is added or brought up to date changes docs/schemas.md."""
    page = (ROOT / "docs" / "schemas.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w-]+/[\w-]+)` \| ([\d.]+) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(schema.id, schema.version, schema.label("fr")) for schema in Catalogue.bundled().all()]
