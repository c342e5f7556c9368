"""What can go wrong while the stack is brought up, told in a sentence."""

from __future__ import annotations


class StackError(Exception):
    """A condition that a person has to change; its text says what is wrong and what to do."""
