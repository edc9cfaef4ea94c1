"""The checks of lists, one file a code: do they beat one list for all, and whom do they serve?"""

from typing import Any

from airworthy.assurance.checks.srv001_slow_decision import SlowDecision
from airworthy.assurance.checks.srv002_serving_skew import ServingSkew
from airworthy.assurance.lists.fai004_group_gets_worse_lists import GroupGetsWorseLists
from airworthy.assurance.lists.rec001_no_better_than_baseline import NoBetterThanBaseline
from airworthy.assurance.lists.rec002_few_items_shown import FewItemsShown
from airworthy.assurance.lists.rec003_popular_items_crowd import PopularItemsCrowd
from airworthy.assurance.lists.rec004_new_users_and_items import NewUsersAndItems
from airworthy.kernel.check import Check

OF_LISTS: tuple[Check[Any], ...] = (
    NoBetterThanBaseline(),
    FewItemsShown(),
    PopularItemsCrowd(),
    GroupGetsWorseLists(),
    NewUsersAndItems(),
)
"""Checks that only lists have."""

LIST_CHECKS: tuple[Check[Any], ...] = (*OF_LISTS, SlowDecision(), ServingSkew())
"""All that a ranking is asked: those of lists, and those of anything that is served."""

__all__ = ["LIST_CHECKS", "OF_LISTS"]
