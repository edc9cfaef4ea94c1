"""How many partners a row may have."""

from __future__ import annotations

from enum import StrEnum


class Partners(StrEnum):
    """ONE: each row of either table has one at most, as with two registers of the same people. SERVED: each
    left row has one at most, and a right row may serve several, as a customer serves orders. ANY: no limit,
    as with copies within one table."""

    ONE = "one"
    SERVED = "served"
    ANY = "any"
