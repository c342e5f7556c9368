"""The demonstration: who takes part, which files they deposit, and what makes those files."""
