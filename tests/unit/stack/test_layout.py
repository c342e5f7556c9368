"""The state folder: what is kept, and who may read it."""

from __future__ import annotations

import stat

import pytest
from stack.errors import StackError
from stack.layout import Layout, State, write_private


def test_a_value_is_made_once_and_kept(tmp_path):
    """The second start finds what the first one made."""
    assert State(tmp_path / "state.json").once("key", lambda: "first") == "first"
    assert State(tmp_path / "state.json").once("key", lambda: "second") == "first"


def test_a_secret_has_its_length_and_is_kept(tmp_path):
    """A secret is hexadecimal, as long as asked, the same ever after, and unlike the next one."""
    state = State(tmp_path / "state.json")
    first = state.secret("one", 64)
    assert len(first) == 64
    assert int(first, 16)
    assert State(tmp_path / "state.json").secret("one", 64) == first
    assert state.secret("two", 64) != first


def test_the_state_is_its_owners(tmp_path):
    """Nobody else reads the secrets, whatever the umask of the shell was."""
    State(tmp_path / "state.json").secret("one")
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_the_old_text(tmp_path):
    """The file is replaced whole or not at all."""
    path = tmp_path / "state.json"
    write_private(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "new \udcff")
    assert path.read_text() == "old"


def test_a_write_that_fails_leaves_nothing_behind(tmp_path):
    """No half-written file with secrets stays in the folder."""
    with pytest.raises(UnicodeEncodeError):
        write_private(tmp_path / "state.json", "\udcff")
    assert list(tmp_path.iterdir()) == []


def test_a_broken_state_is_told_in_a_sentence(tmp_path):
    """Someone edited the file by hand: the sentence names it."""
    (tmp_path / "state.json").write_text("{")
    with pytest.raises(StackError, match="state.json cannot be read"):
        State(tmp_path / "state.json")


def test_portal_home_moves_the_state(tmp_path):
    """PORTAL_HOME puts the machine's own state elsewhere; without it, it stands in the checkout."""
    assert Layout.here({"PORTAL_HOME": str(tmp_path)}).ini == tmp_path / "ckan.ini"
    assert Layout.here({}).home.name == ".portal"
