"""What the checks of lists are given: later users, their lists, and what they took. Loads no library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.given import Given
from airworthy.assurance.wording import more_rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Result, Subject, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LISTS_FOUND = Given("lists")
FEWEST_USERS = 10
"""Fewer measured users say nothing of a mean."""


@dataclass(frozen=True, eq=False)
class ListsFound:
    """Lists of n users with a history, on rows that were not known when the lists were made.

    Attributes
    ----------
    chosen
        Name of the way that recommends; a key of `ndcg` and `recall`.
    ndcg, recall
        Of each way's first k items, one number a user, shape (n,): the chosen way and every baseline.
    lists
        Item codes of the chosen way, -1 where nothing was left, shape (n, k).
    took
        How many users took each item before, shape (items,); 0 for an item that nobody had taken.
    taken
        Item of each later (user, item) pair of these users, shape (pairs,).
    groups
        Values of the protected columns by name, shape (n,).
    later_users, new_users
        Users of the later rows, and those of them without a history.
    later_pairs, new_items
        (user, item) pairs of the later rows, and whether each item was unknown, shape (pairs,); with the user
        of each in `pair_users`.
    new_ndcg, new_recall
        Of the list that users without a history get, one number a user, shape (new_users,).
    """

    k: int
    rows_are: str
    chosen: str
    ndcg: Mapping[str, NDArray[np.float64]]
    recall: Mapping[str, NDArray[np.float64]]
    lists: NDArray[np.int64]
    took: NDArray[np.float64]
    taken: NDArray[np.int64]
    later_users: int
    new_users: int
    new_items: NDArray[np.bool_]
    pair_users: NDArray[np.int64]
    new_ndcg: NDArray[np.float64]
    new_recall: NDArray[np.float64]
    groups: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lists)


def lists_of(facts: Facts) -> ListsFound:
    """The lists that are judged."""
    found: ListsFound = facts[LISTS_FOUND]
    return found


class ListCheck(Check[Scope]):
    """A check of lists. `advice` is the next step after a FAIL."""

    advice: ClassVar[str]
    about: ClassVar[tuple[Subject, ...]] = ("lists",)

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return self.about if scope.charter.task is Task.RANKING else ()

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (LISTS_FOUND,)

    def remedy(self, result: Result) -> str:
        return self.advice if result.verdict is Verdict.FAIL else more_rows(result).replace(" rows", " users")

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        return {"rows_are": lists_of(facts).rows_are, "k": lists_of(facts).k}


def users(count: int) -> str:
    """A number of users.

    >>> users(1), users(1234)
    ('1 user', '1,234 users')
    """
    return f"{count:,} {'user' if count == 1 else 'users'}"
