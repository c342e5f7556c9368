"""What the virtual environment and the processes see of the caller's environment."""

from __future__ import annotations

import pytest
from stack import environment
from stack.errors import StackError
from stack.layout import Layout, State


def test_ckan_variables_do_not_survive(monkeypatch):
    """A CKAN_* variable would win over the ini file, PYTHONPATH over the environment."""
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://elsewhere")
    monkeypatch.setenv("CKAN_INI", "/elsewhere.ini")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("KEPT", "yes")
    clean = environment.clean_environ()
    assert not [key for key in clean if key.startswith("CKAN_")]
    assert "PYTHONPATH" not in clean
    assert clean["KEPT"] == "yes"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A checkout whose environment is made by a double; the commands it was asked to run."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\n")
    (root / "setup.py").write_text("")
    layout = Layout(root=root, home=root / ".portal")
    commands: list[list[str]] = []

    def run(command, complaint, cwd=None):
        commands.append(command)
        (layout.venv / "bin").mkdir(parents=True, exist_ok=True)
        for name in ("python", "pip", "ckan"):
            (layout.venv / "bin" / name).write_text("#!\n")
        (layout.venv / "pyvenv.cfg").write_text(f"command = /usr/bin/python3 -m venv {layout.venv}\n")

    monkeypatch.setattr(environment, "_run", run)
    return layout, State(layout.state_file), commands


def test_a_second_start_installs_nothing(made):
    """What is installed and unchanged is left alone."""
    layout, state, commands = made
    assert environment.ensure(layout, state, ("portal",))
    commands.clear()
    assert not environment.ensure(layout, state, ("portal",))
    assert commands == []


def test_a_changed_pyproject_installs_again(made):
    """An update of the pins reaches the environment, which is not made anew for that."""
    layout, state, commands = made
    environment.ensure(layout, state, ("portal",))
    commands.clear()
    (layout.root / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert environment.ensure(layout, state, ("portal",))
    assert [command[2] for command in commands] == ["pip"]


def test_extras_add_up(made):
    """The tests' packages stay when the portal is brought up after them."""
    layout, state, commands = made
    environment.ensure(layout, state, ("portal", "test"))
    assert not environment.ensure(layout, state, ("portal",))
    assert commands[-1][-1] == ".[portal,test]"


def test_a_half_made_environment_is_made_anew(made):
    """Interrupted between venv and pip, the next start begins again."""
    layout, state, commands = made
    environment.ensure(layout, state, ("portal",))
    (layout.venv / "bin" / "pip").unlink()
    commands.clear()
    environment.ensure(layout, state, ("portal",))
    assert commands[0][1:3] == ["-m", "venv"]


def test_an_environment_that_was_moved_is_made_anew(made):
    """Its commands name the Python of the old place."""
    layout, state, commands = made
    environment.ensure(layout, state, ("portal",))
    (layout.venv / "pyvenv.cfg").write_text("command = /usr/bin/python3 -m venv /old/place/venv\n")
    commands.clear()
    environment.ensure(layout, state, ("portal",))
    assert commands[0][1:3] == ["-m", "venv"]


def test_a_failed_command_carries_its_last_words(tmp_path):
    """pip's complaint reaches the person."""
    with pytest.raises(StackError, match=r"could not be made: it ended with status 3\. Its last words:\nthe reason"):
        environment._run(["sh", "-c", "echo the reason; exit 3"], "It could not be made")
