"""The words of bin/portal where nothing runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from stack.__main__ import OF_THE_MACHINE, WORDS, main
from stack.errors import ending, reason
from stack.layout import ROOT

END_OF_INPUT = b"\x04"  # what Ctrl-D sends


@pytest.fixture
def word(tmp_path):
    """Run one word of bin/portal on an empty state folder."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "stack", *arguments],
            cwd=ROOT, env={"PATH": "/usr/bin:/bin", "PORTAL_HOME": str(tmp_path / "home")},
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return run


@pytest.fixture
def word_at_terminal(tmp_path):
    """Run one word at a terminal where somebody types an answer: `word_at_terminal(answer, *arguments)`."""

    def run(answer, *arguments):
        ours, theirs = os.openpty()
        os.write(ours, answer.encode() + END_OF_INPUT)
        done = subprocess.run(
            [sys.executable, "-m", "stack", *arguments],
            cwd=ROOT, env={"PATH": "/usr/bin:/bin", "PORTAL_HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8"},
            stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
        )  # fmt: skip
        os.close(theirs)
        os.close(ours)
        return done.returncode, done.stdout

    return run


def test_an_unknown_word_is_told(word):
    """64 is the status of a wrong use."""
    done = word("strat")
    assert done.returncode == 64
    assert "there is no word « strat »" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [("up", "--prot", "5000"), ("token",), ("status", "--xml"), ("logs", "-n", "x"), ("test", "unti"), ("bench",)],
)
def test_a_wrong_argument_is_told(word, arguments):
    """The same status as an unknown word, a sentence on standard error, nothing else."""
    done = word(*arguments)
    assert done.returncode == 64
    assert done.stderr.startswith("bin/portal")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_help_on_tests_starts_nothing(word, tmp_path):
    """Asking is free."""
    assert word("test", "--help").stdout.startswith("usage: bin/portal test [unit|integration|e2e]")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("answer", ["", "no\n", "Reset\n"])
def test_a_reset_at_a_terminal_wants_its_word(word_at_terminal, tmp_path, answer):
    """Databases and secrets go only when somebody has typed it."""
    kept = tmp_path / "home" / "state.json"
    kept.parent.mkdir()
    kept.write_text('{"secret_key": "kept"}', "utf-8")
    status, said = word_at_terminal(answer, "reset")
    assert status == 1
    assert "Nothing was deleted." in said
    assert json.loads(kept.read_text("utf-8")) == {"secret_key": "kept"}


def test_a_reset_goes_on_when_told(word_at_terminal, tmp_path):
    """The word itself, or --yes, and it is done."""
    kept = tmp_path / "home" / "state.json"
    kept.parent.mkdir()
    for answer, options in (("reset\n", []), ("", ["--yes"])):
        kept.write_text('{"secret_key": "old"}', "utf-8")
        status, said = word_at_terminal(answer, "reset", *options)
        assert status == 0, said
        assert json.loads(kept.read_text("utf-8")) == {}


def test_help_names_every_word(word):
    """The page of help lists what there is."""
    done = word("help")
    assert done.returncode == 0
    assert {line.split()[0] for line in done.stdout.splitlines()[2:]} == set(WORDS)


def test_status_of_nothing(word):
    """A machine that never started says so, and is not ready."""
    done = word("status")
    assert done.returncode == 1
    assert "nothing runs; start with: bin/portal up" in done.stdout


def test_status_of_nothing_for_machines(word):
    """The keys are there before anything is."""
    done = word("status", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"ready": False, "url": None, "services": {}}


@pytest.mark.parametrize("arguments", [("token", "admin"), ("ckan", "--help"), ("python", "-c", "1"), ("bench", "x")])
def test_what_needs_a_portal_says_so(word, arguments):
    """A word that works on an instance says how to make one."""
    done = word(*arguments)
    assert done.returncode == 1
    assert "run bin/portal up first" in done.stderr


def test_logs_of_nothing(word):
    """No log is no error of Python's."""
    assert "There is no log" in word("logs").stderr
    assert "There is no log of « web »" in word("logs", "web").stderr


@pytest.mark.parametrize("port", ["0", "70000"])
def test_a_number_that_is_no_port(word, port):
    """Refused before anything starts."""
    done = word("up", "--port", port)
    assert done.returncode == 1
    assert f"{port} is no port" in done.stderr


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("[1] [INFO] Boot\n2026-01-01 INFO x\nckan.display_timezone is not 'server' or a valid timezone\n",
         "ckan.display_timezone is not 'server' or a valid timezone"),
        ("Traceback (most recent):\n  File x\nValueError: no such thing.\n", "no such thing (ValueError)"),
        ("sqlalchemy.exc.OperationalError: refused\n", "refused (OperationalError)"),
        ("[1] [INFO] Booting\n", ""),
    ],
)  # fmt: skip
def test_the_reason_of_a_log(log, said):
    """What a person needs stands first, the log after it."""
    assert reason(log) == said


@pytest.mark.parametrize("number", sorted(OF_THE_MACHINE))
def test_what_the_machine_refuses(monkeypatch, capsys, number):
    """Another user's folder or a full disk is a sentence with the path, not Python's account of it."""

    def refuse(*_):
        raise OSError(number, os.strerror(number), "/srv/there")

    monkeypatch.setattr("stack.__main__._status", refuse)
    assert main(["status"]) == 1
    said = capsys.readouterr().err
    assert said == f"bin/portal: {os.strerror(number)}: /srv/there. {OF_THE_MACHINE[number]}\n"


@pytest.mark.parametrize(("status", "said"), [(2, "it ended with status 2"), (-9, "it was killed (SIGKILL)")])
def test_how_a_program_ended(status, said):
    """Where it was killed, its last words explain nothing."""
    assert ending(status) == said
