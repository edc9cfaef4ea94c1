"""One question of the scope: what is asked, why, and what a good and a bad answer look like."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How an answer is written. `unknown` answers any question."""

    TEXT = "words"
    LIST = "words, with commas between them"
    NUMBER = "a number, or a range such as 80 to 200"
    SHARE = "a share such as 30 %, or a range such as 20 % to 40 %"
    TIME = "a length of time such as 30d or 2w"
    DAY = "a day such as 2027-03-31"
    YES_NO = "yes or no"
    CHOICE = "one of a few words"


@dataclass(frozen=True)
class Question:
    """`key` is `topic.name`; `choices` belong to a `CHOICE`."""

    key: str
    asks: str
    why: str
    good: str
    bad: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    needed: bool = True

    @property
    def topic(self) -> str:
        """
        >>> Question("kpi.today", "?", "", "", "").topic
        'kpi'
        """
        return self.key.partition(".")[0]
