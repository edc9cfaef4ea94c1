"""A join without a key: rows of two tables that are the same person or thing are found by what they say."""

from __future__ import annotations

from dataclasses import dataclass

ANSWERS = "links-answers.csv"


@dataclass(frozen=True)
class Link:
    """How partners are found where no key names them: what is compared, and how sure a link must be."""

    same: tuple[tuple[str, str], ...] = ()  # columns that mean the same under other names: here, and there
    leave_out: tuple[str, ...] = ()  # columns of either table that are not compared
    least: float = 0.5  # the least probability that is joined; a row below it stays without a partner
    many: bool = False  # one row of the source may serve several rows, as a customer serves orders
    answers: str = ANSWERS  # file of what people said of uncertain pairs, beside the charter
    probability: bool = False  # bring `link_probability` too; read as input only where at_decision names it


PROBABILITY = "link_probability"
