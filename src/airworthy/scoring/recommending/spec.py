"""The frozen specification of a recommender: which sources it asks, and what ranks their items.

Stored as `recommender.json`; the arrays that it names stand beside it as `arrays/NAME.npy`.
"""

from __future__ import annotations

import msgspec

FORMAT = 1
RECOMMENDER = "recommender.json"
RANKED = "ranked"
"""The method in which a boosted model orders what all sources offer; any other method is a source's name."""


class Popular(msgspec.Struct, frozen=True, kw_only=True, tag="popular", tag_field="kind"):
    """One score an item, the same for every user: the array `scores`."""

    name: str
    scores: str


class Again(msgspec.Struct, frozen=True, kw_only=True, tag="again", tag_field="kind"):
    """What the user had already, by its weight in the history."""

    name: str
    weight: str  # once | count | fresh


class Neighbours(msgspec.Struct, frozen=True, kw_only=True, tag="neighbours", tag_field="kind"):
    """The sum over the history of (weight of an item there) * (its tie to another item).

    The ties of item i are `PREFIX_item` and `PREFIX_tie` from `PREFIX_start[i]` to `PREFIX_start[i + 1]`.
    """

    name: str
    prefix: str
    weight: str = "once"


Source = Popular | Again | Neighbours


class RecommenderSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The whole path from a history to a list.

    Attributes
    ----------
    method
        `ranked`, or the name of the source whose scores decide for a user.
    basket
        The same for a basket, whose own items are never offered back.
    fallback
        Name of the popular source for users without a history, and for places that nothing else fills.
    repeats
        Whether items that the user had already may be recommended.
    history
        Latest items of a user that are read.
    offers
        Names of the sources whose items the ranker orders, in the order of its columns.
    reach
        Items that each of them hands to the ranker.
    ranked
        Whether a boosted model is there; if not, a source decides alone.
    """

    format: int = FORMAT
    method: str
    basket: str
    k: int
    repeats: bool
    sources: tuple[Source, ...]
    fallback: str
    history: int
    offers: tuple[str, ...] = ()
    reach: int
    ranked: bool = False
    user: str
    item: str

    def source(self, name: str) -> Source:
        """The source of that name."""
        return next(source for source in self.sources if source.name == name)
