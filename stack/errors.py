"""What can go wrong while the stack is brought up, told in a sentence."""

from __future__ import annotations


class StackError(Exception):
    """A condition that a person has to change; its text says what is wrong and what to do."""

    status = 1


class WrongUse(StackError):
    """A word or an argument that is not known; the status is EX_USAGE of sysexits.h."""

    status = 64
