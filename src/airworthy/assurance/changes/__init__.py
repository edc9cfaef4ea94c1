"""What may change in a row: rules from the charter or a call, and candidate rows that keep all of them."""

from airworthy.assurance.changes.declare import change_rules
from airworthy.assurance.changes.given import changes, read_changes
from airworthy.assurance.changes.rule import ChangeRules, ColumnRule, Lever
from airworthy.assurance.changes.space import Distance, Space
from airworthy.assurance.changes.validity import Validity, validity

__all__ = [
    "ChangeRules",
    "ColumnRule",
    "Distance",
    "Lever",
    "Space",
    "Validity",
    "change_rules",
    "changes",
    "read_changes",
    "validity",
]
