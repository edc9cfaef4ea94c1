"""The kinds of repair steps, in the order in which a recipe proposes and runs them."""

from __future__ import annotations

from typing import Any

from airworthy.data.repair.kinds.cap import CapKind
from airworthy.data.repair.kinds.deduplicate import DeduplicateKind
from airworthy.data.repair.kinds.drop_column import DropColumnKind
from airworthy.data.repair.kinds.drop_rows import DropRowsKind
from airworthy.data.repair.kinds.fill import FillKind
from airworthy.data.repair.kinds.kind import Kind
from airworthy.data.repair.kinds.parse_date import ParseDateKind
from airworthy.data.repair.kinds.parse_number import ParseNumberKind
from airworthy.data.repair.kinds.rekey import RekeyKind
from airworthy.data.repair.kinds.sentinel_to_null import SentinelToNullKind
from airworthy.data.repair.kinds.spelling import TidyTextKind, UnifySpellingsKind
from airworthy.data.repair.kinds.standardise_unit import StandardiseUnitKind

KINDS: tuple[Kind[Any], ...] = (
    DropColumnKind(),
    RekeyKind(),
    SentinelToNullKind(),
    TidyTextKind(),
    UnifySpellingsKind(),
    ParseNumberKind(),
    ParseDateKind(),
    StandardiseUnitKind(),
    CapKind(),
    FillKind(),
    DeduplicateKind(),
    DropRowsKind(),
)
BY_NAME: dict[str, Kind[Any]] = {kind.name: kind for kind in KINDS}
