"""The words of `bin/portal`."""

from __future__ import annotations

import argparse
import errno
import os
import subprocess
import sys
from typing import NoReturn

from . import instance, portal, supervisor, testing
from .errors import StackError, WrongUse
from .layout import Layout
from .terminal import say

OF_THE_MACHINE = {
    errno.EACCES: "Run bin/portal as the user that first ran it here, or name another folder in PORTAL_HOME.",
    errno.EPERM: "Run bin/portal as the user that first ran it here, or name another folder in PORTAL_HOME.",
    errno.EROFS: "Name a folder that can be written in PORTAL_HOME.",
    errno.ENOSPC: "Make room on the disk, then run it again: it goes on where it stopped.",
}
WORDS = {
    "up": "install what is missing, start everything, print address and login",
    "demo": "up, then fill the portal with organisations and datasets",
    "down": "stop everything; the data stay",
    "reset": "stop and forget all data (--all: environment and jars too; --yes: do not ask)",
    "status": "what runs, and whether the portal is ready (--json)",
    "logs": "the logs, or those of one service (-f: follow)",
    "token": "print an API token of a user, nothing else",
    "ckan": "CKAN's command line on this instance",
    "python": "the environment's Python, with this instance's settings",
    "test": "all tests, or unit, integration, e2e; the rest goes to pytest",
    "bench": "run a benchmark",
    "help": "this page",
}


def main(argv: list[str]) -> int:
    """Run one word; the exit status."""
    word, rest = (argv[0], argv[1:]) if argv else ("help", [])
    layout = Layout.here(os.environ)
    if word in ("help", "-h", "--help"):
        return _help()
    if word == "supervise":
        return supervisor.Supervisor(layout.home).run()
    if word not in WORDS:
        print(f"bin/portal: there is no word « {word} ». bin/portal help lists them.", file=sys.stderr)
        return WrongUse.status
    try:
        return globals()[f"_{word}"](layout, rest)
    except StackError as error:
        print(f"bin/portal: {error}", file=sys.stderr)
        return error.status
    except OSError as error:
        if error.errno not in OF_THE_MACHINE:
            raise
        place = error.filename or layout.home
        print(f"bin/portal: {error.strerror}: {place}. {OF_THE_MACHINE[error.errno]}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bin/portal: interrupted; run it again to go on.", file=sys.stderr)
        return 130


def _help() -> int:
    print("bin/portal WORD\n")
    for word, text in WORDS.items():
        print(f"  {word:8} {text}")
    return 0


class _Parser(argparse.ArgumentParser):
    """One word's options; a wrong use ends with 64, as an unknown word does."""

    def error(self, message: str) -> NoReturn:
        self.exit(WrongUse.status, f"{self.prog}: {message}. {self.prog} --help tells more.\n")


def _parser(word: str) -> argparse.ArgumentParser:
    return _Parser(prog=f"bin/portal {word}", description=WORDS[word])


def _up(layout: Layout, rest: list[str]) -> int:
    parser = _parser("up")
    parser.add_argument("--port", type=int, help="the port of the portal (kept for the next starts)")
    parser.add_argument("--new-ports", action="store_true", help="let databases and search choose other ports")
    chosen = parser.parse_args(rest)
    if chosen.port is not None and not 1 <= chosen.port <= 65535:
        raise StackError(f"{chosen.port} is no port: choose one from 1024 to 65535.")
    _greet(portal.up(layout, port=chosen.port, new_ports=chosen.new_ports))
    return 0


def _greet(login: dict[str, str]) -> None:
    say("Ready")
    print(f"Portal:   {login['url']}\nLogin:    {login['login']}")
    print(f"Password: {login['password'] or 'unchanged; this database had that account before'}")


def _demo(layout: Layout, rest: list[str]) -> int:
    _parser("demo").parse_args(rest)
    login = portal.up(layout)
    say("Filling the portal")
    done = subprocess.run(
        [str(layout.python), "-m", "demo"],
        cwd=layout.root,
        env=instance.environ_of(layout),
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise StackError("The demonstration could not be filled in; the reason stands above.")
    _greet(login)
    return 0


def _down(layout: Layout, rest: list[str]) -> int:
    _parser("down").parse_args(rest)
    portal.down(layout)
    return 0


def _reset(layout: Layout, rest: list[str]) -> int:
    parser = _parser("reset")
    parser.add_argument("--all", action="store_true", help="the environment and Solr's jars too")
    parser.add_argument("--yes", action="store_true", help="do not ask at a terminal; elsewhere nothing is asked")
    chosen = parser.parse_args(rest)
    if not chosen.yes and sys.stdin.isatty() and not _confirmed():
        raise StackError("Nothing was deleted.")
    portal.reset(layout, everything=chosen.all)
    return 0


def _confirmed() -> bool:
    print("This deletes the databases, the files and the secrets of this portal. Type « reset » to go on: ", end="")
    try:
        return input().strip() == "reset"
    except EOFError:
        return False


def _status(layout: Layout, rest: list[str]) -> int:
    parser = _parser("status")
    parser.add_argument("--json", action="store_true")
    return portal.print_status(layout, parser.parse_args(rest).json)


def _logs(layout: Layout, rest: list[str]) -> int:
    parser = _parser("logs")
    parser.add_argument("service", nargs="?")
    parser.add_argument("-f", "--follow", action="store_true")
    parser.add_argument("-n", "--lines", type=int, default=40)
    chosen = parser.parse_args(rest)
    known = sorted(path.stem for path in layout.logs.glob("*.log"))
    if chosen.service and chosen.service not in known:
        raise StackError(f"There is no log of « {chosen.service} ». Known: {', '.join(known) or 'none yet'}.")
    files = [str(layout.logs / f"{name}.log") for name in ([chosen.service] if chosen.service else known)]
    if not files:
        raise StackError("There is no log yet: start with bin/portal up.")
    return subprocess.run(["tail", "-n", str(chosen.lines), *(["-F"] if chosen.follow else []), *files]).returncode


def _made(layout: Layout) -> None:
    if not layout.ini.exists():
        raise StackError("This portal was never started here: run bin/portal up first.")


def _token(layout: Layout, rest: list[str]) -> int:
    parser = _parser("token")
    parser.add_argument("user")
    parser.add_argument("--name", default="bin/portal")
    chosen = parser.parse_args(rest)
    _made(layout)
    out = instance.ckan(
        layout,
        "user",
        "token",
        "add",
        "-q",
        chosen.user,
        chosen.name,
        complaint=f"No token could be made for « {chosen.user} »",
    )
    print(out.strip().splitlines()[-1].strip())
    return 0


def _ckan(layout: Layout, rest: list[str]) -> int:
    _made(layout)
    return subprocess.run(
        [str(layout.ckan), "--config", str(layout.ini), *rest], env=instance.environ_of(layout)
    ).returncode


def _python(layout: Layout, rest: list[str]) -> int:
    _made(layout)
    return subprocess.run([str(layout.python), *rest], env=instance.environ_of(layout)).returncode


def _test(layout: Layout, rest: list[str]) -> int:
    if rest[:1] in (["-h"], ["--help"]):
        print(f"usage: bin/portal test [{'|'.join(testing.KINDS)}] [PYTEST ARGS]\n\n{WORDS['test']}")
        return 0
    return testing.run(layout, rest)


def _bench(layout: Layout, rest: list[str]) -> int:
    if not rest:
        raise WrongUse("Say which benchmark: bin/portal bench NAME")
    _made(layout)
    return testing.bench(layout, rest[0], rest[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
