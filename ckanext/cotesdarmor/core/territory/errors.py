"""What can be wrong with the files of a territory, said to the person who keeps them."""

from __future__ import annotations


class TerritoryError(Exception):
    """The register or the outlines of a territory cannot be used as they are."""

    def __init__(self, file: str, problem: str, advice: str, line: int | None = None) -> None:
        super().__init__(file, problem, advice, line)
        self.file = file
        self.problem = problem
        self.advice = advice
        self.line = line

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{where}: {self.problem} {self.advice}"


class ZoningError(TerritoryError):
    """A table of zoning cannot be read, or says two things about one commune."""


class UnknownCollectivite(LookupError):
    """Nobody in the register answers to this key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"No collectivité of the register has the code {self.key}."
