"""Texts in two versions that differ only in the person they speak of: names, pronouns, titles, words."""

from airworthy.assurance.swaps.kinds import GENDERED, SIDES, Kind
from airworthy.assurance.swaps.swap import Marker, Reader, written

__all__ = ["GENDERED", "SIDES", "Kind", "Marker", "Reader", "written"]
