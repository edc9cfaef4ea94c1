"""The charter: what a model is for, as declared by people."""

from airworthy.charter.columns import check_columns
from airworthy.charter.model import Charter
from airworthy.charter.parse import load_charter, parse_charter

__all__ = ["Charter", "check_columns", "load_charter", "parse_charter"]
