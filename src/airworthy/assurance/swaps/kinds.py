"""What is swapped, and what the two versions of it are called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """One way in which a text tells who the person is."""

    NAMES = "first names"
    PRONOUNS = "pronouns"
    TITLES = "titles"
    WORDS = "gendered words"
    GROUPS = "names of groups"


GENDERED = (Kind.NAMES, Kind.PRONOUNS, Kind.TITLES, Kind.WORDS)
"""Kinds with a woman's and a man's form; swapped each alone and all at once."""

SIDES: Mapping[Kind, tuple[str, str]] = {
    **dict.fromkeys(GENDERED, ("a woman", "a man")),
    Kind.GROUPS: ("a name of Black Americans", "a name of white Americans"),
}
"""The first version and the second; a change is the score of the second less that of the first."""
